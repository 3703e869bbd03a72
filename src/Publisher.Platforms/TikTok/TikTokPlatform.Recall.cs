using System.Text.Json;
using System.Text.Json.Nodes;
using Publisher.Platforms.Text;

namespace Publisher.Platforms.TikTok;

/// <summary>
/// What became of a part that may be live. A video has its publication's name since it was announced, and its status tells. Photos get theirs with the
/// answer that is lost: they are looked for among the account's public posts. What is found there counts; that nothing is found proves nothing, for
/// private posts and those in moderation are not listed.
/// </summary>
internal sealed partial class TikTokPlatform
{
    /// <summary>Videos in one listing, the most TikTok gives.</summary>
    private const int Listed = 20;

    private const int MostPages = 5;

    /// <summary>Of a longer text the listing shows this much (developers.tiktok.com, tiktok-api-v2-video-object, 2026-08).</summary>
    private const int TitleShown = 150;

    public Task<RecallResult> FindAsync(Part part, Prepared prepared, TimeWindow window, Account account, CancellationToken cancellationToken) =>
        IsVideo(part) && prepared.Files is [{ Id: { Length: > 0 } publication }]
            ? AnnouncedAsync(publication, part, account, cancellationToken)
            : ListedAsync(part, window, account, cancellationToken);

    private async Task<RecallResult> AnnouncedAsync(string publication, Part part, Account account, CancellationToken cancellationToken)
    {
        var answer = await StatusAsync(publication, account, cancellationToken);
        var result = Status(answer, Accepted(publication).Ticket!, part, account);
        return result switch
        {
            _ when IsNotPosted(answer, part) => new RecallResult { IsComplete = true, Answer = answer.As(result).Answer },
            { Outcome: Outcome.Published, Post: { } post } => new RecallResult { Matches = [post] },
            { Outcome: Outcome.Processing } => new RecallResult { Ticket = result.Ticket },
            _ => new RecallResult { Failure = answer.As(Later(result)) },
        };
    }

    private async Task<RecallResult> ListedAsync(Part part, TimeWindow window, Account account, CancellationToken cancellationToken)
    {
        var matches = new List<RemotePost>();
        var body = new JsonObject { ["max_count"] = Listed };
        for (var page = 0; page < MostPages; page++)
        {
            using var request = Signed("video/list/?fields=id,title,video_description,create_time,share_url", account, (JsonObject)body.DeepClone());
            var answer = await http.AskAsync(request, cancellationToken);
            var data = answer.Json().Get("data");
            if (!IsOk(answer) || data.Get("videos") is not { ValueKind: JsonValueKind.Array } videos)
            {
                return new RecallResult { Failure = answer.As(Later(Meaning(answer, visible: false))) };
            }

            var oldest = DateTimeOffset.MaxValue;
            foreach (var video in videos.EnumerateArray())
            {
                if (video.Text("id") is not { Length: > 0 } id || Created(video) is not { } created)
                {
                    continue;
                }

                oldest = created < oldest ? created : oldest;
                if (window.Contains(created) && (Is(part, video.Text("video_description")) || Is(part, video.Text("title"))))
                {
                    matches.Add(Remote(id, account));
                }
            }

            if (oldest < window.From || data.Get("has_more") is not { ValueKind: JsonValueKind.True } || data.Get("cursor") is not { ValueKind: JsonValueKind.Number } cursor)
            {
                break;
            }

            body["cursor"] = cursor.GetInt64();
        }

        return new RecallResult { Matches = matches, IsComplete = false };
    }

    private static DateTimeOffset? Created(JsonElement video) =>
        video.Get("create_time") is { ValueKind: JsonValueKind.Number } time && time.TryGetInt64(out var seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    /// <summary>The same text, or as much of it as the listing shows.</summary>
    private static bool Is(Part part, string? shown)
    {
        var (bare, whole) = (Bare(shown ?? ""), Bare(part.Text));
        return bare == whole || (shown?.Length >= TitleShown && bare.Length > 0 && whole.StartsWith(bare, StringComparison.Ordinal));
    }

    /// <summary>Text without its spaces: servers trim them.</summary>
    private static string Bare(string text) => string.Concat(PlainText.Normalize(text).Where(letter => !char.IsWhiteSpace(letter)));
}
