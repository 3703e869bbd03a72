using System.Text.Json;

namespace Publisher.Platforms.Bluesky;

/// <summary>Counts, which the account's own server fetches from the network's app for whoever is signed in (docs.bsky.app, api-directory):
/// no other host is asked.</summary>
internal sealed partial class BlueskyPlatform
{
    /// <summary>Posts in one question, the most there may be (lexicon app.bsky.feed.getPosts).</summary>
    private const int MostAsked = 25;

    public async Task<Measured> MeasureAsync(IReadOnlyList<RemotePost> posts, Account account, CancellationToken cancellationToken)
    {
        using var who = Xrpc.Get(account.Server, "app.bsky.actor.getProfile", $"actor={Uri.EscapeDataString(account.Id)}", account.Credentials.Token);
        var profile = await http.AskAsync(who, cancellationToken);
        if (!profile.IsSuccess || profile.Json() is not { } person || person.Text("did") is null)
        {
            return new Measured { Failure = Xrpc.Read(profile, visible: false, time) };
        }

        // The number is optional: an app that does not keep it says nothing.
        var followers = person.Count("followersCount");
        var counts = new Dictionary<string, Counts>(StringComparer.Ordinal);
        foreach (var some in posts.Chunk(MostAsked))
        {
            using var request = Xrpc.Get(
                account.Server, "app.bsky.feed.getPosts", string.Join('&', some.Select(post => $"uris={Uri.EscapeDataString(post.Id)}")), account.Credentials.Token);
            var answer = await http.AskAsync(request, cancellationToken);
            if (!answer.IsSuccess || answer.Json().Get("posts") is not { ValueKind: JsonValueKind.Array } found)
            {
                return new Measured { Followers = followers, Posts = counts, Failure = Xrpc.Read(answer, visible: false, time) };
            }

            foreach (var post in found.EnumerateArray().Where(post => post.Text("uri") is not null))
            {
                counts[post.Text("uri")!] = new Counts(post.Count("likeCount"), post.Count("repostCount"), post.Count("replyCount"));
            }
        }

        return new Measured { Followers = followers, Posts = counts };
    }
}
