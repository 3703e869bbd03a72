using Microsoft.EntityFrameworkCore;
using Publisher.Web.Approvals;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Web.Deliveries;

/// <summary>Sending what was missed or held: a new approval of the same seal, with a new time.</summary>
public sealed partial class DeliveryDesk
{
    /// <summary>
    /// Where the policy wants more than one yes, the delivery stays as it is until as many managers have said yes to the
    /// same time; its state tells.
    /// </summary>
    /// <param name="due">Null for now.</param>
    public Task<Answer<Delivery>> SendAfterAllAsync(Actor actor, long deliveryId, DateTimeOffset? due, CancellationToken cancellationToken) =>
        writer.DecideAsync((db, cancellation) => SendAfterAllAsync(db, actor, deliveryId, due, cancellation), cancellationToken);

    private async Task<Answer<Delivery>> SendAfterAllAsync(PublisherDb db, Actor actor, long deliveryId, DateTimeOffset? due, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await LockAsync(db, deliveryId, cancellationToken);
        var delivery = await db.Deliveries.Include(row => row.Parts).SingleOrDefaultAsync(row => row.Id == deliveryId, cancellationToken);
        if (await MayAsync(db, actor, Act.Approve, delivery, now, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        if (!delivery!.CanBeSentAfterAll)
        {
            return Refusal.LookAgain;
        }

        if (await IsOvertakenAsync(db, delivery, cancellationToken))
        {
            return new Refusal("correction.newer");
        }

        if (due < now)
        {
            return new Refusal("due.past");
        }

        var frozen = await db.FrozenPosts.AsNoTracking().SingleAsync(row => row.Id == delivery.FrozenPostId, cancellationToken);
        var submission = await db.Submissions.AsNoTracking().SingleAsync(row => row.MessageId == delivery.MessageId && row.Revision == frozen.Revision, cancellationToken);
        if (submission.Contributors.Contains(actor.PersonId))
        {
            return new Refusal("own.message");
        }

        var approval = new Approval
        {
            MessageId = delivery.MessageId,
            Revision = frozen.Revision,
            PersonId = actor.PersonId,
            SessionId = actor.SessionId,
            Role = Role.Manager,
            IsYes = true,
            At = now,
            Due = due ?? now,
            Grace = await db.Messages.Where(message => message.Id == delivery.MessageId).Select(message => message.Grace).SingleAsync(cancellationToken),
            Seals = [new ApprovedSeal(delivery.ChannelId, delivery.Seal)],
            Policy = submission.Policy,
            Mac = "",
        };
        approval.Mac = key.MacOf(approval);
        db.Approvals.Add(approval);
        await db.SaveChangesAsync(cancellationToken);
        db.Append(delivery.Entry(actor, now, "delivery.approved.again", code: $"due:{approval.Due:O}"));

        var approvals = await db.Approvals.AsNoTracking().Where(row => row.MessageId == delivery.MessageId && row.Revision == frozen.Revision).ToListAsync(cancellationToken);
        if (new Verification(key).Yeses(approval, submission, approvals) < Math.Max(1, submission.Policy.Approvals))
        {
            return delivery;
        }

        if (!delivery.TrySendAfterAll(approval, out var no))
        {
            return no;
        }

        db.Append(delivery.Entry(actor, now, "delivery.sent.after.all"));
        return delivery;
    }
}
