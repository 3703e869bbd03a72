using Publisher.Sandbox;
using Shouldly;
using Xunit;

namespace Publisher.Platforms.Tests.Sandbox;

public sealed class MastodonSandboxTests : SandboxClient
{
    private static readonly string Token = Account("mastodon").Token;

    private Task<(int Status, System.Text.Json.Nodes.JsonNode? Json, HttpResponseMessage Response)> PostAsync(object status, params (string, string)[] headers)
        => CallAsync(HttpMethod.Post, "mastodon/api/v1/statuses", status, Token, headers);

    [Fact]
    public async Task A_repeat_with_the_same_key_gives_the_first_status_and_is_counted()
    {
        var first = await PostAsync(new { status = "The dam holds." }, ("Idempotency-Key", "k1"));
        var second = await PostAsync(new { status = "The dam holds." }, ("Idempotency-Key", "k1"));

        second.Json!["id"]!.ToString().ShouldBe(first.Json!["id"]!.ToString());
        Server.Posts("mastodon").ShouldHaveSingleItem().RequestCount.ShouldBe(2);
        Server.Objections.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_undocumented_field_is_an_objection()
    {
        await PostAsync(new { status = "Hello", colour = "green" });

        Server.Objections.ShouldHaveSingleItem().What.ShouldBe("/colour is not a known field");
    }

    [Fact]
    public async Task An_undocumented_path_is_an_objection_and_a_404()
    {
        var answer = await CallAsync(HttpMethod.Get, "mastodon/api/v1/toots", token: Token);

        answer.Status.ShouldBe(404);
        Server.Objections.ShouldHaveSingleItem().Path.ShouldBe("api/v1/toots");
    }

    [Theory]
    [InlineData(500, 200)]
    [InlineData(501, 422)]
    public async Task Five_hundred_characters_fit(int characters, int status)
    {
        (await PostAsync(new { status = new string('x', characters) })).Status.ShouldBe(status);
    }

    [Fact]
    public async Task Addresses_count_23_and_a_remote_mention_only_its_name()
    {
        var text = new string('x', 469) + " @flood@weather.example.gov https://example.gov/" + new string('p', 200);

        (await PostAsync(new { status = text })).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_video_must_be_processed_before_it_is_posted()
    {
        using var form = new MultipartFormDataContent { { Bytes([0, 0, 0, 24, .. "ftypisom"u8, .. new byte[64]], "video/mp4"), "file", "flood.mp4" } };
        var uploaded = await CallAsync(HttpMethod.Post, "mastodon/api/v2/media", form, Token);
        uploaded.Status.ShouldBe(202);
        var id = uploaded.Json!["id"]!.ToString();

        (await PostAsync(new { status = "Film", media_ids = new[] { id } })).Status.ShouldBe(422);

        (await CallAsync(HttpMethod.Get, $"mastodon/api/v1/media/{id}", token: Token)).Status.ShouldBe(206);
        Clock.Advance(Processing);
        (await CallAsync(HttpMethod.Get, $"mastodon/api/v1/media/{id}", token: Token)).Status.ShouldBe(200);
        (await PostAsync(new { status = "Film", media_ids = new[] { id } })).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_deleted_status_is_gone_for_readers_and_kept_for_counting()
    {
        var id = (await PostAsync(new { status = "Wrong" })).Json!["id"]!.ToString();

        (await CallAsync(HttpMethod.Delete, $"mastodon/api/v1/statuses/{id}", token: Token)).Json!["text"]!.ToString().ShouldBe("Wrong");
        (await CallAsync(HttpMethod.Delete, $"mastodon/api/v1/statuses/{id}", token: Token)).Status.ShouldBe(404);
        Server.Posts("mastodon").ShouldHaveSingleItem().DeletedAt.ShouldNotBeNull();
    }

    [Fact]
    public async Task The_consent_page_gives_a_code_that_works_once()
    {
        var app = (await CallAsync(HttpMethod.Post, "mastodon/api/v1/apps", new { client_name = "Publisher", redirect_uris = "http://localhost/back", scopes = "read write" })).Json!;
        var query = $"response_type=code&client_id={app["client_id"]}&redirect_uri=http%3A%2F%2Flocalhost%2Fback&scope=read+write&state=s1";
        (await PageAsync("mastodon/oauth/authorize?" + query)).ShouldContain("Allow");
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["response_type"] = "code",
            ["client_id"] = app["client_id"]!.ToString(),
            ["redirect_uri"] = "http://localhost/back",
            ["scope"] = "read write",
            ["state"] = "s1",
            ["account"] = SandboxAccounts.Of("mastodon", "water").Id,
            ["decision"] = "allow",
        });
        var back = (await CallAsync(HttpMethod.Post, "mastodon/oauth/authorize", form)).Response.Headers.Location!.Query;
        back.ShouldEndWith("&state=s1");
        var exchange = new
        {
            grant_type = "authorization_code",
            code = back.Split('=', '&')[1],
            client_id = app["client_id"]!.ToString(),
            client_secret = app["client_secret"]!.ToString(),
            redirect_uri = "http://localhost/back",
        };

        var token = (await CallAsync(HttpMethod.Post, "mastodon/oauth/token", exchange)).Json!["access_token"]!.ToString();

        (await CallAsync(HttpMethod.Get, "mastodon/api/v1/accounts/verify_credentials", token: token)).Json!["acct"]!.ToString().ShouldBe("water");
        (await CallAsync(HttpMethod.Post, "mastodon/oauth/token", exchange)).Status.ShouldBe(400);
    }
}
