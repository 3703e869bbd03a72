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

    /// <summary>From the first unclear try until its call can no longer run and has become visible.</summary>
    public TimeWindow WindowOf(DeliveryPart part, PlatformTerms terms)
    {
        var slack = TimeSpan.FromSeconds(30);
        return new TimeWindow((part.UnclearSince ?? Due) - slack, CanRunUntil(part, terms) + terms.SettleTime + slack);
    }
}
