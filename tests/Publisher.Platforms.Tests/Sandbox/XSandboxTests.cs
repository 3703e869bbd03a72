using System.Net;
using System.Text;
using Publisher.Sandbox;
using Shouldly;
using Xunit;

namespace Publisher.Platforms.Tests.Sandbox;

public sealed class XSandboxTests : SandboxClient
{
    private static readonly SandboxAccount Ministry = Account("x");

    private Task<(int Status, System.Text.Json.Nodes.JsonNode? Json, HttpResponseMessage Response)> PostAsync(string text)
        => CallAsync(HttpMethod.Post, "x/2/tweets", new { text }, Ministry.Token);

    [Fact]
    public async Task The_same_text_again_is_a_403_without_the_id()
    {
        (await PostAsync("Flood warning lifted")).Status.ShouldBe(201);
        var second = await PostAsync("Flood warning lifted");

        second.Status.ShouldBe(403);
        second.Json!["detail"]!.ToString().ShouldBe("You are not allowed to create a Tweet with duplicate content.");
        Server.Posts("x").ShouldHaveSingleItem().RequestCount.ShouldBe(2);
    }

    [Theory]
    [InlineData("a", 280, 201)]
    [InlineData("a", 281, 403)]
    [InlineData("水", 140, 201)]
    [InlineData("水", 141, 403)]
    [InlineData("👨‍👩‍👧", 140, 201)]
    [InlineData("👨‍👩‍👧", 141, 403)]
    [InlineData("example.gov/report ", 11, 201)]
    [InlineData("example.gov/report ", 12, 403)]
    public async Task Length_is_weighted(string unit, int times, int status)
    {
        (await PostAsync(string.Concat(Enumerable.Repeat(unit, times)).Trim())).Status.ShouldBe(status);
    }

    [Fact]
    public async Task A_link_comes_back_as_t_co_with_its_address_beside_it()
    {
        await PostAsync("Report: https://example.gov/report #Water");

        var list = (await CallAsync(HttpMethod.Get, $"x/2/users/{Ministry.Id}/tweets?max_results=5&tweet.fields=entities,created_at", token: Ministry.Token)).Json!;
        var post = list["data"]![0]!;
        post["text"]!.ToString().ShouldMatch(@"^Report: https://t\.co/\w{10} #Water$");
        post["entities"]!["urls"]![0]!["expanded_url"]!.ToString().ShouldBe("https://example.gov/report");
        Server.Posts("x").Single().Text.ShouldBe("Report: https://example.gov/report #Water");
    }

    [Fact]
    public async Task A_refresh_token_works_once()
    {
        async Task<int> RefreshAsync()
        {
            using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["grant_type"] = "refresh_token", ["refresh_token"] = Ministry.RefreshToken! });
            var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Ministry.ClientId}:{Ministry.ClientSecret}"));
            return (await CallAsync(HttpMethod.Post, "x/2/oauth2/token", form, null, ("Authorization", "Basic " + basic))).Status;
        }

        (await RefreshAsync()).ShouldBe(200);
        (await RefreshAsync()).ShouldBe(400);
    }

    [Fact]
    public async Task Cut_before_leaves_nothing_and_cut_after_leaves_the_post()
    {
        await FaultAsync(new { platform = "x", kind = "cut-before", times = 1 });
        await Should.ThrowAsync<HttpRequestException>(() => PostAsync("one"));
        Server.Posts("x").ShouldBeEmpty();

        await FaultAsync(new { platform = "x", kind = "cut-after", times = 1 });
        await Should.ThrowAsync<HttpRequestException>(() => PostAsync("two"));
        Server.Posts("x").ShouldHaveSingleItem().Text.ShouldBe("two");

        (await PostAsync("three")).Status.ShouldBe(201);
    }

    [Fact]
    public async Task A_504_can_become_visible_later()
    {
        await FaultAsync(new { platform = "x", kind = "504-then-visible", seconds = 0.2, times = 1 });

        (await PostAsync("late")).Status.ShouldBe((int)HttpStatusCode.GatewayTimeout);

        Server.Posts("x").ShouldBeEmpty();
        while (Server.Posts("x").Count == 0)
        {
            await Task.Delay(20, Cancel);
        }

        Server.Posts("x").Single().Text.ShouldBe("late");
    }

    [Fact]
    public async Task A_lagging_listing_does_not_show_the_newest_post()
    {
        await PostAsync("new");
        await FaultAsync(new { platform = "x", kind = "lagging-listing" });

        var list = await CallAsync(HttpMethod.Get, $"x/2/users/{Ministry.Id}/tweets", token: Ministry.Token);

        list.Json!["meta"]!["result_count"]!.GetValue<int>().ShouldBe(0);
    }

    [Fact]
    public async Task Credit_and_replies_can_be_refused()
    {
        var first = (await PostAsync("part 1")).Json!["data"]!["id"]!.ToString();
        await FaultAsync(new { platform = "x", kind = "reply-refused", times = 1 });
        var reply = new { text = "part 2", reply = new { in_reply_to_tweet_id = first } };
        (await CallAsync(HttpMethod.Post, "x/2/tweets", reply, Ministry.Token)).Status.ShouldBe(403);
        (await CallAsync(HttpMethod.Post, "x/2/tweets", reply, Ministry.Token)).Status.ShouldBe(201);

        await FaultAsync(new { platform = "x", kind = "no-credit", account = "environment" });
        (await PostAsync("part 3")).Status.ShouldBe(402);
        (await CallAsync(HttpMethod.Post, "x/2/tweets", new { text = "other account" }, SandboxAccounts.Of("x", "water").Token)).Status.ShouldBe(201);
    }

    [Fact]
    public async Task A_thousand_posts_at_once_are_a_thousand_posts()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => PostAsync($"number {i}")));

        answers.ShouldAllBe(a => a.Status == 201);
        Server.Posts("x").Select(p => p.Id).Distinct().Count().ShouldBe(1000);
    }
}
