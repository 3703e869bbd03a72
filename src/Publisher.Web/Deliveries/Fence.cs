using Microsoft.EntityFrameworkCore;
using Publisher.Platforms;
using Publisher.Web.Channels;
using Publisher.Web.Storage;

namespace Publisher.Web.Deliveries;

internal enum FenceAnswer
{
    /// <summary>The attempt is committed as started; the call may leave.</summary>
    Started,

    /// <summary>A hold, the deadline or the channel stands in the way; that is written down.</summary>
    Stopped,

    /// <summary>Another delivery of this channel is being sent, or a machine is about to start one.</summary>
    LaneBusy,

    /// <summary>Someone else changed or claimed it.</summary>
    Lost,
}

/// <param name="Stamp">When the fence was written, for its age.</param>
internal readonly record struct Fenced(FenceAnswer Answer, Attempt? Attempt, long Stamp);

/// <summary>
/// The transaction before a visible call: lane, hold, cancellation, deadline and channel are read and the attempt is
/// committed as started, in one that shares the <see cref="SendLock"/>. So nothing leaves after a hold has been committed,
/// and what crashes after this is known to have been tried.
/// </summary>
internal sealed class Fence(Writer writer, Leases leases, DatabaseClock clock, Standstill standstill, TimeProvider time)
{
    public static readonly TimeSpan OldAfter = TimeSpan.FromSeconds(1);

    public async Task<Fenced> StartAsync(Delivery delivery, DeliveryPart part)
    {
        var createdAt = part.CreatedAt;
        var (fenced, end) = await writer.WriteAsync((db, cancellation) => StepAsync(db, delivery, part, createdAt, cancellation), CancellationToken.None);
        if (fenced.Answer is FenceAnswer.Started)
        {
            var isNew = delivery.State is not DeliveryState.Sending;
            delivery.State = DeliveryState.Sending;
            delivery.Attempts.Add(fenced.Attempt!);
            if (isNew)
            {
                leases.Mark(delivery, end);
            }
        }

        return fenced;
    }

    /// <summary>A claim that only prepares: it obeys the same gate, but needs no lane and starts no attempt.</summary>
    public async Task<FenceAnswer> MayPrepareAsync(Delivery delivery)
    {
        var (answer, end) = await writer.WriteAsync(
            async (db, cancellation) =>
            {
                if (await Claim.TryTakeAsync(db, clock, delivery, leases.Owner, cancellation) is not { } moment || !standstill.IsKnown(moment))
                {
                    return (FenceAnswer.Lost, default(DateTimeOffset));
                }

                var now = moment.Now;
                var row = await db.Deliveries.Include(found => found.Parts).SingleOrDefaultAsync(found => found.Id == delivery.Id, cancellation);
                if (row is null || row.Lease != delivery.Lease || row.State != delivery.State || row.NextAt != delivery.NextAt || row.LeaseEnd >= now)
                {
                    return (FenceAnswer.Lost, default);
                }

                if (await StopAsync(db, row, now, cancellation))
                {
                    return (FenceAnswer.Stopped, default);
                }

                row.Owner = leases.Owner;
                row.Lease++;
                var until = now + leases.Length;
                row.LeaseEnd = until;
                row.NextAt = until;
                return (FenceAnswer.Started, until);
            },
            CancellationToken.None);
        if (answer is FenceAnswer.Started)
        {
            leases.Mark(delivery, end);
        }

        return answer;
    }

    /// <summary>Asks for one that there is not, as it would for one that there is.</summary>
    public Task RehearseAsync(Delivery none, CancellationToken cancellationToken) => writer.WriteAsync(
        async (db, cancellation) =>
        {
            await Claim.TryTakeLaneAsync(db, clock, none, leases.Owner, cancellation);
            return await ClaimAsync(db, none, none.Lease, clock.Now, clock.Now, anyHold: true, cancellation);
        },
        cancellationToken);

    private async Task<(Fenced Fenced, DateTimeOffset LeaseEnd)> StepAsync(PublisherDb db, Delivery delivery, DeliveryPart part, DateTimeOffset? createdAt, CancellationToken cancellationToken)
    {
        if (await Claim.TryTakeLaneAsync(db, clock, delivery, leases.Owner, cancellationToken) is not { } moment)
        {
            // A thread that is on its way waits for whoever looks at its channel, unless it was taken over meanwhile.
            var isOurs = delivery.State is not DeliveryState.Sending
                || await db.Deliveries.AnyAsync(row => row.Id == delivery.Id && row.Lease == delivery.Lease && row.Owner == leases.Owner, cancellationToken);
            return (new Fenced(isOurs ? FenceAnswer.LaneBusy : FenceAnswer.Lost, null, 0), default);
        }

        var now = moment.Now;
        var end = now + leases.Length;
        if (!clock.IsRight || !standstill.IsKnown(moment))
        {
            return (new Fenced(FenceAnswer.Lost, null, 0), end);
        }

        // A thread's next part keeps its claim; everything else gets a new one.
        var lease = delivery.State is DeliveryState.Sending ? delivery.Lease : delivery.Lease + 1;

        if (!await ClaimAsync(db, delivery, lease, now, end, anyHold: true, cancellationToken))
        {
            if (await WhyNotAsync(db, delivery, now, cancellationToken) is { } answer)
            {
                return (new Fenced(answer, null, 0), end);
            }

            // There are holds, but none of them covers this one. What was read to find that out is not to be saved.
            db.ChangeTracker.Clear();
            if (!await ClaimAsync(db, delivery, lease, now, end, anyHold: false, cancellationToken))
            {
                return (new Fenced(FenceAnswer.Lost, null, 0), end);
            }
        }

        var attempt = new Attempt
        {
            DeliveryId = delivery.Id,
            Part = part.Number,
            Number = delivery.Attempts.Count(row => row.Part == part.Number) + 1,
            Lease = lease,
            StartedAt = now,
        };
        db.Attempts.Add(attempt);
        part.CreatedAt = createdAt ?? now;
        db.Attach(part).Property(row => row.CreatedAt).IsModified = true;
        db.Append(delivery.Entry(null, now, "delivery.started", attempt, code: ""));
        return (new Fenced(FenceAnswer.Started, attempt, time.GetTimestamp()), end);
    }

