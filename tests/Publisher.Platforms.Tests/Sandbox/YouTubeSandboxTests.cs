using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Publisher.Sandbox;
using Shouldly;
using Xunit;

namespace Publisher.Platforms.Tests.Sandbox;

public sealed class YouTubeSandboxTests : SandboxClient
{
    private static readonly SandboxAccount Ministry = Account("youtube");

    [Fact]
    public async Task A_video_is_announced_sent_processed_and_shown()
    {
        var file = Video(600_000);
        var door = await BeginAsync(file.Length, new { snippet = new { title = "The bridge", tags = new[] { "bridge" } }, status = new { privacyStatus = "private" } });
        (await PutAsync(door, file[..262_144], 0, file.Length)).Response.Headers.GetValues("Range").ShouldBe(["bytes=0-262143"]);
        var id = (await PutAsync(door, file[262_144..], 262_144, file.Length)).Json!["id"]!.ToString();

        (await StatusAsync(id)).ShouldBe("uploaded");
        Clock.Advance(Processing);
        (await StatusAsync(id)).ShouldBe("processed");
        Server.Posts("youtube").ShouldBeEmpty();
        (await UpdateAsync("snippet,status", new { id, snippet = new { title = "The bridge", categoryId = "25", description = "Now open" }, status = new { privacyStatus = "public" } })).Status.ShouldBe(200);

        var post = Server.Posts("youtube").ShouldHaveSingleItem();
        post.Text.ShouldBe("Now open");
        (await PageAsync("youtube/" + post.Path)).ShouldContain("Now open");
        Server.Objections.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_update_erases_what_it_leaves_out()
    {
        var id = await UploadAsync(Video(1000), new { snippet = new { title = "The bridge", description = "Long text", tags = new[] { "bridge" } }, status = new { privacyStatus = "private" } });

        var answer = await UpdateAsync("snippet,status", new { id, snippet = new { title = "The bridge", categoryId = "25" }, status = new { embeddable = true } });

        answer.Json!["snippet"]!["description"]!.ToString().ShouldBe("");
        answer.Json!["snippet"]!["tags"].ShouldBeNull();
        answer.Json!["status"]!["privacyStatus"]!.ToString().ShouldBe("public");
    }

    [Fact]
    public async Task An_update_of_the_snippet_erases_its_languages_and_leaves_the_status()
    {
        var id = await UploadAsync(Video(1000), new { snippet = new { title = "The bridge", defaultLanguage = "de", defaultAudioLanguage = "fr" }, status = new { privacyStatus = "unlisted" } });

        var answer = await UpdateAsync("snippet", new { id, snippet = new { title = "The bridge", categoryId = "25" } });

        answer.Json!["snippet"]!["defaultLanguage"].ShouldBeNull();
        answer.Json!["snippet"]!["defaultAudioLanguage"].ShouldBeNull();
        var post = Server.Posts("youtube").ShouldHaveSingleItem();
        (post.Visibility, post.RequestCount).ShouldBe(("unlisted", 1));
        post.EditedAt.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_part_that_is_not_named_stays()
    {
        var id = await UploadAsync(Video(1000), new { snippet = new { title = "The bridge", description = "Long text" }, status = new { privacyStatus = "private" } });

        await UpdateAsync("status", new { id, status = new { privacyStatus = "unlisted" } });

        var post = Server.Posts("youtube").ShouldHaveSingleItem();
        (post.Text, post.Visibility).ShouldBe(("Long text", "unlisted"));
    }

    [Fact]
    public async Task An_update_without_a_category_is_refused()
    {
        var id = await UploadAsync(Video(1000), new { snippet = new { title = "The bridge" }, status = new { privacyStatus = "private" } });

        Reason(await UpdateAsync("snippet", new { id, snippet = new { title = "The bridge" } })).ShouldBe("invalidCategoryId");
    }

    [Fact]
    public async Task The_same_file_twice_is_rejected_after_processing()
    {
        var body = new { snippet = new { title = "The bridge" }, status = new { privacyStatus = "private" } };
        await UploadAsync(Video(1000), body);
        var second = await UploadAsync(Video(1000), body);

        Clock.Advance(Processing);
        var status = (await CallAsync(HttpMethod.Get, $"youtube/youtube/v3/videos?part=status&id={second}", token: Ministry.Token)).Json!["items"]![0]!["status"]!;
        (status["uploadStatus"]!.ToString(), status["rejectionReason"]!.ToString()).ShouldBe(("rejected", "duplicate"));
    }

    [Theory]
    [InlineData("a < b", "", "invalidTitle")]
    [InlineData("The bridge", "a > b", "invalidDescription")]
    public async Task Angle_brackets_are_refused(string title, string description, string reason) =>
        Reason(await CallAsync(HttpMethod.Post, Path, new { snippet = new { title, description }, status = new { privacyStatus = "private" } }, Ministry.Token, Announced(1000))).ShouldBe(reason);

    [Fact]
    public async Task A_piece_must_follow_and_be_a_multiple_of_256_KiB()
    {
        var file = Video(600_000);
        var door = await BeginAsync(file.Length, new { snippet = new { title = "The bridge" }, status = new { privacyStatus = "private" } });

        (await PutAsync(door, file[..1000], 0, file.Length)).Status.ShouldBe(400);
        (await PutAsync(door, file[262_144..], 262_144, file.Length)).Status.ShouldBe(400);

        Server.Objections.Count.ShouldBe(2);
    }

    [Fact]
    public async Task An_upload_is_forgotten_after_a_week()
    {
        var door = await BeginAsync(1000, new { snippet = new { title = "The bridge" }, status = new { privacyStatus = "private" } });
        // The token would have lapsed too.
        Clock.Advance(TimeSpan.FromDays(8));
        var token = (await CallAsync(HttpMethod.Post, "youtube/token", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "refresh_token",
            ["refresh_token"] = Ministry.RefreshToken!,
            ["client_id"] = Ministry.ClientId!,
            ["client_secret"] = Ministry.ClientSecret!,
        }))).Json!["access_token"]!.ToString();

        (await PutAsync(door, Video(1000), 0, 1000, token)).Status.ShouldBe(404);
    }

