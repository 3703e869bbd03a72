using Microsoft.EntityFrameworkCore;
using Publisher.Platforms;
using Publisher.Web.Channels;
using Publisher.Web.Messages;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Web.Approvals;

/// <summary>A decision as the page tells it.</summary>
public sealed record ToldDecision(string Person, bool IsMine, bool IsYes, string Reason, int Revision, DateTimeOffset At, DateTimeOffset Due, int Posts);

/// <summary>Everything the review page shows, from frozen bytes only: never from the live message.</summary>
/// <param name="Sender">Null where the house has only one.</param>
/// <param name="Yeses">Of others and mine, that still count.</param>
/// <param name="Corrected">What differs from the live posts that are edited in place; null for a message of its own.</param>
/// <param name="Last">The decision before this version was handed in, for "changed since".</param>
/// <param name="Outcome">The decision on this version, where it is no longer in review.</param>
/// <param name="MayNot">Why this person can't decide; null where they can.</param>
/// <param name="ToJoin">The time other managers said yes to, where it can still be met.</param>
public sealed record Review(
    Message Message,
    Submission Submission,
    Sender? Sender,
    string Author,
    IReadOnlyList<ShownPost> Posts,
    IReadOnlyList<TextGroup> Groups,
    ReviewChanges? Changes,
    ReviewChanges? Corrected,
    ToldDecision? Last,
    IReadOnlyList<ToldDecision> Yeses,
    ToldDecision? Outcome,
    Approval? ToJoin,
    Refusal? MayNot,
    int Waiting);

/// <summary>Reads what a manager is asked to decide on.</summary>
public sealed class ReviewReader(IDbContextFactory<PublisherDb> databases, PlatformList platforms, ApprovalKey key, TimeProvider time)
{
    public async Task<Answer<Review>> ReadAsync(Actor actor, long messageId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await Rights.LoadAsync(db, actor, now, cancellationToken) is not { } rights)
        {
            return Refusal.SignInAgain;
        }

        var message = await db.Messages.AsNoTracking().Include(row => row.Contributors).SingleOrDefaultAsync(row => row.Id == messageId, cancellationToken);
        if (message is null || !rights.Can(Act.ReadMessages, message.SenderId) || message.Revision == 0)
        {
            return Refusal.NotFound;
        }

        var submission = await db.Submissions.AsNoTracking().SingleAsync(row => row.MessageId == messageId && row.Revision == message.Revision, cancellationToken);
        var decisions = (await db.Approvals.AsNoTracking().Where(row => row.MessageId == messageId).OrderBy(row => row.Id).ToListAsync(cancellationToken)).FindAll(key.IsAuthentic);
        List<long> named = [submission.SubmittedBy, .. decisions.Select(row => row.PersonId)];
        var people = await db.Users.Where(person => named.Contains(person.Id))
            .ToDictionaryAsync(person => person.Id, person => person.DisplayName, cancellationToken);
        var given = decisions.FindAll(row => row.Revision == message.Revision);
        var last = decisions.FindLast(row => row.Revision < message.Revision);
        var posts = await PostsAsync(db, messageId, message.Revision, cancellationToken);
        var senders = await db.Senders.AsNoTracking().ToListAsync(cancellationToken);
        var reviewable = rights.SendersFor(Act.Approve);

        return new Review(
            message,
            submission,
            senders.Count > 1 ? senders.Find(sender => sender.Id == message.SenderId) : null,
            people[submission.SubmittedBy],
            posts,
            TextGroup.Of(posts, await SourcesAsync(db, message, cancellationToken)),
            last is null ? null : await ChangesAsync(db, last, posts, submission, cancellationToken),
            message.Corrects is null ? null : await CorrectedAsync(db, message.Corrects, posts, cancellationToken),
            last is null ? null : Tell(last),
            [.. UnderReview.LastYeses(given).Select(Tell)],
            message.State == MessageState.InReview || given.Count == 0 ? null : Tell(given[^1]),
            UnderReview.ToJoin(given, actor.PersonId, now),
            MayNot(),
            await db.Messages.CountAsync(
                row => row.State == MessageState.InReview && row.Id != messageId && (reviewable == null || reviewable.Contains(row.SenderId)), cancellationToken));

        ToldDecision Tell(Approval approval) => new(
            people[approval.PersonId], approval.PersonId == actor.PersonId, approval.IsYes, approval.Reason, approval.Revision, approval.At, approval.Due, approval.Seals.Count);

        Refusal? MayNot() =>
            !rights.Can(Act.Approve, message.SenderId) ? new Refusal("role")
            : submission.Contributors.Contains(actor.PersonId) || message.Contributors.Exists(row => row.PersonId == actor.PersonId) ? new Refusal("own.text")
            : null;
    }

    private async Task<ReviewChanges> ChangesAsync(PublisherDb db, Approval last, IReadOnlyList<ShownPost> posts, Submission submission, CancellationToken cancellationToken)
    {
        var before = await PostsAsync(db, last.MessageId, last.Revision, cancellationToken);
        var old = await db.Submissions.AsNoTracking().SingleAsync(row => row.MessageId == last.MessageId && row.Revision == last.Revision, cancellationToken);
        return ReviewChanges.Of(before, posts, old, submission);
    }

    private async Task<ReviewChanges> CorrectedAsync(PublisherDb db, List<CorrectedPost> corrects, IReadOnlyList<ShownPost> posts, CancellationToken cancellationToken)
    {
        var edited = posts.Where(post => post.Post.Parts[0].Correction is { Way: CorrectionWay.Edit }).ToList();
        var ids = corrects.Where(post => edited.Exists(shown => shown.Channel.Id == post.ChannelId)).Select(post => post.FrozenPostId).ToList();
        return ReviewChanges.Of(await PostsAsync(db.FrozenPosts.Where(post => ids.Contains(post.Id)), db, cancellationToken), edited);
    }

    // A correction goes out with the files of the first.
    private static async Task<IReadOnlyDictionary<string, string>> SourcesAsync(PublisherDb db, Message message, CancellationToken cancellationToken)
    {
        var copies = await (from chosen in db.Set<MessageMedia>()
                            where chosen.MessageId == message.Id || chosen.MessageId == message.CorrectsMessageId
                            from fit in db.MediaFits
                            where fit.SourceId == chosen.MediaId || fit.SourceId == chosen.CoverId
                            join source in db.Media on fit.SourceId equals source.Id
                            join copy in db.Media on fit.FittedId equals copy.Id
                            select new { Copy = copy.Hash, Source = source.Hash }).ToListAsync(cancellationToken);
        return copies.DistinctBy(pair => pair.Copy).ToDictionary(pair => pair.Copy, pair => pair.Source);
    }

    private Task<IReadOnlyList<ShownPost>> PostsAsync(PublisherDb db, long messageId, int revision, CancellationToken cancellationToken) =>
        PostsAsync(db.FrozenPosts.Where(post => post.MessageId == messageId && post.Revision == revision), db, cancellationToken);

    private async Task<IReadOnlyList<ShownPost>> PostsAsync(IQueryable<FrozenPost> posts, PublisherDb db, CancellationToken cancellationToken)
    {
        var rows = await posts.AsNoTracking()
            .Join(db.Channels.AsNoTracking(), post => post.ChannelId, channel => channel.Id, (post, channel) => new { post, channel })
            .OrderBy(row => row.channel.Id)
            .ToListAsync(cancellationToken);
        return [.. rows.Select(row => ShownPost.Of(row.post, row.channel, platforms))];
    }
}
