using System.Globalization;
using System.Text;
using Publisher.Platforms.Text;

namespace Publisher.Platforms.Telegram;

/// <summary>
/// What in a text without markup Telegram turns into a link, a mention or a hashtag (github.com/tdlib/td, MessageEntity.cpp). Only for
/// looking at before it is sent: the server finds them itself.
/// </summary>
internal static class TelegramText
{
    private const int ShortestName = 5;
    private const int LongestName = 32;

    /// <summary>Characters.</summary>
    private const int LongestTag = 256;

    private static readonly LinkRules Links = new()
    {
        Schemes = ["http://", "https://"],
        WithoutScheme = true,
        IsPath = letter => !char.IsWhiteSpace(letter) && letter is not ('<' or '>' or '(' or ')' or '?' or '"' or '«' or '»' or '“' or '”'),
        IsPathEnd = letter => !char.IsWhiteSpace(letter) && !"()?!*\"'`<>;:,.…“”«»".Contains(letter),
        IsQuery = letter => !char.IsWhiteSpace(letter) && letter is not ('<' or '>' or '"' or '«' or '»' or '“' or '”'),
        IsQueryEnd = letter => !char.IsWhiteSpace(letter) && !"()?!*\"'`<>;:,.…“”«»".Contains(letter),
    };

    public static IReadOnlyList<Entity> Entities(string text) => EntityOrder.Merge(LinkFinder.Find(text, Links), Mentions(text), Hashtags(text));

    /// <summary>@ and 5 to 32 Latin letters, digits or low lines, with no word character before or behind.</summary>
    private static IEnumerable<Entity> Mentions(string text)
    {
        for (var at = text.IndexOf('@', StringComparison.Ordinal); at >= 0; at = text.IndexOf('@', at + 1))
        {
            var end = at + 1;
            while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))
            {
                end++;
            }

            if (end - at - 1 is >= ShortestName and <= LongestName && !IsWordBefore(text, at) && !IsWordAt(text, end))
            {
                yield return new Entity(EntityKind.Mention, at, end - at, text[(at + 1)..end]);
            }
        }
    }

    /// <summary># and letters, digits or low lines of any script, with at least one letter and no word character before.</summary>
    private static IEnumerable<Entity> Hashtags(string text)
    {
        for (var at = text.IndexOf('#', StringComparison.Ordinal); at >= 0; at = text.IndexOf('#', at + 1))
        {
            var end = at + 1;
            var hasLetter = false;
            while (end < text.Length && Rune.TryGetRuneAt(text, end, out var rune) && IsWord(rune))
            {
                hasLetter |= Rune.IsLetter(rune);
                end += rune.Utf16SequenceLength;
            }

            if (hasLetter && end - at - 1 <= LongestTag && !IsWordBefore(text, at) && !(end < text.Length && text[end] == '#'))
            {
                yield return new Entity(EntityKind.Hashtag, at, end - at, text[(at + 1)..end]);
            }
        }
    }

    private static bool IsWordBefore(string text, int at) =>
        at > 0 && Rune.DecodeLastFromUtf16(text.AsSpan(0, at), out var before, out _) == System.Buffers.OperationStatus.Done && IsWord(before);

    private static bool IsWordAt(string text, int at) => at < text.Length && Rune.TryGetRuneAt(text, at, out var rune) && IsWord(rune);

    private static bool IsWord(Rune rune) => Rune.IsLetterOrDigit(rune) || rune.Value is '_' or 0x200C
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}
