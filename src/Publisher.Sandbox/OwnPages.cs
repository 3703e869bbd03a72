using System.Collections.Concurrent;
using System.Text;

namespace Publisher.Sandbox;

/// <summary>The sandbox's own pages: overview, timelines, faults, and two articles to link to.</summary>
internal sealed class OwnPages(World world, PlatformServer[] platforms)
{
    private static readonly (string Name, string Title, string Description, string Text)[] Articles =
    [
        ("flood-warning-centre", "Flood warning centre opens", "Forecasts for every river in the country, in one place, day and night.",
            "The new flood warning centre brings together measurements from 1,400 gauges. From today, forecasts are published every hour, and every fifteen minutes while a warning is in force."),
        ("water-report", "Water report: rivers are cleaner than ten years ago", "Two thirds of the stations measured good quality, and what remains to be done.",
            "The report compares ten years of measurements at 2,300 stations. Nitrate is down by a fifth. Low water in summer is now the largest concern, and the report names the measures that help."),
    ];

    private readonly ConcurrentDictionary<string, byte[]> _pictures = new();

    public Answer Answer(Call call)
    {
        var parts = call.Path.Split('/');
        return (call.Method, parts) switch
        {
            ("GET" or "HEAD", [""]) => Index(),
            ("GET" or "HEAD", ["_sandbox", "faults"]) => FaultsPage(),
            ("GET" or "HEAD", ["_sandbox", "timeline", var key]) when platforms.FirstOrDefault(p => p.Key == key) is { } platform
                => PostPage.Timeline(platform, call.Asked("before"), call.Asked("live") == "1"),
            ("GET" or "HEAD", ["_sandbox", "pages", var name]) when Articles.FirstOrDefault(a => a.Name == name) is { Name: not null } article => ArticlePage(article),
            ("GET" or "HEAD", ["_sandbox", "pictures", var file]) when file.EndsWith(".png", StringComparison.Ordinal) && file.Length < 60 => PictureOf(file[..^4]),
            ("GET" or "HEAD", ["_sandbox", "style.css"]) => new Answer(200, Encoding.UTF8.GetBytes(Style.Css), "text/css; charset=utf-8").With("Cache-Control", "max-age=300"),
            ("GET" or "HEAD", ["_sandbox", "icon.svg"]) => new Answer(200, Encoding.UTF8.GetBytes(Style.Icon), "image/svg+xml"),
            _ => Html.Page("Not found", "<h1>Nothing here</h1><p><a href=\"/\">Overview</a></p>", 404),
        };
    }

    private Answer Index()
    {
        var items = string.Concat(platforms.Select(p => $"""
            <li><a href="/_sandbox/timeline/{p.Key}">{Html.E(p.Name)}</a><br><b>{p.Feed.Count}</b> <span class="soft">{(p.Feed.Count == 1 ? "post" : "posts")}</span><br><code class="soft">/{p.Key}/</code></li>
            """));
        var objections = world.Journal.Objections.TakeLast(20).Reverse().ToList();
        var rows = string.Concat(objections.Select(o => $"<tr><td>{Html.E(o.Platform)}</td><td>{Html.E(o.Method)} {Html.E(o.Path)}</td><td>{Html.E(o.What)}</td></tr>"));
        var table = objections.Count == 0
            ? "<p class=\"empty\">None: every call was as the platforms document it.</p>"
            : $"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Objections\"><table><thead><tr><th>Platform</th><th>Call</th><th>What</th></tr></thead><tbody>{rows}</tbody></table></div>";
        return Html.Page("Sandbox", $"""
            <h1>Stand-ins for the platforms</h1>
            <p class="lead">What is sent here stays here. Each timeline shows what readers would see.</p>
            <ul class="platforms">{items}</ul>
            <h2>Objections</h2>
            {table}
            <h2>Pages to link to</h2>
            <ul>{string.Concat(Articles.Select(a => $"<li><a href=\"/_sandbox/pages/{a.Name}\">{Html.E(a.Title)}</a></li>"))}</ul>
            """);
    }

