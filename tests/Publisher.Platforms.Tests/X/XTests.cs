using Shouldly;

namespace Publisher.Platforms.Tests.X;

public sealed class XTests(SandboxFixture sandbox) : PlatformContract(sandbox, "x")
{
    protected override bool TellsRevoked => false;

    protected override Task CheckRepeatAsync(PublishResult first, PublishResult second)
    {
        (second.Outcome, second.Code).ShouldBe((Outcome.Rejected, Codes.Duplicate));
        Visible().ShouldHaveSingleItem();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_thread_that_may_not_go_on_stops_with_the_reason()
    {
        var first = await PublishAsync(PartOf("One of two"));
        await SwitchOnAsync("reply-refused");

        var second = await SendAsync(PartOf("Two of two") with { Number = 2, Root = first, Parent = first }, Account);

        (second.Outcome, second.Code, second.Status).ShouldBe((Outcome.Rejected, Codes.ReplyRefused, 403));
        Visible().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Without_credit_the_post_waits()
    {
        await SwitchOnAsync("no-credit");

        var result = await SendAsync(PartOf("Unpaid"), Account);

        (result.Outcome, result.Code).ShouldBe((Outcome.NotNow, Codes.NoCredit));
        Sandbox.Posts("x").ShouldBeEmpty();
    }

    [Fact]
    public async Task Choices_go_out_only_where_they_were_made()
    {
        var part = PartOf("Chosen");
        await PublishAsync(part);
        await PublishAsync(part with { Text = "Chosen more", Options = new Dictionary<string, string> { ["replies"] = "verified", ["made_with_ai"] = "yes", ["paid_partnership"] = "yes" } });

        Sandbox.Exchanges.Where(exchange => exchange.Method == "POST").Select(exchange => System.Text.Encoding.UTF8.GetString(exchange.Request)).ShouldBe(
        [
            """{"text":"Chosen"}""",
            """{"text":"Chosen more","reply_settings":"verified","made_with_ai":true,"paid_partnership":true}""",
        ]);
    }

    [Fact]
    public async Task A_video_goes_in_segments()
    {
        var video = Shelf.Video("", length: 2_500_000);

        await PublishAsync(PartOf("Long") with { Media = [video] });

        Visible().ShouldHaveSingleItem().Media.ShouldHaveSingleItem().Sha256.ShouldBe(video.Hash);
        Sandbox.Exchanges.Count(exchange => exchange.Address.AbsolutePath.EndsWith("/append", StringComparison.Ordinal)).ShouldBe(3);
    }

    [Theory]
    [InlineData(200, 600, true)]
    [InlineData(200, 620, false)]
    [InlineData(600, 200, true)]
    [InlineData(620, 200, false)]
    public void A_video_narrower_or_wider_than_X_takes_is_a_problem(int width, int height, bool isTaken) =>
        Platform.Check(PostOf(PartOf("Text") with { Media = [Shelf.Video("") with { Width = width, Height = height }] })).Select(problem => problem.Code).ShouldBe(isTaken ? [] : ["video.ratio"]);

    [Fact]
    public async Task Looking_finds_a_post_with_links_and_pictures()
    {
        var part = PartOf("See example.org and https://example.gov/a?b=1&c=2 <now> & then") with { Media = [Shelf.Picture("alt")] };
        var post = await PublishAsync(part);
        await PublishAsync(PartOf("See example.org and https://example.gov/a?b=1 <now> & then"));

        (await FindAsync(part)).Matches.ShouldHaveSingleItem().Id.ShouldBe(post.Id);
    }

    [Fact]
    public async Task A_person_connects_an_account()
    {
        var connecting = (IConnectByOAuth)Platform;
        var redirect = new Uri("http://localhost:5000/back");
        var app = new Dictionary<string, string> { ["clientId"] = "sandbox-x-client", ["clientSecret"] = "sandbox-x-secret", ["server"] = $"{Account.Server}" };

        var start = await connecting.StartAsync(app, redirect, "state-1", Cancel);
        var code = await Sandbox.ConsentAsync(start.Address.ShouldNotBeNull(), Account.Id, "state-1");
        var account = (await connecting.FinishAsync(start.Ticket, code, redirect, Cancel)).Accounts.ShouldHaveSingleItem();

        account.Id.ShouldBe(Account.Id);
        account.Handle.ShouldBe("environment");
        account.Credentials.Expires.ShouldNotBeNull().ShouldBeGreaterThan(Now.AddMinutes(100));
        (await SendAsync(PartOf("Connected"), account)).Outcome.ShouldBe(Outcome.Published);
    }

    [Fact]
    public async Task The_real_entrance_is_on_another_host_than_the_interface()
    {
        var app = new Dictionary<string, string> { ["clientId"] = "client" };

        var start = await ((IConnectByOAuth)Platform).StartAsync(app, new Uri("https://publisher.example/back"), "state", Cancel);

        start.Address.ShouldNotBeNull().GetLeftPart(UriPartial.Path).ShouldBe("https://x.com/i/oauth2/authorize");
    }
}
