using System.Globalization;
using System.Text.Json;

namespace Publisher.Platforms.YouTube;

/// <summary>Counts of the channel and its videos (part statistics, developers.google.com/youtube/v3/docs/videos and .../channels). They are texts of digits; what is switched off is left out.</summary>
internal sealed partial class YouTubePlatform
{
    /// <summary>Videos in one question, the most there are.</summary>
    private const int PageSize = 50;

    public async Task<Measured> MeasureAsync(IReadOnlyList<RemotePost> posts, Account account, CancellationToken cancellationToken)
    {
        var mine = await GetAsync("channels?part=statistics&mine=true", account, cancellationToken);
        if (Items(mine)?.FirstOrDefault().Get("statistics") is not { } channel)
        {
            return new Measured { Failure = NotSeen(mine) };
        }

        // A channel may hide how many subscribed; a number is there all the same.
        var followers = channel.Get("hiddenSubscriberCount") is { ValueKind: JsonValueKind.True } ? null : Counted(channel, "subscriberCount");
        var counts = new Dictionary<string, Counts>(StringComparer.Ordinal);
        foreach (var some in posts.Chunk(PageSize))
        {
            var answer = await GetAsync($"videos?part=statistics&id={Uri.EscapeDataString(string.Join(',', some.Select(post => post.Id)))}", account, cancellationToken);
            if (Items(answer) is not { } videos)
            {
                return new Measured { Followers = followers, Posts = counts, Failure = NotSeen(answer) };
            }

            foreach (var video in videos)
            {
                if (video.Text("id") is { } id && video.Get("statistics") is { } told)
                {
                    counts[id] = new Counts(Counted(told, "likeCount"), Replies: Counted(told, "commentCount"), Views: Counted(told, "viewCount"));
                }
            }
        }

        return new Measured { Followers = followers, Posts = counts };
    }

    private static long? Counted(JsonElement statistics, string name) =>
        long.TryParse(statistics.Text(name), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;
}
