using Publisher.Web.Deliveries;
using Quartz;

namespace Publisher.Web.Schedule;

/// <summary>
/// Reads followers and counts once a day. It looks every hour, so that a machine that slept at midnight does not miss the day; what was
/// read today, on whichever machine, is left alone.
/// </summary>
[DisallowConcurrentExecution]
internal sealed class MeasureJob(Measuring measuring) : IJob
{
    public static readonly JobKey Key = new("measure");

    private static readonly TimeSpan OnceADay = TimeSpan.FromDays(1);

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await measuring.RunAsync(OnceADay, cancellationToken);
}
