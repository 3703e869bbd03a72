using Publisher.Platforms.Text;

namespace Publisher.Platforms.LinkedIn;

/// <summary>What in a text LinkedIn turns into a link or a hashtag. A person or page is mentioned by its URN only, never by its name.</summary>
internal static class LinkedInText
{
    public static IReadOnlyList<Entity> Entities(string text) => EntityOrder.Merge(LinkFinder.Find(text, LinkRules.Plain), Hashtags(text));

    /// <summary># and letters, digits or low lines, at a word's start, with at least one letter.</summary>
    private static IEnumerable<Entity> Hashtags(string text)
    {
        for (var at = text.IndexOf('#', StringComparison.Ordinal); at >= 0; at = text.IndexOf('#', at + 1))
        {
            var end = at + 1;
            while (end < text.Length && IsWord(text[end]))
            {
                end++;
            }

            var word = text.AsSpan(at + 1, end - at - 1);
            if (word.ContainsAnyExcept("0123456789_") && (at == 0 || !(IsWord(text[at - 1]) || text[at - 1] is '#' or '&' or '/')))
            {
                yield return new Entity(EntityKind.Hashtag, at, end - at, word.ToString());
            }
        }
    }

    private static bool IsWord(char letter) => char.IsLetterOrDigit(letter) || letter == '_'
        || char.GetUnicodeCategory(letter) is System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.SpacingCombiningMark;
}
