using System.Text.Json;

namespace Publisher.Platforms.PeerTube;

/// <summary>Counts from the account's own list of videos, and who follows the channel, as far as the own server knows of either.</summary>
internal sealed partial class PeerTubePlatform
{
    public async Task<Measured> MeasureAsync(IReadOnlyList<RemotePost> posts, Account account, CancellationToken cancellationToken)
    {
        using var who = Signed(HttpMethod.Get, $"api/v1/video-channels/{Uri.EscapeDataString(account.Handle.Split('@')[0])}", account);
        var channel = await http.AskAsync(who, cancellationToken);
        if (!channel.IsSuccess || channel.Json().Count("followersCount") is not { } followers)
        {
            return new Measured { Failure = channel.As(Later(Meaning(channel, visible: false))) };
        }

        var counts = new Dictionary<string, Counts>(StringComparer.Ordinal);
        var missing = posts.Select(post => post.Id).ToHashSet(StringComparer.Ordinal);
        for (var page = 0; page < MostPages && missing.Count > 0; page++)
        {
            var answer = await ListAsync(page, account, cancellationToken);
            if (!answer.IsSuccess || answer.Json().Get("data") is not { ValueKind: JsonValueKind.Array } list)
            {
                return new Measured { Followers = followers, Posts = counts, Failure = answer.As(Later(Meaning(answer, visible: false))) };
            }

            foreach (var video in list.EnumerateArray())
            {
                if (video.Text("uuid") is { } id && missing.Remove(id))
                {
                    counts[id] = new Counts(video.Count("likes"), Replies: video.Count("comments"), Views: video.Count("views"));
                }
            }

            if (list.GetArrayLength() < PageSize)
            {
                break;
            }
        }

        return new Measured { Followers = followers, Posts = counts };
    }
}
