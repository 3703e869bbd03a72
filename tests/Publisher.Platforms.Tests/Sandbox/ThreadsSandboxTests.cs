using System.Text.Json.Nodes;
using Publisher.Sandbox;
using Shouldly;

namespace Publisher.Platforms.Tests.Sandbox;

public sealed class ThreadsSandboxTests : SandboxClient
{
    private static readonly SandboxAccount Ministry = Account("threads");

    private Task<(int Status, JsonNode? Json, HttpResponseMessage Response)> MakeAsync(params (string Name, string Value)[] fields) => PostAsync($"threads/v1.0/{Ministry.Id}/threads", fields);

    private Task<(int Status, JsonNode? Json, HttpResponseMessage Response)> PublishAsync(string container) => PostAsync($"threads/v1.0/{Ministry.Id}/threads_publish", ("creation_id", container));

    private Task<(int Status, JsonNode? Json, HttpResponseMessage Response)> PostAsync(string path, params (string Name, string Value)[] fields)
        => CallAsync(HttpMethod.Post, path, new FormUrlEncodedContent(fields.ToDictionary(field => field.Name, field => field.Value)), Ministry.Token);

    private async Task<string> StatusAsync(string container)
        => (await CallAsync(HttpMethod.Get, $"threads/v1.0/{container}?fields=status,error_message", token: Ministry.Token)).Json!["status"]!.ToString();

    private static string Id((int Status, JsonNode? Json, HttpResponseMessage Response) answer) => answer.Json!["id"]!.ToString();

    [Fact]
    public async Task A_container_is_seen_by_nobody_until_it_is_published_and_then_once_only()
    {
        var container = Id(await MakeAsync(("media_type", "TEXT"), ("text", "Water report")));
        Server.Posts("threads").ShouldBeEmpty();

        var first = await PublishAsync(container);
        var second = await PublishAsync(container);

        first.Status.ShouldBe(200);
        Id(first).ShouldNotBe(container);
        (second.Status, second.Json!["error"]!["code"]!.GetValue<int>(), second.Json!["error"]!["error_subcode"]!.GetValue<int>()).ShouldBe((400, 24, 4279009));
        (await StatusAsync(container)).ShouldBe("PUBLISHED");
        Server.Posts("threads").ShouldHaveSingleItem().Id.ShouldBe(Id(first));
        Server.Objections.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_container_is_forgotten_after_a_day()
    {
        var container = Id(await MakeAsync(("media_type", "TEXT"), ("text", "Too late")));

        Clock.Advance(TimeSpan.FromHours(24));

        (await StatusAsync(container)).ShouldBe("EXPIRED");
        (await PublishAsync(container)).Status.ShouldBe(400);
        Server.Posts("threads").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_picture_is_fetched_after_the_answer_and_processed_after_that()
    {
        await using var shelf = new MediaShelf();
        var picture = shelf.Picture("");
        var container = Id(await MakeAsync(("media_type", "IMAGE"), ("image_url", shelf.AddressOf(picture, new Part { Text = "", Language = "en" })!.AbsoluteUri), ("alt_text", "A river")));

        (await PublishAsync(container)).Status.ShouldBe(400);
        for (var turn = 0; await StatusAsync(container) == "IN_PROGRESS"; turn++)
        {
            turn.ShouldBeLessThan(200);
            Clock.Advance(Processing);
            await Task.Delay(10, Cancel);
        }

        (await PublishAsync(container)).Status.ShouldBe(200);
        Server.Posts("threads").ShouldHaveSingleItem().Media.ShouldHaveSingleItem().ShouldSatisfyAllConditions(media => media.Sha256.ShouldBe(picture.Hash), media => media.Alt.ShouldBe("A river"));
    }

    [Fact]
    public async Task What_is_not_documented_is_objected_to_and_passed_over()
    {
        (await MakeAsync(("media_type", "TEXT"), ("text", "x"), ("visibility", "public"))).Status.ShouldBe(200);

        Server.Objections.ShouldHaveSingleItem().What.ShouldContain("visibility");
    }

    [Theory]
    [InlineData("media_type=STORY&text=x")]
    [InlineData("media_type=TEXT")]
    [InlineData("media_type=IMAGE&text=x")]
    [InlineData("media_type=TEXT&text=x&image_url=http://localhost/a.png")]
    [InlineData("media_type=TEXT&text=x&reply_control=nobody")]
    [InlineData("media_type=TEXT&text=x&topic_tag=a.b")]
    [InlineData("media_type=TEXT&text=x&reply_to_id=77")]
    [InlineData("media_type=CAROUSEL&text=x&children=1,2")]
    [InlineData("media_type=IMAGE&image_url=http://localhost/a.png&is_carousel_item=true&text=x")]
    [InlineData("media_type=IMAGE&image_url=http://localhost/a.png&link_attachment=https://example.gov")]
    public async Task What_the_platform_would_refuse_is_refused(string form)
    {
        var fields = form.Split('&').Select(field => field.Split('=')).Select(field => (field[0], field[1])).ToArray();

        var answer = await MakeAsync(fields);

        (answer.Status, answer.Json!["error"]!["code"]!.GetValue<int>()).ShouldBe((400, 100));
        answer.Json["error"]!["fbtrace_id"].ShouldNotBeNull();
    }

    [Fact]
    public async Task A_token_is_renewed_after_a_day_and_not_once_it_has_lapsed()
    {
        async Task<int> RenewAsync() => (await CallAsync(HttpMethod.Get, $"threads/refresh_access_token?grant_type=th_refresh_token&access_token={Ministry.Token}")).Status;

        (await RenewAsync()).ShouldBe(200);
        Clock.Advance(TimeSpan.FromDays(59));
        (await RenewAsync()).ShouldBe(400);
    }

    [Fact]
    public async Task A_post_lies_at_its_permalink()
    {
        var post = Id(await PublishAsync(Id(await MakeAsync(("media_type", "TEXT"), ("text", "At its address")))));

        var permalink = (await CallAsync(HttpMethod.Get, $"threads/v1.0/{post}?fields=permalink,shortcode", token: Ministry.Token)).Json!["permalink"]!.ToString();

        permalink.ShouldContain("/@environment/post/");
        (await PageAsync(permalink)).ShouldContain("At its address");
    }
}
