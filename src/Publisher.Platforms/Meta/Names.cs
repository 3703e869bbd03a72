using Publisher.Platforms.Text;

namespace Publisher.Platforms.Meta;

/// <summary>Hashtags and mentions as Meta's apps find them. No grammar is published; this is what their apps are seen to link.</summary>
internal static class Names
{
    public static IEnumerable<Entity> Hashtags(string text) => Find(text, '#', EntityKind.Hashtag);

    /// <summary>Full stops stand inside a name, never at its end.</summary>
    public static IEnumerable<Entity> Mentions(string text) => Find(text, '@', EntityKind.Mention);

    /// <summary>A sign at a word's start and letters, digits or low lines behind it, at least one of them a letter.</summary>
    private static IEnumerable<Entity> Find(string text, char sign, EntityKind kind)
    {
        for (var at = text.IndexOf(sign); at >= 0; at = text.IndexOf(sign, at + 1))
        {
            var end = at + 1;
            while (end < text.Length && (PlainWords.Has(text[end]) || (kind == EntityKind.Mention && text[end] == '.' && end + 1 < text.Length && PlainWords.Has(text[end + 1]))))
            {
                end++;
            }

            var word = text.AsSpan(at + 1, end - at - 1);
            if (word.ContainsAnyExcept("0123456789_.") && (at == 0 || !(PlainWords.Has(text[at - 1]) || text[at - 1] is '#' or '&' or '/' or '@')))
            {
                yield return new Entity(kind, at, end - at, word.ToString());
            }
        }
    }
}
