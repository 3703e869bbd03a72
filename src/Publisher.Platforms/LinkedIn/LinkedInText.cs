using Publisher.Platforms.Text;

namespace Publisher.Platforms.LinkedIn;

/// <summary>What in a text LinkedIn turns into a link or a hashtag. A person or page is mentioned by its URN only, never by its name.</summary>
internal static class LinkedInText
{
    public static IReadOnlyList<Entity> Entities(string text) => EntityOrder.Merge(LinkFinder.Find(text, LinkRules.Plain), PlainWords.Hashtags(text));
}
