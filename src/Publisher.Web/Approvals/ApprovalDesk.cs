using Microsoft.EntityFrameworkCore;
using Publisher.Platforms;
using Publisher.Web.Deliveries;
using Publisher.Web.Log;
using Publisher.Web.Messages;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Web.Approvals;

/// <summary>When an approver wants it to go out.</summary>
public enum WhenChoice
{
    AsProposed,
    Now,
    AtTime,

    /// <summary>At the time to which another manager said yes before.</summary>
    AsOthers,
}

/// <summary>A yes as a person gives it: to what they saw, without the channels they left out.</summary>
public sealed record Yes(long MessageId, int SeenVersion, int Revision, IReadOnlyCollection<long> ChannelIds, WhenChoice When, DateTimeOffset? Time = null);

/// <param name="Needed">Yeses the policy asks for.</param>
/// <param name="Given">Yeses to the same seals and time so far, with this one.</param>
public sealed record YesCounted(DateTimeOffset Due, int Posts, int Given, int Needed)
{
    public bool IsApproved => Given >= Needed;
}

/// <summary>Takes the yes or no of a manager. Who may is read in the same transaction as what is decided.</summary>
public sealed class ApprovalDesk(Writer writer, PlatformList platforms, ApprovalKey key, TimeProvider time)
{
    public const int LongestReason = 2000;

    /// <summary>A yes. Where it completes the policy, every kept channel gets its delivery in the same commit.</summary>
    public Task<Answer<YesCounted>> ApproveAsync(Actor actor, Yes yes, CancellationToken cancellationToken) =>
        DecideAsync(actor, yes.MessageId, yes.SeenVersion, yes.Revision, (review, token) => ApproveAsync(review, yes, token), cancellationToken);

    /// <summary>A no, back to the author. It carries a reason, because the author has to know what to change.</summary>
    public Task<Answer<bool>> RejectAsync(Actor actor, long messageId, int seenVersion, int revision, string reason, CancellationToken cancellationToken) =>
        DecideAsync(actor, messageId, seenVersion, revision, (review, token) => RejectAsync(review, reason.Trim(), token), cancellationToken);

    private Task<Answer<T>> DecideAsync<T>(
        Actor actor, long messageId, int seenVersion, int revision, Func<UnderReview, CancellationToken, Task<Answer<T>>> decide, CancellationToken cancellationToken) =>
        writer.DecideAsync(
            async (db, token) =>
            {
                // First, so that of two managers at once one waits here and then finds that the message has moved on.
                var moved = await db.Messages
                    .Where(row => row.Id == messageId && row.Version == seenVersion)
                    .ExecuteUpdateAsync(set => set.SetProperty(row => row.Version, row => row.Version + 1), token);
                var (review, refusal) = await ReadAsync(db, actor, messageId, revision, moved == 1, token);
                var answer = review is null ? refusal! : await decide(review, token);
                if (answer.Refusal is not null && moved == 1)
                {
                    // A no changes nothing: others who look at this version may still decide on it.
                    await db.Messages.Where(row => row.Id == messageId).ExecuteUpdateAsync(set => set.SetProperty(row => row.Version, seenVersion), token);
                }

                return answer;
            },
            cancellationToken);

    private async Task<(UnderReview? Review, Refusal? Refusal)> ReadAsync(PublisherDb db, Actor actor, long messageId, int revision, bool isAsSeen, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (await Rights.LoadAsync(db, actor, now, cancellationToken) is not { } rights)
        {
            return (null, Refusal.SignInAgain);
        }

        var message = await db.Messages.AsNoTracking().Include(row => row.Contributors).SingleOrDefaultAsync(row => row.Id == messageId, cancellationToken);
        if (message is null || !rights.Can(Act.ReadMessages, message.SenderId))
        {
            return (null, Refusal.NotFound);
        }

        if (!rights.Can(Act.Approve, message.SenderId))
        {
            return (null, Refusal.NotAllowed);
        }

        if (!isAsSeen || message.State != MessageState.InReview || message.Revision != revision)
        {
            return (null, Refusal.LookAgain);
        }

        var submission = await db.Submissions.AsNoTracking().SingleAsync(row => row.MessageId == messageId && row.Revision == revision, cancellationToken);
        if (submission.Contributors.Contains(actor.PersonId) || message.Contributors.Any(contributor => contributor.PersonId == actor.PersonId))
        {
            return (null, new Refusal("own.text"));
        }

        var posts = await db.FrozenPosts.AsNoTracking()
            .Where(post => post.MessageId == messageId && post.Revision == revision).OrderBy(post => post.ChannelId).ToListAsync(cancellationToken);
        var given = await db.Approvals.AsNoTracking()
            .Where(approval => approval.MessageId == messageId && approval.Revision == revision).OrderBy(approval => approval.Id).ToListAsync(cancellationToken);
        return (new UnderReview(db, actor, now, message, submission, posts, [.. given.Where(key.IsAuthentic)]), null);
    }

