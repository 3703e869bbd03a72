using System.Text.Json.Nodes;
using Publisher.Sandbox;
using Shouldly;

namespace Publisher.Platforms.Tests.Sandbox;

public sealed class PixelfedSandboxTests : SandboxClient
{
    private static readonly string Token = Account("pixelfed").Token;

    private static readonly (string, string) Json = ("Accept", "application/json");

    private static readonly byte[] Png = [0x89, .. "PNG\r\n\u001a\n"u8, 0, 0, 0, 13, .. "IHDR"u8, 0, 0, 0, 40, 0, 0, 0, 30, .. new byte[16]];

    private IReadOnlyList<SandboxPost> Posts => Server.Posts("pixelfed");

    private Task<(int Status, JsonNode? Json, HttpResponseMessage Response)> PostAsync(object status, params (string, string)[] headers)
        => CallAsync(HttpMethod.Post, "pixelfed/api/v1/statuses", status, Token, [Json, .. headers]);

    private async Task<string> UploadAsync(string path = "api/v1/media", int expected = 200)
    {
        using var form = new MultipartFormDataContent { { Bytes(Png), "file", "dam.png" }, { new StringContent("The dam"), "description" } };
        var answer = await CallAsync(HttpMethod.Post, "pixelfed/" + path, form, Token, Json);
        answer.Status.ShouldBe(expected);
        (answer.Json!["url"] is null).ShouldBe(expected == 202);
        return answer.Json["id"]!.ToString();
    }

    [Fact]
    public async Task A_key_is_refused_for_an_hour_even_where_nothing_came_of_it()
    {
        (await PostAsync(new { status = "No picture" }, ("Idempotency-Key", "k1"))).Status.ShouldBe(403);
        var media = new[] { await UploadAsync() };

        var repeat = await PostAsync(new { status = "Picture", media_ids = media }, ("Idempotency-Key", "k1"));
        Clock.Advance(TimeSpan.FromMinutes(61));
        var later = await PostAsync(new { status = "Picture", media_ids = media }, ("Idempotency-Key", "k1"));

        (repeat.Status, repeat.Json!["error"]!.ToString()).ShouldBe((400, "Duplicate idempotency key."));
        later.Status.ShouldBe(200);
        Posts.ShouldHaveSingleItem();
        Server.Objections.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData(null)]
    public async Task A_token_that_is_none_is_a_server_error(string? token)
    {
        var answer = await CallAsync(HttpMethod.Post, "pixelfed/api/v1/statuses", new { status = "x" }, token, Json);

        (answer.Status, answer.Json!["error"]!.ToString()).ShouldBe((500, "Unauthenticated."));
    }

    [Fact]
    public async Task Without_asking_for_json_a_refusal_is_the_sign_in_page_and_an_objection()
    {
        var answer = await CallAsync(HttpMethod.Post, "pixelfed/api/v1/statuses", new { status = "x" });

        answer.Status.ShouldBe(302);
        answer.Response.Headers.Location!.AbsolutePath.ShouldBe("/pixelfed/login");
        Server.Objections.ShouldContain(objection => objection.What.Contains("Accept"));
    }

    [Theory]
    [InlineData(500, 200)]
    [InlineData(501, 500)]
    public async Task Five_hundred_code_points_fit(int points, int status)
    {
        var answer = await PostAsync(new { status = string.Concat(Enumerable.Repeat("🌊", points)), media_ids = new[] { await UploadAsync() } });

        answer.Status.ShouldBe(status);
        (answer.Json!["errors"]?["status"] is null).ShouldBe(status == 200);
    }

    [Fact]
    public async Task An_undocumented_field_is_an_objection()
    {
        await PostAsync(new { status = "Hello", media_ids = new[] { await UploadAsync() }, language = "en" });

        Server.Objections.ShouldHaveSingleItem().What.ShouldBe("/language is not a known field");
    }

