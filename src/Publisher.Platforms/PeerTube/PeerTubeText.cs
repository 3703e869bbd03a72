using Publisher.Platforms.Text;

namespace Publisher.Platforms.PeerTube;

/// <summary>What a PeerTube server makes of a text, and of a list of tags.</summary>
internal static class PeerTubeText
{
    /// <summary>Descriptions are Markdown, where every address with a scheme becomes a link. Hashtags and mentions mean nothing there.</summary>
    private static readonly LinkRules Addresses = LinkRules.Plain with { IsPathEnd = letter => !char.IsWhiteSpace(letter) && !"()?!*\"'<>;:,.[]~|".Contains(letter) };

    public static IReadOnlyList<Entity> Entities(string text) => LinkFinder.Find(text, Addresses);

    /// <summary>"water, flood protection" is two tags.</summary>
    public static string[] Tags(Part part) => [.. part.Option("tags").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.OrdinalIgnoreCase)];
}