    [Theory]
    [InlineData("""{"snippet":{"title":"The bridge","name":"no such field"},"status":{"privacyStatus":"private"}}""", "/snippet/name is not a known field")]
    [InlineData("""{"snippet":{"title":"The bridge"},"status":{"privacyStatus":"everyone"}}""", "/status/privacyStatus must be one of")]
    [InlineData("""{"snippet":{"title":"The bridge"}}""", "the body must hold what it names")]
    public async Task Metadata_that_is_not_documented_is_objected_to(string body, string what)
    {
        (await CallAsync(HttpMethod.Post, Path, JsonNode.Parse(body), Ministry.Token, Announced(1000))).Status.ShouldBe(400);

        Server.Objections.ShouldHaveSingleItem().What.ShouldContain(what);
    }

    [Fact]
    public async Task Uploads_are_listed_newest_first_in_pages()
    {
        for (var number = 1; number <= 3; number++)
        {
            await UploadAsync(Video(1000 + number), new { snippet = new { title = $"Video {number}" }, status = new { privacyStatus = "private" } });
            Clock.Advance(TimeSpan.FromSeconds(1));
        }

        var list = $"youtube/youtube/v3/playlistItems?part=snippet,status&playlistId=UU{Ministry.Id[2..]}&maxResults=2";
        var first = (await CallAsync(HttpMethod.Get, list, token: Ministry.Token)).Json!;
        var second = (await CallAsync(HttpMethod.Get, $"{list}&pageToken={first["nextPageToken"]}", token: Ministry.Token)).Json!;

        first["items"]!.AsArray().Concat(second["items"]!.AsArray()).Select(item => item!["snippet"]!["title"]!.ToString()).ShouldBe(["Video 3", "Video 2", "Video 1"]);
        second["nextPageToken"].ShouldBeNull();
    }

    private const string Path = "youtube/upload/youtube/v3/videos?uploadType=resumable&part=snippet,status";

    private static byte[] Video(int length) => [0, 0, 0, 24, .. "ftypisom"u8, .. new byte[length - 12]];

    private static (string, string)[] Announced(long length) => [("X-Upload-Content-Length", $"{length}"), ("X-Upload-Content-Type", "video/mp4")];

    private static string? Reason((int Status, JsonNode? Json, HttpResponseMessage Response) answer) => answer.Json!["error"]!["errors"]![0]!["reason"]?.ToString();

    private async Task<string> BeginAsync(long length, object body)
    {
        var answer = await CallAsync(HttpMethod.Post, Path, body, Ministry.Token, Announced(length));
        answer.Status.ShouldBe(200);
        return answer.Response.Headers.Location!.AbsoluteUri;
    }

    private async Task<string> UploadAsync(byte[] file, object body) => (await PutAsync(await BeginAsync(file.Length, body), file, 0, file.Length)).Json!["id"]!.ToString();

    private Task<(int Status, JsonNode? Json, HttpResponseMessage Response)> PutAsync(string door, byte[] bytes, long from, long total, string? token = null)
    {
        var content = Bytes(bytes, "application/octet-stream");
        content.Headers.ContentRange = new ContentRangeHeaderValue(from, from + bytes.Length - 1, total);
        return CallAsync(HttpMethod.Put, door, content, token ?? Ministry.Token);
    }

    private Task<(int Status, JsonNode? Json, HttpResponseMessage Response)> UpdateAsync(string part, object body) =>
        CallAsync(HttpMethod.Put, $"youtube/youtube/v3/videos?part={part}", body, Ministry.Token);

    private async Task<string> StatusAsync(string id) =>
        (await CallAsync(HttpMethod.Get, $"youtube/youtube/v3/videos?part=status&id={id}", token: Ministry.Token)).Json!["items"]![0]!["status"]!["uploadStatus"]!.ToString();
}
