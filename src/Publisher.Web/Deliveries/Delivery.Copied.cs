using Publisher.Platforms;
using Publisher.Web.Storage;

namespace Publisher.Web.Deliveries;

/// <summary>
/// What follows where another installation may have worked on the same delivery: whatever it may have sent is looked for before
/// anything is sent, part by part.
/// </summary>
public sealed partial class Delivery
{
    /// <summary>The code of a delivery that another installation may have sent.</summary>
    public const string SentElsewhere = "sent.elsewhere";

    private bool LookedForFirst => NextPart?.UnclearUntil is not null;

    /// <summary>The other installation is off. The actions of the log that follow from it; null where nothing does.</summary>
    /// <param name="from">From when on it may have done what stands nowhere here.</param>
    public string? GoOnAsCopy(DateTimeOffset from, DateTimeOffset now)
    {
        if (IsClosed || State is DeliveryState.Rejected)
        {
            return null;
        }

        EndClaim();
        if (State is DeliveryState.Retracting)
        {
            // Deleting may be repeated: what is gone counts as deleted.
            NextAt = now;
            return null;
        }

        if (State is DeliveryState.HandedOver)
        {
            // A person has it, here or there, and says what became of it.
            return null;
        }

        // Nothing is sent before its time, by no installation.
        if (State is DeliveryState.Waiting or DeliveryState.SignInNeeded && Due > now && !SomethingIsOut)
        {
            return null;
        }

        if (State is DeliveryState.Waiting or DeliveryState.SignInNeeded && Deadline < from)
        {
            // There it may have been sent after all.
            Parts.Where(part => part.PublishedAt is null).ToList().ForEach(part => part.MayBeOut(from, now));
            Miss(now);
            return State is DeliveryState.PartlyOut ? "delivery.partly.out" : "delivery.missed";
        }

        foreach (var part in Parts.Where(part => part.PublishedAt is null))
        {
            part.MayBeOut(OpenTryOf(part, now)?.StartedAt ?? (Due > from ? Due : from), now);
        }

        switch (State)
        {
            case DeliveryState.Waiting or DeliveryState.SignInNeeded or DeliveryState.Sending or DeliveryState.Unclear:
                BeLookedFor(now);
                return "delivery.unclear";
            case DeliveryState.Processing:
                NextAt = now;
                return null;
            default:
                return null;
        }
    }

    /// <summary>A new delivery of what another installation may have had too, and sent.</summary>
    /// <param name="elsewhere">When; null where none can have.</param>
    public void LookFirst(CopySpan? elsewhere, DateTimeOffset now)
    {
        if (elsewhere is not null)
        {
            Parts.ForEach(part => part.MayBeOut(elsewhere.From, elsewhere.Until));
            BeLookedFor(now);
        }
    }

    private void BeLookedFor(DateTimeOffset now)
    {
        State = DeliveryState.Unclear;
        Code = SentElsewhere;
        Answer = "";
        Absences = 0;
        Failures = 0;
        NextAt = now;
    }

    // Whoever started it does not answer any more.
    private Attempt? OpenTryOf(DeliveryPart part, DateTimeOffset now)
    {
        var open = Attempts.Find(attempt => attempt.Part == part.Number && attempt.Outcome is null);
        if (open is not null)
        {
            open.EndedAt = now;
            open.Outcome = Outcome.Unclear;
            open.Code = "process.ended";
        }

        return open;
    }
}
