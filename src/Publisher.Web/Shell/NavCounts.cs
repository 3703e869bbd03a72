using Microsoft.EntityFrameworkCore;
using Publisher.Web.Channels;
using Publisher.Web.Messages;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Web.Shell;

/// <summary>What waits for the person who is looking, for the rail.</summary>
public sealed class NavCounts(IDbContextFactory<PublisherDb> databases, TimeProvider time)
{
    public sealed record Seen(Rights Rights, string Name, int ToReview, int ChannelsToMend);

    /// <summary>Null where the sign-in is over.</summary>
    public async Task<Seen?> ReadAsync(Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await Rights.LoadAsync(db, actor, time.GetUtcNow(), cancellationToken) is not { } rights)
        {
            return null;
        }

        var name = await db.Users.Where(person => person.Id == actor.PersonId).Select(person => person.DisplayName).SingleAsync(cancellationToken);
        var senders = rights.SendersFor(Act.Approve);
        var toReview = rights.CanSomewhere(Act.Approve)
            ? await db.Messages.CountAsync(
                message => message.State == MessageState.InReview && (senders == null || senders.Contains(message.SenderId))
                    // Who had written in it when it was submitted is still among these.
                    && !message.Contributors.Any(contributor => contributor.PersonId == actor.PersonId)
                    && !db.Submissions.Any(row => row.MessageId == message.Id && row.Revision == message.Revision && row.SubmittedBy == actor.PersonId)
                    && !db.Approvals.Any(yes => yes.MessageId == message.Id && yes.Revision == message.Revision && yes.IsYes && yes.PersonId == actor.PersonId),
                cancellationToken)
            : 0;
        var soon = time.GetUtcNow() + ChannelRow.Warning;
        var seen = rights.SendersFor(Act.ReadChannels);
        var toMend = await db.Channels.CountAsync(
            channel => (seen == null || seen.Contains(channel.SenderId))
                && (channel.Health == ChannelHealth.SignInNeeded || channel.Health == ChannelHealth.Alarmed || (channel.Health == ChannelHealth.Working && channel.SignInExpires < soon)),
            cancellationToken);
        return new Seen(rights, name, toReview, toMend);
    }
}
