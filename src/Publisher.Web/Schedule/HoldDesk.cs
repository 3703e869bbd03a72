using Microsoft.EntityFrameworkCore;
using Publisher.Web.Deliveries;
using Publisher.Web.Log;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Web.Schedule;

/// <summary>What a hold stops: everything, or one sender, one channel or one label of it.</summary>
public sealed record HoldScope(long? SenderId, long? ChannelId, string? Label);

/// <summary>Stops sending and lets it go on. Nothing is started after the transaction that sets a hold.</summary>
public sealed class HoldDesk(Writer writer, DatabaseClock clock, TimeProvider time)
{
    public Task<Answer<Hold>> SetAsync(Actor actor, HoldScope scope, string reason, CancellationToken cancellationToken) =>
        writer.WriteAloneAsync(
            async Task<Answer<Hold>> (db, cancellation) =>
            {
                await SendLock.TakeAsync(db, cancellation);
                // By the clock of the attempts, and after the lock: what started before this time was fenced before the hold.
                var now = await clock.NowAsync(db, cancellation);
                if (await Rights.LoadAsync(db, actor, now, cancellation) is not { } rights)
                {
                    return Refusal.SignInAgain;
                }

                var senderId = scope.ChannelId is { } id ? await db.Channels.Where(channel => channel.Id == id).Select(channel => (long?)channel.SenderId).SingleOrDefaultAsync(cancellation) : scope.SenderId;
                if (scope.ChannelId is not null && senderId is null)
                {
                    return Refusal.NotFound;
                }

                if (senderId is { } of ? !rights.Can(Act.SetHold, of) : !rights.CanForAll(Act.SetHold))
                {
                    return Refusal.NotAllowed;
                }

                if (string.IsNullOrWhiteSpace(reason))
                {
                    return new Refusal("reason.missing");
                }

                var label = string.IsNullOrWhiteSpace(scope.Label) ? null : scope.Label.Trim();
                if (await db.Holds.FirstOrDefaultAsync(
                    row => row.LiftedAt == null && row.SetBy == actor.PersonId && row.SenderId == senderId && row.ChannelId == scope.ChannelId && row.Label == label && row.Reason == reason.Trim(),
                    cancellation) is { } same)
                {
                    // The button was pressed twice: one hold is what was meant.
                    return same;
                }

                var hold = new Hold
                {
                    SenderId = senderId,
                    ChannelId = scope.ChannelId,
                    Label = label,
                    Reason = reason.Trim(),
                    SetBy = actor.PersonId,
                    SetAt = now,
                };
                db.Holds.Add(hold);
                await db.SaveChangesAsync(cancellation);
                db.Append(Entry(actor, now, "hold.set", hold), hold.Reason);
                db.TouchEveryPage();
                return hold;
            },
            cancellationToken);

    /// <summary>Only managers. What waited because of it goes out at once, unless its deadline has passed or another hold covers it.</summary>
    public Task<Answer<Hold>> LiftAsync(Actor actor, long holdId, string reason, CancellationToken cancellationToken) =>
        writer.WriteAloneAsync(
            async Task<Answer<Hold>> (db, cancellation) =>
            {
                var now = time.GetUtcNow();
                await SendLock.TakeAsync(db, cancellation);
                if (await Rights.LoadAsync(db, actor, now, cancellation) is not { } rights)
                {
                    return Refusal.SignInAgain;
                }

                if (await db.Holds.SingleOrDefaultAsync(row => row.Id == holdId, cancellation) is not { LiftedAt: null } hold)
                {
                    return Refusal.LookAgain;
                }

                if (hold.SenderId is { } of ? !rights.Can(Act.LiftHold, of) : !rights.CanForAll(Act.LiftHold))
                {
                    return Refusal.NotAllowed;
                }

                if (string.IsNullOrWhiteSpace(reason))
                {
                    return new Refusal("reason.missing");
                }

                foreach (var delivery in await HeldBy(db, hold).Include(row => row.Parts).ToListAsync(cancellation))
                {
                    delivery.Resume(now);
                    db.Append(delivery.Entry(actor, now, "delivery.resumed"));
                }

                hold.LiftedBy = actor.PersonId;
                hold.LiftedAt = now;
                db.Append(Entry(actor, now, "hold.lifted", hold), reason.Trim());
                db.TouchEveryPage();
                return hold;
            },
            cancellationToken);

    // Covering is decided when they are claimed again: another hold may cover them too.
    private static IQueryable<Delivery> HeldBy(PublisherDb db, Hold hold) => db.WakingDeliveries
        .Where(row => row.State == DeliveryState.Waiting && row.Code == Delivery.Held)
        .Where(row => (hold.SenderId == null || row.SenderId == hold.SenderId) && (hold.ChannelId == null || row.ChannelId == hold.ChannelId));

    private static LogEntry Entry(Actor by, DateTimeOffset at, string action, Hold hold) => new(by, at, action)
    {
        SenderId = hold.SenderId,
        ChannelId = hold.ChannelId,
        Code = $"hold:{hold.Id}",
    };
}
