using Publisher.Platforms;

namespace Publisher.Web.Deliveries;

/// <summary>Whether its turn has come, and what may follow an unclear try: the same request once more, or a look, and where to look.</summary>
public sealed partial class Delivery
{
    /// <summary>
    /// Whether a call may start as things stand in the row that was read. Since it was taken for due, somebody may have cancelled it, closed it
    /// by hand or put it off, and another machine may have tried.
    /// </summary>
    public bool MayStart(DeliveryPart part, PlatformTerms terms, DateTimeOffset now) =>
        State is DeliveryState.Unclear ? MayRepeat(part, terms, now) : State is DeliveryState.Waiting && Due <= now && NextAt <= now;

    /// <summary>Whether an unclear part may be sent again as it was, instead of being looked for.</summary>
    public bool MayRepeat(DeliveryPart part, PlatformTerms terms, DateTimeOffset now)
    {
        // What another installation has tried, and when, stands nowhere here.
        if (part.UnclearUntil is not null || (Code == Held && terms.CanRecall))
        {
            return false;
        }

        var tries = Attempts.Where(attempt => attempt.Part == part.Number).ToList();
        return terms.RepeatSafeFor is { } span
            && tries.Count > 0
            && now <= Deadline
            && now >= tries.Max(attempt => attempt.StartedAt) + terms.CallLimit
            && now + terms.CallLimit - tries.Min(attempt => attempt.StartedAt) < span;
    }

    /// <summary>A repeat was allowed by the platform but not by us.</summary>
    public void LookInstead(DateTimeOffset now)
    {
        EndClaim();
        Code = Held;
        NextAt = now + FirstLook;
    }

    /// <summary>Whether it was tried by a clock that was ahead and is set right: when that was, nobody knows any more.</summary>
    private static bool IsByClockAhead(DeliveryPart part, DateTimeOffset now) => part.UnclearSince > now + SameTime;

    /// <summary>By how much this machine's clock may differ from a platform's, so that a window of time still holds what was posted in it.</summary>
    public static readonly TimeSpan SameTime = TimeSpan.FromSeconds(20);

    /// <summary>
    /// From the first unclear try until its call can no longer run and has become visible, or until now: a clock that was behind when it was tried
    /// may have been set right since. Where it was ahead, the try stands in the future, and may have been at any time of the last day.
    /// </summary>
    public TimeWindow WindowOf(DeliveryPart part, PlatformTerms terms, DateTimeOffset now)
    {
        var slack = TimeSpan.FromSeconds(30);
        var visible = CanRunUntil(part, terms) + terms.SettleTime;
        var since = IsByClockAhead(part, now) ? now - LongestProcessing : part.UnclearSince ?? Due;
        return new TimeWindow(since - slack, (visible > now ? visible : now) + slack);
    }
}
