using System.Text.Json;
using System.Text.Json.Nodes;

namespace Publisher.Platforms.TikTok;

/// <summary>Counts of the account's public videos, from its own listing. How many follow is told with a permission that posting does not need.</summary>
internal sealed partial class TikTokPlatform
{
    /// <summary>Pages of twenty.</summary>
    private const int MostMeasured = 10;

    public async Task<Measured> MeasureAsync(IReadOnlyList<RemotePost> posts, Account account, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<string, Counts>(StringComparer.Ordinal);
        var missing = posts.Select(post => post.Id).ToHashSet(StringComparer.Ordinal);
        var body = new JsonObject { ["max_count"] = Listed };
        for (var page = 0; page < MostMeasured && missing.Count > 0; page++)
        {
            using var request = Signed("video/list/?fields=id,like_count,comment_count,share_count,view_count", account, (JsonObject)body.DeepClone());
            var answer = await http.AskAsync(request, cancellationToken);
            var data = answer.Json().Get("data");
            if (!IsOk(answer) || data.Get("videos") is not { ValueKind: JsonValueKind.Array } videos)
            {
                return new Measured { Posts = counts, Failure = answer.As(Later(Meaning(answer, visible: false))) };
            }

            foreach (var video in videos.EnumerateArray())
            {
                if (video.Text("id") is { } id && missing.Remove(id))
                {
                    counts[id] = new Counts(video.Count("like_count"), video.Count("share_count"), video.Count("comment_count"), video.Count("view_count"));
                }
            }

            if (data.Get("has_more") is not { ValueKind: JsonValueKind.True } || data.Count("cursor") is not { } cursor)
            {
                break;
            }

            body["cursor"] = cursor;
        }

        return new Measured { Posts = counts };
    }
}
