using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Publisher.Platforms.TikTok;

/// <summary>What became of a post TikTok took: it is processed, and a public one is moderated before it has an id.</summary>
internal sealed partial class TikTokPlatform
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan AskInModeration = TimeSpan.FromMinutes(1);

    /// <summary>Moderation takes a minute to hours; after this long a complete post counts as out, with no address.</summary>
    private static readonly TimeSpan LongestModeration = TimeSpan.FromHours(3);

    public async Task<PublishResult> AskAsync(string ticket, Part part, Account account, CancellationToken cancellationToken)
    {
        var (id, _) = Read(ticket);
        var answer = await StatusAsync(id, account, cancellationToken);
        return answer.As(Status(answer, ticket, part, account));
    }

    private async Task<Answer> StatusAsync(string publication, Account account, CancellationToken cancellationToken)
    {
        using var request = Signed("post/publish/status/fetch/", account, new JsonObject { ["publish_id"] = publication });
        return await http.AskAsync(request, cancellationToken);
    }

    private PublishResult Status(Answer answer, string ticket, Part part, Account account)
    {
        var (id, since) = Read(ticket);
        var data = answer.Json().Get("data");
        return !IsOk(answer) ? Later(Meaning(answer, visible: false)) : data.Text("status") switch
        {
            "PUBLISH_COMPLETE" when PostId(data) is { } post => PublishResult.Published(Remote(post, account)),
            "PUBLISH_COMPLETE" when Audience(part) == Everyone && time.GetUtcNow() < since + LongestModeration => PublishResult.Processing(ticket, AskInModeration),
            // What not everybody may see is never given an id: the publication's stands for it.
            "PUBLISH_COMPLETE" => PublishResult.Published(new RemotePost(id, null)),
            "PROCESSING_UPLOAD" or "PROCESSING_DOWNLOAD" => PublishResult.Processing(ticket, AskAgain),
            // Certain, so asking is over. What failed on its way there is sent once more; what was refused is for a person to change.
            "FAILED" when data.Text("fail_reason") is "internal" or "video_pull_failed" or "photo_pull_failed" => PublishResult.NotNow(Codes.MediaGone),
            "FAILED" => PublishResult.Rejected(Reason(data.Text("fail_reason") ?? "")),
            _ => PublishResult.NotNow(Codes.AnswerUnreadable),
        };
    }

    /// <summary>The publication of a video failed, or still waits for bytes: nothing appears before the last one.</summary>
    private static bool IsNotPosted(Answer answer, Part video) => IsOk(answer) && answer.Json().Get("data") is var data && data.Text("status") switch
    {
        "FAILED" => true,
        "PROCESSING_UPLOAD" => data.Get("uploaded_bytes") is { ValueKind: JsonValueKind.Number } bytes && bytes.TryGetInt64(out var come) && come < video.Media[0].Length,
        _ => false,
    };

    /// <summary>Accepted, with what asking needs: TikTok's name for it, and since when it is on its way.</summary>
    private PublishResult Accepted(string publishId) =>
        PublishResult.Processing($"{publishId} {time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)}", AskAgain);

    private static (string Id, DateTimeOffset Since) Read(string ticket) =>
        ticket.Split(' ') is [var id, var since] && long.TryParse(since, CultureInfo.InvariantCulture, out var seconds)
            ? (id, DateTimeOffset.FromUnixTimeSeconds(seconds))
            : (ticket, DateTimeOffset.MinValue);

    /// <summary>The name is misspelt in the interface. Given as numbers, of which the last digits must not be lost.</summary>
    private static string? PostId(JsonElement? data) =>
        data.Get("publicaly_available_post_id") is { ValueKind: JsonValueKind.Array } ids && ids.EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.Number or JsonValueKind.String } id
            ? id.ToString()
            : null;

    private static string Reason(string reason) => reason switch
    {
        "file_format_check_failed" or "duration_check_failed" or "frame_rate_check_failed" or "picture_size_check_failed" => Codes.MediaRefused,
        "spam_risk_too_many_posts" => Codes.QuotaReached,
        "spam_risk_user_banned_from_posting" => Codes.AccountSuspended,
        "auth_removed" => Codes.AccessRevoked,
        _ when reason.StartsWith("spam_risk", StringComparison.Ordinal) => Codes.ContentRefused,
        _ => Codes.Refused,
    };
}
