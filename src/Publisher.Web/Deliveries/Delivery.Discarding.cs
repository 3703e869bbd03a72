using Publisher.Platforms;

namespace Publisher.Web.Deliveries;

/// <summary>What a delivery that was stopped has left in the account: removed there, with patience, or left to a person.</summary>
public sealed partial class Delivery
{
    private const int MostDiscards = 13;

    /// <summary>After a minute, then after two, four and so on.</summary>
    private static readonly TimeSpan FirstDiscard = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan LongestDiscard = TimeSpan.FromMinutes(240);

    /// <summary>Nothing of it goes out unless a person decides anew.</summary>
    public bool IsStopped => State is DeliveryState.Cancelled or DeliveryState.Missed or DeliveryState.Refused or DeliveryState.Rejected;

    /// <summary>The part of a stopped delivery that may still lie in the account unseen. None of which anybody could think that it is live, or may become so.</summary>
    public DeliveryPart? Draft => IsStopped ? Parts.Where(IsDraft).MinBy(part => part.Number) : null;

    /// <summary>What removing a draft led to.</summary>
    /// <param name="failure">Null when it is gone.</param>
    public void RecordDiscard(DeliveryPart part, PublishResult? failure, DateTimeOffset now)
    {
        if (failure is null)
        {
            part.Forget();
            Failures = 0;
            NextAt = Draft is null ? null : now;
            return;
        }

        // What somebody has opened to others is theirs.
        Failures = failure.Code == Codes.DraftVisible ? MostDiscards : Failures + 1;
        var wait = FirstDiscard * Math.Pow(2, Failures);
        wait = wait < LongestDiscard ? wait : LongestDiscard;
        NextAt = Failures >= MostDiscards ? null : now + (failure.RetryAfter is { } said && said > wait ? said : wait);
    }

    /// <summary>A former owner had brought more than was known when the delivery was stopped.</summary>
    public bool TryKeepLate(DeliveryPart brought, DateTimeOffset now)
    {
        var part = Parts.Single(row => row.Number == brought.Number);
        if (!IsStopped || brought.Prepared is null || part.Prepared == brought.Prepared)
        {
            return false;
        }

        part.Prepared = brought.Prepared;
        DiscardSoon(now);
        return NextAt is not null;
    }

    private void End(DeliveryState state, DateTimeOffset now)
    {
        Stop(state);
        DiscardSoon(now);
    }

    private void DiscardSoon(DateTimeOffset now)
    {
        if (Draft is not null)
        {
            Failures = 0;
            NextAt = now + FirstDiscard;
        }
    }

    private bool IsDraft(DeliveryPart part) =>
        part is { PublishedAt: null, UnclearSince: null, UnclearUntil: null, Ticket: null }
        && part.PreparedSoFar.Files.Count > 0
        && Attempts.TrueForAll(attempt => attempt.Part != part.Number || attempt.Outcome is Outcome.NotNow or Outcome.Rejected or Outcome.SignInNeeded or Outcome.ByHand);
}
