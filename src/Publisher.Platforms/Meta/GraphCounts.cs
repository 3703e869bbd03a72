using System.Text.Json;

namespace Publisher.Platforms.Meta;

/// <summary>Counts of an account's own posts, from the list of them: one call for many.</summary>
/// <param name="Profile">Where the number of followers stands.</param>
/// <param name="Path">The list.</param>
/// <param name="Fields">What to ask of each, besides its id.</param>
internal sealed record GraphCounts(string Profile, string Path, string Fields, Func<JsonElement, Counts> Read)
{
    private const int PageSize = 50;
    private const int MostPages = 5;

    public async Task<Measured> MeasureAsync(Graph graph, IReadOnlyList<RemotePost> posts, Account account, CancellationToken cancellationToken)
    {
        var profile = await graph.GetAsync($"{Profile}?fields=followers_count", account, cancellationToken);
        if (!profile.IsSuccess || profile.Json().Count("followers_count") is not { } followers)
        {
            return new Measured { Failure = GraphErrors.ReadOfLooking(profile) };
        }

        var counts = new Dictionary<string, Counts>(StringComparer.Ordinal);
        var missing = posts.Select(post => post.Id).ToHashSet(StringComparer.Ordinal);
        var after = "";
        for (var page = 0; page < MostPages && missing.Count > 0; page++)
        {
            var answer = await graph.GetAsync($"{Path}?fields=id,{Fields}&limit={PageSize}{after}", account, cancellationToken);
            if (!answer.IsSuccess || answer.Json() is not { } json || json.Get("data") is not { ValueKind: JsonValueKind.Array } list)
            {
                return new Measured { Followers = followers, Posts = counts, Failure = GraphErrors.ReadOfLooking(answer) };
            }

            foreach (var post in list.EnumerateArray())
            {
                if (post.Text("id") is { } id && missing.Remove(id))
                {
                    counts[id] = Read(post);
                }
            }

            if (json.Get("paging").Get("next") is null || json.Get("paging").Get("cursors").Text("after") is not { Length: > 0 } cursor)
            {
                break;
            }

            after = $"&after={Uri.EscapeDataString(cursor)}";
        }

        return new Measured { Followers = followers, Posts = counts };
    }
}
