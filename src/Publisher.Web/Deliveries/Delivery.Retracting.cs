using Publisher.Platforms;

namespace Publisher.Web.Deliveries;

/// <summary>What follows where a person asked for its posts to be deleted.</summary>
public sealed partial class Delivery
{
    /// <summary>What deleting one part led to.</summary>
    public void RecordRetraction(DeliveryPart part, RetractResult result, DateTimeOffset now)
    {
        if (result.Failure is null)
        {
            part.RetractedAt = now;
            Failures = 0;
            var isAllGone = Parts.TrueForAll(row => row.PublishedAt is null || row.RetractedAt is not null);
            State = isAllGone ? DeliveryState.Retracted : State;
            NextAt = isAllGone ? null : now;
            return;
        }

        Say(result.Failure);
        Failures++;
        // Deleting may be repeated: a post that is gone counts as deleted.
        if (result.Failure.Outcome is Outcome.NotNow or Outcome.Unclear or Outcome.Processing && Failures < 8)
        {
            var wait = BackOff(Failures);
            NextAt = now + (result.Failure.RetryAfter is { } said && said > wait ? said : wait);
            return;
        }

        Code = "retract.failed";
        Stop(NextPart is null ? DeliveryState.Published : DeliveryState.PartlyOut);
    }
}
