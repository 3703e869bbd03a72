using System.Text.Json.Nodes;
using Publisher.Sandbox;
using Shouldly;

namespace Publisher.Platforms.Tests.Sandbox;

public sealed class InstagramSandboxTests : SandboxClient
{
    private static readonly SandboxAccount Ministry = Account("instagram");

    private Task<(int Status, JsonNode? Json, HttpResponseMessage Response)> MakeAsync(params (string Name, string Value)[] fields) => PostAsync($"instagram/v26.0/{Ministry.Id}/media", fields);

    private Task<(int Status, JsonNode? Json, HttpResponseMessage Response)> PublishAsync(string container) => PostAsync($"instagram/v26.0/{Ministry.Id}/media_publish", ("creation_id", container));

    private Task<(int Status, JsonNode? Json, HttpResponseMessage Response)> PostAsync(string path, params (string Name, string Value)[] fields)
        => CallAsync(HttpMethod.Post, path, new FormUrlEncodedContent(fields.ToDictionary(field => field.Name, field => field.Value)), Ministry.Token);

    private async Task<(string State, string Words)> StatusAsync(string container)
    {
        var answer = await CallAsync(HttpMethod.Get, $"instagram/v26.0/{container}?fields=status_code,status", token: Ministry.Token);
        return (answer.Json!["status_code"]!.ToString(), answer.Json["status"]!.ToString());
    }

    private async Task<string> FilledAsync(Uri address, params (string Name, string Value)[] more)
    {
        var container = (await MakeAsync([("image_url", address.AbsoluteUri), .. more])).Json!["id"]!.ToString();
        for (var turn = 0; (await StatusAsync(container)).State == "IN_PROGRESS"; turn++)
        {
            turn.ShouldBeLessThan(200);
            Clock.Advance(Processing);
            await Task.Delay(10, Cancel);
        }

        return container;
    }

    private static (int Code, int Detail) Error(JsonNode? json) => (json!["error"]!["code"]!.GetValue<int>(), json["error"]!["error_subcode"]?.GetValue<int>() ?? 0);

    [Fact]
    public async Task A_container_is_published_once_and_told_apart_by_its_state()
    {
        await using var shelf = new MediaShelf();
        var early = (await MakeAsync(("image_url", AddressOf(shelf, shelf.Jpeg("")).AbsoluteUri))).Json!["id"]!.ToString();
        Error((await PublishAsync(early)).Json).ShouldBe((9007, 2207027));

        var container = await FilledAsync(AddressOf(shelf, shelf.Jpeg("")), ("caption", "Water report"));
        (await PublishAsync(container)).Status.ShouldBe(200);
        Error((await PublishAsync(container)).Json).ShouldBe((24, 2207006));
        (await StatusAsync(container)).State.ShouldBe("PUBLISHED");
        Server.Posts("instagram").ShouldHaveSingleItem().RequestCount.ShouldBe(2);

        var late = await FilledAsync(AddressOf(shelf, shelf.Jpeg("")));
        Clock.Advance(TimeSpan.FromHours(24));
        Error((await PublishAsync(late)).Json).ShouldBe((24, 2207008));
    }

    [Fact]
    public async Task A_file_of_the_wrong_kind_is_found_out_after_the_answer()
    {
        await using var shelf = new MediaShelf();

        (await StatusAsync(await FilledAsync(AddressOf(shelf, shelf.Picture(""))))).ShouldBe(("ERROR", "Error: Media upload has failed with error code 2207005"));
        (await StatusAsync(await FilledAsync(new Uri(Server.Address, "instagram/no-such-file.jpg")))).Words.ShouldContain("2207052");
        Server.Posts("instagram").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("caption=Only words", 100, 0)]
    [InlineData("media_type=VIDEO&video_url=http://localhost/a.mp4", 100, 2207023)]
    [InlineData("media_type=REELS&image_url=http://localhost/a.jpg", 100, 0)]
    [InlineData("media_type=REELS&video_url=http://localhost/a.mp4&alt_text=x", 100, 0)]
    [InlineData("image_url=http://localhost/ü.jpg", 9004, 2207052)]
    [InlineData("image_url=http://localhost/a.jpg&is_carousel_item=true&caption=x", 100, 0)]
    [InlineData("media_type=CAROUSEL&children=1,2", 100, 0)]
    public async Task What_the_platform_would_refuse_is_refused(string form, int code, int detail)
    {
        var answer = await MakeAsync([.. form.Split('&').Select(field => field.Split('=')).Select(field => (field[0], field[1]))]);

        answer.Status.ShouldBe(400);
        Error(answer.Json).ShouldBe((code, detail));
        Server.Objections.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_post_cannot_be_deleted()
    {
        (await CallAsync(HttpMethod.Delete, "instagram/v26.0/17", token: Ministry.Token)).Status.ShouldBe(400);

        Server.Objections.ShouldHaveSingleItem().What.ShouldContain("method");
    }

    [Fact]
    public async Task The_days_posts_are_counted()
    {
        var answer = await CallAsync(HttpMethod.Get, $"instagram/v26.0/{Ministry.Id}/content_publishing_limit?fields=quota_usage,config", token: Ministry.Token);

        answer.Json!["data"]![0]!["quota_usage"]!.GetValue<int>().ShouldBe(0);
        answer.Json["data"]![0]!["config"]!["quota_total"]!.GetValue<int>().ShouldBe(100);
    }

    private static Uri AddressOf(MediaShelf shelf, Media media) => shelf.AddressOf(media, new Part { Text = "", Language = "en" })!;
}