    private async Task<Answer<YesCounted>> ApproveAsync(UnderReview review, Yes yes, CancellationToken cancellationToken)
    {
        var posts = review.Posts.Where(post => yes.ChannelIds.Contains(post.ChannelId)).ToList();
        if (posts.Count == 0)
        {
            return new Refusal("no.channels");
        }

        if (posts.Count != yes.ChannelIds.Distinct().Count())
        {
            return Refusal.LookAgain;
        }

        var (due, refusal) = review.DueFor(yes);
        if (refusal is not null)
        {
            return refusal;
        }

        var approval = Sign(review, isYes: true, "", due, posts);
        var others = review.Yeses.Where(other => other.PersonId != review.Actor.PersonId).ToList();
        if (review.Yeses.Any(other => other.PersonId == review.Actor.PersonId && other.SaysTheSameAs(approval)))
        {
            return new Refusal("said.yes.before");
        }

        review.Db.Approvals.Add(approval);
        await review.Db.SaveChangesAsync(cancellationToken);

        var counted = new YesCounted(due, posts.Count, others.Count(other => other.SaysTheSameAs(approval)) + 1, approval.Policy.Approvals);
        review.Db.Append(review.Entry("message.approved", posts, due, $"{counted.Given}/{counted.Needed}"));
        if (approval.Policy.IsMetBy(approval, others))
        {
            await PlanAsync(review, approval, posts, cancellationToken);
        }

        return counted;
    }

    private async Task PlanAsync(UnderReview review, Approval approval, List<FrozenPost> posts, CancellationToken cancellationToken)
    {
        await MoveAsync(review, MessageState.Approved, cancellationToken);
        var elsewhere = await Standstill.SpanForAsync(review.Db, review.Message.CreatedAt, review.Now, cancellationToken);
        foreach (var post in posts)
        {
            var delivery = Delivery.Of(review.Message, approval, post, platforms[review.PlatformOf(post)], review.Now);
            delivery.LookFirst(elsewhere, review.Now);
            review.Db.Deliveries.Add(delivery);
            await review.Db.SaveChangesAsync(cancellationToken);
            review.Db.Append(new LogEntry(review.Actor, review.Now, "delivery.planned")
            {
                SenderId = review.Message.SenderId,
                MessageId = review.Message.Id,
                Revision = review.Submission.Revision,
                ChannelId = post.ChannelId,
                DeliveryId = delivery.Id,
                Seals = post.Seal,
                Due = delivery.Due,
            });
        }
    }

    private async Task<Answer<bool>> RejectAsync(UnderReview review, string reason, CancellationToken cancellationToken)
    {
        if (reason.Length is 0 or > LongestReason)
        {
            return new Refusal(reason.Length == 0 ? "reason.missing" : "reason.too.long", LongestReason);
        }

        review.Db.Approvals.Add(Sign(review, isYes: false, reason, review.Submission.ProposedDue ?? review.Now, review.Posts));
        review.Db.Append(review.Entry("message.rejected", review.Posts, review.Submission.ProposedDue, null), reason);
        await MoveAsync(review, MessageState.Returned, cancellationToken);
        return true;
    }

    private Approval Sign(UnderReview review, bool isYes, string reason, DateTimeOffset due, IReadOnlyList<FrozenPost> posts)
    {
        var approval = new Approval
        {
            MessageId = review.Message.Id,
            Revision = review.Submission.Revision,
            PersonId = review.Actor.PersonId,
            SessionId = review.Actor.SessionId,
            Role = Role.Manager,
            IsYes = isYes,
            Reason = reason,
            At = review.Now,
            Due = due,
            Grace = review.Submission.Grace,
            Seals = [.. posts.Select(post => new ApprovedSeal(post.ChannelId, post.Seal))],
            Policy = review.Submission.Policy,
            Mac = "",
        };
        approval.Mac = key.MacOf(approval);
        return approval;
    }

    private static Task MoveAsync(UnderReview review, MessageState state, CancellationToken cancellationToken) =>
        review.Db.Messages.Where(row => row.Id == review.Message.Id).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.State, state).SetProperty(row => row.ChangedAt, review.Now), cancellationToken);
}
