using Publisher.Platforms.Text;

namespace Publisher.Platforms.YouTube;

/// <summary>What of a description YouTube turns into a link or a hashtag, and how it counts tags.</summary>
internal static class YouTubeText
{
    /// <summary>Refused in titles, descriptions and tags (developers.google.com/youtube/v3/docs/videos).</summary>
    public const string Refused = "<>";

    private static readonly LinkRules Addresses = LinkRules.Plain with { IsPathEnd = letter => !char.IsWhiteSpace(letter) && !"()?!*\"'<>;:,.[]~|".Contains(letter) };

    public static IReadOnlyList<Entity> Entities(string text) => EntityOrder.Merge(LinkFinder.Find(text, Addresses), PlainWords.Hashtags(text));

    /// <summary>"water, flood protection" is two tags.</summary>
    public static string[] Tags(Part part) => [.. part.Option("tags").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.OrdinalIgnoreCase)];

    /// <summary>The commas between them count, and two quotation marks around each that has a space (snippet.tags[]).</summary>
    public static int TagsLength(IReadOnlyCollection<string> tags) =>
        tags.Sum(tag => tag.Length + (tag.Contains(' ', StringComparison.Ordinal) ? 2 : 0)) + Math.Max(0, tags.Count - 1);
}
