namespace Publisher.Sandbox;

/// <summary>What a PDS fetches from the network's app for whoever is signed in.</summary>
internal sealed partial class Bluesky
{
    private const int MostPosts = 25;

    private Answer ShowProfile(Call call) => Accounts.FirstOrDefault(account => account.Id == call.Asked("actor") || account.Handle == call.Asked("actor")) is { } account
        ? Answer.Json(new Dictionary<string, object>(Author(account)) { ["followersCount"] = SandboxCounts.Followers(account.Id), ["followsCount"] = 12, ["postsCount"] = Feed.CountOf(account.Id) })
        : Error(400, "InvalidRequest", "Profile not found");

    private Answer ShowPosts(Call call)
    {
        var uris = call.Query["uris"];
        if (uris.Count is 0 or > MostPosts)
        {
            Object(call, $"uris names 1 to {MostPosts} posts");
            return Error(400, "InvalidRequest", "Error: Params must have the right number of uris");
        }

        // What is not there is left out.
        var posts = uris.Select(Feed.Find).OfType<SandboxPost>().Where(post => post.DeletedAt is null && post.VisibleFrom <= World.Now - call.Lag);
        return Answer.Json(new { posts = posts.Select(View) });
    }

    private Dictionary<string, object> View(SandboxPost post)
    {
        var counts = SandboxCounts.Of(post.Id);
        return new Dictionary<string, object>
        {
            ["uri"] = post.Id,
            ["cid"] = CidOf(post),
            ["author"] = Author(Accounts.First(account => account.Id == post.Account)),
            ["record"] = new Dictionary<string, object> { ["$type"] = PostCollection, ["text"] = post.Text },
            ["likeCount"] = counts.Likes,
            ["repostCount"] = counts.Shares,
            ["replyCount"] = counts.Replies,
            ["quoteCount"] = 0,
            ["indexedAt"] = post.At.UtcDateTime.ToString("O"),
        };
    }

    private static Dictionary<string, object> Author(SandboxAccount account) => new() { ["did"] = account.Id, ["handle"] = account.Handle, ["displayName"] = account.DisplayName };
}
