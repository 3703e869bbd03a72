using System.Text.Json;
using Publisher.Platforms.Text;
using Publisher.Sandbox;
using Shouldly;

namespace Publisher.Platforms.Tests.Pixelfed;

public sealed partial class PixelfedTests(SandboxFixture sandbox) : PlatformContract(sandbox, "pixelfed")
{
    /// <summary>A &lt; is for tests of its own: what follows one is lost.</summary>
    protected override string AwkwardText => base.AwkwardText.Replace("<b>no markup</b>", "1 < 2 > 0", StringComparison.Ordinal);

    protected override bool TellsRevoked => false;

    protected override RemotePost AnsweredByThird(RemotePost first, RemotePost second) => first;

    /// <summary>The key was seen: whether anything came of it has to be looked up.</summary>
    protected override Task CheckRepeatAsync(PublishResult first, PublishResult second)
    {
        (second.Outcome, second.Code).ShouldBe((Outcome.Unclear, Codes.Duplicate));
        Visible().ShouldHaveSingleItem();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Every_call_asks_for_json()
    {
        var post = await PublishAsync(PartOf("Asked politely"));
        await FindAsync(PartOf("Asked politely"));
        await ((IRetract)Platform).RetractAsync(post, Account, Cancel);

        Sandbox.Exchanges.Count.ShouldBe(5);
        Sandbox.Exchanges.ShouldAllBe(exchange => exchange.Headers["Accept"] == "application/json");
    }

    [Fact]
    public async Task Options_arrive()
    {
        var part = PartOf("With everything");

        await PublishAsync(part with
        {
            Options = new Dictionary<string, string> { ["visibility"] = "unlisted", ["warning"] = "Hochwasser", ["sensitive"] = "no", ["comments"] = "off" },
        });

        var seen = Visible().ShouldHaveSingleItem();
        (seen.Visibility, seen.Warning).ShouldBe(("unlisted", "Hochwasser"));
        var sent = Sent();
        sent.GetProperty("sensitive").GetBoolean().ShouldBeTrue();
        sent.GetProperty("comments_disabled").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Pictures_are_hidden_without_a_warning_too()
    {
        var part = PartOf("Hidden");

        await PublishAsync(part with { Options = new Dictionary<string, string>(part.Options) { ["sensitive"] = "yes" } });

        Sent().GetProperty("sensitive").GetBoolean().ShouldBeTrue();
        Sent().TryGetProperty("spoiler_text", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_later_part_is_a_comment_and_may_have_a_picture()
    {
        var first = await PublishAsync(PartOf("The post"));
        var picture = NewPicture("The dam");

        await PublishAsync(PartOf("The comment") with { Number = 2, Root = first, Parent = first, Media = [picture] });

        var comment = Visible()[^1];
        comment.ReplyTo.ShouldBe(first.Id);
        comment.Media.ShouldHaveSingleItem().Sha256.ShouldBe(picture.Hash);
    }

    [Fact]
    public async Task A_comment_is_found_below_its_post_and_never_said_to_be_absent()
    {
        var first = await PublishAsync(PartOf("Same words"));
        var second = PartOf("Same words") with { Number = 2, Root = first, Parent = first, Media = [] };
        var comment = await PublishAsync(second);

        var found = await FindAsync(second);
        var none = await FindAsync(second with { Text = "Never arrived" });
        var post = await FindAsync(PartOf("Same words"));

        found.Matches.ShouldHaveSingleItem().Id.ShouldBe(comment.Id);
        (none.Matches.Count, none.IsComplete, none.Failure).ShouldBe((0, false, null));
        post.Matches.ShouldHaveSingleItem().Id.ShouldBe(first.Id);
    }

    [Fact]
    public async Task Looking_goes_on_to_the_end_of_the_account()
    {
        var first = await PublishAsync(PartOf("The first of many"));
        for (var number = 0; number < 25; number++)
        {
            await PublishAsync(PartOf($"Number {number}"));
        }

        var result = await FindAsync(PartOf("The first of many"));

        result.Matches.ShouldHaveSingleItem().Id.ShouldBe(first.Id);
        result.IsComplete.ShouldBeTrue();
    }

    [Theory]
    [InlineData("Tags #Hochwasser, a mention @water@pixels.example.gov and https://example.gov/a?b=1&c=2\n\nnow")]
    [InlineData("1 < 2 and 3 > 2")]
    [InlineData("Written as &lt;b&gt; and AT&T")]
    [InlineData("שלום عالم 日本語 👩🏾‍🚀 e\u0301")]
    public async Task What_was_sent_is_recognised_in_the_servers_html(string text)
    {
        var part = PartOf(PlainText.Normalize(text));
        var post = await PublishAsync(part);

        (await FindAsync(part)).Matches.ShouldHaveSingleItem().Id.ShouldBe(post.Id);
    }

    [Fact]
    public async Task Comments_on_a_post_that_has_them_switched_off_are_refused()
    {
        var part = PartOf("No comments");
        var options = new Dictionary<string, string>(part.Options) { ["comments"] = "off" };
        var second = PartOf("The second part") with { Number = 2, Media = [] };
        Platform.Check(PostOf(part with { Options = options }, second)).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            problem => problem.Code.ShouldBe("thread.may.be.refused"), problem => problem.IsNote.ShouldBeFalse());
        Platform.Check(PostOf(part with { Options = options })).ShouldBeEmpty();
        var first = await PublishAsync(part with { Options = options });

        var result = await SendAsync(second with { Root = first, Parent = first }, Account);

        (result.Outcome, result.Code).ShouldBe((Outcome.Rejected, Codes.ReplyRefused));
    }

    [Fact]
    public async Task A_comment_on_a_deleted_post_names_the_reason()
    {
        var first = await PublishAsync(PartOf("Soon gone"));
        (await ((IRetract)Platform).RetractAsync(first, Account, Cancel)).Failure.ShouldBeNull();

        var result = await SendAsync(PartOf("Too late") with { Number = 2, Root = first, Parent = first, Media = [] }, Account);

        (result.Outcome, result.Code).ShouldBe((Outcome.Rejected, Codes.ParentGone));
    }

    [Fact]
    public async Task A_post_whose_file_is_gone_stays_unseen_and_is_tried_again()
    {
        var part = PartOf("Without its file");

        var result = await Platform.PublishAsync(part, new Prepared { Files = [new PreparedFile("7", part.Media[0].Hash)] }, Account, Cancel);

        (result.Outcome, result.Code).ShouldBe((Outcome.NotNow, Codes.MediaGone));
        Sandbox.Posts("pixelfed").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_comment_whose_file_is_gone_may_be_live()
    {
        var first = await PublishAsync(PartOf("The post"));
        var second = PartOf("Without its file") with { Number = 2, Root = first, Parent = first };

        var result = await Platform.PublishAsync(second, new Prepared { Files = [new PreparedFile("7", second.Media[0].Hash)] }, Account, Cancel);

        result.Outcome.ShouldBe(Outcome.Unclear);
        Visible().Count.ShouldBe(2);
        (await FindAsync(second)).Matches.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_text_alone_is_no_post()
    {
        var part = PartOf("No picture") with { Media = [] };

        Platform.Check(PostOf(part)).ShouldHaveSingleItem().Code.ShouldBe("image.needed");
        (await SendAsync(part, Account)).Outcome.ShouldBe(Outcome.Rejected);
        Platform.Check(PostOf(PartOf("First"), part with { Number = 2 })).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(1000, 0)]
    [InlineData(1001, 1)]
    public async Task Alt_texts_end_at_a_thousand_code_points(int length, int problems)
    {
        // A letter with a mark is one character for a reader and two for the server.
        var alt = string.Concat(Enumerable.Repeat("q\u0323", length / 2)) + (length % 2 == 1 ? "x" : "");
        var part = PartOf("With alt text") with { Media = [NewPicture(alt)] };

        Platform.Check(PostOf(part)).Select(problem => problem.Code).ShouldBe(Enumerable.Repeat("alt.too.long", problems));
        var (_, failure) = await TryPrepareAsync(part, Account);
        (failure is null).ShouldBe(problems == 0);
        failure?.Code.ShouldBe(Codes.MediaRefused);
    }

    [Theory]
    [InlineData(4, true)]
    [InlineData(5, false)]
    public async Task An_album_has_four_pictures(int count, bool fits)
    {
        var part = PartOf("An album") with { Media = [.. Enumerable.Range(1, count).Select(number => NewPicture($"{number}"))] };

        Platform.Check(PostOf(part)).Any().ShouldBe(!fits);
        var result = await SendAsync(part, Account);
        result.Outcome.ShouldBe(fits ? Outcome.Published : Outcome.Rejected);
    }

    [Theory]
    [InlineData("https://example.org/", 20)]
    [InlineData("👩🏾‍🚀", 4)]
    [InlineData("日本", 2)]
    [InlineData("q\u0323", 2)]
    public async Task Check_and_server_count_alike(string piece, int counts)
    {
        ExpectsObjections = true;
        var part = PartOf($"{new string('a', 500 - counts - 1)} {piece}");
        Platform.Info.Length(part, Account.Limits).ShouldBe(500);

        await PublishAsync(part);
        (await SendAsync(PartOf("b" + part.Text), Account)).Code.ShouldBe(Codes.TextTooLong);
    }

    [Fact]
    public async Task A_repeated_call_carries_the_same_key()
    {
        var part = PartOf("Once");
        await SendAsync(part, Account);
        await SendAsync(part, Account);

        Sandbox.Exchanges.Where(exchange => exchange.Headers.ContainsKey("Idempotency-Key")).Select(exchange => exchange.Headers["Idempotency-Key"]).ShouldBe([part.Key, part.Key]);
    }

    [Fact]
    public async Task A_refresh_token_works_once()
    {
        var refreshing = (IRefreshTokens)Platform;
        var (account, _) = await ConnectAsync();

        var first = (await refreshing.RefreshAsync(account, Cancel)).Credentials.ShouldNotBeNull();
        var again = await refreshing.RefreshAsync(account, Cancel);
        var next = await refreshing.RefreshAsync(account with { Credentials = first }, Cancel);

        first.RefreshToken.ShouldNotBe(account.Credentials.RefreshToken);
        again.Failure.ShouldNotBeNull().Outcome.ShouldBe(Outcome.SignInNeeded);
        next.Credentials.ShouldNotBeNull().Expires.ShouldNotBeNull().ShouldBeGreaterThan(Now.AddDays(364));
    }

    [Fact]
    public async Task Without_a_refresh_token_a_person_signs_in_again()
    {
        var account = Account with { Credentials = Account.Credentials with { RefreshToken = null } };

        (await ((IRefreshTokens)Platform).RefreshAsync(account, Cancel)).Failure.ShouldNotBeNull().Outcome.ShouldBe(Outcome.SignInNeeded);
    }

    [Fact]
    public async Task A_person_connects_an_account_with_what_its_server_allows()
    {
        var (account, start) = await ConnectAsync();

        account.Id.ShouldBe(Account.Id);
        account.Handle.ShouldBe("environment@pixels.example.gov");
        account.DisplayName.ShouldBe(SandboxAccounts.Environment);
        account.RepeatSafeFor.ShouldBeNull();
        account.Credentials.RefreshToken.ShouldNotBeNull();
        account.Limits.ShouldSatisfyAllConditions(
            limits => limits.Text.ShouldBe(500), limits => limits.LinkLength.ShouldBeNull(), limits => limits.Images.ShouldBe(4),
            limits => limits.Videos.ShouldBe(1), limits => limits.VideoBytes.ShouldBe(15_360_000), limits => limits.NeedsMedia.ShouldBeTrue());
        start.Address!.Query.ShouldContain("scope=read%20write");
        (await SendAsync(PartOf("Connected"), account)).Outcome.ShouldBe(Outcome.Published);
    }

    [Fact]
    public async Task A_video_goes_out_where_the_server_takes_them()
    {
        var (account, _) = await ConnectAsync();
        var video = Shelf.Video("The minister opens the bridge");
        var part = PartOf("With a video") with { Media = [video] };

        Platform.Check(PostOf(part)).Select(problem => problem.Code).ShouldBe(["videos.not.taken"]);
        Platform.Check(PostOf(part) with { Limits = account.Limits }).ShouldBeEmpty();
        (await SendAsync(part, account)).Outcome.ShouldBe(Outcome.Published);
        var seen = Visible().ShouldHaveSingleItem().Media.ShouldHaveSingleItem();
        (seen.Sha256, seen.Alt).ShouldBe((video.Hash, video.AltText));
    }

    [Fact]
    public async Task A_code_works_once_and_a_wrong_one_never()
    {
        var connecting = (IConnectByOAuth)Platform;
        var redirect = new Uri("http://localhost:5000/back");
        var start = await connecting.StartAsync(new Dictionary<string, string> { ["server"] = $"{Account.Server}" }, redirect, "state-1", Cancel);
        var code = await Sandbox.ConsentAsync(start.Address.ShouldNotBeNull(), Account.Id, "state-1");

        (await connecting.FinishAsync(start.Ticket, "wrong", redirect, Cancel)).Problem.ShouldNotBeNull().Code.ShouldBe("sign.in.refused");
        (await connecting.FinishAsync(start.Ticket, code, redirect, Cancel)).Problem.ShouldBeNull();
        (await connecting.FinishAsync(start.Ticket, code, redirect, Cancel)).Problem.ShouldNotBeNull().Code.ShouldBe("sign.in.refused");
    }

    [Theory]
    [InlineData("")]
    [InlineData("ftp://pixels.example.org")]
    [InlineData("not a server")]
    public async Task A_server_that_is_none_is_not_asked(string typed)
    {
        var start = await ((IConnectByOAuth)Platform).StartAsync(new Dictionary<string, string> { ["server"] = typed }, new Uri("https://publisher.example/back"), "state", Cancel);

        start.Problem.ShouldNotBeNull().Code.ShouldBe("server.address");
        Sandbox.Exchanges.ShouldBeEmpty();
    }

    private JsonElement Sent()
    {
        using var body = JsonDocument.Parse(Sandbox.Exchanges.Single(exchange => exchange.Method == "POST" && exchange.Address.AbsolutePath.EndsWith("/statuses", StringComparison.Ordinal)).Request);
        return body.RootElement.Clone();
    }

    private async Task<(Account Account, OAuthStart Start)> ConnectAsync()
    {
        var connecting = (IConnectByOAuth)Platform;
        var redirect = new Uri("http://localhost:5000/back");
        var start = await connecting.StartAsync(new Dictionary<string, string> { ["server"] = $"{Account.Server}" }, redirect, "state-1", Cancel);
        start.Problem.ShouldBeNull();
        var code = await Sandbox.ConsentAsync(start.Address.ShouldNotBeNull(), Account.Id, "state-1");
        var result = await connecting.FinishAsync(start.Ticket, code, redirect, Cancel);
        result.Problem.ShouldBeNull();
        return (result.Accounts.ShouldHaveSingleItem(), start);
    }
}
