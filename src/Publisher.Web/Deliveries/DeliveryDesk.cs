using Microsoft.EntityFrameworkCore;
using Publisher.Platforms;
using Publisher.Web.Approvals;
using Publisher.Web.Channels;
using Publisher.Web.Log;
using Publisher.Web.Messages;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Web.Deliveries;

/// <summary>What people decide about deliveries. Rights and state are read in the transaction that changes them.</summary>
public sealed partial class DeliveryDesk(Writer writer, PlatformList platforms, ApprovalKey key, DataFolder folder, TimeProvider time)
{
    /// <summary>Until the send starts. Answers how many were cancelled; what had started goes on.</summary>
    /// <param name="deliveryId">Null for the whole message.</param>
    public Task<Answer<int>> CancelAsync(Actor actor, long messageId, long? deliveryId, CancellationToken cancellationToken) =>
        writer.WriteAloneAsync(
            async Task<Answer<int>> (db, cancellation) =>
            {
                var now = time.GetUtcNow();
                await SendLock.TakeAsync(db, cancellation);
                var deliveries = await db.Deliveries.Include(row => row.Parts).Where(row => row.MessageId == messageId).ToListAsync(cancellation);
                var chosen = deliveries.Where(row => deliveryId is null || row.Id == deliveryId).ToList();
                if (await MayAsync(db, actor, Act.Cancel, chosen.FirstOrDefault(), now, cancellation) is { } refusal)
                {
                    return refusal;
                }

                var cancelled = chosen.Where(row => row.TryCancel(now, out _)).ToList();
                if (cancelled.Count == 0)
                {
                    return new Refusal("cancel.too.late");
                }

                cancelled.ForEach(row => db.Append(row.Entry(actor, now, "delivery.cancelled")));
                if (deliveries.TrueForAll(row => row.State is DeliveryState.Cancelled))
                {
                    await db.Messages.Where(row => row.Id == messageId)
                        .ExecuteUpdateAsync(set => set.SetProperty(row => row.State, MessageState.Cancelled).SetProperty(row => row.Version, row => row.Version + 1), cancellation);
                    db.Append(new LogEntry(actor, now, "message.cancelled") { SenderId = chosen[0].SenderId, MessageId = messageId });
                }

                return cancelled.Count;
            },
            cancellationToken);

    /// <summary>It could not be told whether it is live; a manager looked and found it at this address.</summary>
    public Task<Answer<Delivery>> DecideThereAsync(Actor actor, long deliveryId, string address, CancellationToken cancellationToken) =>
        DecideAsync(actor, deliveryId, Act.DecideDelivery, "delivery.found.by.person", address, async (db, delivery, now, cancellation) =>
        {
            var (read, refusal) = await ReadAddressAsync(db, delivery, address, cancellation);
            return refusal ?? (delivery.TryDecideThere(read!, now, out refusal) ? null : refusal);
        }, cancellationToken);

    /// <summary>It could not be told whether it is live; a manager looked and is sure it is not.</summary>
    public Task<Answer<Delivery>> DecideNotThereAsync(Actor actor, long deliveryId, CancellationToken cancellationToken) =>
        DecideAsync(actor, deliveryId, Act.DecideDelivery, "delivery.absent.by.person", null, (_, delivery, now, _) =>
            Task.FromResult(delivery.TryDecideNotThere(now, out var refusal) ? null : refusal), cancellationToken);

    /// <summary>Someone put it out by other means and says where.</summary>
    public Task<Answer<Delivery>> CloseByHandAsync(Actor actor, long deliveryId, string address, string note, CancellationToken cancellationToken) =>
        DecideAsync(actor, deliveryId, Act.CloseByHand, "delivery.by.hand", $"{address}\n{note}".Trim(), async (db, delivery, now, cancellation) =>
        {
            var (read, refusal) = await ReadAddressAsync(db, delivery, address, cancellation);
            return refusal ?? (delivery.TryCloseByHand(read!, now, out refusal) ? null : refusal);
        }, cancellationToken);

    /// <summary>Sends the rest of a thread that stopped.</summary>
    public Task<Answer<Delivery>> ContinueThreadAsync(Actor actor, long deliveryId, CancellationToken cancellationToken) =>
        DecideAsync(actor, deliveryId, Act.DecideDelivery, "delivery.continued", null, (_, delivery, now, _) =>
            Task.FromResult(delivery.TryContinueThread(now, out var refusal) ? null : refusal), cancellationToken);

    /// <summary>Leaves a thread that stopped as it is.</summary>
    public Task<Answer<Delivery>> LeaveThreadAsync(Actor actor, long deliveryId, CancellationToken cancellationToken) =>
        DecideAsync(actor, deliveryId, Act.DecideDelivery, "delivery.left", null, (_, delivery, _, _) =>
            Task.FromResult(delivery.TryLeaveThread(out var refusal) ? null : refusal), cancellationToken);

