using System.Text.RegularExpressions;
using Publisher.Platforms.Text;

namespace Publisher.Platforms.Pixelfed;

/// <summary>How a Pixelfed server reads a caption: the rules of statuses in its API, and its Regex.php (github.com/pixelfed/pixelfed, read 2026-11).</summary>
internal static partial class PixelfedText
{
    private const int Excerpt = 12;

    private static readonly LinkRules Links = new()
    {
        Schemes = ["http://", "https://"],
        WithoutScheme = false,
        IsPath = c => !char.IsWhiteSpace(c) && c is not ('<' or '>' or '(' or ')' or '?'),
        IsPathEnd = c => char.IsLetterOrDigit(c) || "=_#/+-".Contains(c),
        IsQuery = c => char.IsAsciiLetterOrDigit(c) || "!?*'();:&=+$/%#[]-_.,~|@".Contains(c),
        IsQueryEnd = c => char.IsAsciiLetterOrDigit(c) || "_&=#/-".Contains(c),
    };

    public static IReadOnlyList<Entity> Entities(string text) => EntityOrder.Merge(
        LinkFinder.Find(text, Links),
        Mention().Matches(text).Select(match => new Entity(EntityKind.Mention, match.Index, match.Length, match.Value[1..])),
        Hashtag().Matches(text).Select(match => new Entity(EntityKind.Hashtag, match.Index, match.Length, match.Value[1..])));

    /// <summary>Code points: the server measures with mb_strlen. Links count in full, whatever it announces about them.</summary>
    public static int Length(string text) => PlainText.Normalize(text).EnumerateRunes().Count();

    /// <summary>
    /// The beginning of what the server takes for an HTML tag and drops, or null. PHP's strip_tags leaves a &lt; alone only before white space,
    /// and drops everything up to the next &gt; or the end.
    /// </summary>
    public static string? Dropped(string text)
    {
        for (var at = text.IndexOf('<'); at >= 0; at = text.IndexOf('<', at + 1))
        {
            if (at + 1 == text.Length || text[at + 1] is not (' ' or '\t' or '\n' or '\v' or '\f' or '\r'))
            {
                return text[at..Math.Min(text.Length, at + Excerpt)].Split('\n')[0];
            }
        }

        return null;
    }

    [GeneratedRegex(@"(?<![A-Za-z0-9_!#$%&*@＠/])[@＠](?>[\p{L}0-9_](?:[\p{L}0-9_.-]{0,18}[\p{L}0-9_])?)(?:@[A-Za-z0-9.-]*[A-Za-z0-9])?(?![@＠]|://)", RegexOptions.CultureInvariant)]
    private static partial Regex Mention();

    [GeneratedRegex(@"(?<![&\p{L}\p{M}\p{Nd}_\u00b7\u200c\u200d\u30fb])[#＃](?!\ufe0f|\u20e3)(?>[\p{Nd}_\u00b7\u200c\u200d\u30fb]*[\p{L}\p{M}][\p{L}\p{M}\p{Nd}_\u00b7\u200c\u200d\u30fb]*)(?![#＃]|://)", RegexOptions.CultureInvariant)]
    private static partial Regex Hashtag();
}
