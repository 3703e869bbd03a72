using Microsoft.EntityFrameworkCore;
using Publisher.Web.Channels;
using Publisher.Web.Log;
using Publisher.Web.Storage;

namespace Publisher.Web.Deliveries;

/// <summary>What would have gone out is not what was approved: nothing is sent, and the channel sends nothing until a manager has looked.</summary>
internal sealed class Refusing(Writer writer, TimeProvider time, ILogger<Refusing> logger)
{
    public async Task RefuseAsync(Delivery delivery, string mismatch)
    {
        logger.LogCritical("Delivery {Delivery} is not what was approved ({Mismatch}); channel {Channel} is stopped", delivery.Id, mismatch, delivery.ChannelId);
        await writer.WriteAsync(
            async (db, cancellation) =>
            {
                var now = time.GetUtcNow();
                var row = await db.Deliveries.Include(found => found.Parts).Include(found => found.Attempts).SingleOrDefaultAsync(found => found.Id == delivery.Id, cancellation);
                if (row is null || row.IsClosed)
                {
                    return false;
                }

                row.Refuse(mismatch, now);
                db.Append(row.Entry(null, now, "delivery.refused"));
                if (await db.Channels.SingleOrDefaultAsync(found => found.Id == row.ChannelId, cancellation) is { } channel)
                {
                    channel.Health = ChannelHealth.Alarmed;
                    channel.HealthCode = mismatch;
                    db.Append(new LogEntry(null, now, "channel.alarmed") { SenderId = channel.SenderId, ChannelId = channel.Id, MessageId = row.MessageId, DeliveryId = row.Id, Code = mismatch });
                }

                return true;
            },
            CancellationToken.None);
    }
}
