using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Publisher.Web.Storage;

namespace Publisher.Web.Deliveries;

/// <summary>
/// Who is busy with a delivery, and until when others must not touch it. The owner is new for every process start, so a
/// process never takes its predecessor's work for its own.
/// </summary>
internal sealed class Leases(Writer writer, DatabaseClock clock, Standstill standstill, SendingTimes times, TimeProvider time, ILogger<Leases> logger) : BackgroundService
{
    private readonly ConcurrentDictionary<long, int> _held = new();

    public Guid Owner { get; } = Guid.NewGuid();

    public TimeSpan Length => times.Lease;

    public void Hold(Delivery delivery) => _held[delivery.Id] = delivery.Lease;

    public void Free(long deliveryId) => _held.TryRemove(deliveryId, out _);

    /// <summary>
    /// Claims what is not sent, only asked about, looked for or taken over: no gate, no lane, the state stays. Its next time tells whether it is
    /// still as it was read: an owner that goes on from part to part keeps number and state.
    /// </summary>
    public async Task<bool> TryClaimAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        var end = await writer.WriteAsync(
            async (db, cancellation) =>
            {
                if (await Claim.TryTakeAsync(db, clock, delivery, Owner, cancellation) is not { } moment || !standstill.IsKnown(moment))
                {
                    return null;
                }

                var now = moment.Now;
                var until = now + Length;
                var claimed = await db.Deliveries
                    .Where(row => row.Id == delivery.Id && row.Lease == delivery.Lease && row.State == delivery.State && row.NextAt == delivery.NextAt && (row.LeaseEnd == null || row.LeaseEnd < now))
                    .ExecuteUpdateAsync(
                        set => set.SetProperty(row => row.Owner, Owner).SetProperty(row => row.Lease, row => row.Lease + 1)
                            .SetProperty(row => row.LeaseEnd, until).SetProperty(row => row.NextAt, until),
                        cancellation);
                return claimed == 1 ? until : (DateTimeOffset?)null;
            },
            cancellationToken);
        if (end is null)
        {
            return false;
        }

        Mark(delivery, end.Value);
        return true;
    }

    /// <summary>There is nothing to do before then, or ever where it is null; who has claimed it meanwhile knows better.</summary>
    public Task LeaveAsync(Delivery delivery, DateTimeOffset? until, CancellationToken cancellationToken) =>
        writer.WriteAsync(
            (db, cancellation) => db.Deliveries.Where(row => row.Id == delivery.Id && row.Lease == delivery.Lease && row.LeaseEnd == delivery.LeaseEnd)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.NextAt, until), cancellation),
            cancellationToken);

    /// <summary>Repeats in memory what a claim wrote.</summary>
    public void Mark(Delivery delivery, DateTimeOffset end)
    {
        delivery.Owner = Owner;
        delivery.Lease++;
        delivery.LeaseEnd = end;
        delivery.NextAt = end;
        Hold(delivery);
    }

    public async Task RenewAsync(CancellationToken cancellationToken)
    {
        var held = _held.Keys.ToList();
        if (held.Count == 0)
        {
            return;
        }

        await writer.WriteAsync(
            async (db, cancellation) =>
            {
                var until = await clock.NowAsync(db, cancellation) + Length;
                return await db.Deliveries.Where(row => held.Contains(row.Id) && row.Owner == Owner && row.LeaseEnd != null)
                    .ExecuteUpdateAsync(set => set.SetProperty(row => row.LeaseEnd, until).SetProperty(row => row.NextAt, until), cancellation);
            },
            cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Length / 3, time);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await timer.WaitForNextTickAsync(stoppingToken);
                await RenewAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // A renewal that fails costs nothing while the next one comes in time; the loop must live.
                logger.LogError(failure, "The leases of {Held} deliveries could not be renewed", _held.Count);
            }
        }
    }
}
