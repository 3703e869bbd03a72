using Publisher.Sandbox;
using Shouldly;

namespace Publisher.Platforms.Tests.Mastodon;

public sealed class MastodonTests(SandboxFixture sandbox) : PlatformContract(sandbox, "mastodon")
{
    protected override Counts? Told(SandboxCounts all) => new(all.Likes, all.Shares, all.Replies);

    protected override TimeSpan? RepeatSafeFor => TimeSpan.FromMinutes(45);

    protected override bool TokensExpire => false;

    protected override Dictionary<string, string>? WaitTwoMinutes => new() { ["X-RateLimit-Reset"] = Now.AddMinutes(2).ToString("O") };

    [Fact]
    public async Task A_warning_a_visibility_and_a_language_arrive()
    {
        var part = PartOf("Der Text");

        await PublishAsync(part with
        {
            Language = "de-AT",
            Options = new Dictionary<string, string>(part.Options) { ["visibility"] = "unlisted", ["warning"] = "Hochwasser", ["sensitive"] = "yes" },
        });

        var seen = Visible().ShouldHaveSingleItem();
        seen.Visibility.ShouldBe("unlisted");
        seen.Warning.ShouldBe("Hochwasser");
        seen.Language.ShouldBe("de");
    }

    [Fact]
    public async Task A_warning_shortens_the_text_that_fits()
    {
        var part = PartOf(TextOf(490));
        part = part with { Options = new Dictionary<string, string>(part.Options) { ["warning"] = "Ten signs." } };

        Platform.Check(PostOf(part)).ShouldBeEmpty();
        await PublishAsync(part);
        Platform.Check(PostOf(part with { Text = part.Text + "!" })).ShouldHaveSingleItem().Code.ShouldBe("text.too.long");
    }

    [Theory]
    [InlineData("https://example.org/", 23)]
    [InlineData("@press@social.example.org", 6)]
    [InlineData("👩🏾‍🚀", 1)]
    public async Task Check_and_server_count_alike(string piece, int counts)
    {
        ExpectsObjections = true;
        var part = PartOf($"{new string('a', 500 - counts - 1)} {piece}");
        Platform.Info.Length(part, Account.Limits).ShouldBe(500);

        await PublishAsync(part);
        (await SendAsync(part with { Text = "b" + part.Text, Key = PartKey.New(Now.AddSeconds(1)) }, Account)).Outcome.ShouldBe(Outcome.Rejected);
    }

    [Fact]
    public async Task A_repeated_delivery_carries_the_same_key()
    {
        var part = PartOf("Once");
        await PublishAsync(part);
        await PublishAsync(part);

        Sandbox.Exchanges.Where(exchange => exchange.Method == "POST").Select(exchange => exchange.Headers["Idempotency-Key"]).ShouldBe([part.Key, part.Key]);
    }

    [Fact]
    public async Task Looking_tells_a_reply_from_a_first_post()
    {
        var first = await PublishAsync(PartOf("Same words"));
        var second = PartOf("Same words") with { Number = 2, Parent = first, Root = first };
        var reply = await PublishAsync(second);

        (await FindAsync(second)).Matches.ShouldHaveSingleItem().Id.ShouldBe(reply.Id);
    }

    [Fact]
    public async Task A_correction_keeps_warning_language_and_every_file()
    {
        var part = PartOf("Drei Pegel") with { Language = "de", Media = [Shelf.Picture("eins"), Shelf.Picture("zwei")] };
        part = part with { Options = new Dictionary<string, string>(part.Options) { ["warning"] = "Hochwasser" } };
        var post = await PublishAsync(part);

        await ((ICorrect)Platform).CorrectAsync(part with { Text = "Zwei Pegel", Correction = new Correction(post, CorrectionWay.Edit) }, Account, Cancel);

        var seen = Visible().ShouldHaveSingleItem();
        (seen.Text, seen.Warning, seen.Language).ShouldBe(("Zwei Pegel", "Hochwasser", "de"));
        seen.Media.Select(media => media.Alt).ShouldBe(["eins", "zwei"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ftp://social.example.org")]
    [InlineData("not a server")]
    public async Task A_server_that_is_none_is_not_asked(string typed)
    {
        var start = await ((IConnectByOAuth)Platform).StartAsync(new Dictionary<string, string> { ["server"] = typed }, new Uri("https://publisher.example/back"), "state", Cancel);

        start.Problem.ShouldNotBeNull().Code.ShouldBe("server.address");
        Sandbox.Exchanges.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_person_connects_an_account()
    {
        var connecting = (IConnectByOAuth)Platform;
        var redirect = new Uri("http://localhost:5000/back");

        var start = await connecting.StartAsync(new Dictionary<string, string> { ["server"] = $"{Account.Server}" }, redirect, "state-1", Cancel);
        start.Problem.ShouldBeNull();
        var code = await Sandbox.ConsentAsync(start.Address.ShouldNotBeNull(), Account.Id, "state-1");
        var result = await connecting.FinishAsync(start.Ticket, code, redirect, Cancel);

        var account = result.Accounts.ShouldHaveSingleItem();
        account.Id.ShouldBe(Account.Id);
        account.Handle.ShouldBe("environment@social.example.gov");
        account.Limits.ShouldSatisfyAllConditions(limits => limits.Text.ShouldBe(500), limits => limits.LinkLength.ShouldBe(23), limits => limits.VideoBytes.ShouldBe(103_809_024));
        account.RepeatSafeFor.ShouldBe(TimeSpan.FromMinutes(45));
        start.Address!.Query.ShouldContain("code_challenge_method=S256");
        (await SendAsync(PartOf("Connected"), account)).Outcome.ShouldBe(Outcome.Published);
    }
}
