using Microsoft.EntityFrameworkCore;
using Publisher.Web.Deliveries;
using Publisher.Web.Messages;

namespace Publisher.Benchmarks;

/// <summary>
/// The steps of one delivery as a careful program takes them that has EF Core and no writer of its own: claim, fence, send, record, each saved by itself. The same
/// tables, adapters and log entries as the product. Holds are read, though not under a lock; what was approved is trusted.
/// </summary>
internal sealed class PlainSteps(SendingOffice office)
{
    private static readonly TimeSpan _lease = TimeSpan.FromSeconds(30);
    private readonly Accounts _accounts = new(office.Keys);

    public async Task SendAsync(long deliveryId)
    {
        await using var db = await office.ReadAsync();
        var delivery = await db.Deliveries.Include(row => row.Parts).Include(row => row.Attempts).SingleAsync(row => row.Id == deliveryId);
        var channel = await db.Channels.AsNoTracking().SingleAsync(row => row.Id == delivery.ChannelId);
        var frozen = await db.FrozenPosts.AsNoTracking().SingleAsync(row => row.Id == delivery.FrozenPostId);
        var now = DateTimeOffset.UtcNow;
        if (delivery.State is not DeliveryState.Waiting || now < delivery.Due || now > delivery.Deadline || await db.Holds.AnyAsync(hold => hold.LiftedAt == null))
        {
            return;
        }

        // The lease is compared by the save: of two that claim at once one fails.
        (delivery.State, delivery.Lease, delivery.LeaseEnd, delivery.NextAt) = (DeliveryState.Sending, delivery.Lease + 1, now + _lease, now + _lease);
        await db.SaveChangesAsync();

        var row = delivery.Parts[0];
        row.CreatedAt ??= now;
        var attempt = new Attempt { DeliveryId = delivery.Id, Part = row.Number, Number = delivery.Attempts.Count + 1, Lease = delivery.Lease, StartedAt = now };
        delivery.Attempts.Add(attempt);
        db.Append(delivery.Entry(null, now, "delivery.started", attempt, code: ""));
        await db.SaveChangesAsync();

        var platform = office.Platforms[channel.Platform];
        var part = Seal.Thaw(frozen.Bytes, frozen.Format, channel.Limits).Parts[0] with { Key = row.Key, CreatedAt = row.CreatedAt.Value };
        var result = await platform.PublishAsync(part, row.PreparedSoFar, _accounts.Open(channel)!, CancellationToken.None);

        now = DateTimeOffset.UtcNow;
        delivery.Record(attempt, result, PlatformTerms.Of(platform, channel, delivery, new SendingTimes()), now);
        db.Append(delivery.Entry(null, now, delivery.Led(row), attempt));
        await db.SaveChangesAsync();
    }

    /// <summary>What is due by then, by channel; what a platform wants beforehand has been brought to it when this returns.</summary>
    public async Task<List<List<long>>> PrepareAsync(DateTimeOffset due)
    {
        await using var db = await office.ReadAsync();
        var waiting = await db.Deliveries.Include(row => row.Parts).Where(row => row.Due == due && row.State == DeliveryState.Waiting).ToListAsync();
        var frozen = await db.FrozenPosts.AsNoTracking().Where(row => db.Deliveries.Any(delivery => delivery.FrozenPostId == row.Id && delivery.Due == due)).ToDictionaryAsync(row => row.Id);
        var channels = office.Alike.ToDictionary(channel => channel.Id);
        await Parallel.ForEachAsync(waiting, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (delivery, cancellation) =>
        {
            var channel = channels[delivery.ChannelId];
            var post = frozen[delivery.FrozenPostId];
            var part = Seal.Thaw(post.Bytes, post.Format, channel.Limits).Parts[0] with { Key = delivery.Parts[0].Key, CreatedAt = due };
            delivery.Parts[0].Keep(await BareCalls.PrepareAsync(office.Platforms[channel.Platform], part, _accounts.Open(channel)!, cancellation));
        });
        await db.SaveChangesAsync();
        return [.. waiting.GroupBy(delivery => delivery.ChannelId).Select(lane => lane.Select(delivery => delivery.Id).ToList())];
    }

    /// <summary>A lane for each channel, as the product has them, and in it one delivery after the other.</summary>
    public Task SendAsync(List<List<long>> lanes) => Task.WhenAll(lanes.Select(lane => Task.Run(async () =>
    {
        foreach (var delivery in lane)
        {
            await SendAsync(delivery);
        }
    })));
}
