using Microsoft.EntityFrameworkCore;
using Publisher.Web.Deliveries;
using Publisher.Web.Log;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Web.Copies;

/// <summary>Ends the standstill of a copy, on the word of a manager that the installation it is a copy of is off.</summary>
public sealed class CopyDesk(Writer writer, Standstill standstill, TimeProvider time)
{
    private static readonly DeliveryState[] Open =
    [
        DeliveryState.Waiting, DeliveryState.SignInNeeded, DeliveryState.HandedOver, DeliveryState.Sending, DeliveryState.Processing, DeliveryState.Unclear, DeliveryState.Retracting,
    ];

    // A person may still let these be sent, and knows no more than this installation what the other one did.
    private static readonly DeliveryState[] WithAPerson = [DeliveryState.CannotTell, DeliveryState.PartlyOut, DeliveryState.Missed];

    /// <summary>
    /// Whatever the other one may have sent is looked for first; what was over before, is missed; the rest goes on. Any manager may say it:
    /// it is one fact about the whole installation, and what goes out is what was approved, as ever.
    /// </summary>
    /// <param name="isOff">The person says so expressly.</param>
    public async Task<Refusal?> EndAsync(Actor actor, bool isOff, string reason, CancellationToken cancellationToken)
    {
        var refusal = await writer.WriteAloneAsync(
            async (db, cancellation) =>
            {
                await SendLock.TakeAsync(db, cancellation);
                return await EndAsync(db, actor, isOff, reason, cancellation);
            },
            cancellationToken);
        if (refusal is null)
        {
            await writer.WriteAsync(
                async (db, cancellation) =>
                {
                    await standstill.ReadAsync(db, cancellation);
                    // Once more, now that calls are let through: what is due is taken at once, and the banners go.
                    db.TouchEveryPage();
                    (await db.WakingDeliveries.Select(row => row.MessageId).Distinct().ToListAsync(cancellation)).ForEach(db.Touch);
                    return true;
                },
                cancellationToken);
        }

        return refusal;
    }

    private async Task<Refusal?> EndAsync(PublisherDb db, Actor actor, bool isOff, string reason, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (await Rights.LoadAsync(db, actor, now, cancellationToken) is not { } rights)
        {
            return Refusal.SignInAgain;
        }

        if (!rights.CanSomewhere(Act.EndStandstill))
        {
            return Refusal.NotAllowed;
        }

        if (!isOff)
        {
            return new Refusal("original.not.off");
        }

        if (string.IsNullOrWhiteSpace(reason))
        {
            return new Refusal("reason.missing");
        }

        if (await Standstill.EndAsync(db, now, cancellationToken) is not { } mark)
        {
            return Refusal.LookAgain;
        }

        foreach (var delivery in await db.Deliveries.AsSplitQuery().Include(row => row.Parts).Include(row => row.Attempts).Where(row => Open.Contains(row.State)).ToListAsync(cancellationToken))
        {
            if (delivery.GoOnAsCopy(mark.From, now) is { } action)
            {
                db.Append(delivery.Entry(actor, now, action));
            }
        }

        await db.DeliveryParts
            .Where(part => part.PublishedAt == null && db.Deliveries.Any(row => row.Id == part.DeliveryId && WithAPerson.Contains(row.State)))
            .ExecuteUpdateAsync(set => set.SetProperty(part => part.UnclearSince, part => part.UnclearSince ?? mark.From).SetProperty(part => part.UnclearUntil, now), cancellationToken);
        db.Append(new LogEntry(actor, now, "copy.ended") { Code = mark.Why, Due = mark.From }, reason.Trim());
        return null;
    }
}
