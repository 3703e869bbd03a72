using System.Globalization;
using System.Text;
using Publisher.Platforms.Text;

namespace Publisher.Platforms.Mastodon;

/// <summary>
/// How a Mastodon server reads a text: its status_length_validator.rb, twitter_regex.rb and extractor.rb (github.com/mastodon/mastodon, 4.x).
/// </summary>
internal static class MastodonText
{
    private static readonly LinkRules Links = new()
    {
        Schemes = ["http://", "https://", "dat://", "dweb://", "ipfs://", "ipns://", "ssb://", "gopher://", "gemini://"],
        WithoutScheme = false,
        IsPath = c => !char.IsWhiteSpace(c) && c is not ('<' or '>' or '(' or ')' or '?'),
        IsPathEnd = c => !char.IsWhiteSpace(c) && !"()?!*\"'「」<>;:=,.$%[]~&|@".Contains(c),
        IsQuery = c => char.IsAsciiLetterOrDigit(c) || "!?*'();:&=+$/%#[]-_.,~|@^".Contains(c) || IsForeign(c),
        IsQueryEnd = c => char.IsAsciiLetterOrDigit(c) || "_&=#/-".Contains(c) || IsForeign(c),
    };

    public static IReadOnlyList<Entity> Entities(string text) => EntityOrder.Merge(LinkFinder.Find(text, Links), Mentions(text), Hashtags(text));

    /// <summary>Grapheme clusters of warning and text together; links count what the server reserves for them, "@name@host" counts as "@name".</summary>
    public static int Length(string text, string warning, int linkLength)
    {
        text = PlainText.Normalize(text);
        var counted = new StringBuilder(PlainText.Normalize(warning), warning.Length + text.Length);
        var at = 0;
        // Hashtags are not looked for here, as on the server: "#news@host" would hide a mention.
        foreach (var entity in EntityOrder.Merge(LinkFinder.Find(text, Links), Mentions(text)))
        {
            counted.Append(text, at, entity.Start - at);
            if (entity.Kind == EntityKind.Link)
            {
                counted.Append('x', linkLength);
            }
            else
            {
                counted.Append('@').Append(entity.Value.AsSpan(0, entity.Value.IndexOf('@') is >= 0 and var host ? host : entity.Value.Length));
            }

            at = entity.Start + entity.Length;
        }

        return Graphemes.Count(counted.Append(text, at, text.Length - at).ToString());
    }

    /// <summary>"@name" and "@name@host", not after a word character, = or /.</summary>
    private static List<Entity> Mentions(string text)
    {
        var found = new List<Entity>();
        for (var at = text.IndexOf('@'); at >= 0 && at < text.Length; at++)
        {
            if (text[at] != '@' || !MayPrecede(text, at))
            {
                continue;
            }

            var end = Name(text, at + 1, IsAsciiWord);
            if (end == at + 1)
            {
                continue;
            }

            if (end < text.Length && text[end] == '@' && Name(text, end + 1, IsWord) is var host && host > end + 1)
            {
                end = host;
            }

            var rest = text.AsSpan(end);
            if (rest.IsEmpty || !(rest[0] is '@' or '＠' || Domains.IsLatinAccent(rest[0]) || rest.StartsWith("://")))
            {
                found.Add(new Entity(EntityKind.Mention, at, end - at, text[(at + 1)..end]));
                at = end - 1;
            }
        }

        return found;
    }

    /// <summary>After a space or at the start of a line: word characters with at least one letter, and ·, ・ or a non-joiner inside.</summary>
    private static List<Entity> Hashtags(string text)
    {
        var found = new List<Entity>();
        for (var at = text.AsSpan().IndexOfAny('#', '＃'); at >= 0 && at < text.Length; at++)
        {
            if (text[at] is not ('#' or '＃') || (at > 0 && !char.IsWhiteSpace(text[at - 1])))
            {
                continue;
            }

            var end = at + 1;
            var last = end;
            var hasLetter = false;
            while (end < text.Length && Rune.TryGetRuneAt(text, end, out var rune))
            {
                if (IsWord(rune))
                {
                    hasLetter |= Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.DecimalDigitNumber or UnicodeCategory.ConnectorPunctuation);
                    // A separator inside, as in "7_8", serves instead of a letter.
                    hasLetter |= rune.Value == '_' && end > at + 1 && end + 1 < text.Length && char.IsLetterOrDigit(text[end + 1]);
                    last = end + rune.Utf16SequenceLength;
                }
                else if (rune.Value is not (0x00B7 or 0x30FB or 0x200C) || end == at + 1)
                {
                    break;
                }

                end += rune.Utf16SequenceLength;
            }

            if (hasLetter)
            {
                found.Add(new Entity(EntityKind.Hashtag, at, last - at, text[(at + 1)..last]));
            }
        }

        return found;
    }

    /// <summary>The end of words joined by full stops and hyphens: "first.last", "example-site.org".</summary>
    private static int Name(string text, int start, Func<Rune, bool> isWord)
    {
        var end = start;
        var at = start;
        while (at < text.Length && Rune.TryGetRuneAt(text, at, out var rune))
        {
            if (isWord(rune))
            {
                at += rune.Utf16SequenceLength;
                end = at;
            }
            else if (rune.Value is '.' or '-' && at > start)
            {
                at++;
            }
            else
            {
                break;
            }
        }

        return end;
    }

    private static bool MayPrecede(string text, int at) =>
        at == 0 || (text[at - 1] is not ('=' or '/')
            && (Rune.DecodeLastFromUtf16(text.AsSpan(0, at), out var before, out _) != System.Buffers.OperationStatus.Done || !IsWord(before)));

    private static bool IsAsciiWord(Rune rune) => rune.IsAscii && IsWord(rune);

    private static bool IsWord(Rune rune) => Rune.GetUnicodeCategory(rune) is <= UnicodeCategory.OtherLetter or UnicodeCategory.NonSpacingMark
        or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.ConnectorPunctuation;

    private static bool IsForeign(char c) => c >= '\u00a0' && c is not ((>= '\ufdd0' and <= '\ufdef') or >= '\ufff0');
}
