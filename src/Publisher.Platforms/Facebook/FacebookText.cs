using Publisher.Platforms.Meta;
using Publisher.Platforms.Text;

namespace Publisher.Platforms.Facebook;

/// <summary>What in a text Facebook turns into a link or a hashtag. A page is mentioned by its number only, which needs Meta's approval.</summary>
internal static class FacebookText
{
    private static readonly LinkRules Addresses = LinkRules.Plain with { WithoutScheme = true };

    public static IReadOnlyList<Entity> Entities(string text) => EntityOrder.Merge(LinkFinder.Find(text, Addresses), Names.Hashtags(text));

    /// <summary>The link to ask a preview for: the first, unless it leads to Facebook itself, which is refused there.</summary>
    public static string? Preview(string text) =>
        LinkFinder.Find(text, Addresses).FirstOrDefault() is { } first && Uri.TryCreate(first.Value, UriKind.Absolute, out var address) && !IsOwn(address.Host)
            ? first.Value
            : null;

    private static bool IsOwn(string host) =>
        host.Equals("facebook.com", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".facebook.com", StringComparison.OrdinalIgnoreCase) || host.Equals("fb.me", StringComparison.OrdinalIgnoreCase);
}
