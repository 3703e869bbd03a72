using Quartz;

namespace Publisher.Web.Schedule;

internal static class ScheduleSetup
{
    public static void AddSchedule(this IServiceCollection services)
    {
        services.AddQuartz(quartz =>
        {
            quartz.UseDefaultThreadPool(pool => pool.MaxConcurrency = 16);
            quartz.AddJob<PublishJob>(job => job.WithIdentity(Timetable.Job).StoreDurably());
        });
        services.AddQuartzHostedService(options => options.WaitForJobsToComplete = true);
        services.AddSingleton<Timetable>();
        services.AddHostedService(provider => provider.GetRequiredService<Timetable>());
        services.AddSingleton<Sweep>();
        services.AddHostedService(provider => provider.GetRequiredService<Sweep>());
        services.AddSingleton<HoldDesk>();
        services.AddSingleton<ActiveHolds>();
    }
}
