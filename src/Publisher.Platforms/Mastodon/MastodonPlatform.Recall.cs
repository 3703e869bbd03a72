using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Publisher.Platforms.Text;

namespace Publisher.Platforms.Mastodon;

/// <summary>Looking in the account's own listing for a part that may be live.</summary>
internal sealed partial class MastodonPlatform
{
    private const int PageSize = 40;

    /// <summary>An account that wrote more than this many pages since the attempt cannot be searched to the end; then it is said so.</summary>
    private const int MostPages = 5;

    public async Task<RecallResult> FindAsync(Part part, Prepared prepared, TimeWindow window, Account account, CancellationToken cancellationToken)
    {
        var matches = new List<RemotePost>();
        var before = "";
        for (var page = 0; page < MostPages; page++)
        {
            var path = $"api/v1/accounts/{Uri.EscapeDataString(account.Id)}/statuses?limit={PageSize}&exclude_reblogs=true{before}";
            using var request = Signed(HttpMethod.Get, path, account);
            var answer = await http.AskAsync(request, cancellationToken);
            if (answer.JsonList() is not { } statuses)
            {
                return new RecallResult
                {
                    Failure = answer.IsSuccess ? answer.As(PublishResult.NotNow(Codes.AnswerUnreadable)) : answer.As(Later(Meaning(answer, visible: false))),
                };
            }

            foreach (var status in statuses)
            {
                if (status.Text("id") is not { } id || !DateTimeOffset.TryParse(status.Text("created_at"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var created))
                {
                    return new RecallResult { Matches = matches, Answer = answer.Body.Length > 500 ? answer.Body[..500] : answer.Body };
                }

                if (created < window.From)
                {
                    return new RecallResult { Matches = matches, IsComplete = true };
                }

                if (window.Contains(created) && await IsAsync(part, id, status, account, cancellationToken))
                {
                    matches.Add(new RemotePost(id, Address(status)));
                }

                before = $"&max_id={Uri.EscapeDataString(id)}";
            }

            // Only an empty page is the end of the account: servers filter after they have counted.
            if (statuses.Count == 0)
            {
                return new RecallResult { Matches = matches, IsComplete = true };
            }
        }

        return new RecallResult { Matches = matches };
    }

    /// <summary>Looking can fail for good only by a lost sign-in; all else is asked again.</summary>
    private static PublishResult Later(PublishResult failure) =>
        failure.Outcome == Outcome.SignInNeeded ? failure : PublishResult.NotNow(failure.Code, failure.RetryAfter);

    private async Task<bool> IsAsync(Part part, string id, JsonElement status, Account account, CancellationToken cancellationToken)
    {
        var attached = status.Get("media_attachments") is { ValueKind: JsonValueKind.Array } list ? list.GetArrayLength() : 0;
        // A server may have dropped the files: fewer is still ours, more is not.
        if (attached > part.Media.Count || status.Text("in_reply_to_id") != part.Parent?.Id)
        {
            return false;
        }

        using var request = Signed(HttpMethod.Get, $"api/v1/statuses/{Uri.EscapeDataString(id)}/source", account);
        var source = await http.AskAsync(request, cancellationToken);
        return source.Status == HttpStatusCode.OK && source.Json().Text("text") is { } text
            ? Bare(text) == Bare(part.Text)
            : Bare(FromHtml(status.Text("content") ?? "")) == Bare(Shown(part.Text));
    }

    /// <summary>What the server's HTML would show: mentions without their server.</summary>
    private static string Shown(string text)
    {
        foreach (var mention in MastodonText.Entities(text).Where(entity => entity.Kind == EntityKind.Mention).Reverse())
        {
            text = text.Remove(mention.Start, mention.Length).Insert(mention.Start, "@" + mention.Value.Split('@')[0]);
        }

        return text;
    }

    private static string FromHtml(string html) => WebUtility.HtmlDecode(Tag().Replace(html, match => match.Value is "<br>" or "<br/>" or "<br />" or "</p>" ? "\n" : ""));

    /// <summary>Text without its spaces: servers trim them, and HTML does not keep them.</summary>
    private static string Bare(string text) => string.Concat(PlainText.Normalize(text).Where(c => !char.IsWhiteSpace(c)));

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();
}