    [Fact]
    public async Task A_wrong_value_is_an_objection_and_named_by_its_field()
    {
        var answer = await PostAsync(new { status = "Hello", media_ids = new[] { await UploadAsync() }, visibility = "direct" });

        answer.Status.ShouldBe(500);
        answer.Json!["errors"]!["visibility"].ShouldNotBeNull();
        Server.Objections.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task An_undocumented_path_is_an_objection_and_a_404()
    {
        (await CallAsync(HttpMethod.Get, "pixelfed/api/v1/statuses/1/source", token: Token, headers: Json)).Status.ShouldBe(404);

        Server.Objections.ShouldHaveSingleItem().What.ShouldBe("path not documented");
    }

    [Theory]
    [InlineData("With love <3 and more", "With love ")]
    [InlineData("<b>bold</b> text", "bold text")]
    [InlineData("1 < 2 > 0", "1 < 2 > 0")]
    [InlineData("end <", "end ")]
    public async Task Text_behind_a_less_than_sign_is_lost(string sent, string shown)
    {
        await PostAsync(new { status = sent, media_ids = new[] { await UploadAsync() } });

        Posts.ShouldHaveSingleItem().Text.ShouldBe(shown);
    }

    [Fact]
    public async Task A_warning_is_kept_only_beside_the_mark_of_sensitive_pictures()
    {
        await PostAsync(new { status = "One", media_ids = new[] { await UploadAsync() }, spoiler_text = "Flood" });
        await PostAsync(new { status = "Two", media_ids = new[] { await UploadAsync() }, spoiler_text = "Flood", sensitive = true });

        Posts.Select(post => post.Warning).ShouldBe([null, "Flood"]);
    }

    [Fact]
    public async Task A_file_belongs_to_one_post()
    {
        var media = new[] { await UploadAsync("api/v2/media", 202) };
        (await CallAsync(HttpMethod.Get, $"pixelfed/api/v1/media/{media[0]}", token: Token, headers: Json)).Status.ShouldBe(200);
        (await PostAsync(new { status = "One", media_ids = media })).Status.ShouldBe(200);

        var again = await PostAsync(new { status = "Two", media_ids = media });
        var mixed = await PostAsync(new { status = "Three", media_ids = new[] { await UploadAsync(), media[0] } });

        (again.Status, again.Json!["error"]!.ToString()).ShouldBe((400, "Invalid media_ids"));
        (mixed.Status, mixed.Json!["error"]!.ToString()).ShouldBe((500, $@"No query results for model [App\Models\Media] {media[0]}"));
        (await CallAsync(HttpMethod.Get, $"pixelfed/api/v1/media/{media[0]}", token: Token, headers: Json)).Status.ShouldBe(500);
        Posts.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Comments_stand_below_their_post_and_not_in_the_listing()
    {
        var post = (await PostAsync(new { status = "Post", media_ids = new[] { await UploadAsync() } })).Json!["id"]!.ToString();
        var comment = (await PostAsync(new { status = "Comment", in_reply_to_id = post })).Json!["id"]!.ToString();

        var listing = await CallAsync(HttpMethod.Get, $"pixelfed/api/v1/accounts/{Account("pixelfed").Id}/statuses?limit=20", token: Token, headers: Json);
        var context = await CallAsync(HttpMethod.Get, $"pixelfed/api/v1/statuses/{post}/context", token: Token, headers: Json);

        listing.Json!.AsArray().Select(status => status!["id"]!.ToString()).ShouldBe([post]);
        context.Json!["descendants"]!.AsArray().Select(status => status!["id"]!.ToString()).ShouldBe([comment]);
        Server.Objections.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_person_who_says_no_sends_no_code_back()
    {
        using var app = new FormUrlEncodedContent(new Dictionary<string, string> { ["client_name"] = "Publisher", ["redirect_uris"] = "http://localhost/back", ["scopes"] = "read write" });
        var client = (await CallAsync(HttpMethod.Post, "pixelfed/api/v1/apps", app, headers: Json)).Json!["client_id"]!.ToString();
        var query = $"response_type=code&client_id={client}&redirect_uri=http%3A%2F%2Flocalhost%2Fback&scope=read+write&state=s1";
        (await PageAsync("pixelfed/oauth/authorize?" + query)).ShouldContain("Allow");
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["response_type"] = "code",
            ["client_id"] = client,
            ["redirect_uri"] = "http://localhost/back",
            ["state"] = "s1",
            ["account"] = Account("pixelfed").Id,
            ["decision"] = "deny",
        });

        var back = (await CallAsync(HttpMethod.Post, "pixelfed/oauth/authorize", form)).Response.Headers.Location!;

        back.Query.ShouldStartWith("?error=access_denied");
        back.Query.ShouldEndWith("&state=s1");
        Server.Objections.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_second_deletion_finds_nothing_and_says_so_with_500()
    {
        var id = (await PostAsync(new { status = "Wrong", media_ids = new[] { await UploadAsync() } })).Json!["id"]!.ToString();

        (await CallAsync(HttpMethod.Delete, $"pixelfed/api/v1/statuses/{id}", token: Token, headers: Json)).Status.ShouldBe(200);
        var again = await CallAsync(HttpMethod.Delete, $"pixelfed/api/v1/statuses/{id}", token: Token, headers: Json);

        (again.Status, again.Json!["error"]!.ToString()).ShouldBe((500, $@"No query results for model [App\Models\Status] {id}"));
    }

    [Fact]
    public async Task An_edit_erases_what_it_leaves_out_and_deletes_files_it_does_not_name()
    {
        var media = new[] { await UploadAsync(), await UploadAsync() };
        var id = (await PostAsync(new { status = "Wrong", media_ids = media, sensitive = true, spoiler_text = "Flood" })).Json!["id"]!.ToString();

        (await EditAsync(id, new { status = "Wrong" })).Json!["error"]!.ToString().ShouldBe("Undefined array key \"media_ids\"");
        (await EditAsync(id, new { media_ids = media[1..] })).Status.ShouldBe(200);

        var post = Posts.ShouldHaveSingleItem();
        (post.Text, post.Warning, post.Media.Count).ShouldBe(("", null, 1));
        post.Source.ShouldContain("\"IsSensitive\":true");
        (await CallAsync(HttpMethod.Get, $"pixelfed/api/v1/media/{media[0]}", token: Token, headers: Json)).Status.ShouldBe(500);
        Server.Objections.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_may_not_be_edited_is_not_told_apart_from_what_is_not_there()
    {
        var id = (await PostAsync(new { status = "Wrong", media_ids = new[] { await UploadAsync() } })).Json!["id"]!.ToString();

        var others = await CallAsync(HttpMethod.Put, $"pixelfed/api/v1/statuses/{id}", new { status = "Right" }, SandboxAccounts.Of("pixelfed", "water").Token, Json);
        var nothing = await EditAsync("1", new { status = "Right" });

        new[] { others, nothing }.Select(answer => (answer.Status, answer.Json!["error"]!.ToString())).Distinct().ShouldBe([(500, "This action is unauthorized.")]);
        Posts.ShouldHaveSingleItem().Text.ShouldBe("Wrong");
    }

    private Task<(int Status, JsonNode? Json, HttpResponseMessage Response)> EditAsync(string id, object edit) =>
        CallAsync(HttpMethod.Put, $"pixelfed/api/v1/statuses/{id}", edit, Token, Json);
}
