using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Quartz;

namespace Publisher.Benchmarks;

/// <summary>
/// Quartz.NET on its clustered store in PostgreSQL with the settings it comes with: a job for each channel that never runs twice at once, a trigger for each
/// delivery, and the plain steps.
/// </summary>
internal static class PlainQuartz
{
    /// <summary>Sends what is due, and returns when the last job has ended.</summary>
    public static async Task SendAsync(string postgres, PlainSteps steps, List<List<long>> lanes, DateTimeOffset due)
    {
        var left = new Left(lanes.SelectMany(lane => lane));
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton(steps);
        builder.Services.AddSingleton(left);
        builder.Services.AddQuartz(quartz =>
        {
            // As many at once as the product has lanes.
            quartz.UseDefaultThreadPool(pool => pool.MaxConcurrency = 14);
            for (var lane = 0; lane < lanes.Count; lane++)
            {
                var key = KeyOf(lane);
                quartz.AddJob<SendJob>(job => job.WithIdentity(key).StoreDurably());
            }

            quartz.UsePersistentStore(store =>
            {
                store.UsePostgres(Npgsql.NpgsqlFactory.Instance, postgres);
                store.UseClustering();
                store.ProvisionSchema();
            });
        });
        builder.Services.AddQuartzHostedService(options => options.WaitForJobsToComplete = true);
        using var host = builder.Build();
        await host.StartAsync();
        var scheduler = await host.Services.GetRequiredService<ISchedulerFactory>().GetScheduler(CancellationToken.None);
        for (var lane = 0; lane < lanes.Count; lane++)
        {
            foreach (var delivery in lanes[lane])
            {
                var trigger = TriggerBuilder.Create().ForJob(KeyOf(lane)).UsingJobData(SendJob.Delivery, delivery.ToString(CultureInfo.InvariantCulture)).StartAt(due).Build();
                await scheduler.ScheduleJob(trigger, ScheduleJobOptions.Replacing, CancellationToken.None);
            }
        }

        if (DateTimeOffset.UtcNow > due)
        {
            Console.WriteLine($"Scheduling took {(DateTimeOffset.UtcNow - due).TotalSeconds:F0} s longer than there was until the due second: the machine is too busy.");
        }

        await left.Ended.WaitAsync(TimeSpan.FromMinutes(3)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await host.StopAsync();
    }

    private static JobKey KeyOf(int lane) => new($"send {lane}");

    [DisallowConcurrentExecution]
    private sealed class SendJob(PlainSteps steps, Left left) : IJob
    {
        public const string Delivery = "delivery";

        public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
        {
            var delivery = long.Parse(context.MergedJobDataMap.GetString(Delivery)!, CultureInfo.InvariantCulture);
            await steps.SendAsync(delivery);
            left.End(delivery);
        }
    }

    private sealed class Left(IEnumerable<long> deliveries)
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ConcurrentDictionary<long, bool> _left = new(deliveries.Select(delivery => KeyValuePair.Create(delivery, true)));

        public Task Ended => _ended.Task;

        public void End(long delivery)
        {
            _left.TryRemove(delivery, out _);
            if (_left.IsEmpty)
            {
                _ended.TrySetResult();
            }
        }
    }
}
