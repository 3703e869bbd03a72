using System.Text;
using System.Text.RegularExpressions;

namespace Publisher.Sandbox;

/// <summary>
/// LinkedIn's "little text" as a reader sees it. A reserved character that is neither escaped nor part of a mention or hashtag template
/// ends the visible text there, silently: that is what the real one does.
/// </summary>
internal static partial class LittleText
{
    private const string Reserved = "\\|{}@[]()<>#*_~";

    public static (string Text, List<SandboxLink> Links, int? CutAt) Read(string raw)
    {
        var text = new StringBuilder();
        var links = new List<SandboxLink>();
        var at = 0;
        while (at < raw.Length)
        {
            if (raw[at] == '\\' && at + 1 < raw.Length && Reserved.Contains(raw[at + 1]))
            {
                text.Append(raw[at + 1]);
                at += 2;
            }
            else if (Mention().Match(raw, at) is { Success: true } mention)
            {
                Append(text, links, "mention", Unescape(mention.Groups[1].Value), mention.Groups[2].Value);
                at += mention.Length;
            }
            else if (Template().Match(raw, at) is { Success: true } template)
            {
                AppendTag(text, links, template.Groups[1].Value);
                at += template.Length;
            }
            else if (IsWordStart(raw, at) && Hashtag().Match(raw, at) is { Success: true } tag)
            {
                AppendTag(text, links, tag.Groups[1].Value);
                at += tag.Length;
            }
            else if (Reserved.Contains(raw[at]))
            {
                return (text.ToString(), links, at);
            }
            else
            {
                text.Append(raw[at]);
                at++;
            }
        }

        var whole = text.ToString();
        links.AddRange(TextMarks.Addresses(whole).Select(a => new SandboxLink(a.Start, a.Length, "link", a.Address)));
        return (whole, links, null);
    }

    private static bool IsWordStart(string raw, int at) => at == 0 || char.IsWhiteSpace(raw[at - 1]);

    private static string Unescape(string text) => Escaped().Replace(text, "$1");

    private static void AppendTag(StringBuilder text, List<SandboxLink> links, string word)
        => Append(text, links, "tag", "#" + Unescape(word), "https://www.linkedin.com/feed/hashtag/" + Uri.EscapeDataString(Unescape(word)));

    private static void Append(StringBuilder text, List<SandboxLink> links, string kind, string shown, string target)
    {
        links.Add(new SandboxLink(text.Length, shown.Length, kind, target));
        text.Append(shown);
    }

    [GeneratedRegex(@"\G@\[((?:\\.|[^\[\]\\])+)\]\((urn:li:(?:organization|person|organizationBrand):[A-Za-z0-9_-]+)\)")]
    private static partial Regex Mention();

    [GeneratedRegex(@"\G\{hashtag\|\\?[#＃]\|((?:\\_|[^\\|{}\[\]()<>#*~@\s])+)\}")]
    private static partial Regex Template();

    [GeneratedRegex(@"\G#([\p{L}\p{N}]+)")]
    private static partial Regex Hashtag();

    [GeneratedRegex(@"\\(.)")]
    private static partial Regex Escaped();
}
