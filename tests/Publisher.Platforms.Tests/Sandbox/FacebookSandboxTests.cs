using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Publisher.Sandbox;
using Shouldly;

namespace Publisher.Platforms.Tests.Sandbox;

public sealed class FacebookSandboxTests : SandboxClient
{
    private static readonly SandboxAccount Ministry = Account("facebook");

    private static string Proof => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Ministry.ClientSecret!), Encoding.UTF8.GetBytes(Ministry.Token)));

    private Task<(int Status, JsonNode? Json, HttpResponseMessage Response)> AskAsync(HttpMethod method, string path, object? body = null)
        => CallAsync(method, $"facebook/v26.0/{path}{(path.Contains('?') ? '&' : '?')}appsecret_proof={Proof}", body, Ministry.Token);

    private Task<(int Status, JsonNode? Json, HttpResponseMessage Response)> PostAsync(object body) => AskAsync(HttpMethod.Post, $"{Ministry.Id}/feed", body);

    private static int Detail(JsonNode? json) => json!["error"]!["error_subcode"]?.GetValue<int>() ?? 0;

    private async Task<string> PhotoAsync()
    {
        using var form = new MultipartFormDataContent { { new StringContent("false"), "published" }, { new StringContent("A river"), "alt_text_custom" } };
        form.Add(Bytes(Picture.Png("river", 30, 20)), "source", "river.png");
        return (await AskAsync(HttpMethod.Post, $"{Ministry.Id}/photos", form)).Json!["id"]!.ToString();
    }

    [Theory]
    [InlineData("")]
    [InlineData("?appsecret_proof=00")]
    public async Task Without_the_proof_of_the_secret_nothing_is_done(string query)
    {
        var answer = await CallAsync(HttpMethod.Post, $"facebook/v26.0/{Ministry.Id}/feed{query}", new { message = "x" }, Ministry.Token);

        answer.Status.ShouldBe(400);
        Server.Posts("facebook").ShouldBeEmpty();
        Server.Objections.ShouldHaveSingleItem().What.ShouldContain("appsecret_proof");
    }

    [Fact]
    public async Task A_post_can_be_listed_edited_and_deleted()
    {
        var id = (await PostAsync(new { message = "First wording" })).Json!["id"]!.ToString();
        id.ShouldStartWith(Ministry.Id + "_");

        (await AskAsync(HttpMethod.Post, id, new { message = "Second wording" })).Json!["success"]!.GetValue<bool>().ShouldBeTrue();
        var listed = (await AskAsync(HttpMethod.Get, $"{Ministry.Id}/published_posts?fields=id,message,created_time,permalink_url")).Json!["data"]![0]!;
        (listed["id"]!.ToString(), listed["message"]!.ToString()).ShouldBe((id, "Second wording"));
        (await PageAsync(listed["permalink_url"]!.ToString())).ShouldContain("Second wording");

        (await AskAsync(HttpMethod.Delete, id)).Json!["success"]!.GetValue<bool>().ShouldBeTrue();
        Detail((await AskAsync(HttpMethod.Delete, id)).Json).ShouldBe(33);
        (await AskAsync(HttpMethod.Get, $"{Ministry.Id}/published_posts")).Json!["data"]!.AsArray().ShouldBeEmpty();
        Server.Objections.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_photo_is_seen_with_its_post_and_posted_once()
    {
        var photo = await PhotoAsync();
        Server.Posts("facebook").ShouldBeEmpty();

        (await PostAsync(new { message = "One", attached_media = new[] { new { media_fbid = photo } } })).Status.ShouldBe(200);
        var again = await PostAsync(new { message = "Two", attached_media = new[] { new { media_fbid = photo } } });

        Server.Posts("facebook").ShouldHaveSingleItem().Media.ShouldHaveSingleItem().Alt.ShouldBe("A river");
        Detail(again.Json).ShouldBe(1366051);
    }

    [Fact]
    public async Task An_unpublished_photo_is_forgotten_after_a_day()
    {
        var photo = await PhotoAsync();

        Clock.Advance(TimeSpan.FromHours(24));

        (await PostAsync(new { attached_media = new[] { new { media_fbid = photo } } })).Status.ShouldBe(400);
    }

    [Fact]
    public async Task Beside_photos_a_link_is_passed_over()
    {
        await PostAsync(new { message = "Link", link = "https://example.gov/" });
        await PostAsync(new { message = "Photo", link = "https://example.gov/", attached_media = new[] { new { media_fbid = await PhotoAsync() } } });

        Server.Posts("facebook").Select(post => post.Card?.Url).ShouldBe(["https://example.gov/", null]);
    }

    [Theory]
    [InlineData("""{"text":"x"}""", true)]
    [InlineData("""{"message":7}""", true)]
    [InlineData("{}", false)]
    [InlineData("""{"link":"https://www.facebook.com/water"}""", false)]
    [InlineData("""{"link":"no address"}""", false)]
    public async Task What_the_platform_would_refuse_or_not_know_is_noticed(string body, bool isObjected)
    {
        var answer = await PostAsync(JsonNode.Parse(body)!);

        answer.Status.ShouldBe(400);
        Server.Objections.Any().ShouldBe(isObjected);
        Server.Posts("facebook").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"description":"x"}""")]
    [InlineData("""{"message":"x","description":"x"}""")]
    [InlineData("{}")]
    public async Task A_post_is_edited_by_its_message_alone(string body)
    {
        var id = (await PostAsync(new { message = "First wording" })).Json!["id"]!.ToString();

        (await AskAsync(HttpMethod.Post, id, JsonNode.Parse(body)!)).Status.ShouldBe(400);

        Server.Posts("facebook").ShouldHaveSingleItem().EditedAt.ShouldBeNull();
        Server.Objections.ShouldHaveSingleItem().What.ShouldBe("message is what can be changed here");
    }

    [Fact]
    public async Task A_piece_that_was_not_asked_for_is_refused()
    {
        var start = await AskAsync(HttpMethod.Post, $"{Ministry.Id}/videos", new FormUrlEncodedContent(new Dictionary<string, string> { ["upload_phase"] = "start", ["file_size"] = "2000000" }));
        (start.Json!["start_offset"]!.ToString(), start.Json["end_offset"]!.ToString()).ShouldBe(("0", "1048576"));
        using var piece = new MultipartFormDataContent
        {
            { new StringContent("transfer"), "upload_phase" },
            { new StringContent(start.Json["upload_session_id"]!.ToString()), "upload_session_id" },
            { new StringContent("0"), "start_offset" },
            { Bytes(new byte[10], "application/octet-stream"), "video_file_chunk", "piece" },
        };

        (await AskAsync(HttpMethod.Post, $"{Ministry.Id}/videos", piece)).Status.ShouldBe(400);
        Server.Objections.ShouldHaveSingleItem().What.ShouldContain("piece");
    }

    [Fact]
    public async Task A_page_is_posted_to_with_its_own_token_only()
    {
        var other = SandboxAccounts.Of("facebook", "water");

        (await AskAsync(HttpMethod.Post, $"{other.Id}/feed", new { message = "x" })).Json!["error"]!["code"]!.GetValue<int>().ShouldBe(200);
    }
}
