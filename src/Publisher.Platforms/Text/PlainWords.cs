using System.Globalization;

namespace Publisher.Platforms.Text;

/// <summary>Words as platforms see them that publish no grammar of their own.</summary>
internal static class PlainWords
{
    public static bool Has(char letter) => char.IsLetterOrDigit(letter) || letter == '_'
        || char.GetUnicodeCategory(letter) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    /// <summary># and letters, digits or low lines, at a word's start, with at least one letter.</summary>
    public static IEnumerable<Entity> Hashtags(string text)
    {
        for (var at = text.IndexOf('#', StringComparison.Ordinal); at >= 0; at = text.IndexOf('#', at + 1))
        {
            var end = at + 1;
            while (end < text.Length && Has(text[end]))
            {
                end++;
            }

            var word = text.AsSpan(at + 1, end - at - 1);
            if (word.ContainsAnyExcept("0123456789_") && (at == 0 || !(Has(text[at - 1]) || text[at - 1] is '#' or '&' or '/')))
            {
                yield return new Entity(EntityKind.Hashtag, at, end - at, word.ToString());
            }
        }
    }
}
