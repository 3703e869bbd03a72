using System.Text;

namespace Publisher.Sandbox;

/// <summary>Text with its links as HTML, everything else encoded.</summary>
internal static class RichText
{
    public static string Render(string text, IEnumerable<SandboxLink> links, Func<SandboxLink, string> cssClass)
    {
        var html = new StringBuilder();
        var at = 0;
        foreach (var link in links.Where(l => l.Start >= 0 && l.Start + l.Length <= text.Length).OrderBy(l => l.Start))
        {
            if (link.Start < at)
            {
                continue;
            }

            var css = cssClass(link);
            html.Append(Html.E(text[at..link.Start]));

            // Never a script address: what a client sent is shown to people here.
            var isSafe = Uri.TryCreate(link.Target, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";
            html.Append(isSafe ? $"<a href=\"{Html.E(link.Target)}\"{(css.Length > 0 ? $" class=\"{css}\"" : "")} rel=\"nofollow noopener\">" : "<span class=\"mark\">");
            html.Append(Html.E(text.Substring(link.Start, link.Length)));
            html.Append(isSafe ? "</a>" : "</span>");
            at = link.Start + link.Length;
        }

        return html.Append(Html.E(text[at..])).ToString();
    }
}
