using System.Globalization;
using System.Text.RegularExpressions;

namespace Publisher.Sandbox;

/// <summary>What servers recognise in plain text: addresses, hashtags, mentions. Written from the platforms' descriptions, independent of the product's own rules.</summary>
internal static partial class TextMarks
{
    /// <summary>Addresses with a scheme; punctuation at the end and a closing bracket without its opening one stay outside.</summary>
    public static IEnumerable<(int Start, int Length, string Address)> Addresses(string text)
    {
        foreach (Match match in Address().Matches(text))
        {
            var end = match.Length;
            while (end > 0 && IsOutside(match.Value.AsSpan(0, end)))
            {
                end--;
            }

            var found = match.Value[..end];
            if (Uri.TryCreate(found, UriKind.Absolute, out var uri) && (uri.Host.Contains('.', StringComparison.Ordinal) || uri.IsLoopback))
            {
                yield return (match.Index, end, found);
            }
        }
    }

    /// <summary>Hashtags: # at a word's start, not only digits.</summary>
    public static IEnumerable<(int Start, int Length, string Word)> Hashtags(string text)
        => Hashtag().Matches(text).Select(m => (m.Index, m.Length, m.Groups[1].Value));

    /// <summary>Mentions: @name, with a server where one follows.</summary>
    public static IEnumerable<(int Start, int Length, string Name, string? Server)> Mentions(string text)
        => Mention().Matches(text).Select(m => (m.Index, m.Length, m.Groups[1].Value, m.Groups[2].Success ? m.Groups[2].Value : null));

    public static int Graphemes(string text) => new StringInfo(text).LengthInTextElements;

    private static bool IsOutside(ReadOnlySpan<char> address)
    {
        var last = address[^1];
        return ".,;:!?'\"»”’…*_~".Contains(last)
            || (last == ')' && address.Count(')') > address.Count('('))
            || (last == ']' && address.Count(']') > address.Count('['));
    }

    [GeneratedRegex(@"(?<![\p{L}\p{N}_@/])https?://[^\s<>""]+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Address();

    [GeneratedRegex(@"(?<![\p{L}\p{N}_/&#])[#＃]([\p{L}\p{N}\p{M}_]*[\p{L}_][\p{L}\p{N}\p{M}_]*)", RegexOptions.CultureInvariant)]
    private static partial Regex Hashtag();

    [GeneratedRegex(@"(?<![\p{L}\p{N}_=/@])@([a-z0-9_]+(?:[a-z0-9_.-]*[a-z0-9_])?)(?:@([\p{L}\p{N}][\p{L}\p{N}.-]*\.[\p{L}\p{N}-]*[\p{L}\p{N}]|localhost(?::[0-9]+)?))?", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Mention();
}
