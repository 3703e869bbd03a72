using System.Diagnostics.Metrics;
using Microsoft.EntityFrameworkCore;
using Publisher.Web.Channels;
using Publisher.Web.Deliveries;
using Publisher.Web.Schedule;
using Publisher.Web.Storage;

namespace Publisher.Web.Health;

/// <summary>
/// Reads every few seconds what can be counted in the database, for the figures that are shown as they are. Every process of an installation says the same of it: take the
/// highest, not the sum. Runs only where somebody collects them.
/// </summary>
internal sealed class Counting(IDbContextFactory<PublisherDb> databases, IServiceProvider services, Standstill standstill, TimeProvider time, ILogger<Counting> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly Meter _meter = new(Figures.Source);
    private volatile Counts? _counts;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _meter.CreateObservableGauge("publisher.deliveries", () => Each(counts => counts.States, "state"), description: "Open ones and those due in the last day, by state.");
        _meter.CreateObservableGauge("publisher.deliveries.due", () => One(counts => counts.Due), description: "Due, and not sent yet.");
        _meter.CreateObservableGauge("publisher.deliveries.unclear", () => One(counts => counts.Unclear), description: "May be live, and nobody knows.");
        _meter.CreateObservableGauge("publisher.channels.closed", () => Each(counts => counts.Closed, "reason"), description: "Channels through which nothing goes now.");
        _meter.CreateObservableGauge("publisher.holds", () => One(counts => counts.Holds), description: "Holds in force.");
        _meter.CreateObservableGauge("publisher.standstill", () => standstill.IsOn ? 1L : 0L, description: "1 while this may be a copy and sends nothing.");
        if (services.GetService<Sweep>() is { } sweep)
        {
            _meter.CreateObservableGauge("publisher.sweep.age", () => sweep.Age.TotalSeconds, "s", "Since the last sweep ended.");
        }

        if (services.GetService<Beat>() is { } beat)
        {
            _meter.CreateObservableGauge("publisher.scheduler.lateness", () => beat.Lateness.TotalSeconds, "s", "How late the scheduler last woke.");
        }

        return base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _meter.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                _counts = await ReadAsync(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                // A figure that is missing is true, one of yesterday is not.
                _counts = null;
                logger.LogWarning("The figures could not be read: {Reason}", failure.Message);
            }

            await Task.Delay(Every, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<Counts> ReadAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var yesterday = now - Day;
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var states = await db.Deliveries.Where(row => row.NextAt != null || row.Due > yesterday || row.State == DeliveryState.CannotTell)
            .GroupBy(row => row.State).Select(group => new { group.Key, Count = group.LongCount() }).ToListAsync(cancellationToken);
        var closed = await db.Channels.Where(row => row.Health != ChannelHealth.Working)
            .GroupBy(row => row.Health).Select(group => new { group.Key, Count = group.LongCount() }).ToDictionaryAsync(row => row.Key.ToString(), row => row.Count, cancellationToken);
        closed["RateLimited"] = await db.Channels.LongCountAsync(row => row.NotBefore > now, cancellationToken);
        return new Counts(
            states.ToDictionary(row => row.Key.ToString(), row => row.Count),
            await db.Deliveries.LongCountAsync(row => row.Due <= now && (row.State == DeliveryState.Waiting || row.State == DeliveryState.Sending), cancellationToken),
            states.Where(row => row.Key is DeliveryState.Unclear or DeliveryState.CannotTell).Sum(row => row.Count),
            closed,
            await db.Holds.LongCountAsync(row => row.LiftedAt == null, cancellationToken));
    }

    private IEnumerable<Measurement<long>> One(Func<Counts, long> value) => _counts is { } counts ? [new(value(counts))] : [];

    private IEnumerable<Measurement<long>> Each(Func<Counts, IReadOnlyDictionary<string, long>> values, string tag) =>
        _counts is { } counts ? values(counts).Select(one => new Measurement<long>(one.Value, new KeyValuePair<string, object?>(tag, one.Key))) : [];

    private sealed record Counts(IReadOnlyDictionary<string, long> States, long Due, long Unclear, IReadOnlyDictionary<string, long> Closed, long Holds);
}
