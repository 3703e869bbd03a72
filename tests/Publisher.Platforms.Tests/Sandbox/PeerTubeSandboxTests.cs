using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Publisher.Sandbox;
using Shouldly;
using Xunit;

namespace Publisher.Platforms.Tests.Sandbox;

public sealed class PeerTubeSandboxTests : SandboxClient
{
    private const string UploadPath = "peertube/api/v1/videos/upload-resumable";
    private static readonly SandboxAccount Ministry = Account("peertube");
    private static readonly byte[] File = [0, 0, 0, 24, .. "ftypisom"u8, .. new byte[988]];

    [Fact]
    public async Task A_video_is_announced_sent_transcoded_and_shown()
    {
        var door = await AnnounceAsync(new { name = "The bridge", channelId = 101, filename = "bridge.mp4", privacy = 3, waitTranscoding = true });
        (await PutAsync(door, File[..600], 0)).Response.Headers.GetValues("Range").ShouldBe(["bytes=0-599"]);
        var id = (await PutAsync(door, File[600..], 600)).Json!["video"]!["uuid"]!.ToString();
        async Task<string> StateAsync() => (await CallAsync(HttpMethod.Get, $"peertube/api/v1/videos/{id}", token: Ministry.Token)).Json!["state"]!["id"]!.ToString();

        (await StateAsync()).ShouldBe("2");
        Clock.Advance(Processing);
        (await StateAsync()).ShouldBe("1");
        Server.Posts("peertube").ShouldBeEmpty();
        (await ChangeAsync(id, ("privacy", "1"), ("description", "Now open"))).Status.ShouldBe(204);

        var post = Server.Posts("peertube").ShouldHaveSingleItem();
        (post.Text, post.Visibility).ShouldBe(("Now open", "public"));
        (await PageAsync("peertube/" + post.Path)).ShouldContain("Now open");
        Server.Objections.ShouldBeEmpty();
    }

