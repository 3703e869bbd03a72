using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Publisher.Platforms;
using Publisher.Web.People;
using Publisher.Web.Shell;
using Publisher.Web.Storage;

namespace Publisher.Web.Channels;

/// <summary>What the person of a link sees: who asks for what, then the way to the platform, then which account is meant.</summary>
public sealed partial class ConsentPage(CurrentPerson current, TimeProvider time)
{
    private readonly Dictionary<string, string> _values = [];
    private IReadOnlyList<FoundAccount>? _found;
    private IPlatform? _platform;
    private string _asker = "";
    private string _sender = "";
    private string? _handle;
    private string _until = "";
    private string? _name;
    private string? _connected;
    private Refusal? _refusal;
    private bool _isOver;
    private bool _isOfAnother;
    private bool _isBusy;

    [Parameter, EditorRequired]
    public required string Token { get; set; }

    /// <summary>A connection whose accounts are known.</summary>
    [SupplyParameterFromQuery(Name = "found")]
    public string? FoundName { get; set; }

    /// <summary>Why the platform sent the person back without one.</summary>
    [SupplyParameterFromQuery(Name = "refused")]
    public string? Refused { get; set; }

    private bool GoesThere => _platform is not IConnectByForm;

    private IReadOnlyList<FormField> Fields => (_platform as IConnectByForm)?.Fields ?? [];

    protected override async Task OnInitializedAsync()
    {
        await LoadAsync();
        _refusal = Refused is { Length: > 0 } code ? new Refusal(code, "", "") : null;
        if (_platform is not null && FoundName is { Length: > 0 } name)
        {
            await ShowFoundAsync(name);
        }
    }

    private async Task LoadAsync()
    {
        await using var db = await Databases.CreateDbContextAsync();
        if (await ConsentLink.FindOpenAsync(db, Token, time.GetUtcNow(), CancellationToken.None) is not { } link || !Platforms.TryGet(link.Platform, out var platform))
        {
            _isOver = true;
            return;
        }

        if (await current.ActorAsync() is not { } actor || actor.PersonId != link.PersonId)
        {
            _isOfAnother = true;
            return;
        }

        _platform = platform;
        _asker = await db.Users.Where(person => person.Id == link.AskedBy).Select(person => person.DisplayName).SingleAsync();
        var sender = await db.Senders.AsNoTracking().SingleAsync(row => row.Id == link.SenderId);
        _sender = sender.Name;
        _until = $"{Zoned.Short(link.ExpiresAt, sender.TimeZone)} {Zoned.Place(link.ExpiresAt, sender.TimeZone)}";
        if (link.ChannelId is { } id && await db.Channels.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id) is { } channel)
        {
            _handle = channel.Handle;
            if (Fields.Any(field => field.Name == FormField.ServerName))
            {
                _values[FormField.ServerName] = channel.Server.AbsoluteUri.TrimEnd('/');
            }
        }
    }

    private async Task GoAsync()
    {
        _isBusy = true;
        _refusal = null;
        StateHasChanged();
        var answer = await Room.BeginByLinkAsync(Token, Fields.ToDictionary(field => field.Name, field => _values.GetValueOrDefault(field.Name, field.Default)));
        _isBusy = false;
        _refusal = answer.Refusal;
        if (answer.Value is { } step && !Room.Leave(step))
        {
            await ShowFoundAsync(step.Name);
        }
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
            _connected = _found!.First(one => one.Id == account).Handle;
        }
    }
}
