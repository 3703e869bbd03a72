using System.Globalization;
using System.Text;

namespace Publisher.Sandbox;

/// <summary>Posts as readers of the platform see them: one at its permalink, or a timeline.</summary>
internal static class PostPage
{
    public static Answer Of(PlatformServer platform, SandboxPost? post)
    {
        if (post is null || post.VisibleFrom > platform.World.Now)
        {
            return Html.Page("Not found", $"<h1>This post does not exist</h1><p><a href=\"/_sandbox/timeline/{platform.Key}\">{Html.E(platform.Name)} timeline</a></p>", 404);
        }

        var above = post.ReplyTo is not null && platform.Feed.Find(post.ReplyTo) is { } parent ? Article(platform, parent) : "";
        return Html.Page(
            $"{Html.E(Author(platform, post).DisplayName)} on {platform.Name}",
            $"<p class=\"soft\"><a href=\"/_sandbox/timeline/{platform.Key}\">{Html.E(platform.Name)} timeline</a></p><h1 class=\"hidden\">Post</h1><div class=\"feed\">{above}{Article(platform, post)}</div>",
            post.DeletedAt is null ? 200 : 410);
    }

    public static Answer Timeline(PlatformServer platform, string? before, bool isLive)
    {
        const int PageSize = 50;
        var now = platform.World.Now;
        var posts = platform.Feed.All.Where(p => p.VisibleFrom <= now).OrderByDescending(p => p.VisibleFrom)
            .SkipWhile(p => before is not null && p.Id != before).Skip(before is null ? 0 : 1).Take(PageSize + 1).ToList();
        var body = new StringBuilder($"<h1>{Html.E(platform.Name)}</h1>");
        body.Append(CultureInfo.InvariantCulture, $"<p class=\"soft\">What readers would see. <a href=\"?live={(isLive ? 0 : 1)}\">{(isLive ? "Stop refreshing" : "Refresh by itself")}</a></p>");
        if (posts.Count == 0)
        {
            body.Append("<p class=\"empty\">Nothing was posted here yet.</p>");
        }

        body.Append("<div class=\"feed\">");
        posts.Take(PageSize).ToList().ForEach(p => body.Append(Article(platform, p)));
        body.Append("</div>");
        if (posts.Count > PageSize)
        {
            body.Append(CultureInfo.InvariantCulture, $"<p><a class=\"button\" href=\"?before={Uri.EscapeDataString(posts[PageSize - 1].Id)}\">Older posts</a></p>");
        }

        return Html.Page(platform.Name + " timeline", body.ToString(), head: isLive ? "<meta http-equiv=\"refresh\" content=\"2\">" : "");
    }

    private static SandboxAccount Author(PlatformServer platform, SandboxPost post) => platform.Accounts.First(a => a.Id == post.Account);

    private static string Article(PlatformServer platform, SandboxPost post)
    {
        var author = Author(platform, post);
        var html = new StringBuilder();
        html.Append(CultureInfo.InvariantCulture, $"<article class=\"post {platform.Key}{(post.DeletedAt is null ? "" : " gone")}\" data-id=\"{Html.E(post.Id)}\" lang=\"{Html.E(post.Language?.Split(' ')[0] ?? "en")}\">");
        html.Append(CultureInfo.InvariantCulture, $"<header><span class=\"avatar\" aria-hidden=\"true\">{Html.E(Initials(author.DisplayName))}</span><span class=\"who\"><b>{Html.E(author.DisplayName)}</b><span class=\"soft\">{Html.E(platform.Shown(author))}</span></span>");
        html.Append(CultureInfo.InvariantCulture, $"<a class=\"time\" href=\"/{platform.Key}/{Html.E(post.Path)}\"><time datetime=\"{post.VisibleFrom:O}\">{post.VisibleFrom.UtcDateTime:d MMM HH:mm:ss} UTC</time></a></header>");
        if (post.ReplyTo is not null)
        {
            var parent = platform.Feed.Find(post.ReplyTo);
            html.Append(parent is null ? "<p class=\"note\">Reply to a post that is not here</p>" : $"<p class=\"note\">Reply to <a href=\"/{platform.Key}/{Html.E(parent.Path)}\">{Html.E(Start(parent.Text))}</a></p>");
        }

        if (post.DeletedAt is not null)
        {
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"note\">Deleted {post.DeletedAt.Value.UtcDateTime:d MMM HH:mm:ss} UTC</p>");
        }