    [Fact]
    public async Task Hidden_again_or_deleted_nobody_sees_it()
    {
        var id = await UploadAsync();
        await ChangeAsync(id, ("privacy", "1"));
        await ChangeAsync(id, ("privacy", "3"));
        Server.Posts("peertube").ShouldHaveSingleItem().DeletedAt.ShouldNotBeNull();
        await ChangeAsync(id, ("privacy", "2"));
        Server.Posts("peertube").ShouldHaveSingleItem().DeletedAt.ShouldBeNull();

        (await CallAsync(HttpMethod.Delete, $"peertube/api/v1/videos/{id}", token: Ministry.Token)).Status.ShouldBe(204);
        Server.Posts("peertube").ShouldHaveSingleItem().DeletedAt.ShouldNotBeNull();
        (await CallAsync(HttpMethod.Delete, $"peertube/api/v1/videos/{id}", token: Ministry.Token)).Status.ShouldBe(404);
        Server.Objections.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_same_announcement_again_is_the_same_upload()
    {
        var body = new { name = "The bridge", channelId = 101, filename = "bridge.mp4" };

        (await AnnounceAsync(body)).ShouldBe(await AnnounceAsync(body, 200));
        (await AnnounceAsync(new { name = "The bridge", channelId = 101, filename = "other.mp4" })).ShouldNotBe(await AnnounceAsync(body, 200));
    }

    [Fact]
    public async Task A_piece_that_does_not_follow_is_a_409_and_an_upload_that_rested_is_gone()
    {
        var door = await AnnounceAsync(new { name = "The bridge", channelId = 101, filename = "bridge.mp4" });
        await PutAsync(door, File[..600], 0);

        var wrong = await PutAsync(door, File[700..], 700);
        wrong.Status.ShouldBe(409);
        wrong.Response.Headers.GetValues("Range").ShouldBe(["bytes=0-599"]);
        Clock.Advance(TimeSpan.FromMinutes(61));
        (await PutAsync(door, File[600..], 600)).Status.ShouldBe(404);
        Server.Objections.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_last_answer_is_kept_for_a_quarter_of_an_hour()
    {
        var door = await AnnounceAsync(new { name = "The bridge", channelId = 101, filename = "bridge.mp4" });
        var first = await PutAsync(door, File, 0);

        (await PutAsync(door, File, 0)).Json!.ToJsonString().ShouldBe(first.Json!.ToJsonString());
        Clock.Advance(TimeSpan.FromMinutes(16));
        (await PutAsync(door, File, 0)).Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_file_that_is_no_video_is_a_422()
    {
        var door = await AnnounceAsync(new { name = "The bridge", channelId = 101, filename = "bridge.mp4" });

        (await PutAsync(door, new byte[File.Length], 0)).Status.ShouldBe(422);
    }

    [Theory]
    [InlineData("""{"name":"The bridge","channelId":101,"filename":"a.mp4","title":"no such field"}""", "title is not a known field")]
    [InlineData("""{"name":"The bridge","channelId":"101","filename":"a.mp4"}""", "channelId must be a whole number")]
    [InlineData("""{"name":"The bridge","channelId":101}""", "filename is missing")]
    public async Task An_announcement_that_is_not_documented_is_objected_to(string body, string what)
    {
        await CallAsync(HttpMethod.Post, UploadPath, JsonNode.Parse(body), Ministry.Token, Announced);

        Server.Objections.ShouldHaveSingleItem().What.ShouldContain(what);
    }

    [Theory]
    [InlineData("name", "ab")]
    [InlineData("description", "ab")]
    [InlineData("privacy", "9")]
    [InlineData("category", "99")]
    [InlineData("tags[]", "a")]
    [InlineData("language", "english")]
    public async Task A_value_out_of_range_is_named(string field, string value)
    {
        var id = await UploadAsync();

        var refused = await ChangeAsync(id, (field, value));

        refused.Status.ShouldBe(400);
        refused.Json!["invalid-params"]!.AsObject().Select(one => one.Key).ShouldBe([field.Replace("[]", "")]);
    }

    [Fact]
    public async Task What_a_change_does_not_name_stays_and_null_takes_a_text_away()
    {
        var id = await UploadAsync();
        await ChangeAsync(id, ("privacy", "2"), ("description", "Now open"), ("tags[]", "bridge"));

        (await ChangeAsync(id, ("description", "null"))).Status.ShouldBe(204);

        var post = Server.Posts("peertube").ShouldHaveSingleItem();
        (post.Text, post.Visibility, post.RequestCount).ShouldBe(("", "unlisted", 1));
        post.Source.ShouldContain("[\"bridge\"]");
        post.EditedAt.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_field_or_header_nobody_knows_is_objected_to()
    {
        var id = await UploadAsync();

        await ChangeAsync(id, ("titel", "The bridge"));
        await CallAsync(HttpMethod.Get, "peertube/api/v1/users/me", null, Ministry.Token, ("X-Unknown", "1"));

        Server.Objections.Select(objection => objection.What).ShouldBe(["form field titel is not documented", "header X-Unknown is not documented"]);
    }

    [Fact]
    public async Task Another_users_channel_is_refused() =>
        (await CallAsync(HttpMethod.Post, UploadPath, new { name = "The bridge", channelId = 102, filename = "a.mp4" }, Ministry.Token, Announced)).Status.ShouldBe(403);

    private static (string, string)[] Announced => [("X-Upload-Content-Length", $"{File.Length}"), ("X-Upload-Content-Type", "video/mp4")];

    private async Task<string> AnnounceAsync(object body, int status = 201)
    {
        var answer = await CallAsync(HttpMethod.Post, UploadPath, body, Ministry.Token, Announced);
        answer.Status.ShouldBe(status);
        // Without a scheme, as the real server answers.
        return "http:" + answer.Response.Headers.GetValues("Location").Single();
    }

    private Task<(int Status, JsonNode? Json, HttpResponseMessage Response)> PutAsync(string door, byte[] bytes, long from)
    {
        var content = Bytes(bytes, "application/octet-stream");
        content.Headers.ContentRange = new ContentRangeHeaderValue(from, from + bytes.Length - 1, File.Length);
        return CallAsync(HttpMethod.Put, door, content, Ministry.Token);
    }

    private async Task<string> UploadAsync() =>
        (await PutAsync(await AnnounceAsync(new { name = "The bridge", channelId = 101, filename = "bridge.mp4", privacy = 3 }), File, 0)).Json!["video"]!["uuid"]!.ToString();

    private Task<(int Status, JsonNode? Json, HttpResponseMessage Response)> ChangeAsync(string id, params (string Name, string Value)[] fields)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
        {
            form.Add(new StringContent(value), name);
        }

        return CallAsync(HttpMethod.Put, $"peertube/api/v1/videos/{id}", form, Ministry.Token);
    }
}
