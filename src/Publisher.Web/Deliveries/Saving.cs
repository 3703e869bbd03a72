using Microsoft.EntityFrameworkCore;
using Publisher.Platforms;
using Publisher.Web.Channels;
using Publisher.Web.Log;
using Publisher.Web.Storage;

namespace Publisher.Web.Deliveries;

/// <summary>
/// Saves what became of a claim, under its lease number. What can't be saved is kept and saved again until it is; what a
/// newer lease has overtaken is dropped, except that a post which went out always counts.
/// </summary>
internal sealed class Saving(Writer writer, Leases leases, TimeProvider time, ILogger<Saving> logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <param name="result">What the platform said, for what it means for the whole channel.</param>
    public async Task SaveAsync(Delivery delivery, DeliveryPart part, Attempt? attempt, LogEntry entry, PublishResult? result)
    {
        if (delivery.State is not DeliveryState.Sending)
        {
            delivery.Owner = null;
            delivery.LeaseEnd = null;
        }

        var isTold = false;
        var isLate = false;
        while (true)
        {
            try
            {
                if (isLate)
                {
                    await SaveLateAsync(delivery.Id, part, entry);
                    break;
                }

                await writer.WriteAsync(
                    async (db, cancellation) =>
                    {
                        if (!isTold || !await IsSavedAsync(db, entry, cancellation))
                        {
                            Add(db, delivery, attempt, entry, result);
                            await MarkChannelAsync(db, delivery, result, time.GetUtcNow(), cancellation);
                        }

                        return true;
                    },
                    CancellationToken.None);
                break;
            }
            catch (DbUpdateConcurrencyException)
            {
                isLate = true;
            }
            catch (Exception failure) when (failure is DbUpdateException or System.Data.Common.DbException or TimeoutException)
            {
                if (!isTold)
                {
                    isTold = true;
                    logger.LogError("What became of delivery {Delivery} could not be saved and is kept: {State} {Code} ({Reason})", delivery.Id, delivery.State, delivery.Code, failure.Message);
                }

                await Task.Delay(Pause, time);
            }
        }

        if (delivery.State is not DeliveryState.Sending)
        {
            leases.Free(delivery.Id);
        }
    }

    /// <summary>To what this context saves next.</summary>
    public static void Add(PublisherDb db, Delivery delivery, Attempt? attempt, LogEntry entry, PublishResult? result)
    {
        var row = db.Attach(delivery);
        row.State = EntityState.Modified;
        // Only a person moves these.
        row.Property(one => one.ApprovalId).IsModified = row.Property(one => one.Due).IsModified = row.Property(one => one.Deadline).IsModified = false;
        // All of them: what was learnt about one may tell about those that follow it.
        delivery.Parts.ForEach(one => db.Entry(one).State = EntityState.Modified);
        if (attempt is not null)
        {
            db.Entry(attempt).State = EntityState.Modified;
        }

        db.Append(entry, result?.Words());
    }

    /// <summary>Flags the channel where the platform's answer is about all of it.</summary>
    public static async Task MarkChannelAsync(PublisherDb db, Delivery delivery, PublishResult? result, DateTimeOffset now, CancellationToken cancellationToken)
    {
        switch (result)
        {
            case { Outcome: Outcome.SignInNeeded }:
                var flagged = await db.Channels.Where(row => row.Id == delivery.ChannelId && row.Health == ChannelHealth.Working)
                    .ExecuteUpdateAsync(set => set.SetProperty(row => row.Health, ChannelHealth.SignInNeeded).SetProperty(row => row.HealthCode, result.Code), cancellationToken);
                if (flagged == 1)
                {
                    db.Append(new LogEntry(null, now, "channel.sign.in.needed") { SenderId = delivery.SenderId, ChannelId = delivery.ChannelId, Code = result.Code });
                }

                break;
            case { Code: Codes.RateLimited, RetryAfter: { } wait }:
                var notBefore = now + wait;
                await db.Channels.Where(row => row.Id == delivery.ChannelId && (row.NotBefore == null || row.NotBefore < notBefore))
                    .ExecuteUpdateAsync(set => set.SetProperty(row => row.NotBefore, notBefore), cancellationToken);
                break;
            default:
                break;
        }
    }

    /// <summary>The connection may have broken after the commit: then all of it stands there, and the entry tells. The message's wake does not know yet.</summary>
    private static async Task<bool> IsSavedAsync(PublisherDb db, LogEntry entry, CancellationToken cancellationToken)
    {
        if (!await db.Log.AnyAsync(row => row.Id == entry.Id, cancellationToken))
        {
            return false;
        }

        db.Touch(entry.MessageId!.Value);
        return true;
    }

    private async Task SaveLateAsync(long deliveryId, DeliveryPart part, LogEntry entry)
    {
        if (part.RemoteId is null)
        {
            if (!await KeepLateAsync(deliveryId, part, entry))
            {
                logger.LogWarning("Delivery {Delivery} was taken over; what its former owner had to say is dropped", deliveryId);
            }

            return;
        }

        await writer.WriteAsync(
            async (db, cancellation) =>
            {
                var now = await db.Deliveries.Include(row => row.Parts).Include(row => row.Attempts).SingleAsync(row => row.Id == deliveryId, cancellation);
                if (!await IsSavedAsync(db, entry, cancellation))
                {
                    now.CountAnyway(part);
                    db.Append(entry);
                }

                return true;
            },
            CancellationToken.None);
    }

    /// <summary>What was brought while somebody stopped the delivery lies in the account all the same, and has to be removed.</summary>
    private Task<bool> KeepLateAsync(long deliveryId, DeliveryPart part, LogEntry entry) => writer.WriteAsync(
        async (db, cancellation) =>
        {
            var now = await db.Deliveries.Include(row => row.Parts).Include(row => row.Attempts).SingleAsync(row => row.Id == deliveryId, cancellation);
            if (await IsSavedAsync(db, entry, cancellation))
            {
                return true;
            }

            if (!now.TryKeepLate(part, time.GetUtcNow()))
            {
                return false;
            }

            db.Append(entry);
            return true;
        },
        CancellationToken.None);
}
