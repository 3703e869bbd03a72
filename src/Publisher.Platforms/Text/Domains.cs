using System.Globalization;

namespace Publisher.Platforms.Text;

/// <summary>Host names inside running text, as twitter-text (github.com/twitter/twitter-text, 3.1) finds them; Mastodon uses the same library.</summary>
internal static class Domains
{
    /// <summary>More labels than a DNS name can have.</summary>
    private const int MostLabels = 127;

    /// <summary>A character that may begin or end a label: anything but punctuation, spaces, controls and marks of direction.</summary>
    public static bool IsLabel(char c) => c < 128
        ? char.IsAsciiLetterOrDigit(c)
        : !IsSpace(c) && !IsDirection(c) && !IsInvalid(c) && !char.IsControl(c);

    /// <summary>A character that can be part of a host name at all.</summary>
    public static bool IsHost(char c) => IsLabel(c) || c is '-' or '_' or '.';

    public static bool IsSpace(char c) => c is (>= '\t' and <= '\r') or ' ' or '\u0085' or '\u00a0' or '\u1680' or '\u180e'
        or (>= '\u2000' and <= '\u200a') or '\u2028' or '\u2029' or '\u202f' or '\u205f' or '\u3000';

    public static bool IsDirection(char c) => c is '\u061c' or '\u200e' or '\u200f' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');

    public static bool IsInvalid(char c) => c is '\ufffe' or '\ufeff' or '\uffff';

    /// <summary>Latin letters with accents and the combining accents.</summary>
    public static bool IsLatinAccent(char c) => c is (>= '\u00c0' and <= '\u00d6') or (>= '\u00d8' and <= '\u00f6') or (>= '\u00f8' and <= '\u024f')
        or '\u0253' or '\u0254' or '\u0256' or '\u0257' or '\u0259' or '\u025b' or '\u0263' or '\u0268' or '\u026f' or '\u0272' or '\u0289' or '\u028b'
        or '\u02bb' or (>= '\u0300' and <= '\u036f') or (>= '\u1e00' and <= '\u1eff');

    /// <summary>The end of the longest host name that begins exactly here, or -1.</summary>
    /// <param name="nextChance">
    /// Where the next one could begin when none begins here: the labels that did not do will not do for a later start either, but
    /// what follows an underscore may be the name before a top-level domain.
    /// </param>
    public static int Match(ReadOnlySpan<char> text, int start, out int nextChance)
    {
        var best = -1;
        var label = start;
        nextChance = 0;
        for (var count = 0; count < MostLabels; count++)
        {
            var end = label;
            var underscore = -1;
            while (end < text.Length && (IsLabel(text[end]) || text[end] is '-' or '_'))
            {
                underscore = underscore < 0 && text[end] == '_' ? end : underscore;
                end++;
            }

            if (end == label || end == text.Length || text[end] != '.' || !IsLabel(text[end - 1]))
            {
                nextChance = nextChance > 0 ? nextChance : end;
                break;
            }

            if (!IsLabel(text[label]))
            {
                nextChance = nextChance > 0 ? nextChance : label;
                break;
            }

            // An underscore may stand in a subdomain, not in the name that stands before the top-level domain.
            if (underscore >= 0)
            {
                nextChance = nextChance > 0 ? nextChance : underscore + 1;
            }
            else if (TopLevelDomains.Match(text[(end + 1)..]) is > 0 and var length)
            {
                best = end + 1 + length;
            }

            label = end + 1;
        }

        nextChance = nextChance > 0 ? nextChance : label;
        return best;
    }

    /// <summary>Names of Latin letters, digits and hyphens inside what <see cref="Match"/> found: only these are links without a scheme.</summary>
    public static IEnumerable<(int Start, int End)> Latin(string text, int start, int end)
    {
        var at = start;
        while (at < end)
        {
            if (!IsLatin(text[at]))
            {
                at++;
                continue;
            }

            var best = -1;
            var label = at;
            var stop = label;
            while (true)
            {
                stop = label;
                while (stop < end && IsLatin(text[stop]))
                {
                    stop++;
                }

                if (stop == label || stop >= end || text[stop] != '.')
                {
                    break;
                }

                if (TopLevelDomains.Match(text.AsSpan(stop + 1, end - stop - 1)) is > 0 and var length)
                {
                    best = stop + 1 + length;
                }

                label = stop + 1;
            }

            if (best > 0)
            {
                yield return (at, best);
            }

            at = best > 0 ? best : Math.Max(stop, at + 1);
        }
    }

    /// <summary>Whether the name can be written in DNS: labels of at most 63 characters in punycode, no false punycode.</summary>
    public static bool IsName(ReadOnlySpan<char> name)
    {
        foreach (var range in name.Split('.'))
        {
            var label = name[range];
            if (System.Text.Ascii.IsValid(label))
            {
                if (label.Length > 63)
                {
                    return false;
                }

                continue;
            }

            if (label.StartsWith("xn--", StringComparison.OrdinalIgnoreCase) || label.Length > 63)
            {
                return false;
            }

            try
            {
                Punycode.GetAscii(label.ToString());
            }
            catch (ArgumentException)
            {
                return false;
            }
        }

        return true;
    }

    private static readonly IdnMapping Punycode = new();

    private static bool IsLatin(char c) => char.IsAsciiLetterOrDigit(c) || c == '-' || IsLatinAccent(c);
}
