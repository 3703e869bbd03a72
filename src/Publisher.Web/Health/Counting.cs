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

    // In place of null: SQLite would look at all that is null by the index of what wakes.
    private static readonly DateTimeOffset Never = DateTimeOffset.MinValue;

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
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var states = await StatesOf(db, now - Day).GroupBy(state => state).Select(group => new { group.Key, Count = group.LongCount() })
            .ToDictionaryAsync(row => row.Key, row => row.Count, cancellationToken);
        var closed = Named(await db.Channels.Where(row => row.Health != ChannelHealth.Working).GroupBy(row => row.Health)
            .Select(group => new { group.Key, Count = group.LongCount() }).ToDictionaryAsync(row => row.Key, row => row.Count, cancellationToken));
        closed.Remove(nameof(ChannelHealth.Working));
        closed["RateLimited"] = await db.Channels.LongCountAsync(row => row.NotBefore > now, cancellationToken);
        return new Counts(
            Named(states),
            await db.WakingDeliveries.LongCountAsync(row => row.Due <= now && (row.State == DeliveryState.Waiting || row.State == DeliveryState.Sending), cancellationToken),
            states.GetValueOrDefault(DeliveryState.Unclear) + states.GetValueOrDefault(DeliveryState.CannotTell),
            closed,
            await db.Holds.LongCountAsync(row => row.LiftedAt == null, cancellationToken));
    }

    /// <summary>Also what there is none of: who waits for a figure to rise must see it at nought before.</summary>
    private static Dictionary<string, long> Named<T>(Dictionary<T, long> counted)
        where T : struct, Enum => Enum.GetValues<T>().ToDictionary(one => one.ToString(), counted.GetValueOrDefault);

    /// <summary>Of what wakes again, of what was due since, and of what nobody has decided on yet.</summary>
    internal static IQueryable<DeliveryState> StatesOf(PublisherDb db, DateTimeOffset since)
    {
        // Each by an index of its own: this is asked every few seconds, and the past only grows.
        var over = db.Deliveries.Where(row => db.Channels.Select(channel => channel.Id).Contains(row.ChannelId) && row.Due > since && (row.NextAt ?? Never) == Never);
        var undecided = db.Deliveries.Where(row => row.State == DeliveryState.CannotTell && (row.NextAt ?? Never) == Never && row.Due <= since);
        return db.WakingDeliveries.Select(row => row.State).Concat(over.Select(row => row.State)).Concat(undecided.Select(row => row.State));
    }

    private IEnumerable<Measurement<long>> One(Func<Counts, long> value) => _counts is { } counts ? [new(value(counts))] : [];

    private IEnumerable<Measurement<long>> Each(Func<Counts, IReadOnlyDictionary<string, long>> values, string tag) =>
        _counts is { } counts ? values(counts).Select(one => new Measurement<long>(one.Value, new KeyValuePair<string, object?>(tag, one.Key))) : [];

    private sealed record Counts(IReadOnlyDictionary<string, long> States, long Due, long Unclear, IReadOnlyDictionary<string, long> Closed, long Holds);
}