        if (post.Warning is not null)
        {
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"warning\">{Html.E(post.Warning)}</p>");
        }

        if (post.Text.Length > 0)
        {
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"text\">{RichText.Render(post.Text, post.Links.Select(l => Readable(platform, l)), _ => "")}</p>");
        }

        if (post.Media.Count > 0)
        {
            html.Append(CultureInfo.InvariantCulture, $"<div class=\"media n{Math.Min(post.Media.Count, 4)}\">");
            post.Media.ToList().ForEach(m => html.Append(Media(m)));
            html.Append("</div>");
        }

        if (post.Card is { } card)
        {
            var isSafe = Uri.TryCreate(card.Url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";
            html.Append(CultureInfo.InvariantCulture, $"<a class=\"linkcard\" href=\"{(isSafe ? Html.E(card.Url) : "#")}\" rel=\"nofollow noopener\">{(card.ImageSha256 is null ? "" : $"<img src=\"/_sandbox/media/{card.ImageSha256}\" alt=\"\" loading=\"lazy\">")}<span class=\"soft\">{Html.E(isSafe ? uri!.Host : card.Url)}</span><b>{Html.E(card.Title)}</b><span>{Html.E(card.Description)}</span></a>");
        }

        var extras = new[] { post.Visibility, post.Language, post.EditedAt is null ? null : "edited", post.RequestCount > 1 ? $"{post.RequestCount} create calls" : null }.Where(e => !string.IsNullOrEmpty(e));
        html.Append(CultureInfo.InvariantCulture, $"<footer class=\"soft\">{Html.E(string.Join(" · ", extras))}</footer></article>");
        return html.ToString();
    }

    private static string Media(SandboxMedia media)
    {
        var address = "/_sandbox/media/" + media.Sha256;
        var shown = media.Type.StartsWith("video/", StringComparison.Ordinal)
            ? $"<video controls preload=\"metadata\" src=\"{address}{(media.CoverAt is { } at ? $"#t={at / 1000.0:0.###}" : "")}\"{(media.CoverSha256 is { } cover ? $" poster=\"/_sandbox/media/{cover}\"" : "")} aria-label=\"{Html.E(string.IsNullOrEmpty(media.Alt) ? "Video" : media.Alt)}\"></video>"
            : $"<img src=\"{address}\" alt=\"{Html.E(media.Alt)}\" loading=\"lazy\">";
        var alt = string.IsNullOrEmpty(media.Alt) ? "<figcaption class=\"soft\">No alternative text</figcaption>" : $"<figcaption><span class=\"badge\">ALT</span> {Html.E(media.Alt)}</figcaption>";
        var captions = media.Captions.Count == 0 ? "" : $"<figcaption><span class=\"badge\">CC</span> Captions: {string.Join(", ", media.Captions.Select(one => $"<a href=\"/_sandbox/media/{one.Sha256}\">{Html.E(one.Language)}</a>"))}</figcaption>";
        var still = media.CoverSha256 is not null ? "a picture of its own" : media.CoverAt is { } moment ? string.Create(CultureInfo.InvariantCulture, $"at {moment / 1000.0:0.#} s") : null;
        return $"<figure>{shown}{alt}{captions}{(still is null ? "" : $"<figcaption>Cover: {still}</figcaption>")}</figure>";
    }

    // A DID or a bare tag is no address; readers of the platform get a link all the same.
    private static SandboxLink Readable(PlatformServer platform, SandboxLink link) => link.Target.StartsWith("did:", StringComparison.Ordinal)
        ? link with { Target = $"{platform.Base}profile/{link.Target}" }
        : link.Kind == "tag" && !link.Target.Contains("://", StringComparison.Ordinal) ? link with { Target = $"{platform.Base}hashtag/{Uri.EscapeDataString(link.Target)}" } : link;

    private static string Initials(string name) => string.Concat(name.Split(' ').Where(w => w.Length > 0 && char.IsUpper(w[0])).Take(2).Select(w => w[0]));

    private static string Start(string text)
    {
        var elements = new StringInfo(text);
        return elements.LengthInTextElements <= 60 ? text : elements.SubstringByTextElements(0, 60) + "…";
    }
}
