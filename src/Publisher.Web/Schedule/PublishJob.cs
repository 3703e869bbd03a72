using Publisher.Web.Deliveries;
using Publisher.Web.Storage;
using Quartz;

namespace Publisher.Web.Schedule;

/// <summary>Wakes for a message, hands what is due to the lanes, and returns: it waits for no platform.</summary>
internal sealed class PublishJob(Timetable timetable, FanOut fanOut, TimeProvider time) : IJob
{
    public const string MessageId = "message";

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        var messageId = context.MergedJobDataMap.GetLong(MessageId);
        var left = context.ScheduledFireTimeUtc - time.GetUtcNow();
        if (left > DatabaseClock.Tolerance)
        {
            // The clock was set back this very moment: until it is right nothing is sent, and then the sweep wakes for it again.
            timetable.Fired(messageId);
            return;
        }

        // A timer may go off a little before its time; nothing leaves before the approved second.
        if (left > TimeSpan.Zero)
        {
            await Task.Delay(left.Value + TimeSpan.FromMilliseconds(1), time, cancellationToken);
        }

        var woken = time.GetUtcNow();
        timetable.Fired(messageId);
        await fanOut.TakeDueAsync(cancellationToken);
        // What woke for nothing, because its wake was moved later, gets its later trigger.
        await timetable.ArmAfterAsync(messageId, woken, cancellationToken);
    }
}