    private Answer FaultsPage()
    {
        static string Options(IEnumerable<(string Value, string Label)> options) => string.Concat(options.Select(o => $"<option value=\"{Html.E(o.Value)}\">{Html.E(o.Label)}</option>"));
        var accounts = platforms.SelectMany(p => p.Accounts).ToList();
        var active = string.Concat(world.Faults.All.Select(f =>
            $"<tr><td>{Html.E(f.Platform == "*" ? "all" : f.Platform)}</td><td>{Html.E(f.Kind)}{(f.Status is { } s ? " " + s : "")}</td><td>{Html.E(f.Calls)}</td><td>{Html.E(f.Account ?? "all")}</td><td>{(f.Times is { } t ? $"{t} more" : "until cleared")}</td></tr>"));
        return Html.Page("Faults", $"""
            <h1>Faults</h1>
            <section class="card">
            <h2>Switched on</h2>
            {(active.Length == 0 ? "<p class=\"soft\">None. Everything answers as documented.</p>" : $"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Faults switched on\"><table><thead><tr><th>Platform</th><th>Fault</th><th>Calls</th><th>Account</th><th>How often</th></tr></thead><tbody>{active}</tbody></table></div><form method=\"post\" action=\"/_sandbox/faults\"><p><button name=\"clear\" value=\"1\">Clear all faults</button></p></form>")}
            </section>
            <section class="card">
            <h2>Switch on</h2>
            <form class="grid" method="post" action="/_sandbox/faults">
            <label>Platform<select name="platform">{Options([("*", "All"), .. platforms.Select(p => (p.Key, p.Name))])}</select></label>
            <label>Fault<select name="kind">{Options(Fault.Kinds.Concat(platforms.SelectMany(p => p.OwnFaults)).Select(k => (k.Kind, k.Kind)).Distinct())}</select></label>
            <label>Calls<select name="on">{Options([("", "as usual"), ("create", "create"), ("media", "media"), ("read", "read"), ("change", "edit and delete"), ("token", "tokens"), ("all", "all")])}</select></label>
            <label>Account<select name="account">{Options([("", "All"), .. accounts.Select(a => (a.Id, $"{a.Platform}: {a.Handle}"))])}</select></label>
            <label>How often<input name="times" inputmode="numeric" placeholder="until cleared"></label>
            <label>Status code<input name="status" inputmode="numeric" placeholder="503"></label>
            <label>Retry-After<input name="retryAfter" placeholder="none"></label>
            <label>Delay in ms<input name="delayMs" inputmode="numeric" placeholder="1000"></label>
            <label>Seconds<input name="seconds" inputmode="decimal" placeholder="20 or 30"></label>
            <button class="primary">Switch on</button>
            </form>
            <h2>What they do</h2>
            <ul>{string.Concat(Fault.Kinds.Select(k => $"<li><b>{Html.E(k.Kind)}</b>: {Html.E(k.Does)}</li>"))}{string.Concat(platforms.SelectMany(p => p.OwnFaults.Select(k => $"<li><b>{Html.E(k.Kind)}</b>: {Html.E(p.Name)} {Html.E(k.Does)}</li>")))}</ul>
            </section>
            <section class="card">
            <h2>Tokens</h2>
            <form class="grid" method="post" action="/_sandbox/tokens">
            <label>Platform<select name="platform">{Options(platforms.Select(p => (p.Key, p.Name)))}</select></label>
            <label>Account<select name="account">{Options(accounts.Select(a => a.Handle).Distinct().Select(h => (h, h)))}</select></label>
            <label>Do<select name="action">{Options([("expire", "expire"), ("lapse", "let refresh tokens expire too"), ("revoke", "revoke"), ("restore", "restore")])}</select></label>
            <button>Change tokens</button>
            </form>
            <form method="post" action="/_sandbox/codes"><p>Whoever is on the way back from a consent page comes too late.</p><button>Let codes lapse</button></form>
            </section>
            <section class="card">
            <h2>Start over</h2>
            <form method="post" action="/_sandbox/reset"><p>Removes all posts, calls, objections and faults. Accounts and tokens stay.</p><button>Remove everything posted</button></form>
            </section>
            """);
    }

    private Answer ArticlePage((string Name, string Title, string Description, string Text) article)
    {
        var picture = $"{world.Address}_sandbox/pictures/{article.Name}.png";
        return Html.Page(article.Title, $"""
            <article>
            <img class="hero" src="/_sandbox/pictures/{article.Name}.png" alt="A river under a wide sky" width="1200" height="630">
            <h1>{Html.E(article.Title)}</h1>
            <p class="lead">{Html.E(article.Description)}</p>
            <p>{Html.E(article.Text)}</p>
            </article>
            """, head: $"""
            <meta name="description" content="{Html.E(article.Description)}">
            <meta property="og:type" content="article">
            <meta property="og:title" content="{Html.E(article.Title)}">
            <meta property="og:description" content="{Html.E(article.Description)}">
            <meta property="og:url" content="{world.Address}_sandbox/pages/{article.Name}">
            <meta property="og:image" content="{picture}">
            <meta property="og:image:alt" content="A river under a wide sky">
            <meta property="og:site_name" content="{Html.E(SandboxAccounts.Environment)}">
            """);
    }

    private Answer PictureOf(string name)
    {
        // Only names that pages use, so that nobody fills the memory with pictures.
        var isArticle = Articles.Any(a => a.Name == name);
        if (!isArticle && platforms.SelectMany(p => p.Accounts).All(a => a.Handle != name))
        {
            return Sandbox.Answer.Text("No such picture.", 404);
        }

        var bytes = _pictures.GetOrAdd(name, n => isArticle ? Picture.Png(n) : Picture.Png(n, 200, 200));
        return new Answer(200, bytes, "image/png").With("Cache-Control", "max-age=86400").With("X-Content-Type-Options", "nosniff");
    }
}
