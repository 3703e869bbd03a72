using System.Globalization;
using System.Text.Json;
using Publisher.Platforms.Text;

namespace Publisher.Platforms.Pinterest;

/// <summary>Looking on the board for a pin that may be there.</summary>
internal sealed partial class PinterestPlatform
{
    /// <summary>Pins in one listing, the most Pinterest gives.</summary>
    private const int Listed = 250;

    private const int MostPages = 5;

    public async Task<RecallResult> FindAsync(Part part, Prepared prepared, TimeWindow window, Account account, CancellationToken cancellationToken)
    {
        var matches = new List<RemotePost>();
        var last = DateTimeOffset.MaxValue;
        // That the newest come first is nowhere promised, and people can rearrange a board: it counts only as far as it is seen.
        var isInOrder = true;
        var isReadable = true;
        var bookmark = "";
        for (var page = 0; page < MostPages; page++)
        {
            using var request = Signed(HttpMethod.Get, $"boards/{Uri.EscapeDataString(Board(account))}/pins?page_size={Listed}{bookmark}", account);
            var answer = await http.AskAsync(request, cancellationToken);
            if (!answer.IsSuccess || answer.Json() is not { } json || json.Get("items") is not { ValueKind: JsonValueKind.Array } pins)
            {
                return new RecallResult { Failure = answer.As(Later(Meaning(answer, visible: false))) };
            }

            foreach (var pin in pins.EnumerateArray())
            {
                if (pin.Text("id") is not { } id
                    || !DateTimeOffset.TryParse(pin.Text("created_at"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var created))
                {
                    isReadable = false;
                    continue;
                }

                isInOrder &= created <= last;
                last = created;
                if (window.Contains(created) && Is(part, pin))
                {
                    matches.Add(Remote(id, account));
                }
            }

            var isWhole = json.Text("bookmark") is not { Length: > 0 };
            if (isWhole || (isInOrder && last < window.From))
            {
                return new RecallResult { Matches = matches, IsComplete = isReadable };
            }

            bookmark = $"&bookmark={Uri.EscapeDataString(json.Text("bookmark")!)}";
        }

        return new RecallResult { Matches = matches };
    }

    /// <summary>Looking can fail for good only by a lost sign-in; all else is asked again.</summary>
    private static PublishResult Later(PublishResult failure) => failure.Outcome == Outcome.SignInNeeded ? failure : PublishResult.NotNow(failure.Code, failure.RetryAfter);

    /// <summary>On a board shared with others, their pins are not ours.</summary>
    private static bool Is(Part part, JsonElement pin) =>
        pin.Get("is_owner") is not { ValueKind: JsonValueKind.False } && Bare(pin.Text("title")) == Bare(part.Title()) && Bare(pin.Text("description")) == Bare(part.Text);

    /// <summary>Text without its spaces: servers trim them.</summary>
    private static string Bare(string? text) => string.Concat(PlainText.Normalize(text ?? "").Where(letter => !char.IsWhiteSpace(letter)));
}
