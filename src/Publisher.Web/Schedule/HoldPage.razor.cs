using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Web.Schedule;

/// <summary>The brake: works on a phone, without a circuit.</summary>
public sealed partial class HoldPage(HoldDesk desk, ActiveHolds holds, IDbContextFactory<PublisherDb> databases, IStringLocalizer<Words> words, TimeProvider time)
{
    private const string All = "all";

    private Actor _actor;
    private Rights? _rights;
    private string _zone = "UTC";
    private IReadOnlyList<HoldView> _active = [];
    private IReadOnlyList<HoldView> _past = [];
    private List<(string Value, string Name)> _scopes = [];
    private Refusal? _refusal;
    private string? _done;

    [CascadingParameter]
    public required HttpContext Context { get; set; }

    [SupplyParameterFromForm(FormName = "set")]
    public Want? Wanted { get; set; }

    [SupplyParameterFromForm(FormName = "lift")]
    public long? LiftId { get; set; }

    [SupplyParameterFromForm(FormName = "lift")]
    public Dictionary<long, string?>? LiftReasons { get; set; }

    protected override async Task OnInitializedAsync()
    {
        _actor = CurrentPerson.Read(Context.User)!.Value;
        await LoadAsync();
    }

    private bool MayLift(HoldView hold) => hold.SenderId is { } sender ? _rights!.Can(Act.LiftHold, sender) : _rights!.CanForAll(Act.LiftHold);

    private async Task LoadAsync()
    {
        await using var db = await databases.CreateDbContextAsync(Context.RequestAborted);
        _rights = await Rights.LoadAsync(db, _actor, time.GetUtcNow(), Context.RequestAborted);
        if (_rights is null)
        {
            _refusal = Refusal.SignInAgain;
            return;
        }

        var allowed = _rights.SendersFor(Act.SetHold);
        var senders = await db.Senders.AsNoTracking().OrderBy(sender => sender.Name).ToListAsync(Context.RequestAborted);
        var channels = await db.Channels.AsNoTracking().OrderBy(channel => channel.DisplayName)
            .Where(channel => allowed == null || allowed.Contains(channel.SenderId))
            .Select(channel => new { channel.Id, channel.DisplayName, channel.Platform }).ToListAsync(Context.RequestAborted);
        _zone = senders.FirstOrDefault()?.TimeZone ?? _zone;
        _scopes =
        [
            .. allowed is null ? [(All, (string)words["holds.all"])] : Array.Empty<(string, string)>(),
            // With one sender nothing of it shows.
            .. senders.Count > 1 || allowed is not null
                ? senders.Where(sender => allowed?.Contains(sender.Id) != false).Select(sender => ($"sender:{sender.Id}", (string)words["holds.sender", sender.Name]))
                : [],
            .. channels.Select(channel => ($"channel:{channel.Id}", (string)words["holds.channel", $"{channel.DisplayName} · {channel.Platform}"])),
        ];
        var seen = await holds.ReadAllAsync(_rights, Context.RequestAborted);
        _active = [.. seen.Where(hold => hold.LiftedAt is null)];
        _past = [.. seen.Where(hold => hold.LiftedAt is not null)];
    }

    private async Task SetAsync()
    {
        var (kind, id) = (Wanted?.Scope ?? All).Split(':') is [var word, var number] && long.TryParse(number, CultureInfo.InvariantCulture, out var parsed) ? (word, parsed) : (All, 0L);
        var scope = new HoldScope(kind == "sender" ? id : null, kind == "channel" ? id : null, Wanted?.Label);
        await ShowAsync(await desk.SetAsync(_actor, scope, Wanted?.Reason ?? "", Context.RequestAborted), "holds.set.done");
    }

    private async Task LiftAsync() =>
        await ShowAsync(await desk.LiftAsync(_actor, LiftId ?? 0, LiftId is { } id ? LiftReasons?.GetValueOrDefault(id) ?? "" : "", Context.RequestAborted), "holds.lift.done");

    private async Task ShowAsync(Answer<Deliveries.Hold> answer, string done)
    {
        _refusal = answer.Refusal;
        _done = answer.Refusal is null ? done : null;
        await LoadAsync();
    }

    public sealed class Want
    {
        public string Scope { get; set; } = All;

        public string? Label { get; set; }

        public string? Reason { get; set; }
    }
}
