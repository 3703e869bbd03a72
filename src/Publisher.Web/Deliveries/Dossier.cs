using Microsoft.EntityFrameworkCore;
using Publisher.Platforms;
using Publisher.Web.Approvals;
using Publisher.Web.Channels;
using Publisher.Web.Messages;
using Publisher.Web.Storage;

namespace Publisher.Web.Deliveries;

/// <summary>All that is known about one delivery. What is verified in it is what is sent.</summary>
/// <param name="Original">What this one corrects on its channel; null for a message of its own, and where there is none.</param>
internal sealed record Dossier(Delivery Delivery, Channel? Channel, FrozenPost? Frozen, Submission? Submission, IReadOnlyList<Approval> Approvals, Delivery? Original = null)
{
    /// <summary>It was retracted, so there is nothing left to correct.</summary>
    public bool IsOriginalGone => Original?.State is DeliveryState.Retracting or DeliveryState.Retracted;

    /// <summary>The part as the adapter gets it.</summary>
    public Part PartFor(Post post, DeliveryPart row)
    {
        var part = post.Parts[row.Number - 1];
        var former = Delivery.Parts.Find(other => other.Number == row.Number - 1);
        // What answers a live post hangs on its first part, which is where readers meet it.
        var answered = part.Correction is { Way: CorrectionWay.Reply } reply ? reply.Post : null;
        return part with
        {
            Key = row.Key,
            CreatedAt = row.CreatedAt ?? Delivery.Due,
            Root = former is null ? answered : Delivery.Parts.Find(other => other.Number == 1)?.RemotePost,
            Parent = former?.RemotePost ?? answered,
        };
    }
}

/// <summary>Reads dossiers, many with as few queries as one.</summary>
internal sealed class Dossiers(IDbContextFactory<PublisherDb> databases)
{
    /// <summary>Posts that another delivery of the channel already holds are not this one's.</summary>
    public async Task<IReadOnlyList<RemotePost>> UnclaimedAsync(Delivery delivery, DeliveryPart part, IReadOnlyList<RemotePost> posts, CancellationToken cancellationToken)
    {
        if (posts.Count == 0)
        {
            return posts;
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var ids = posts.Select(post => post.Id).ToList();
        var held = await db.DeliveryParts
            .Where(row => row.RemoteId != null && ids.Contains(row.RemoteId) && !(row.DeliveryId == delivery.Id && row.Number == part.Number))
            .Where(row => db.Deliveries.Any(other => other.Id == row.DeliveryId && other.ChannelId == delivery.ChannelId))
            .Select(row => row.RemoteId!)
            .ToListAsync(cancellationToken);
        return [.. posts.Where(post => !held.Contains(post.Id))];
    }

    /// <summary>A platform that names the post a repeat would double may name one of another delivery with the same words.</summary>
    public async Task<PublishResult> WithoutForeignAsync(Delivery delivery, DeliveryPart part, PublishResult result) =>
        result is { Outcome: Outcome.Rejected, Post: { } existing } && (await UnclaimedAsync(delivery, part, [existing], CancellationToken.None)).Count == 0
            ? result with { Post = null }
            : result;

    public async Task<Dossier?> ReadAsync(long deliveryId, CancellationToken cancellationToken) =>
        (await ReadAsync([deliveryId], cancellationToken)).GetValueOrDefault(deliveryId);

    public async Task<IReadOnlyDictionary<long, Dossier>> ReadAsync(IReadOnlyList<long> deliveryIds, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var deliveries = await db.Deliveries.AsNoTracking().AsSplitQuery()
            .Include(row => row.Parts.OrderBy(part => part.Number))
            .Include(row => row.Attempts.OrderBy(attempt => attempt.Part).ThenBy(attempt => attempt.Number))
            .Where(row => deliveryIds.Contains(row.Id))
            .ToListAsync(cancellationToken);

        var messageIds = deliveries.Select(row => row.MessageId).Distinct().ToList();
        var channelIds = deliveries.Select(row => row.ChannelId).Distinct().ToList();
        var frozenIds = deliveries.Select(row => row.FrozenPostId).Distinct().ToList();
        var channels = await db.Channels.AsNoTracking().Where(row => channelIds.Contains(row.Id)).ToDictionaryAsync(row => row.Id, cancellationToken);
        var frozen = await db.FrozenPosts.AsNoTracking().Where(row => frozenIds.Contains(row.Id)).ToDictionaryAsync(row => row.Id, cancellationToken);
        var approvals = (await db.Approvals.AsNoTracking().Where(row => messageIds.Contains(row.MessageId)).ToListAsync(cancellationToken)).ToLookup(row => row.MessageId);
        var submissions = (await db.Submissions.AsNoTracking().Where(row => messageIds.Contains(row.MessageId)).ToListAsync(cancellationToken)).ToLookup(row => row.MessageId);

        var originals = await OriginalsAsync(db, deliveries, cancellationToken);
        return deliveries.ToDictionary(row => row.Id, row =>
        {
            var post = frozen.GetValueOrDefault(row.FrozenPostId);
            return new Dossier(
                row,
                channels.GetValueOrDefault(row.ChannelId),
                post,
                submissions[row.MessageId].FirstOrDefault(submission => submission.Revision == post?.Revision),
                [.. approvals[row.MessageId].Where(approval => approval.Revision == post?.Revision)],
                originals.GetValueOrDefault(row.Id));
        });
    }

    private static async Task<Dictionary<long, Delivery>> OriginalsAsync(PublisherDb db, List<Delivery> deliveries, CancellationToken cancellationToken)
    {
        var correcting = deliveries.FindAll(row => row.Way is not null);
        if (correcting.Count == 0)
        {
            return [];
        }

        var messageIds = correcting.Select(row => row.MessageId).Distinct().ToList();
        var firsts = await db.Messages.Where(row => messageIds.Contains(row.Id)).ToDictionaryAsync(row => row.Id, row => row.CorrectsMessageId, cancellationToken);
        var firstIds = firsts.Values.ToList();
        var originals = await db.Deliveries.AsNoTracking().Include(row => row.Parts).Where(row => firstIds.Contains(row.MessageId)).ToListAsync(cancellationToken);
        return correcting
            .Select(row => (row.Id, Original: originals.Find(first => first.MessageId == firsts.GetValueOrDefault(row.MessageId) && first.ChannelId == row.ChannelId)))
            .Where(pair => pair.Original is not null)
            .ToDictionary(pair => pair.Id, pair => pair.Original!);
    }
}
