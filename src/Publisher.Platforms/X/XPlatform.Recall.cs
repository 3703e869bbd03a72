using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Publisher.Platforms.Text;

namespace Publisher.Platforms.X;

/// <summary>Looking in the account's timeline for a part that may be live. Every post read is billed, so only the window is asked for.</summary>
internal sealed partial class XPlatform
{
    private const int MostPages = 5;

    public async Task<RecallResult> FindAsync(Part part, Prepared prepared, TimeWindow window, Account account, CancellationToken cancellationToken)
    {
        var wanted = Bare(Marked(part.Text));
        var matches = new List<RemotePost>();
        var from = window.From.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var next = "";
        for (var page = 0; page < MostPages; page++)
        {
            var path = $"2/users/{Uri.EscapeDataString(account.Id)}/tweets?max_results=100&start_time={Uri.EscapeDataString(from)}"
                + $"&exclude=retweets&tweet.fields=created_at,entities,referenced_tweets{next}";
            using var request = Signed(HttpMethod.Get, path, account);
            var answer = await http.AskAsync(request, cancellationToken);
            if (!answer.IsSuccess || answer.Json() is not { } json || json.Get("meta") is not { } meta)
            {
                return new RecallResult { Failure = answer.As(Later(Meaning(answer, visible: false))) };
            }

            if (json.Get("data") is { ValueKind: JsonValueKind.Array } posts)
            {
                matches.AddRange(posts.EnumerateArray()
                    .Where(post => DateTimeOffset.TryParse(post.Text("created_at"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var created) && window.Contains(created))
                    .Where(post => Parent(post) == part.Parent?.Id && Bare(Expanded(post)) == wanted)
                    .Select(post => post.Text("id"))
                    .OfType<string>()
                    .Select(id => new RemotePost(id, Permalink(account, id))));
            }

            if (meta.Text("next_token") is not { } token)
            {
                return new RecallResult { Matches = matches, IsComplete = true };
            }

            next = $"&pagination_token={Uri.EscapeDataString(token)}";
        }

        return new RecallResult { Matches = matches };
    }

    /// <summary>Looking can fail for good only by a lost sign-in; all else is asked again.</summary>
    private static PublishResult Later(PublishResult failure) => failure.Outcome == Outcome.SignInNeeded ? failure : PublishResult.NotNow(failure.Code, failure.RetryAfter);

    private static string? Parent(JsonElement post) => post.Get("referenced_tweets") is { ValueKind: JsonValueKind.Array } references
        ? references.EnumerateArray().Where(reference => reference.Text("type") == "replied_to").Select(reference => reference.Text("id")).FirstOrDefault()
        : null;

    /// <summary>The text with every short link replaced by where it leads; the one X adds for media is left out.</summary>
    private static string Expanded(JsonElement post)
    {
        var text = new StringBuilder(WebUtility.HtmlDecode(post.Text("text") ?? ""));
        if (post.Get("entities").Get("urls") is { ValueKind: JsonValueKind.Array } urls)
        {
            foreach (var url in urls.EnumerateArray())
            {
                if (url.Text("url") is { Length: > 0 } shortened && url.Text("expanded_url") is { } address)
                {
                    text.Replace(shortened, IsOwnMedia(address, post.Text("id")) ? "" : Mark(address));
                }
            }
        }

        return text.ToString();
    }

    private static bool IsOwnMedia(string address, string? id) =>
        address.Contains($"/status/{id}/photo/", StringComparison.Ordinal) || address.Contains($"/status/{id}/video/", StringComparison.Ordinal);

    private static string Marked(string text)
    {
        foreach (var link in XText.Entities(text).Where(entity => entity.Kind == EntityKind.Link).Reverse())
        {
            text = text.Remove(link.Start, link.Length).Insert(link.Start, Mark(link.Value));
        }

        return text;
    }

    /// <summary>X gives a link without a scheme one of its own choosing, and may add a slash.</summary>
    private static string Mark(string address) =>
        $"<{(address.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme ? address[(scheme + 3)..] : address).TrimEnd('/').ToLowerInvariant()}>";

    private static string Bare(string text) => string.Concat(PlainText.Normalize(text).Where(c => !char.IsWhiteSpace(c)));
}
