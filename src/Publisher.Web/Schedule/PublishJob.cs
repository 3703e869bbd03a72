using Publisher.Web.Deliveries;
using Quartz;

namespace Publisher.Web.Schedule;

/// <summary>Wakes for a message, hands what is due to the lanes, and returns: it waits for no platform.</summary>
internal sealed class PublishJob(Timetable timetable, FanOut fanOut, TimeProvider time) : IJob
{
    public const string MessageId = "message";

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        // A timer may go off a little before its time; nothing leaves before the approved second.
        if (context.ScheduledFireTimeUtc - time.GetUtcNow() is { } left && left > TimeSpan.Zero)
        {
            await Task.Delay(left + TimeSpan.FromMilliseconds(1), time, cancellationToken);
        }

        var woken = time.GetUtcNow();
        var messageId = context.MergedJobDataMap.GetLong(MessageId);
        timetable.Fired(messageId);
        await fanOut.TakeDueAsync(cancellationToken);
        // What woke for nothing, because its wake was moved later, gets its later trigger.
        await timetable.ArmAfterAsync(messageId, woken, cancellationToken);
    }
}
