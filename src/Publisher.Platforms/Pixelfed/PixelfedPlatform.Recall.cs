using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Publisher.Platforms.Text;

namespace Publisher.Platforms.Pixelfed;

/// <summary>Looking for a part that may be live: a post in the account's own listing, a comment below its post.</summary>
internal sealed partial class PixelfedPlatform
{
    private const int PageSize = 20;

    /// <summary>An account that made more than this many pages since the attempt cannot be searched to the end; then it is said so.</summary>
    private const int MostPages = 10;

    public Task<RecallResult> FindAsync(Part part, Prepared prepared, TimeWindow window, Account account, CancellationToken cancellationToken) =>
        part.Root is { } root ? FindCommentAsync(part, root, window, account, cancellationToken) : FindPostAsync(part, window, account, cancellationToken);

    private async Task<RecallResult> FindPostAsync(Part part, TimeWindow window, Account account, CancellationToken cancellationToken)
    {
        var matches = new List<RemotePost>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        string? last = null;
        for (var page = 0; page < MostPages; page++)
        {
            var answer = await ListAsync(last, account, cancellationToken);
            if (answer.JsonList() is not { } statuses)
            {
                return new RecallResult { Failure = answer.As(NotSeen(answer)) };
            }

            foreach (var status in statuses)
            {
                // A page that begins again tells nothing of what is older: some versions ignored max_id (pixelfed/pixelfed#5969).
                if (Id(status, "id") is not { } id || Created(status) is not { } created || !seen.Add(id))
                {
                    return new RecallResult { Matches = matches, Answer = answer.As(PublishResult.NotNow(Codes.AnswerUnreadable)).Answer };
                }

                if (created < window.From)
                {
                    return new RecallResult { Matches = matches, IsComplete = true };
                }

                if (window.Contains(created) && Is(part, status))
                {
                    matches.Add(new RemotePost(id, Address(status)));
                }

                last = id;
            }

            // Only an empty page is the end of the account: the server filters after it has counted.
            if (statuses.Count == 0)
            {
                return new RecallResult { Matches = matches, IsComplete = true };
            }
        }

        return new RecallResult { Matches = matches };
    }

    /// <summary>A page of the account's posts, newest first.</summary>
    /// <param name="last">Where the page before it ended; null for the first.</param>
    private async Task<Answer> ListAsync(string? last, Account account, CancellationToken cancellationToken)
    {
        var before = last is null ? "" : $"&max_id={Uri.EscapeDataString(last)}";
        using var request = Signed(HttpMethod.Get, $"api/v1/accounts/{Uri.EscapeDataString(account.Id)}/statuses?limit={PageSize}{before}", account);
        return await http.AskAsync(request, cancellationToken);
    }

    /// <summary>
    /// The account's listing leaves comments out. Below a post stand at most 20, and none until a job has counted them: one that is not
    /// there may still be, so absence is never claimed.
    /// </summary>
    private async Task<RecallResult> FindCommentAsync(Part part, RemotePost root, TimeWindow window, Account account, CancellationToken cancellationToken)
    {
        using var request = Signed(HttpMethod.Get, $"api/v1/statuses/{Uri.EscapeDataString(root.Id)}/context", account);
        var answer = await http.AskAsync(request, cancellationToken);
        if (!answer.IsSuccess || answer.Json().Get("descendants") is not { ValueKind: JsonValueKind.Array } comments)
        {
            return new RecallResult { Failure = answer.As(NotSeen(answer)) };
        }

        return new RecallResult
        {
            Matches = [.. comments.EnumerateArray()
                .Where(comment => Id(comment.Get("account"), "id") == account.Id && Created(comment) is { } created && window.Contains(created) && Is(part, comment))
                .Select(comment => (Id: Id(comment, "id"), Address: Address(comment)))
                .Where(comment => comment.Id is not null)
                .Select(comment => new RemotePost(comment.Id!, comment.Address))],
        };
    }

    /// <summary>Looking can fail for good only by a lost sign-in; all else is asked again.</summary>
    private PublishResult NotSeen(Answer answer) =>
        answer.IsSuccess ? PublishResult.NotNow(Codes.AnswerUnreadable)
        : Meaning(answer, visible: false) is var failure && failure.Outcome == Outcome.SignInNeeded ? failure
        : PublishResult.NotNow(failure.Code, failure.RetryAfter);

    private static DateTimeOffset? Created(JsonElement status) =>
        DateTimeOffset.TryParse(status.Text("created_at"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var created) ? created : null;

    private static bool Is(Part part, JsonElement status)
    {
        var attached = status.Get("media_attachments") is { ValueKind: JsonValueKind.Array } list ? list.GetArrayLength() : 0;
        // The server may have dropped files: fewer is still ours, more is not.
        if (attached > part.Media.Count)
        {
            return false;
        }

        var shown = Bare(status.Text("content_text") ?? WebUtility.HtmlDecode(Tag().Replace(status.Text("content") ?? "", "")));
        // The server puts the caption into its HTML as it stands: "&amp;" in it is shown as "&".
        return shown == Bare(part.Text) || shown == Bare(WebUtility.HtmlDecode(part.Text));
    }

    /// <summary>Text without its spaces, which servers trim, and with mentions by name only, for versions differ in how much of them they show.</summary>
    private static string Bare(string text) =>
        RemoteName().Replace(string.Concat(PlainText.Normalize(text).Where(c => !char.IsWhiteSpace(c))), "$1");

    /// <summary>A tag of the server's own; a &lt; of the author's has a space behind it.</summary>
    [GeneratedRegex(@"</?[A-Za-z][^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex(@"(@[\p{L}0-9_.-]+)@[A-Za-z0-9.-]+")]
    private static partial Regex RemoteName();
}
