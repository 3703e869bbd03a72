using System.Text.Json;

namespace Publisher.Platforms.Pinterest;

/// <summary>Counts of the account's own pins, from its own listing.</summary>
internal sealed partial class PinterestPlatform
{
    public async Task<Measured> MeasureAsync(IReadOnlyList<RemotePost> posts, Account account, CancellationToken cancellationToken)
    {
        using var who = Signed(HttpMethod.Get, "user_account", account);
        var user = await http.AskAsync(who, cancellationToken);
        if (!user.IsSuccess || user.Json().Text("username") is null)
        {
            return new Measured { Failure = user.As(Later(Meaning(user, visible: false))) };
        }

        var followers = user.Json().Count("follower_count");
        var counts = new Dictionary<string, Counts>(StringComparer.Ordinal);
        var missing = posts.Select(post => post.Id).ToHashSet(StringComparer.Ordinal);
        var bookmark = "";
        for (var page = 0; page < MostPages && missing.Count > 0; page++)
        {
            using var request = Signed(HttpMethod.Get, $"pins?pin_metrics=true&page_size={Listed}{bookmark}", account);
            var answer = await http.AskAsync(request, cancellationToken);
            if (!answer.IsSuccess || answer.Json() is not { } json || json.Get("items") is not { ValueKind: JsonValueKind.Array } pins)
            {
                return new Measured { Followers = followers, Posts = counts, Failure = answer.As(Later(Meaning(answer, visible: false))) };
            }

            foreach (var pin in pins.EnumerateArray())
            {
                // Numbers come late, and for young pins not at all.
                if (pin.Text("id") is { } id && missing.Remove(id) && pin.Get("pin_metrics").Get("lifetime_metrics") is { } metrics)
                {
                    counts[id] = new Counts(metrics.Count("reaction"), Replies: metrics.Count("comment"), Views: metrics.Count("impression"));
                }
            }

            if (json.Text("bookmark") is not { Length: > 0 } next)
            {
                break;
            }

            bookmark = $"&bookmark={Uri.EscapeDataString(next)}";
        }

        return new Measured { Followers = followers, Posts = counts };
    }
}