    /// <summary>Has it deleted where it stands. The frozen post stays here.</summary>
    public Task<Answer<Delivery>> RetractAsync(Actor actor, long deliveryId, string reason, CancellationToken cancellationToken) =>
        DecideAsync(actor, deliveryId, Act.Retract, "delivery.retracting", reason, async (db, delivery, now, cancellation) =>
        {
            if (string.IsNullOrWhiteSpace(reason))
            {
                return new Refusal("reason.missing");
            }

            var platform = await db.Channels.Where(channel => channel.Id == delivery.ChannelId).Select(channel => channel.Platform).SingleAsync(cancellation);
            if (!platforms.TryGet(platform, out var adapter) || adapter is not IRetract)
            {
                return new Refusal("retract.impossible");
            }

            return delivery.TryRetract(now, out var refusal) ? null : refusal;
        }, cancellationToken);

    /// <summary>A manager has looked at what raised the alarm; the channel sends again.</summary>
    public Task<Answer<Channel>> ClearAlarmAsync(Actor actor, long channelId, CancellationToken cancellationToken) =>
        // Alone, because it moves whatever waits for the channel.
        writer.WriteAloneAsync(
            async Task<Answer<Channel>> (db, cancellation) =>
            {
                var now = time.GetUtcNow();
                await SendLock.TakeAsync(db, cancellation);
                if (await Rights.LoadAsync(db, actor, now, cancellation) is not { } rights)
                {
                    return Refusal.SignInAgain;
                }

                if (await db.Channels.SingleOrDefaultAsync(row => row.Id == channelId, cancellation) is not { } channel)
                {
                    return Refusal.NotFound;
                }

                if (!rights.Can(Act.DecideDelivery, channel.SenderId))
                {
                    return Refusal.NotAllowed;
                }

                if (channel.Health is not ChannelHealth.Alarmed)
                {
                    return Refusal.LookAgain;
                }

                db.Append(new LogEntry(actor, now, "channel.alarm.cleared") { SenderId = channel.SenderId, ChannelId = channel.Id, Code = channel.HealthCode });
                channel.Health = ChannelHealth.Working;
                channel.HealthCode = null;
                channel.Version++;
                var waiting = db.Deliveries.Include(row => row.Parts).Where(row => row.ChannelId == channelId && row.State == DeliveryState.Waiting && row.Code == Delivery.ChannelStopped);
                foreach (var delivery in await waiting.ToListAsync(cancellation))
                {
                    delivery.Resume(now);
                    db.Append(delivery.Entry(actor, now, "delivery.resumed"));
                }

                return channel;
            },
            cancellationToken);

    private Task<Answer<Delivery>> DecideAsync(
        Actor actor, long deliveryId, Act act, string action, string? text, Func<PublisherDb, Delivery, DateTimeOffset, CancellationToken, Task<Refusal?>> decide, CancellationToken cancellationToken) =>
        writer.DecideAsync(
            async Task<Answer<Delivery>> (db, cancellation) =>
            {
                var now = time.GetUtcNow();
                await LockAsync(db, deliveryId, cancellation);
                var delivery = await db.Deliveries.Include(row => row.Parts).Include(row => row.Attempts).SingleOrDefaultAsync(row => row.Id == deliveryId, cancellation);
                if (await MayAsync(db, actor, act, delivery, now, cancellation) is { } refusal)
                {
                    return refusal;
                }

                if (await decide(db, delivery!, now, cancellation) is { } no)
                {
                    return no;
                }

                db.Append(delivery!.Entry(actor, now, action), text);
                return delivery!;
            },
            cancellationToken);

    /// <summary>Changes nothing, but takes the row's lock: of two who decide at once, or of a decision and a send, on any machine, one sees what the other did.</summary>
    private static Task LockAsync(PublisherDb db, long deliveryId, CancellationToken cancellationToken) =>
        db.Deliveries.Where(row => row.Id == deliveryId).ExecuteUpdateAsync(set => set.SetProperty(row => row.Lease, row => row.Lease), cancellationToken);

    private static async Task<Refusal?> MayAsync(PublisherDb db, Actor actor, Act act, Delivery? delivery, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await Rights.LoadAsync(db, actor, now, cancellationToken) is not { } rights)
        {
            return Refusal.SignInAgain;
        }

        return delivery is null ? Refusal.NotFound : rights.Can(act, delivery.SenderId) ? null : Refusal.NotAllowed;
    }

    private async Task<(Uri? Address, Refusal? Refusal)> ReadAddressAsync(PublisherDb db, Delivery delivery, string typed, CancellationToken cancellationToken)
    {
        var channel = await db.Channels.AsNoTracking().SingleAsync(row => row.Id == delivery.ChannelId, cancellationToken);
        return platforms.TryGet(channel.Platform, out var platform) && PostAddress.TryRead(typed, channel, platform!.Info, folder.IsDemo, out var address)
            ? (address, null)
            : (null, new Refusal("address.elsewhere", channel.Server.Host));
    }
}
