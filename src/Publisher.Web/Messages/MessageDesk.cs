using Microsoft.EntityFrameworkCore;
using Publisher.Web.Log;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Web.Messages;

/// <summary>
/// Everything a person does to a message until it is submitted. Each method reads roles and state in the step that writes, and refuses
/// what was decided on an older version than the newest.
/// </summary>
public sealed partial class MessageDesk(
    Writer writer,
    IDbContextFactory<PublisherDb> databases,
    Publisher.Platforms.PlatformList platforms,
    PostBuilder builder,
    LinkReader links,
    MentionReader mentions,
    FitReader fits,
    TimeProvider time)
{
    // Younger ones may be open in another window, or hold what the next pause will save.
    private static readonly TimeSpan LeftBlank = TimeSpan.FromMinutes(5);

    /// <summary>A new draft of this sender. One the same person opened a while ago and never wrote in is given again.</summary>
    public Task<Answer<long>> CreateAsync(Actor actor, long senderId, CancellationToken cancellationToken) =>
        writer.DecideAsync<long>(
            async (db, token) =>
            {
                var now = time.GetUtcNow();
                if (await Rights.LoadAsync(db, actor, now, token) is not { } rights)
                {
                    return Refusal.SignInAgain;
                }

                if (!rights.Can(Act.Draft, senderId))
                {
                    return Refusal.NotAllowed;
                }

                var before = now - LeftBlank;
                var blank = await db.Messages
                    .Where(row => row.CreatedBy == actor.PersonId && row.SenderId == senderId && row.State == MessageState.Draft && row.Version == 0 && row.CreatedAt < before)
                    .OrderByDescending(row => row.Id)
                    .Select(row => row.Id)
                    .FirstOrDefaultAsync(token);
                if (blank > 0)
                {
                    return blank;
                }

                if (await db.Senders.AsNoTracking().SingleOrDefaultAsync(row => row.Id == senderId, token) is not { } sender)
                {
                    return Refusal.NotFound;
                }

                var message = new Message
                {
                    SenderId = senderId,
                    Language = sender.Language,
                    TimeZone = sender.TimeZone,
                    CreatedBy = actor.PersonId,
                    CreatedAt = now,
                    ChangedAt = now,
                };
                db.Messages.Add(message);
                await db.SaveChangesAsync(token);
                db.Append(new LogEntry(actor, now, "message.created") { SenderId = senderId, MessageId = message.Id });
                return message.Id;
            },
            cancellationToken);

    /// <summary>Saves what was typed, and answers the new version. Whoever changes what will be sealed becomes a contributor.</summary>
    public Task<Answer<int>> SaveAsync(Actor actor, MessageDraft draft, CancellationToken cancellationToken) =>
        writer.DecideAsync<int>(
            async (db, token) =>
            {
                var now = time.GetUtcNow();
                var (message, refusal) = await OpenAsync(db, actor, draft.Id, draft.Version, now, token);
                if (message is null)
                {
                    return refusal!;
                }

                if (message.State is not (MessageState.Draft or MessageState.Returned))
                {
                    return new Refusal(message.State == MessageState.InReview ? "in.review" : "not.open");
                }

                if (await CheckAsync(db, actor, message, draft, now, token) is { } no)
                {
                    return no;
                }

                if (!await RaiseAsync(db, message, token))
                {
                    return Refusal.LookAgain;
                }

                if (!MessageDraft.Of(message).SealsLike(draft))
                {
                    Contribute(message, actor.PersonId);
                }

                Apply(db, message, draft, now);
                return message.Version;
            },
            cancellationToken);

    /// <summary>Takes a message back from review, to change it.</summary>
    public Task<Answer<int>> WithdrawAsync(Actor actor, long messageId, int version, CancellationToken cancellationToken) =>
        ChangeAsync(
            actor,
            messageId,
            version,
            (db, message, now) =>
            {
                if (message.State != MessageState.InReview)
                {
                    return new Refusal("not.in.review");
                }

                message.State = MessageState.Draft;
                message.ChangedAt = now;
                db.Append(new LogEntry(actor, now, "message.withdrawn") { SenderId = message.SenderId, MessageId = message.Id, Revision = message.Revision });
                return null;
            },
            cancellationToken);

    /// <summary>Throws a draft away. One that was submitted before is kept as cancelled, because its frozen posts are.</summary>
    public Task<Answer<int>> DiscardAsync(Actor actor, long messageId, int version, CancellationToken cancellationToken) =>
        ChangeAsync(
            actor,
            messageId,
            version,
            (db, message, now) =>
            {
                if (message.State is not (MessageState.Draft or MessageState.Returned))
                {
                    return new Refusal(message.State == MessageState.InReview ? "in.review" : "not.open");
                }

                if (message.Revision == 0)
                {
                    db.Messages.Remove(message);
                }
                else
                {
                    message.State = MessageState.Cancelled;
                    message.ChangedAt = now;
                }

                db.Append(new LogEntry(actor, now, "message.discarded") { SenderId = message.SenderId, MessageId = message.Id, Revision = message.Revision });
                return null;
            },
            cancellationToken);

    /// <summary>
    /// A new draft with the content of an old message. Who wrote the old one still wrote these words, so they stay contributors: copying is
    /// no way round the second pair of eyes.
    /// </summary>
    public Task<Answer<long>> DuplicateAsync(Actor actor, long messageId, CancellationToken cancellationToken) =>
        writer.DecideAsync<long>(
            async (db, token) =>
            {
                var now = time.GetUtcNow();
                var old = await Whole(db.Messages.AsNoTracking()).SingleOrDefaultAsync(row => row.Id == messageId, token);
                if (await MayAsync(db, actor, old, now, token) is { } no)
                {
                    return no;
                }

                var copy = new Message
                {
                    SenderId = old!.SenderId,
                    Language = old.Language,
                    TimeZone = old.TimeZone,
                    CreatedBy = actor.PersonId,
                    CreatedAt = now,
                    ChangedAt = now,
                    Version = 1,
                };
                db.Messages.Add(copy);
                var open = await db.Channels.Where(row => row.SenderId == old.SenderId && row.Health != Channels.ChannelHealth.Disconnected).Select(row => row.Id).ToListAsync(token);
                var draft = MessageDraft.Of(old);
                Apply(db, copy, draft with { ProposedDue = null, FollowUp = "", Channels = [.. draft.Channels.Where(channel => open.Contains(channel.ChannelId))] }, now);
                foreach (var person in old.Contributors.Select(contributor => contributor.PersonId).Append(old.CreatedBy).Append(actor.PersonId))
                {
                    Contribute(copy, person);
                }

                await db.SaveChangesAsync(token);
                db.Append(new LogEntry(actor, now, "message.duplicated") { SenderId = copy.SenderId, MessageId = copy.Id, Code = $"from:{messageId}" });
                return copy.Id;
            },
            cancellationToken);

    private Task<Answer<int>> ChangeAsync(
        Actor actor, long messageId, int version, Func<PublisherDb, Message, DateTimeOffset, Refusal?> change, CancellationToken cancellationToken) =>
        writer.DecideAsync<int>(
            async (db, token) =>
            {
                var now = time.GetUtcNow();
                var (message, refusal) = await OpenAsync(db, actor, messageId, version, now, token);
                if (message is null)
                {
                    return refusal!;
                }

                if (change(db, message, now) is { } no)
                {
                    db.ChangeTracker.Clear();
                    return no;
                }

                return await RaiseAsync(db, message, token) ? message.Version : Refusal.LookAgain;
            },
            cancellationToken);

    /// <summary>The message as it is now, for a person who may write in it and has seen this version.</summary>
    private static async Task<(Message? Message, Refusal? Refusal)> OpenAsync(
        PublisherDb db, Actor actor, long messageId, int version, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var message = await Whole(db.Messages).SingleOrDefaultAsync(row => row.Id == messageId, cancellationToken);
        if (await MayAsync(db, actor, message, now, cancellationToken) is { } no)
        {
            return (null, no);
        }

        return message!.Version == version ? (message, null) : (null, Refusal.LookAgain);
    }

    private static async Task<Refusal?> MayAsync(PublisherDb db, Actor actor, Message? message, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await Rights.LoadAsync(db, actor, now, cancellationToken) is not { } rights)
        {
            return Refusal.SignInAgain;
        }

        if (message is null || !rights.Can(Act.ReadMessages, message.SenderId))
        {
            // Nobody without a role gets to know which numbers exist.
            return rights.CanSomewhere(Act.Draft) ? Refusal.NotFound : Refusal.NotAllowed;
        }

        return rights.Can(Act.Draft, message.SenderId) ? null : Refusal.NotAllowed;
    }

    /// <summary>The row's lock: of two who saw the same version one goes on, the other looks again, on any machine.</summary>
    private static async Task<bool> RaiseAsync(PublisherDb db, Message message, CancellationToken cancellationToken)
    {
        var seen = message.Version;
        if (await db.Messages
            .Where(row => row.Id == message.Id && row.Version == seen)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Version, row => row.Version + 1), cancellationToken) == 0)
        {
            // Whatever was changed in the row that was read is not to be saved over what others wrote.
            db.ChangeTracker.Clear();
            return false;
        }

        message.Version = seen + 1;
        return true;
    }

    private static IQueryable<Message> Whole(IQueryable<Message> messages) =>
        messages.Include(row => row.Variants).Include(row => row.Channels).Include(row => row.Media).Include(row => row.Contributors).AsSplitQuery();

    private static void Contribute(Message message, long personId)
    {
        if (message.Contributors.All(contributor => contributor.PersonId != personId))
        {
            message.Contributors.Add(new Contributor { PersonId = personId });
        }
    }
}
