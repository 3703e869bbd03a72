using Microsoft.EntityFrameworkCore;
using Publisher.Web.Messages;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Web.Approvals;

/// <summary>What is in review for a person's senders, the soonest first.</summary>
public sealed class ReviewList(IDbContextFactory<PublisherDb> databases, TimeProvider time)
{
    /// <param name="Sender">Null where the house has only one.</param>
    /// <param name="IsOwn">This person wrote in it or submitted it, so another decides.</param>
    public sealed record Waiting(
        long Id, string Title, string? Sender, string Zone, string Author, int Revision, DateTimeOffset? Due, int Posts, int Given, int Needed, bool IsOwn, bool HasSaidYes, bool IsCorrection)
    {
        public bool IsForMe => !IsOwn && !HasSaidYes;
    }

    public async Task<IReadOnlyList<Waiting>> ReadAsync(Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await Rights.LoadAsync(db, actor, time.GetUtcNow(), cancellationToken) is not { } rights || !rights.CanSomewhere(Act.Approve))
        {
            return [];
        }

        var senders = rights.SendersFor(Act.Approve);
        var names = await db.Senders.AsNoTracking().ToDictionaryAsync(sender => sender.Id, sender => sender.Name, cancellationToken);
        var rows = await db.Messages
            .Where(message => message.State == MessageState.InReview && (senders == null || senders.Contains(message.SenderId)))
            .Join(
                db.Submissions,
                message => new { MessageId = message.Id, message.Revision },
                submission => new { submission.MessageId, submission.Revision },
                (message, submission) => new
                {
                    message.Id,
                    message.Title,
                    message.SenderId,
                    message.TimeZone,
                    IsCorrection = message.CorrectsMessageId != null,
                    Submission = submission,
                    Author = db.Users.Where(person => person.Id == submission.SubmittedBy).Select(person => person.DisplayName).FirstOrDefault(),
                    Posts = db.FrozenPosts.Count(post => post.MessageId == message.Id && post.Revision == message.Revision),
                    IsContributor = message.Contributors.Any(contributor => contributor.PersonId == actor.PersonId),
                    Yeses = db.Approvals.Where(yes => yes.MessageId == message.Id && yes.Revision == message.Revision && yes.IsYes).Select(yes => yes.PersonId).ToList(),
                })
            .AsNoTracking()
            .ToListAsync(cancellationToken);
        return
        [
            .. rows
                .Select(row => new Waiting(
                    row.Id,
                    row.Title,
                    names.Count > 1 ? names[row.SenderId] : null,
                    row.TimeZone,
                    row.Author ?? "",
                    row.Submission.Revision,
                    row.Submission.ProposedDue,
                    row.Posts,
                    row.Yeses.Distinct().Count(),
                    row.Submission.Policy.Approvals,
                    row.IsContributor || row.Submission.Contributors.Contains(actor.PersonId),
                    row.Yeses.Contains(actor.PersonId),
                    row.IsCorrection))
                // What goes out as soon as it is approved waits for nothing else.
                .OrderBy(waiting => waiting.Due ?? DateTimeOffset.MinValue)
                .ThenBy(waiting => waiting.Id),
        ];
    }
}
