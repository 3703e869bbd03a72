using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Publisher.Platforms.Text;

namespace Publisher.Platforms.Flickr;

/// <summary>What stands beside a photo: its description, in the little HTML that Flickr takes, and its tags.</summary>
internal static partial class FlickrText
{
    private static readonly LinkRules Addresses = LinkRules.Plain with
    {
        IsPath = letter => !char.IsWhiteSpace(letter) && letter is not ('<' or '>' or '"' or '(' or ')' or '?'),
        IsQuery = letter => !char.IsWhiteSpace(letter) && letter is not ('<' or '>' or '"'),
    };

    /// <summary>Links are ours to make. People and hashtags in a description lead nowhere.</summary>
    public static IReadOnlyList<Entity> Entities(string text) => LinkFinder.Find(text, Addresses);

    /// <summary>Text and, for lack of a field of its own, the alt text below it; once, where the picture shows the text itself.</summary>
    public static string Plain(Part part) => string.Join("\n\n", part.Media.Select(media => media.AltText).Prepend(part.Text).Where(text => text.Length > 0).Distinct());

    public static string Description(Part part)
    {
        var text = Plain(part);
        var html = new StringBuilder(text.Length + 64);
        var at = 0;
        foreach (var link in Entities(text))
        {
            html.Append(Escape(text[at..link.Start])).Append("<a href=\"").Append(Escape(link.Value)).Append("\">").Append(Escape(text.Substring(link.Start, link.Length))).Append("</a>");
            at = link.Start + link.Length;
        }

        return html.Append(Escape(text[at..])).ToString();
    }

    /// <summary>Whether what Flickr kept is the beginning of what was sent and no more. What it may do to spaces, signs and markup is overlooked.</summary>
    public static bool IsCut(string? kept, string sent)
    {
        var (there, whole) = (Letters(kept ?? ""), Letters(sent));
        return there.Length > 0 && there.Length < whole.Length && whole.StartsWith(there, StringComparison.Ordinal);
    }

    /// <summary>Tags as people write them, with commas between. Flickr has no way to write a quotation mark in a tag, so it parts them too.</summary>
    public static IReadOnlyList<string> Tags(string written) =>
        [.. written.Split([',', '"', '\n']).Select(tag => tag.Trim().TrimStart('#')).Where(tag => tag.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase)];

    /// <summary>As the upload takes them: spaces between, quotes around a tag that has one.</summary>
    public static string Joined(IEnumerable<string> tags) => string.Join(' ', tags.Select(tag => tag.Any(char.IsWhiteSpace) ? $"\"{tag}\"" : tag));

    private static string Escape(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal);

    private static string Letters(string html) =>
        string.Concat(PlainText.Normalize(Tag().Replace(WebUtility.HtmlDecode(Tag().Replace(html, "")), "")).Where(char.IsLetterOrDigit));

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();
}
