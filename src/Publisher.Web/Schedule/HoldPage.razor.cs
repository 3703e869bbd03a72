using System.Globalization;
using Microsoft.AspNetCore.Components;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Web.Schedule;

/// <summary>The brake: works on a phone, without a circuit.</summary>
public sealed partial class HoldPage(HoldDesk desk, ActiveHolds holds, NavigationManager navigation)
{
    private Actor _actor;
    private HoldBoard? _board;
    private Refusal? _refusal;

    [CascadingParameter]
    public required HttpContext Context { get; set; }

    /// <summary>What was just done: "set" or "lift".</summary>
    [SupplyParameterFromQuery]
    public string? Done { get; set; }

    [SupplyParameterFromForm(FormName = "set")]
    public Want? Wanted { get; set; }

    [SupplyParameterFromForm(FormName = "lift")]
    public long? LiftId { get; set; }

    [SupplyParameterFromForm(FormName = "lift")]
    public Dictionary<long, string?>? LiftReasons { get; set; }

    private IReadOnlyList<HoldView> Active => _board?.Active ?? [];

    private IReadOnlyList<HoldView> Past => _board?.Past ?? [];

    private string Zone => _board?.Zone ?? "UTC";

    protected override async Task OnInitializedAsync()
    {
        _actor = CurrentPerson.Read(Context.User)!.Value;
        _board = await holds.ReadBoardAsync(_actor, Context.RequestAborted);
        _refusal = _board is null ? Refusal.SignInAgain : null;
    }

    private bool MayLift(HoldView hold) => hold.SenderId is { } sender ? _board!.Rights.Can(Act.LiftHold, sender) : _board!.Rights.CanForAll(Act.LiftHold);

    private async Task SetAsync()
    {
        var (kind, id) = (Wanted?.Scope ?? "").Split(':') is [var word, var number] && long.TryParse(number, CultureInfo.InvariantCulture, out var parsed) ? (word, parsed) : ("all", 0L);
        var scope = new HoldScope(kind == "sender" ? id : null, kind == "channel" ? id : null, Wanted?.Label);
        Show(await desk.SetAsync(_actor, scope, Wanted?.Reason ?? "", Context.RequestAborted), "set");
    }

    private async Task LiftAsync() =>
        Show(await desk.LiftAsync(_actor, LiftId ?? 0, LiftId is { } id ? LiftReasons?.GetValueOrDefault(id) ?? "" : "", Context.RequestAborted), "lift");

    // Anew, so that the banner of the frame is right and a reload repeats nothing.
    private void Show(Answer<Deliveries.Hold> answer, string done)
    {
        _refusal = answer.Refusal;
        Done = null;
        if (answer.Refusal is null)
        {
            navigation.NavigateTo($"holds?done={done}");
        }
    }

    public sealed class Want
    {
        public string Scope { get; set; } = "";

        public string? Label { get; set; }

        public string? Reason { get; set; }
    }
}
