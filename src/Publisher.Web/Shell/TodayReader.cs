using Microsoft.EntityFrameworkCore;
using Publisher.Web.Approvals;
using Publisher.Web.Channels;
using Publisher.Web.Messages;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Web.Shell;

/// <param name="MayRead">Whoever looks after channels and people sees no messages.</param>
/// <param name="ByHand">Due, and put out by nobody but a person: this one, or anybody.</param>
/// <param name="Trouble">Out, but not everywhere: somebody has to look.</param>
/// <param name="Channels">For whoever connects them: what lost its sign-in, or loses it soon.</param>
/// <param name="Drafts">Mine, and what came back to me.</param>
public sealed record Today(
    bool MayRead, bool MayDraft, IReadOnlyList<ReviewList.Waiting> Reviews, IReadOnlyList<MessageLine> ByHand, IReadOnlyList<MessageLine> Trouble, IReadOnlyList<MessageLine> Next, IReadOnlyList<MessageLine> Drafts, IReadOnlyList<ChannelRow> Channels)
{
    public bool IsEmpty => Reviews.Count + ByHand.Count + Trouble.Count + Next.Count + Drafts.Count == 0;
}

/// <summary>What a person should see first: what waits for them, what went wrong, what goes out next, what they were writing.</summary>
public sealed class TodayReader(IDbContextFactory<PublisherDb> databases, ReviewList reviews, MessageList messages, TimeProvider time)
{
    private const int Most = 8;

    /// <summary>Null where the sign-in is over.</summary>
    public async Task<Today?> ReadAsync(Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await Rights.LoadAsync(db, actor, time.GetUtcNow(), cancellationToken) is not { } rights)
        {
            return null;
        }

        return new(
            rights.CanSomewhere(Act.ReadMessages),
            rights.CanSomewhere(Act.Draft),
            [.. (await reviews.ReadAsync(actor, cancellationToken)).Where(waiting => waiting.IsForMe).Take(Most)],
            rights.CanSomewhere(Act.CloseByHand) ? (await messages.ReadAsync(actor, new("hand", Take: Most), cancellationToken)).Lines : [],
            (await messages.ReadAsync(actor, new("trouble", Take: Most), cancellationToken)).Lines,
            await messages.UpcomingAsync(actor, Most, cancellationToken),
            (await messages.ReadAsync(actor, new("draft", OnlyMine: true, Take: Most), cancellationToken)).Lines,
            rights.CanSomewhere(Act.ManageChannels) ? [.. (await ChannelRow.ReadAsync(db, cancellationToken)).Where(channel => channel.WantsSignIn(time.GetUtcNow()))] : []);
    }
}
