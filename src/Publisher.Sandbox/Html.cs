using System.Net;

namespace Publisher.Sandbox;

/// <summary>The frame every page of the sandbox stands in.</summary>
internal static class Html
{
    private const string Policy = "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

    /// <summary>Text made safe for element content and quoted attributes.</summary>
    public static string E(string? text) => WebUtility.HtmlEncode(text ?? "");

    /// <summary>A whole page. <paramref name="formTarget"/> is an origin that a form's redirect may end at.</summary>
    public static Answer Page(string title, string body, int status = 200, string? formTarget = null, string head = "")
        => Answer.Html($"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{E(title)}</title>
            <link rel="stylesheet" href="/_sandbox/style.css">
            <link rel="icon" href="/_sandbox/icon.svg">
            {head}
            </head>
            <body>
            <header class="top"><a class="brand" href="/">Sandbox</a><span class="soft">stand-ins, nothing here is public</span><nav aria-label="Sandbox"><a href="/_sandbox/faults">Faults</a></nav></header>
            <main>
            {body}
            </main>
            </body>
            </html>
            """, status)
            .With("Content-Security-Policy", formTarget is null ? Policy : $"{Policy} {formTarget}")
            .With("X-Content-Type-Options", "nosniff")
            .With("Referrer-Policy", "no-referrer");
}
