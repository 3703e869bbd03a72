using System.Globalization;
using System.Text;
using Publisher.Platforms.Text;

namespace Publisher.Platforms.Bluesky;

/// <summary>
/// What in a text Bluesky's own app turns into a link, a mention or a hashtag. The server recognises nothing: doing as the app
/// does (@atproto/api, rich-text detection) is what readers and authors expect.
/// </summary>
internal static class BlueskyText
{
    /// <summary>UTF-16 units.</summary>
    private const int LongestTag = 64;

    public static IReadOnlyList<Entity> Entities(string text) => EntityOrder.Merge(Links(text), Mentions(text), Hashtags(text));

    /// <summary>Addresses with http or https, and names of domains that exist, up to the next space without closing punctuation.</summary>
    private static IEnumerable<Entity> Links(string text)
    {
        for (var start = 0; start < text.Length; start++)
        {
            if (!MayStart(text, start, afterParenthesis: true))
            {
                continue;
            }

            var rest = text.AsSpan(start);
            var hasScheme = rest.StartsWith("http://") || rest.StartsWith("https://");
            if (!hasScheme && !IsDomain(rest))
            {
                continue;
            }

            var run = RunEnd(text, start);
            var end = run;
            if (text[end - 1] is '.' or ',' or ';' or ':' or '!' or '?')
            {
                end--;
            }

            // "(see https://example.org)" closes its own parenthesis, "/Film_(1927)" belongs to the address.
            if (text[end - 1] == ')' && !text.AsSpan(start, end - start).Contains('('))
            {
                end--;
            }

            var address = text[start..end];
            if (!address.EndsWith("://", StringComparison.Ordinal))
            {
                yield return new Entity(EntityKind.Link, start, end - start, hasScheme ? address : $"https://{address}");
            }

            start = run;
        }
    }

    private static IEnumerable<Entity> Mentions(string text)
    {
        for (var at = text.IndexOf('@', StringComparison.Ordinal); at >= 0; at = text.IndexOf('@', at + 1))
        {
            var end = at + 1;
            while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '.' or '-'))
            {
                end++;
            }

            if (!MayStart(text, at, afterParenthesis: true) || (end < text.Length && text[end] == '_'))
            {
                continue;
            }

            var handle = text.AsSpan(at + 1, end - at - 1).TrimEnd(".-");
            if (EndsInDomain(handle) || (handle.EndsWith(".test") && handle.Length > 5))
            {
                yield return new Entity(EntityKind.Mention, at, handle.Length + 1, handle.ToString());
            }
        }
    }

    /// <summary>From # to the next space, without closing punctuation; digits and punctuation alone are no tag.</summary>
    private static IEnumerable<Entity> Hashtags(string text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            // A variation selector makes the sign the first half of the keycap emoji.
            if (text[at] is not ('#' or '＃') || !MayStart(text, at, afterParenthesis: false) || (at + 1 < text.Length && text[at + 1] == '\ufe0f'))
            {
                continue;
            }

            var start = at + 1;
            var end = start;
            while (end < text.Length && !IsSpace(text[end]) && !EndsTag(text[end]))
            {
                end++;
            }

            if (!HasWord(text.AsSpan(start, end - start)))
            {
                continue;
            }

            while (IsPunctuation(Last(text, start, end, out var width)))
            {
                end -= width;
            }

            if (end - start <= LongestTag)
            {
                yield return new Entity(EntityKind.Hashtag, at, end - at, text[start..end]);
            }
        }
    }

    /// <summary>"name.tld" of ASCII letters and digits, with anything behind it up to the next space.</summary>
    private static bool IsDomain(ReadOnlySpan<char> text)
    {
        if (!char.IsAsciiLetter(text[0]))
        {
            return false;
        }

        var end = 0;
        var at = 0;
        while (at < text.Length && char.IsAsciiLetterOrDigit(text[at]))
        {
            while (at < text.Length && char.IsAsciiLetterOrDigit(text[at]))
            {
                at++;
            }

            end = at;
            if (at < text.Length && text[at] == '.')
            {
                at++;
            }
        }

        return EndsInDomain(text[..end]);
    }

    private static bool EndsInDomain(ReadOnlySpan<char> name)
    {
        var dot = name.LastIndexOf('.');
        return dot > 0 && dot + 1 < name.Length && TopLevelDomains.Match(name[(dot + 1)..]) == name.Length - dot - 1;
    }

    private static bool MayStart(string text, int at, bool afterParenthesis) =>
        at == 0 || IsSpace(text[at - 1]) || (afterParenthesis && text[at - 1] == '(');

    private static int RunEnd(string text, int start)
    {
        var end = start;
        while (end < text.Length && !IsSpace(text[end]))
        {
            end++;
        }

        return end;
    }

    private static bool HasWord(ReadOnlySpan<char> text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is not (>= '0' and <= '9') && !IsPunctuation(rune))
            {
                return true;
            }
        }

        return false;
    }

    private static Rune Last(string text, int start, int end, out int width)
    {
        Rune.DecodeLastFromUtf16(text.AsSpan(start, end - start), out var rune, out width);
        return rune;
    }

    private static bool IsPunctuation(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.ConnectorPunctuation or UnicodeCategory.DashPunctuation
        or UnicodeCategory.OpenPunctuation or UnicodeCategory.ClosePunctuation or UnicodeCategory.InitialQuotePunctuation
        or UnicodeCategory.FinalQuotePunctuation or UnicodeCategory.OtherPunctuation;

    /// <summary>Invisible characters, and the mark that draws a circle around the one before.</summary>
    private static bool EndsTag(char letter) => letter is '\u00ad' or '\u2060' or '\u200a' or '\u200b' or '\u200c' or '\u200d' or '\u20e2';

    private static bool IsSpace(char letter) => letter == '\ufeff' || (char.IsWhiteSpace(letter) && letter != '\u0085');
}
