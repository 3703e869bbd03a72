using Publisher.Platforms.Text;

namespace Publisher.Platforms.Pinterest;

/// <summary>What in a description Pinterest marks. Links in it lead nowhere; the first is what the pin itself leads to.</summary>
internal static class PinterestText
{
    private static readonly LinkRules Addresses = LinkRules.Plain with { IsPathEnd = letter => !char.IsWhiteSpace(letter) && !"()?!*\"'<>;:=,.$%[]~&|@“”…".Contains(letter) };

    public static IReadOnlyList<Entity> Entities(string text) => EntityOrder.Merge(LinkFinder.Find(text, Addresses), Hashtags(text));

    /// <summary># and letters, digits or low lines, at a word's start, with at least one letter.</summary>
    private static IEnumerable<Entity> Hashtags(string text)
    {
        for (var at = text.IndexOf('#', StringComparison.Ordinal); at >= 0; at = text.IndexOf('#', at + 1))
        {
            var end = at + 1;
            while (end < text.Length && PlainWords.Has(text[end]))
            {
                end++;
            }

            var word = text[(at + 1)..end];
            var begins = at == 0 || !(PlainWords.Has(text[at - 1]) || text[at - 1] is '#' or '&' or '/');
            if (begins && word.Any(letter => !char.IsDigit(letter) && letter != '_'))
            {
                yield return new Entity(EntityKind.Hashtag, at, end - at, word);
            }
        }
    }
}
