using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Publisher.Platforms;
using Publisher.Web.Storage;

namespace Publisher.Web.Channels;

/// <summary>First who and where, then what the platform wants to know, then which of the accounts found is meant.</summary>
public sealed partial class ConnectPage
{
    private readonly Dictionary<string, string> _values = [];
    private List<Sender> _senders = [];
    private IReadOnlyList<FoundAccount>? _found;
    private ChannelRow? _again;
    private long _sender;
    private string _platform = "";
    private string? _name;
    private string? _chosen;
    private Refusal? _refusal;
    private bool _isBusy;
    private bool _isLoaded;

    /// <summary>A channel to connect again.</summary>
    [SupplyParameterFromQuery(Name = "channel")]
    public long? ChannelId { get; set; }

    /// <summary>A connection whose accounts are known.</summary>
    [SupplyParameterFromQuery(Name = "found")]
    public string? FoundName { get; set; }

    /// <summary>Why the platform sent the person back without one.</summary>
    [SupplyParameterFromQuery(Name = "refused")]
    public string? Refused { get; set; }

    private bool GoesThere => Platforms.TryGet(_platform, out var platform) && platform is not IConnectByForm;

    private IReadOnlyList<FormField> Fields => Platforms.TryGet(_platform, out var platform)
        ? platform switch { IConnectByForm form => form.Fields, IConnectByOAuth oauth => oauth.AppFields, _ => [] }
        : [];

    protected override async Task OnInitializedAsync()
    {
        await using var db = await Databases.CreateDbContextAsync();
        _senders = await db.Senders.AsNoTracking().OrderBy(sender => sender.Id).ToListAsync();
        _again = ChannelId is { } id ? (await ChannelRow.ReadAsync(db, CancellationToken.None)).SingleOrDefault(channel => channel.Id == id) : null;
        _sender = _again?.SenderId ?? _senders.FirstOrDefault()?.Id ?? 0;
        _platform = _again?.Platform ?? (Platforms.All.Count > 0 ? Platforms.All[0].Info.Name : "");
        if (_again is { } channel && Fields.Any(field => field.Name == "server"))
        {
            _values["server"] = channel.Server.AbsoluteUri.TrimEnd('/');
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

    private void Forget() => _values.Clear();

    private async Task BeginAsync()
    {
        _isBusy = true;
        _refusal = null;
        StateHasChanged();
        var fields = Fields.ToDictionary(field => field.Name, field => _values.GetValueOrDefault(field.Name, field.Default));
        var answer = await Room.BeginAsync(_sender, _platform, _again?.Id, fields);
        _isBusy = false;
        _refusal = answer.Refusal;
        if (answer.Value is { } step && Room.Leave(step))
        {
            return;
        }

        if (answer.Value is { } here)
        {
            await ShowFoundAsync(here.Name);
        }
    }

    private async Task ShowFoundAsync(string name)
    {
        _name = name;
        _found = await Room.FoundAsync(name);
        _chosen = _found is [var only, ..] ? only.Id : null;
        _refusal = _found is null ? new Refusal("connect.over") : null;
    }

    private async Task ConfirmAsync() => _refusal = await Room.ConfirmAsync(_name!, _chosen ?? "");
}
