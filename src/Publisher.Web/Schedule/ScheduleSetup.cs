using Quartz;

namespace Publisher.Web.Schedule;

internal static class ScheduleSetup
{
    /// <summary>Counting waits until what is due has had its time.</summary>
    private static readonly TimeSpan AfterStart = TimeSpan.FromMinutes(5);

    /// <param name="sends">Otherwise no clock runs in this process: it shows the calendar and takes holds.</param>
    public static void AddSchedule(this IServiceCollection services, bool sends = true)
    {
        services.AddSingleton<HoldDesk>();
        services.AddSingleton<ActiveHolds>();
        if (!sends)
        {
            return;
        }

        services.AddQuartz(quartz =>
        {
            // What they have handed to the lanes ends there; the rest is done after the next start.
            quartz.ConfigureScheduler(scheduler => scheduler.ShutdownJobInterruption = ShutdownJobInterruption.WhenWaitingForJobs);
            quartz.UseDefaultThreadPool(pool => pool.MaxConcurrency = 16);
            quartz.AddJob<PublishJob>(job => job.WithIdentity(Timetable.Job).StoreDurably());
            quartz.AddJob<MeasureJob>(job => job.WithIdentity(MeasureJob.Key));
            quartz.AddJob<BeatJob>(job => job.WithIdentity(BeatJob.Key));
            quartz.AddTrigger(trigger => trigger.ForJob(BeatJob.Key).WithSchedule(SimpleScheduleBuilder.Create().WithInterval(Beat.Every).RepeatForever()));
            quartz.AddTrigger(trigger => trigger.ForJob(MeasureJob.Key).StartAt(TimeProvider.System.GetUtcNow() + AfterStart).WithSchedule(SimpleScheduleBuilder.Create().WithInterval(TimeSpan.FromHours(1)).RepeatForever()));
        });
        services.AddQuartzHostedService(options => options.WaitForJobsToComplete = true);
        services.AddSingleton<Beat>();
        services.AddSingleton<Timetable>();
        services.AddHostedService(provider => provider.GetRequiredService<Timetable>());
        services.AddSingleton<Sweep>();
        services.AddHostedService(provider => provider.GetRequiredService<Sweep>());
    }
}
