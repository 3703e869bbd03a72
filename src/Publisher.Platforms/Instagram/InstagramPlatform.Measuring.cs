using Publisher.Platforms.Meta;

namespace Publisher.Platforms.Instagram;

/// <summary>Counts of the account's posts. Views and shares are insights, for a permission that posting does not need.</summary>
internal sealed partial class InstagramPlatform
{
    public Task<Measured> MeasureAsync(IReadOnlyList<RemotePost> posts, Account account, CancellationToken cancellationToken)
    {
        var counts = new GraphCounts(
            "me", $"{account.Id}/media", "like_count,comments_count", post => new Counts(post.Count("like_count"), Replies: post.Count("comments_count")));
        return counts.MeasureAsync(_graph, posts, account, cancellationToken);
    }
}
