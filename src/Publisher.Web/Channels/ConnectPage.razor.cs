using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Publisher.Platforms;
using Publisher.Web.Storage;

namespace Publisher.Web.Channels;

/// <summary>First who and where and who signs in there, then what is still missing for it, then which of the accounts found is meant.</summary>
public sealed partial class ConnectPage
{
    private readonly Dictionary<string, string> _values = [];
    private List<Sender> _senders = [];
    private List<AppRow> _apps = [];
    private IReadOnlyList<(long Id, string Name)> _consenters = [];
    private IReadOnlyList<FoundAccount>? _found;
    private ChannelRow? _again;
    private long _sender;
    private string _platform = "";
    private long _who;
    private string? _name;
    private string? _link;
    private Refusal? _refusal;
    private bool _isBusy;
    private bool _isLoaded;

    /// <summary>A channel to connect again.</summary>
    [SupplyParameterFromQuery(Name = "channel")]
    public long? ChannelId { get; set; }

    /// <summary>The platform to begin with, by its name.</summary>
    [SupplyParameterFromQuery(Name = "platform")]
    public string? Wanted { get; set; }

    /// <summary>A connection whose accounts are known.</summary>
    [SupplyParameterFromQuery(Name = "found")]
    public string? FoundName { get; set; }

    /// <summary>Why the platform sent the person back without one.</summary>
    [SupplyParameterFromQuery(Name = "refused")]
    public string? Refused { get; set; }

    private IPlatform? Platform => Platforms.TryGet(_platform, out var platform) ? platform : null;

    private bool GoesThere => Platform is not IConnectByForm;

    /// <summary>No server is asked for anything.</summary>
    private bool IsByHand => Platform is { Info.IsByHand: true };

    private string Server => _values.GetValueOrDefault(FormField.ServerName, "");

    /// <summary>The registration that will do.</summary>
    private AppRow? Kept => _apps.FirstOrDefault(app => app.Platform == _platform && app.Server == AppKeys.ServerOf(Platform, Server));

    /// <summary>What is missing: of the person who signs in, only from an administrator who does it now; of the app, only what is not kept.</summary>
    private IReadOnlyList<FormField> Fields => Platform switch
    {
        IConnectByForm form => _who == 0 ? form.Fields : [],
        IConnectByOAuth oauth => Kept is null ? oauth.AppFields : [.. oauth.AppFields.Where(asked => asked.Name == FormField.ServerName)],
        _ => [],
    };

    protected override async Task OnInitializedAsync()
    {
        await using (var db = await Databases.CreateDbContextAsync())
        {
            _senders = await db.Senders.AsNoTracking().OrderBy(sender => sender.Id).ToListAsync();
            _apps = await AppRow.ReadAsync(db, CancellationToken.None);
            _again = ChannelId is { } id ? (await ChannelRow.ReadAsync(db, CancellationToken.None)).SingleOrDefault(channel => channel.Id == id) : null;
        }

        _sender = _again?.SenderId ?? _senders.FirstOrDefault()?.Id ?? 0;
        _platform = _again?.Platform ?? (Platforms.All.FirstOrDefault(platform => platform.Info.Name == Wanted) ?? Platforms.All.FirstOrDefault())?.Info.Name ?? "";
        await LoadPeopleAsync();
        if (_again is { } channel && Fields.Any(field => field.Name == FormField.ServerName))
        {
            _values[FormField.ServerName] = channel.Server.AbsoluteUri.TrimEnd('/');
        }

        if (Refused is { Length: > 0 } code)
        {
            _refusal = new Refusal(code, "", "");
        }

        if (FoundName is { Length: > 0 } name)
        {
            await ShowFoundAsync(name);
        }

        _isLoaded = true;
    }

    private void Forget()
    {
        _values.Clear();
        _who = 0;
    }

    private async Task LoadPeopleAsync()
    {
        await using var db = await Databases.CreateDbContextAsync();
        _consenters = await ChannelDesk.ConsentersAsync(db, _sender, CancellationToken.None);
        _who = _consenters.Any(person => person.Id == _who) ? _who : 0;
    }

    private async Task GoAsync()
    {
        _isBusy = true;
        _refusal = null;
        StateHasChanged();
        var fields = Fields.ToDictionary(field => field.Name, field => _values.GetValueOrDefault(field.Name, field.Default));
        _refusal = await KeepAsync(fields);
        if (_refusal is null)
        {
            await (_who == 0 ? BeginAsync(fields) : AskAsync());
        }

        _isBusy = false;
    }

    /// <summary>Typed once is enough: the next channel of this platform asks for no registration.</summary>
    private async Task<Refusal?> KeepAsync(Dictionary<string, string> fields)
    {
        if (Kept is not null || AppKeys.FieldsOf(Platform).Count == 0)
        {
            return null;
        }

        var refusal = await Room.KeepAsync(_platform, fields);
        // Also where somebody else has kept one meanwhile: then that one is used.
        await using var db = await Databases.CreateDbContextAsync();
        _apps = await AppRow.ReadAsync(db, CancellationToken.None);
        return refusal;
    }

    private async Task BeginAsync(Dictionary<string, string> fields)
    {
        var answer = await Room.BeginAsync(_sender, _platform, _again?.Id, fields);
        _refusal = answer.Refusal;
        if (answer.Value is { } step && !Room.Leave(step))
        {
            await ShowFoundAsync(step.Name);
        }
    }

    private async Task AskAsync()
    {
        var answer = await Room.AskAsync(new ConsentAsked(_sender, _platform, _again?.Id, _who, Server));
        (_refusal, _link) = (answer.Refusal, answer.Value);
    }

    private async Task ShowFoundAsync(string name)
    {
        _name = name;
        _found = await Room.FoundAsync(name);
        _refusal = _found is null ? new Refusal("connect.over") : null;
    }

    private async Task ConfirmAsync(string account)
    {
        _refusal = (await Room.ConfirmAsync(_name!, account)).Refusal;
        if (_refusal is null)
        {
            Room.ToList();
        }
    }
}
