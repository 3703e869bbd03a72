using Quartz;

namespace Publisher.Web.Schedule;

/// <summary>Wakes every few seconds for nothing but to see how late it is: the jobs that send wake the same way, through the same threads.</summary>
internal sealed class BeatJob(Beat beat, TimeProvider time) : IJob
{
    public static readonly JobKey Key = new("beat");

    public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        beat.Note(time.GetUtcNow() - (context.ScheduledFireTimeUtc ?? context.FireTimeUtc));
        return ValueTask.CompletedTask;
    }
}
