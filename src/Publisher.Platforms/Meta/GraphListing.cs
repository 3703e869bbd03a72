using System.Globalization;
using System.Text.Json;
using Publisher.Platforms.Text;

namespace Publisher.Platforms.Meta;

/// <summary>Looking through an account's own posts, newest first.</summary>
/// <param name="Fields">What to ask of each, with id, time and permalink among them.</param>
internal sealed record GraphListing(string Path, string Fields, string Time, string Permalink)
{
    private const int PageSize = 50;

    /// <summary>An account that wrote more than this many pages since the attempt cannot be searched to the end; then it is said so.</summary>
    private const int MostPages = 5;

    public async Task<RecallResult> FindAsync(
        Graph graph, Func<JsonElement, bool> isPart, TimeWindow window, Account account, CancellationToken cancellationToken)
    {
        var matches = new List<RemotePost>();
        var path = $"{Path}?fields={Fields}&limit={PageSize}&since={window.From.ToUnixTimeSeconds()}";
        var after = "";
        for (var page = 0; page < MostPages; page++)
        {
            var answer = await graph.GetAsync(path + after, account, cancellationToken);
            if (!answer.IsSuccess || answer.Json() is not { } json || json.Get("data") is not { ValueKind: JsonValueKind.Array } list)
            {
                return new RecallResult { Failure = answer.IsSuccess ? answer.As(PublishResult.NotNow(Codes.AnswerUnreadable)) : GraphErrors.ReadOfLooking(answer) };
            }

            DateTimeOffset? last = null;
            foreach (var post in list.EnumerateArray())
            {
                if (post.Text("id") is not { Length: > 0 } id || Read(post.Text(Time)) is not { } made)
                {
                    return new RecallResult { Matches = matches, Answer = answer.As(PublishResult.NotNow(Codes.AnswerUnreadable)).Answer };
                }

                if (window.Contains(made) && isPart(post))
                {
                    matches.Add(new RemotePost(id, Address(post.Text(Permalink), account)));
                }

                last = made;
            }

            // The last of a page, not any of it: a pinned post may stand first.
            if (last < window.From || json.Get("paging").Get("next") is null || json.Get("paging").Get("cursors").Text("after") is not { Length: > 0 } cursor)
            {
                return new RecallResult { Matches = matches, IsComplete = true };
            }

            // The address of the next page holds the token; the cursor alone does not.
            after = $"&after={Uri.EscapeDataString(cursor)}";
        }

        return new RecallResult { Matches = matches };
    }

    /// <summary>Text without its spaces, which servers trim.</summary>
    public static string Bare(string text) => string.Concat(PlainText.Normalize(text).Where(letter => !char.IsWhiteSpace(letter)));

    public static Uri? Address(string? permalink, Account account) => Uri.TryCreate(account.Server, permalink, out var address) && permalink is not null ? address : null;

    private static DateTimeOffset? Read(string? time) =>
        DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var read) ? read : null;
}
