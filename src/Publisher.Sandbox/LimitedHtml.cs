using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Publisher.Sandbox;

/// <summary>A description: text with links and a few other tags in it, everything else escaped.</summary>
internal static partial class LimitedHtml
{
    public static (string Text, IReadOnlyList<SandboxLink> Links, IReadOnlyList<string> Problems) Read(string html)
    {
        var (text, links, problems) = (new StringBuilder(), new List<SandboxLink>(), new List<string>());
        var (at, open) = (0, (Start: -1, Address: ""));
        foreach (Match tag in Tag().Matches(html))
        {
            Take(html[at..tag.Index]);
            at = tag.Index + tag.Length;
            switch (tag.Groups[1].Value.ToLowerInvariant())
            {
                case "a" when Link().Match(tag.Value) is { Success: true } link:
                    open = (text.Length, WebUtility.HtmlDecode(link.Groups[1].Value));
                    break;
                case "/a" when open.Start >= 0:
                    links.Add(new SandboxLink(open.Start, text.Length - open.Start, "link", open.Address));
                    open = (-1, "");
                    break;
                case "b" or "/b" or "i" or "/i" or "strong" or "/strong" or "em" or "/em":
                    break;
                default:
                    problems.Add($"{tag.Value} is not kept");
                    break;
            }
        }

        Take(html[at..]);
        if (open.Start >= 0)
        {
            problems.Add("a link is not closed");
        }

        return (text.ToString(), links, problems);

        void Take(string piece)
        {
            if (piece.Contains('<', StringComparison.Ordinal) || piece.Contains('>', StringComparison.Ordinal) || Bare().IsMatch(piece))
            {
                problems.Add($"'{piece}' holds a sign that is not escaped");
            }

            text.Append(WebUtility.HtmlDecode(piece));
        }
    }

    public static string Escape(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal).Replace("\"", "&quot;", StringComparison.Ordinal);

    [GeneratedRegex("<(/?[a-z]+)[^<>]*>", RegexOptions.IgnoreCase)]
    private static partial Regex Tag();

    [GeneratedRegex("^<a href=\"(https?://[^\"<>]+)\">$", RegexOptions.IgnoreCase)]
    private static partial Regex Link();

    [GeneratedRegex("&(?!amp;|lt;|gt;|quot;|#[0-9]+;)")]
    private static partial Regex Bare();
}
