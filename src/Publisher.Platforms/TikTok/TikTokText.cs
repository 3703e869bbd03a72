using Publisher.Platforms.Text;

namespace Publisher.Platforms.TikTok;

/// <summary>What in a text TikTok marks: hashtags and names. Links are found so that none is written twice; TikTok itself leaves them plain text.</summary>
internal static class TikTokText
{
    private static readonly LinkRules Addresses = LinkRules.Plain with { IsPathEnd = letter => !char.IsWhiteSpace(letter) && !"()?!*\"'<>;:=,.$%[]~&|@“”…".Contains(letter) };

    public static IReadOnlyList<Entity> Entities(string text) =>
        EntityOrder.Merge(LinkFinder.Find(text, Addresses), Marked(text, EntityKind.Hashtag, '#', PlainWords.Has), Marked(text, EntityKind.Mention, '@', IsName));

    /// <summary>The mark at a word's start and what follows it. A hashtag needs a letter, a name may end in no full stop.</summary>
    private static IEnumerable<Entity> Marked(string text, EntityKind kind, char mark, Func<char, bool> belongs)
    {
        for (var at = text.IndexOf(mark); at >= 0; at = text.IndexOf(mark, at + 1))
        {
            var end = at + 1;
            while (end < text.Length && belongs(text[end]))
            {
                end++;
            }

            var word = text[(at + 1)..end].TrimEnd('.');
            var begins = at == 0 || !(PlainWords.Has(text[at - 1]) || text[at - 1] is '#' or '@' or '&' or '/' or '.');
            if (begins && word.Any(letter => kind == EntityKind.Mention || (!char.IsDigit(letter) && letter != '_')))
            {
                yield return new Entity(kind, at, word.Length + 1, word);
            }
        }
    }

    private static bool IsName(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '.';
}