    private async Task<bool> ClaimAsync(PublisherDb db, Delivery delivery, int lease, DateTimeOffset now, DateTimeOffset end, bool anyHold, CancellationToken cancellationToken)
    {
        var early = now + DatabaseClock.Tolerance;
        var claimed = await db.Deliveries
            .Where(row => row.Id == delivery.Id && row.Lease == delivery.Lease && row.State == delivery.State && row.Deadline >= now && row.Due <= early
                && (delivery.State == DeliveryState.Sending ? row.Owner == leases.Owner : row.NextAt == delivery.NextAt && (row.LeaseEnd == null || row.LeaseEnd < now))
                && !(anyHold && db.Holds.Any(hold => hold.LiftedAt == null))
                && !db.Deliveries.Any(other => other.ChannelId == row.ChannelId && other.State == DeliveryState.Sending && other.Id != row.Id)
                && db.Channels.Any(channel => channel.Id == row.ChannelId && channel.Health == ChannelHealth.Working && (channel.NotBefore == null || channel.NotBefore <= now)))
            .ExecuteUpdateAsync(
                set => set.SetProperty(row => row.State, DeliveryState.Sending).SetProperty(row => row.Owner, leases.Owner).SetProperty(row => row.Lease, lease)
                    .SetProperty(row => row.LeaseEnd, end).SetProperty(row => row.NextAt, end),
                cancellationToken);
        return claimed == 1;
    }

    private async Task<FenceAnswer?> WhyNotAsync(PublisherDb db, Delivery delivery, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var row = await db.Deliveries.Include(found => found.Parts).SingleOrDefaultAsync(found => found.Id == delivery.Id, cancellationToken);
        // Renewing moves the time of what is being sent.
        if (row is null || row.Lease != delivery.Lease || row.State != delivery.State || (row.NextAt != delivery.NextAt && row.State is not DeliveryState.Sending) || (row.Owner != leases.Owner && row.LeaseEnd >= now))
        {
            return FenceAnswer.Lost;
        }

        if (row.Due > now + DatabaseClock.Tolerance)
        {
            clock.Doubt();
            return FenceAnswer.Lost;
        }

        if (await db.Deliveries.AnyAsync(other => other.ChannelId == row.ChannelId && other.State == DeliveryState.Sending && other.Id != row.Id, cancellationToken))
        {
            return FenceAnswer.LaneBusy;
        }

        return await StopAsync(db, row, now, cancellationToken) ? FenceAnswer.Stopped : null;
    }

    /// <summary>Writes down what stands in the way, if anything does.</summary>
    private static async Task<bool> StopAsync(PublisherDb db, Delivery row, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var channel = await db.Channels.AsNoTracking().Where(found => found.Id == row.ChannelId).Select(found => new { found.Health, found.NotBefore }).SingleAsync(cancellationToken);
        var holds = await db.Holds.AsNoTracking().Where(hold => hold.LiftedAt == null).ToListAsync(cancellationToken);
        string action;
        if (row.State is DeliveryState.Unclear)
        {
            // A repeat that may not leave now: it is looked for instead.
            row.LookInstead(now);
            return true;
        }

        if (now > row.Deadline)
        {
            row.Miss(now);
            action = row.State is DeliveryState.PartlyOut ? "delivery.partly.out" : "delivery.missed";
        }
        else if (holds.Exists(hold => hold.Covers(row.SenderId, row.ChannelId, row.Label)))
        {
            row.WaitFor(DeliveryState.Waiting, Delivery.Held);
            action = "delivery.held";
        }
        else if (channel.Health is ChannelHealth.SignInNeeded)
        {
            row.WaitFor(DeliveryState.SignInNeeded, "sign.in.needed");
            action = "delivery.sign.in.needed";
        }
        else if (channel.Health is not ChannelHealth.Working)
        {
            row.WaitFor(DeliveryState.Waiting, Delivery.ChannelStopped);
            action = "delivery.channel.stopped";
        }
        else if (channel.NotBefore > now)
        {
            if (channel.NotBefore > row.Deadline)
            {
                row.Miss(now);
            }
            else
            {
                row.WaitFor(DeliveryState.Waiting, Codes.RateLimited, channel.NotBefore);
            }

            action = row.State is DeliveryState.Waiting ? "delivery.not.now" : "delivery.missed";
        }
        else
        {
            return false;
        }

        db.Append(row.Entry(null, now, action));
        return true;
    }
}
