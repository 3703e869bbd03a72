using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Publisher.Platforms.Text;

namespace Publisher.Platforms.X;

/// <summary>
/// How X reads a text: twitter-text 3.1 with its configuration v3 (docs.x.com/fundamentals/counting-characters, github.com/twitter/twitter-text).
/// </summary>
internal static partial class XText
{
    private const int UrlWeight = 23;
    private const int EmojiWeight = 2;
    private const int LongestName = 20;

    private static readonly LinkRules Links = new()
    {
        Schemes = ["http://", "https://"],
        WithoutScheme = true,
        IsPath = c => IsPathLetter(c) || c is '!' or '*' or '\'' or ';' or ':' or '=' or '+' or ',' or '.' or '$' or '/' or '%' or '#' or '[' or ']' or '-' or '\u2013' or '_' or '~' or '@' or '|' or '&',
        IsPathEnd = c => IsPathLetter(c) || c is '+' or '-' or '=' or '_' or '#' or '/',
        IsQuery = c => char.IsAsciiLetterOrDigit(c) || "!?*'@();:&=+$/%#[]-_.,~|".Contains(c),
        IsQueryEnd = c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '&' or '=' or '#' or '/',
    };

    public static IReadOnlyList<Entity> Entities(string text) => EntityOrder.Merge(LinkFinder.Find(text, Links), Hashtags(text), Mentions(text));

    /// <summary>Weighted characters of the NFC form: a link counts 23, an emoji 2, Latin and most alphabets 1, everything else 2.</summary>
    public static int Length(string text)
    {
        text = PlainText.Normalize(text);
        var links = LinkFinder.Find(text, Links);
        var next = 0;
        var length = 0;
        for (var at = 0; at < text.Length;)
        {
            if (next < links.Count && links[next].Start == at)
            {
                length += UrlWeight;
                at += links[next++].Length;
            }
            else if (XEmoji.Match(text.AsSpan(at)) is > 0 and var emoji)
            {
                length += EmojiWeight;
                at += emoji;
            }
            else
            {
                length += text[at] is <= '\u10ff' or (>= '\u2000' and <= '\u200d') or (>= '\u2010' and <= '\u201f') or (>= '\u2032' and <= '\u2037') ? 1 : 2;
                at += char.IsHighSurrogate(text[at]) ? 2 : 1;
            }
        }

        return length;
    }

    /// <summary>Characters X refuses in any text.</summary>
    public static bool HasInvalid(string text) => text.AsSpan().ContainsAny('\ufffe', '\ufeff', '\uffff');

    public static IEnumerable<string> Cashtags(string text) => text.Contains('$') ? Cashtag().Matches(text).Select(match => match.Groups[1].Value) : [];

    internal static List<Entity> Mentions(string text)
    {
        var found = new List<Entity>();
        for (var at = text.AsSpan().IndexOfAny('@', '＠'); at >= 0 && at < text.Length; at++)
        {
            if (text[at] is not ('@' or '＠') || !MayPrecedeMention(text, at))
            {
                continue;
            }

            var end = at + 1;
            while (end < text.Length && end - at <= LongestName && IsName(text[end]))
            {
                end++;
            }

            if (end > at + 1 && !CannotFollowMention(text.AsSpan(end)))
            {
                found.Add(new Entity(EntityKind.Mention, at, end - at, text[(at + 1)..end]));
            }
        }

        return found;
    }

    internal static List<Entity> Hashtags(string text)
    {
        var found = new List<Entity>();
        for (var at = text.AsSpan().IndexOfAny('#', '＃'); at >= 0 && at < text.Length; at++)
        {
            if (text[at] is not ('#' or '＃') || !MayPrecedeHashtag(text, at))
            {
                continue;
            }

            var end = at + 1;
            // A keycap is an emoji, not the start of a tag.
            if (end < text.Length && text[end] is '\ufe0f' or '\u20e3')
            {
                continue;
            }

            var hasLetter = false;
            while (end < text.Length && Rune.TryGetRuneAt(text, end, out var rune) && IsTag(rune, out var isLetter))
            {
                hasLetter |= isLetter;
                end += rune.Utf16SequenceLength;
            }

            var rest = text.AsSpan(end);
            if (hasLetter && !rest.StartsWith("#") && !rest.StartsWith("＃") && !rest.StartsWith("://"))
            {
                found.Add(new Entity(EntityKind.Hashtag, at, end - at, text[(at + 1)..end]));
            }
        }

        return found;
    }

    private static bool MayPrecedeMention(string text, int at)
    {
        if (at == 0 || !(IsName(text[at - 1]) || text[at - 1] is '!' or '#' or '$' or '%' or '&' or '*' or '@' or '＠'))
        {
            return true;
        }

        // "RT@name", the way people repeated before there was a button for it.
        return at >= 2 && text.AsSpan(at - 2, 2).Equals("rt", StringComparison.OrdinalIgnoreCase)
            && (at == 2 || !(IsName(text[at - 3]) || text[at - 3] is '+' or '~' or '.' or '-'));
    }

    private static bool CannotFollowMention(ReadOnlySpan<char> rest) =>
        !rest.IsEmpty && (rest[0] is '@' or '＠' || Domains.IsLatinAccent(rest[0]) || rest.StartsWith("://"));

    private static bool MayPrecedeHashtag(string text, int at)
    {
        if (at == 0 || text[at - 1] is '\ufe0e' or '\ufe0f')
        {
            return true;
        }

        return Rune.DecodeLastFromUtf16(text.AsSpan(0, at), out var before, out _) == System.Buffers.OperationStatus.Done
            && before.Value != '&' && !IsTag(before, out _);
    }

    private static bool IsTag(Rune rune, out bool isLetter)
    {
        var category = Rune.GetUnicodeCategory(rune);
        isLetter = category is <= UnicodeCategory.OtherLetter or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;
        return isLetter || category == UnicodeCategory.DecimalDigitNumber
            || rune.Value is '_' or 0x200C or 0x200D or 0xA67E or 0x05BE or 0x05F3 or 0x05F4 or 0xFF5E or 0x301C or 0x309B or 0x309C or 0x30A0 or 0x30FB or 0x3003 or 0x0F0B or 0x0F0C or 0x00B7;
    }

    private static bool IsName(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    private static bool IsPathLetter(char c) => char.IsAsciiLetterOrDigit(c) || c is >= '\u0400' and <= '\u04ff' || Domains.IsLatinAccent(c);

    [GeneratedRegex(@"(?:^|[\s\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069])\$([a-z]{1,6}(?:[._][a-z]{1,2})?)(?=$|\s|[!'#%&""()*+,\\\-./:;<=>?@\[\]^_{|}~$])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Cashtag();
}
