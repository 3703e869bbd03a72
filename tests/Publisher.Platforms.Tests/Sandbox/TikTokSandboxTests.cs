using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Publisher.Sandbox;
using Shouldly;
using Xunit;

namespace Publisher.Platforms.Tests.Sandbox;

public sealed class TikTokSandboxTests : SandboxClient
{
    private static readonly string Token = Account("tiktok").Token;
    private static readonly byte[] Mp4 = [0, 0, 0, 24, .. "ftypisom"u8, .. new byte[88]];

    private Task<(int Status, JsonNode? Json, HttpResponseMessage Response)> AskAsync(string path, object body, string? type = null)
    {
        var content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type ?? "application/json; charset=UTF-8");
        return CallAsync(HttpMethod.Post, $"tiktok/v2/{path}", content, Token);
    }

    private Task<(int Status, JsonNode? Json, HttpResponseMessage Response)> AnnounceAsync(long size, long chunk, long count, string privacy = "PUBLIC_TO_EVERYONE", string title = "Dam")
        => AskAsync("post/publish/video/init/", new
        {
            post_info = new { title, privacy_level = privacy },
            source_info = new { source = "FILE_UPLOAD", video_size = size, chunk_size = chunk, total_chunk_count = count },
        });

    private Task<(int Status, JsonNode? Json, HttpResponseMessage Response)> PutAsync(JsonNode announced, byte[] bytes, string range)
    {
        var piece = Bytes(bytes, "video/mp4");
        piece.Headers.TryAddWithoutValidation("Content-Range", range);
        return CallAsync(HttpMethod.Put, announced["data"]!["upload_url"]!.ToString(), piece);
    }

    private async Task<JsonNode> StatusAsync(JsonNode announced)
        => (await AskAsync("post/publish/status/fetch/", new { publish_id = announced["data"]!["publish_id"]!.ToString() })).Json!["data"]!;

    [Fact]
    public async Task A_video_is_announced_sent_complete_and_has_an_id_after_moderation()
    {
        var announced = (await AnnounceAsync(100, 100, 1)).Json!;
        (await StatusAsync(announced))["status"]!.ToString().ShouldBe("PROCESSING_UPLOAD");
        Server.Posts("tiktok").ShouldBeEmpty();

        (await PutAsync(announced, Mp4, "bytes 0-99/100")).Status.ShouldBe(201);

        var complete = await StatusAsync(announced);
        complete["status"]!.ToString().ShouldBe("PUBLISH_COMPLETE");
        complete["publicaly_available_post_id"].ShouldBeNull();
        Clock.Advance(Processing);
        var id = (await StatusAsync(announced))["publicaly_available_post_id"]![0]!.GetValue<long>();
        (await PageAsync($"tiktok/@environment/video/{id}")).ShouldContain("Dam");
        Server.Objections.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(100, 50, 2)]
    [InlineData(70_000_000, 70_000_000, 1)]
    [InlineData(70_000_000, 32_000_000, 3)]
    [InlineData(70_000_000, 4_000_000, 17)]
    [InlineData(5_000_000_000, 50_000_000, 100)]
    public async Task Chunks_that_break_the_rule_are_objected_to(long size, long chunk, long count)
    {
        (await AnnounceAsync(size, chunk, count)).Status.ShouldBe(400);

        Server.Objections.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Pieces_come_in_order_and_whole()
    {
        var announced = (await AnnounceAsync(100, 100, 1)).Json!;

        (await PutAsync(announced, Mp4[..50], "bytes 0-49/100")).Status.ShouldBe(416);

        Server.Objections.ShouldHaveSingleItem().What.ShouldStartWith("the next piece is bytes 0-99/100");
        Server.Posts("tiktok").ShouldBeEmpty();
    }

    [Fact]
    public async Task An_upload_address_lives_an_hour()
    {
        var announced = (await AnnounceAsync(100, 100, 1)).Json!;
        Clock.Advance(TimeSpan.FromMinutes(61));

        (await PutAsync(announced, Mp4, "bytes 0-99/100")).Status.ShouldBe(403);
    }

    [Fact]
    public async Task A_file_that_is_no_video_fails_after_it_was_taken()
    {
        var announced = (await AnnounceAsync(100, 100, 1)).Json!;
        (await PutAsync(announced, new byte[100], "bytes 0-99/100")).Status.ShouldBe(201);

        var failed = await StatusAsync(announced);

        (failed["status"]!.ToString(), failed["fail_reason"]!.ToString()).ShouldBe(("FAILED", "file_format_check_failed"));
        Server.Posts("tiktok").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_private_video_never_gets_an_id_and_is_not_listed()
    {
        var announced = (await AnnounceAsync(100, 100, 1, "SELF_ONLY")).Json!;
        await PutAsync(announced, Mp4, "bytes 0-99/100");
        Clock.Advance(Processing);

        (await StatusAsync(announced))["publicaly_available_post_id"].ShouldBeNull();
        (await AskAsync("video/list/?fields=id,title", new { max_count = 20 })).Json!["data"]!["videos"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_listing_cuts_titles()
    {
        var announced = (await AnnounceAsync(100, 100, 1, title: new string('x', 200))).Json!;
        await PutAsync(announced, Mp4, "bytes 0-99/100");
        Clock.Advance(Processing);

        var video = (await AskAsync("video/list/?fields=id,title", new { max_count = 20 })).Json!["data"]!["videos"]![0]!;

        video["title"]!.ToString().Length.ShouldBe(150);
        video["create_time"].ShouldBeNull();
    }

    [Theory]
    [InlineData(2200, 200)]
    [InlineData(2201, 400)]
    public async Task A_title_of_2200_fits(int characters, int status) => (await AnnounceAsync(100, 100, 1, title: new string('x', characters))).Status.ShouldBe(status);

    [Fact]
    public async Task An_audience_that_is_not_the_creators_is_refused()
    {
        var answer = await AnnounceAsync(100, 100, 1, "FOLLOWER_OF_CREATOR");

        (answer.Status, answer.Json!["error"]!["code"]!.ToString()).ShouldBe((403, "privacy_level_option_mismatch"));
    }

    [Fact]
    public async Task Photos_come_only_from_a_verified_place()
    {
        var answer = await AskAsync("post/publish/content/init/", new
        {
            post_mode = "DIRECT_POST",
            media_type = "PHOTO",
            post_info = new { description = "Dam", privacy_level = "SELF_ONLY" },
            source_info = new { source = "PULL_FROM_URL", photo_images = new[] { "https://photos.example.org/dam.jpeg" }, photo_cover_index = 0 },
        });

        (answer.Status, answer.Json!["error"]!["code"]!.ToString()).ShouldBe((403, "url_ownership_unverified"));
    }

    [Fact]
    public async Task An_undocumented_field_or_type_is_an_objection()
    {
        await AskAsync("post/publish/status/fetch/", new { publish_id = "7", verbose = true });
        await AskAsync("post/publish/creator_info/query/", new { }, "application/json");

        Server.Objections.Select(objection => objection.What).ShouldBe(["/verbose is not a known field", "the content type is application/json; charset=UTF-8"]);
    }
}
