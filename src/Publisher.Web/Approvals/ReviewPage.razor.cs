using System.Globalization;
using Microsoft.AspNetCore.Components;
using Publisher.Web.Messages;
using Publisher.Web.People;
using Publisher.Web.Shell;
using Publisher.Web.Storage;

namespace Publisher.Web.Approvals;

/// <summary>One message to decide on. A plain page with plain forms: it works on a phone whose connection comes and goes.</summary>
public sealed partial class ReviewPage
{
    private readonly HashSet<long> _left = [];
    private Review? _review;
    private Refusal? _refusal;
    private WhenChoice _when;
    private string _time = "";
    private string _reason = "";
    private bool _rejecting;
    private DueTime.Twice? _twice;
    private IReadOnlyList<Choice> _choices = [];

    [Parameter]
    public long Id { get; set; }

    [Inject]
    public required ReviewReader Reader { get; set; }

    [Inject]
    public required ApprovalDesk Desk { get; set; }

    [Inject]
    public required CurrentPerson Current { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [Inject]
    public required TimeProvider Time { get; set; }

    [Inject]
    public required Microsoft.Extensions.Localization.IStringLocalizer<Shell.Words> Frame { get; set; }

    [CascadingParameter]
    public required HttpContext Context { get; set; }

    private DateTimeOffset Now { get; set; }

    private string Zone => _review!.Message.TimeZone;

    private DateTimeOffset? Due => _review!.Submission.ProposedDue;

    private TimeSpan Grace => _review!.Submission.Grace;

    private bool IsOpen => _review!.Message.State == MessageState.InReview;

    private bool CanDecide => _review is { MayNot: null } && IsOpen;

    private bool IsLate => Due < Now;

    private IReadOnlyList<Choice> Choices => _choices;

    protected override Task OnInitializedAsync() => ReadAsync();

    private async Task ReadAsync()
    {
        Now = Time.GetUtcNow();
        if (await Current.ActorAsync() is not { } actor)
        {
            _refusal = Refusal.SignInAgain;
            return;
        }

        var (review, refusal) = await Reader.ReadAsync(actor, Id, Context.RequestAborted);
        _review = review;
        _refusal ??= refusal;
        if (review is not null)
        {
            _choices = [.. ChoicesOf(review)];
            _when = _choices.Count > 0 && !IsLate ? _choices[0].Value : WhenChoice.AtTime;
            _time = DueTime.Write(Due > Now ? Due.Value : Now.AddMinutes(30), Zone);
        }
    }

    private IEnumerable<Choice> ChoicesOf(Review review)
    {
        if (review.ToJoin is { } join && join.Due != Due)
        {
            yield return new(WhenChoice.AsOthers, W["when.join", Clock.Label(join.Due, Zone, Now)], Until(join.Due + join.Grace), W["for.time", Clock.Label(join.Due, Zone, Now)]);
        }

        if (Due is { } due && due >= Now)
        {
            yield return new(WhenChoice.AsProposed, W["when.proposed", Clock.Label(due, Zone, Now)], Until(due + Grace), W["for.time", Clock.Label(due, Zone, Now)]);
        }

        if (!(review.Message.IsEmbargoed && Due > Now))
        {
            yield return new(WhenChoice.Now, W["when.now"], W["grace.now", M.Span(Grace)], W["for.now"]);
        }

        string Until(DateTimeOffset deadline) => W["grace.until", Clock.Label(deadline, Zone, Now)];
    }

    private async Task ApproveAsync()
    {
        var form = Context.Request.Form;
        var kept = form["channel"].Select(value => long.Parse(value!, CultureInfo.InvariantCulture)).ToHashSet();
        _ = Enum.TryParse<WhenChoice>(form["when"], out var when);
        DateTimeOffset? at = null;
        if (_review is null || await Current.ActorAsync() is not { } actor)
        {
            return;
        }

        if (when == WhenChoice.AtTime)
        {
            (at, _refusal) = Read(form["time"].ToString(), form["turn"]);
        }

        if (_refusal is null)
        {
            var yes = new Yes(Id, Number(form["version"]), Number(form["revision"]), kept, when, at);
            (_, _refusal) = await Desk.ApproveAsync(actor, yes, Context.RequestAborted);
        }

        await EndAsync(isYes: true);
        if (_review is null)
        {
            return;
        }

        _left.UnionWith(_review.Posts.Select(post => post.Channel.Id).Except(kept));
        _when = when;
        _time = form["time"].ToString();
    }

    private async Task RejectAsync()
    {
        var form = Context.Request.Form;
        if (_review is null || await Current.ActorAsync() is not { } actor)
        {
            return;
        }

        _reason = form["reason"].ToString();
        _rejecting = true;
        (_, _refusal) = await Desk.RejectAsync(actor, Id, Number(form["version"]), Number(form["revision"]), _reason, Context.RequestAborted);
        await EndAsync(isYes: false);
    }

    // After a yes or a no the page is asked for again, so that reloading it decides nothing twice.
    private async Task EndAsync(bool isYes)
    {
        if (_refusal is null)
        {
            Navigation.NavigateTo($"review/{Id}");
        }
        else
        {
            await ReadAsync();
        }

        if (_refusal?.Code == Refusal.LookAgain.Code && _review?.Outcome is { IsMine: true } mine && mine.IsYes == isYes)
        {
            // The button was pressed twice: the page says what the first press did.
            _refusal = null;
        }
    }

    private (DateTimeOffset? At, Refusal? Refusal) Read(string typed, string? turn)
    {
        switch (DueTime.Read(typed, Zone))
        {
            case DueTime.Once once:
                return (once.At, null);
            case DueTime.Twice twice when turn is "first" or "second":
                return (turn == "first" ? twice.First : twice.Second, null);
            case DueTime.Twice twice:
                _twice = twice;
                return (null, new Refusal("time.twice"));
            case DueTime.Skipped skipped:
                return (null, new Refusal("time.skipped", Clock.Full(skipped.Next, Zone)));
            default:
                return (null, new Refusal("time.missing"));
        }
    }

    private string Say(Refusal refusal) => W.Say(Frame, refusal);

    private static int Number(string? value) => int.TryParse(value, CultureInfo.InvariantCulture, out var number) ? number : -1;

    /// <param name="Text">Beside the button.</param>
    /// <param name="HowLate">After the text: until when it may still go out.</param>
    /// <param name="Label">On the big one, after what it approves.</param>
    private sealed record Choice(WhenChoice Value, string Text, string HowLate, string Label);
}
