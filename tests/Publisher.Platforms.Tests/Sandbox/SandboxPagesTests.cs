using System.Net.Http.Json;
using Publisher.Sandbox;
using Shouldly;
using Xunit;

namespace Publisher.Platforms.Tests.Sandbox;

public sealed class SandboxPagesTests : SandboxClient
{
    [Fact]
    public async Task A_timeline_shows_text_encoded_with_its_link_and_the_permalink_works()
    {
        await CallAsync(HttpMethod.Post, "mastodon/api/v1/statuses", new { status = "<script>alert(1)</script> https://example.gov/a" }, Account("mastodon").Token);
        var post = Server.Posts("mastodon").Single();

        foreach (var path in new[] { "_sandbox/timeline/mastodon", post.Url })
        {
            var page = await PageAsync(path);
            page.ShouldContain("&lt;script&gt;alert(1)&lt;/script&gt;");
            page.ShouldContain("<a href=\"https://example.gov/a\"");
            page.ShouldNotContain("<script");
        }
    }

    [Fact]
    public async Task Pages_forbid_scripts_and_frames()
    {
        foreach (var path in new[] { "", "_sandbox/faults", "_sandbox/timeline/x", "_sandbox/pages/water-report" })
        {
            var policy = (await CallAsync(HttpMethod.Get, path)).Response.Headers.GetValues("Content-Security-Policy").Single();
            policy.ShouldContain("default-src 'none'");
            policy.ShouldContain("frame-ancestors 'none'");
        }
    }

    [Fact]
    public async Task The_articles_offer_a_card_with_a_picture()
    {
        (await PageAsync("_sandbox/pages/flood-warning-centre")).ShouldContain($"<meta property=\"og:image\" content=\"{Server.Address}_sandbox/pictures/flood-warning-centre.png\">");
        var picture = await CallAsync(HttpMethod.Get, "_sandbox/pictures/flood-warning-centre.png");
        picture.Response.Content.Headers.ContentType!.MediaType.ShouldBe("image/png");
    }

    [Fact]
    public async Task Posts_and_tokens_survive_a_restart()
    {
        var file = Path.Combine(Path.GetTempPath(), $"sandbox-{Guid.NewGuid():N}", "state.json");
        try
        {
            var options = new SandboxOptions { StateFile = file };
            await using (var first = await SandboxServer.StartAsync(options, Cancel))
            {
                // An account that was opened meanwhile is there again like those it began with.
                using var plain = new HttpClient();
                using var opened = await plain.PostAsync(new Uri(first.Address, "_sandbox/accounts?platform=mastodon"), null, Cancel);
                var account = (await opened.Content.ReadFromJsonAsync<SandboxAccount>(Cancel))!;
                using var http = new HttpClient { DefaultRequestHeaders = { Authorization = new("Bearer", account.Token) } };
                using var form = new MultipartFormDataContent { { Bytes(Picture.Png("kept", 10, 10)), "file", "kept.png" } };
                (await http.PostAsync(new Uri(first.Address, "mastodon/api/v2/media"), form, Cancel)).EnsureSuccessStatusCode();
                using var status = new FormUrlEncodedContent([new("status", "kept")]);
                (await http.PostAsync(new Uri(first.Address, "mastodon/api/v1/statuses"), status, Cancel)).EnsureSuccessStatusCode();
            }

            await using var second = await SandboxServer.StartAsync(options, Cancel);
            var post = second.Posts("mastodon").ShouldHaveSingleItem();
            post.Text.ShouldBe("kept");
            using var reader = new HttpClient();
            (await reader.GetStringAsync(new Uri(post.Url), Cancel)).ShouldContain("kept");
            Directory.GetFiles(file + ".media").ShouldHaveSingleItem();
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        }
    }

    [Fact]
    public async Task A_taken_port_is_said_in_one_sentence()
    {
        var refused = await Should.ThrowAsync<IOException>(() => SandboxServer.StartAsync(new SandboxOptions { Port = Server.Address.Port }, Cancel));

        refused.Message.ShouldBe($"The sandbox cannot start: port {Server.Address.Port} is already in use.");
    }

    [Fact]
    public async Task Calls_are_listed_without_tokens()
    {
        await CallAsync(HttpMethod.Get, "x/2/users/me", token: Account("x").Token);

        var calls = (await CallAsync(HttpMethod.Get, "_sandbox/calls?platform=x")).Json!.AsArray();
        calls.ShouldHaveSingleItem()!["path"]!.ToString().ShouldBe("2/users/me");
        calls.ToJsonString().ShouldNotContain(Account("x").Token);
    }
}
