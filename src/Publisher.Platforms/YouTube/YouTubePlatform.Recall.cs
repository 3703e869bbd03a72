using System.Globalization;
using System.Net;
using System.Text.Json;
using Publisher.Platforms.Text;

namespace Publisher.Platforms.YouTube;

/// <summary>
/// Looking whether a video has become visible: the channel's uploads name those with this title, private ones among them, and each is
/// asked how it stands. The list may lag; what it names is known exactly.
/// </summary>
internal sealed partial class YouTubePlatform
{
    private const int PageSize = 50;

    /// <summary>A channel that uploaded more than this many pages since cannot be searched to the end; then it is said so.</summary>
    private const int MostPages = 4;

    /// <summary>Uploads are listed by the time they were brought, which is before the attempt, but never as long as this.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    /// <summary>For the difference between two clocks.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(1);

    public async Task<RecallResult> FindAsync(Part part, TimeWindow window, Account account, CancellationToken cancellationToken)
    {
        var mine = await GetAsync("channels?part=contentDetails&mine=true", account, cancellationToken);
        var uploads = Items(mine)?.FirstOrDefault().Get("contentDetails").Get("relatedPlaylists").Text("uploads");
        if (uploads is null)
        {
            return Failed(mine);
        }

        var matches = new List<RemotePost>();
        var next = "";
        for (var page = 0; page < MostPages; page++)
        {
            var list = await GetAsync($"playlistItems?part=snippet,contentDetails&playlistId={Uri.EscapeDataString(uploads)}&maxResults={PageSize}{next}", account, cancellationToken);
            if (Items(list) is not { } items)
            {
                // A channel without uploads has no such list.
                return list.Status == HttpStatusCode.NotFound ? new RecallResult { Matches = matches } : Failed(list);
            }

            var titled = items.Where(item => item.Get("snippet").Text("title") == part.Title()).Select(item => item.Get("contentDetails").Text("videoId")).OfType<string>().ToList();
            if (titled.Count > 0)
            {
                var asked = await GetAsync($"videos?part=snippet,status&id={Uri.EscapeDataString(string.Join(',', titled))}", account, cancellationToken);
                if (Items(asked) is not { } videos)
                {
                    return Failed(asked);
                }

                matches.AddRange(videos.Where(video => IsShownAs(part, video, window)).Select(video => Remote(video.Text("id")!, account)));
            }

            if (items.Any(item => Time(item.Get("snippet")) < EarliestUpload(part, window)))
            {
                return new RecallResult { Matches = matches, IsComplete = true };
            }

            if (list.Json().Text("nextPageToken") is not { Length: > 0 } token)
            {
                return new RecallResult { Matches = matches, IsComplete = true };
            }

            next = $"&pageToken={Uri.EscapeDataString(token)}";
        }

        return new RecallResult { Matches = matches };
    }

    /// <summary>A video that was private is dated anew when it becomes public; one that becomes unlisted keeps the time of its upload (snippet.publishedAt).</summary>
    private static bool IsShownAs(Part part, JsonElement video, TimeWindow window)
    {
        var privacy = Visibility(part);
        var earliest = privacy == "public" ? window.From : EarliestUpload(part, window);
        return video.Text("id") is { Length: > 0 }
            && video.Get("status").Text("privacyStatus") == privacy
            && Time(video.Get("snippet")) is { } published && published >= earliest && published <= window.To
            && video.Get("snippet").Text("title") == part.Title()
            && Plain(video.Get("snippet").Text("description")) == Plain(part.Text);
    }

    /// <summary>A file is brought after its part was planned, which its key tells.</summary>
    private static DateTimeOffset EarliestUpload(Part part, TimeWindow window)
    {
        var longest = window.From - LongestWait;
        return PartKey.Time(part.Key) - Slack is { } planned && planned > longest && planned < window.From ? planned : longest;
    }

    private async Task<Answer> GetAsync(string query, Account account, CancellationToken cancellationToken)
    {
        using var request = Signed(HttpMethod.Get, $"youtube/v3/{query}", account);
        return await http.AskAsync(request, cancellationToken);
    }

    private RecallResult Failed(Answer answer) => new() { Failure = NotSeen(answer) };

    /// <summary>Looking can fail for good only by a lost sign-in; all else is asked again.</summary>
    private PublishResult NotSeen(Answer answer)
    {
        var failure = answer.IsSuccess ? PublishResult.NotNow(Codes.AnswerUnreadable) : Meaning(answer, visible: false);
        return answer.As(failure.Outcome == Outcome.SignInNeeded ? failure : PublishResult.NotNow(failure.Code, failure.RetryAfter));
    }

    /// <summary>What a list names; null where the answer is none. A list of nothing may leave out its items.</summary>
    private static IReadOnlyList<JsonElement>? Items(Answer answer) =>
        !answer.IsSuccess || answer.Json() is not { } json || json.Text("kind")?.EndsWith("ListResponse", StringComparison.Ordinal) is not true ? null
        : json.Get("items") is { ValueKind: JsonValueKind.Array } items ? [.. items.EnumerateArray()]
        : [];

    private static DateTimeOffset? Time(JsonElement? snippet) =>
        DateTimeOffset.TryParse(snippet.Text("publishedAt"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    private static string Plain(string? text) => PlainText.Normalize(text ?? "").Trim();
}
