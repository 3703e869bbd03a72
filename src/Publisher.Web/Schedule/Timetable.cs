using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Publisher.Web.Deliveries;
using Publisher.Web.Storage;
using Quartz;

namespace Publisher.Web.Schedule;

/// <summary>
/// The alarm clock: one trigger in memory per message, at its next wake. The deliveries are the truth; a trigger that is
/// lost costs seconds, because the sweep sets it again, and one that fires too early or twice costs nothing.
/// </summary>
internal sealed class Timetable(ISchedulerFactory schedulers, IDbContextFactory<PublisherDb> databases, FanOut fanOut, Writer writer, TimeProvider time, ILogger<Timetable> logger)
    : BackgroundService
{
    public static readonly JobKey Job = new("publish");

    /// <summary>What wakes within this time is armed by the sweep, and whenever everything is looked at again.</summary>
    public static readonly TimeSpan Ahead = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<long, DateTimeOffset> _armed = new();
    private readonly ConcurrentDictionary<long, bool> _moved = new();
    private readonly SemaphoreSlim _bell = new(0);

    /// <summary>Sets the trigger of one message to its earliest wake.</summary>
    public Task ArmAsync(long messageId, CancellationToken cancellationToken) => ArmAsync([messageId], cancellationToken);

    /// <summary>Sets the trigger of one message to its earliest wake after this time. What was due before has been taken.</summary>
    public async Task ArmAfterAsync(long messageId, DateTimeOffset after, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await ArmAsync(db.Deliveries.Where(row => row.MessageId == messageId && row.NextAt > after), cancellationToken);
    }

    /// <summary>Sets the triggers of everything that wakes until then, in one query.</summary>
    public async Task ArmUntilAsync(DateTimeOffset until, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await ArmAsync(db.Deliveries.Where(row => row.NextAt <= until), cancellationToken);
    }

    /// <summary>The trigger of this message has gone off; the next one may be set.</summary>
    public void Fired(long messageId) => _armed.TryRemove(messageId, out _);

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        writer.Committed += Hear;
        fanOut.Freed += Hear;
        return base.StartAsync(cancellationToken);
    }

    public override Task StopAsync(CancellationToken cancellationToken)
    {
        writer.Committed -= Hear;
        fanOut.Freed -= Hear;
        return base.StopAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _bell.Dispose();
        base.Dispose();
    }

    // Whatever moves while one query runs is in the next one: a burst of commits costs few queries.
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await _bell.WaitAsync(stoppingToken);
                while (_bell.CurrentCount > 0)
                {
                    await _bell.WaitAsync(stoppingToken);
                }

                var moved = _moved.Keys.ToList();
                moved.ForEach(message => _moved.TryRemove(message, out _));
                if (moved.Remove(PublisherDb.EveryPage))
                {
                    // Also after this machine did not hear the others for a while.
                    await ArmUntilAsync(time.GetUtcNow() + Ahead, stoppingToken);
                }

                foreach (var some in moved.Chunk(500))
                {
                    await ArmAsync(some, stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // The sweep sets what was missed here; the loop must live.
                logger.LogError(failure, "Triggers could not be set");
            }
        }
    }

    private void Hear(IReadOnlyCollection<long> messages)
    {
        foreach (var message in messages)
        {
            _moved[message] = true;
        }

        _bell.Release();
    }

    private void Hear(long messageId) => Hear([messageId]);

    private async Task ArmAsync(IReadOnlyCollection<long> messageIds, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await ArmAsync(db.Deliveries.Where(row => messageIds.Contains(row.MessageId)), cancellationToken);
    }

    private async Task ArmAsync(IQueryable<Delivery> deliveries, CancellationToken cancellationToken)
    {
        var wakes = await deliveries.Where(row => row.NextAt != null).Select(row => new { row.Id, row.MessageId, row.NextAt }).ToListAsync(cancellationToken);
        foreach (var message in wakes.Where(row => !fanOut.IsTaken(row.Id)).GroupBy(row => row.MessageId))
        {
            await SetAsync(message.Key, message.Min(row => row.NextAt!.Value), cancellationToken);
        }
    }

    // Only ever pulled earlier: whoever wakes for nothing sets the later one.
    private async Task SetAsync(long messageId, DateTimeOffset wake, CancellationToken cancellationToken)
    {
        if (_armed.TryGetValue(messageId, out var armed) && armed <= wake && armed > time.GetUtcNow())
        {
            return;
        }

        _armed[messageId] = wake;
        var trigger = TriggerBuilder.Create()
            .WithIdentity(messageId.ToString(CultureInfo.InvariantCulture), Job.Name)
            .ForJob(Job)
            .UsingJobData(PublishJob.MessageId, messageId)
            .StartAt(wake)
            .WithSchedule(SimpleScheduleBuilder.Create().WithMisfireInstruction(SimpleTriggerMisfireInstruction.IgnoreMisfires))
            .Build();
        var scheduler = await schedulers.GetScheduler(cancellationToken);
        await scheduler.ScheduleJob(trigger, ScheduleJobOptions.Replacing, cancellationToken);
    }
}
