using System.Globalization;
using System.Text.Json;
using Publisher.Platforms.Text;

namespace Publisher.Platforms.PeerTube;

/// <summary>
/// Looking in the account's own list for a video that may have become visible. A server dates it anew when it stops being private
/// (models/video/video.ts, setPrivacy), so the newest publications are whole as soon as one is older than the attempt.
/// </summary>
internal sealed partial class PeerTubePlatform
{
    private const int PageSize = 100;

    /// <summary>An account that published more than this many pages since the attempt cannot be searched to the end; then it is said so.</summary>
    private const int MostPages = 5;

    public async Task<RecallResult> FindAsync(Part part, Prepared prepared, TimeWindow window, Account account, CancellationToken cancellationToken)
    {
        var matches = new List<RemotePost>();
        for (var page = 0; page < MostPages; page++)
        {
            var answer = await ListAsync(page, account, cancellationToken);
            if (!answer.IsSuccess || answer.Json().Get("data") is not { ValueKind: JsonValueKind.Array } list)
            {
                return new RecallResult { Failure = answer.As(answer.IsSuccess ? PublishResult.NotNow(Codes.AnswerUnreadable) : Later(Meaning(answer, visible: false))) };
            }

            foreach (var video in list.EnumerateArray())
            {
                if (video.Text("uuid") is not { } id || !DateTimeOffset.TryParse(video.Text("publishedAt"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var published))
                {
                    return new RecallResult { Matches = matches };
                }

                if (published < window.From)
                {
                    return new RecallResult { Matches = matches, IsComplete = true };
                }

                if (!window.Contains(published) || !IsShownAs(part, video, account))
                {
                    continue;
                }

                if (await TextAsync(id, account, cancellationToken) is not { } text)
                {
                    return new RecallResult { Failure = PublishResult.NotNow(Codes.AnswerUnreadable) };
                }

                if (Plain(text) == Plain(part.Text))
                {
                    matches.Add(Remote(id, video.Text("shortUUID"), account));
                }
            }

            if (list.GetArrayLength() < PageSize)
            {
                return new RecallResult { Matches = matches, IsComplete = true };
            }
        }

        return new RecallResult { Matches = matches };
    }

    /// <summary>A page of the account's own videos, private ones among them, the last published first.</summary>
    private async Task<Answer> ListAsync(int page, Account account, CancellationToken cancellationToken)
    {
        using var request = Signed(HttpMethod.Get, $"api/v1/users/me/videos?start={page * PageSize}&count={PageSize}&sort=-publishedAt", account);
        return await http.AskAsync(request, cancellationToken);
    }

    private static bool IsShownAs(Part part, JsonElement video, Account account) =>
        video.Text("name") == part.Title()
        && Number(video.Get("privacy"), "id") == Privacy(part)
        && Number(video.Get("channel"), "id")?.ToString(CultureInfo.InvariantCulture) == account.Id;

    /// <summary>The whole description, which lists cut off; null where it can't be read.</summary>
    private async Task<string?> TextAsync(string id, Account account, CancellationToken cancellationToken)
    {
        using var request = Signed(HttpMethod.Get, $"api/v1/videos/{Uri.EscapeDataString(id)}/description", account);
        var answer = await http.AskAsync(request, cancellationToken);
        return answer.IsSuccess && answer.Json() is { } json ? json.Text("description") ?? "" : null;
    }

    /// <summary>Looking can fail for good only by a lost sign-in; all else is asked again.</summary>
    private static PublishResult Later(PublishResult failure) =>
        failure.Outcome == Outcome.SignInNeeded ? failure : PublishResult.NotNow(failure.Code, failure.RetryAfter);

    private static string Plain(string text) => PlainText.Normalize(text).Trim();
}
