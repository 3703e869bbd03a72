using Publisher.Platforms.Meta;

namespace Publisher.Platforms.Facebook;

/// <summary>Counts of the page's posts. Comments are left out: even their number may need the permission to read what users write.</summary>
internal sealed partial class FacebookPlatform
{
    public Task<Measured> MeasureAsync(IReadOnlyList<RemotePost> posts, Account account, CancellationToken cancellationToken)
    {
        // A post nobody has shared has no field "shares".
        var counts = new GraphCounts(
            account.Id, $"{account.Id}/published_posts", "reactions.limit(0).summary(true),shares",
            post => new Counts(post.Get("reactions").Get("summary").Count("total_count"), post.Get("shares").Count("count")));
        return counts.MeasureAsync(_graph, posts, account, cancellationToken);
    }
}
