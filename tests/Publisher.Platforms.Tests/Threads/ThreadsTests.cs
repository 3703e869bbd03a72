using System.Web;
using Publisher.Sandbox;
using Shouldly;

namespace Publisher.Platforms.Tests.Threads;

public sealed class ThreadsTests(SandboxFixture sandbox) : PlatformContract(sandbox, "threads")
{
    /// <summary>They lapse, but a lapsed one cannot be renewed: see the tests below.</summary>
    protected override bool TokensExpire => false;

    /// <summary>No header is documented.</summary>
    protected override Dictionary<string, string>? WaitTwoMinutes => null;

    [Fact]
    public async Task A_container_published_twice_is_one_post_and_the_second_try_names_it()
    {
        var part = PartOf("Once and never twice");
        var prepared = await PrepareAsync(part, Account);

        var first = await Platform.PublishAsync(part, prepared, Account, Cancel);
        var second = await Platform.PublishAsync(part, prepared, Account, Cancel);

        first.Outcome.ShouldBe(Outcome.Published);
        second.Outcome.ShouldBe(Outcome.Published, second.ToString());
        second.Post.ShouldBe(first.Post);
        Visible().ShouldHaveSingleItem().RequestCount.ShouldBe(2);
    }

    [Fact]
    public async Task A_lost_answer_is_made_good_by_the_same_container()
    {
        var part = PartOf("The answer is lost");
        var prepared = await PrepareAsync(part, Account);
        await SwitchOnAsync("cut-after");
        await Should.ThrowAsync<HttpRequestException>(() => Platform.PublishAsync(part, prepared, Account, Cancel));
        await Sandbox.SwitchOffFaultsAsync();

        var prepareAgain = await ((IPrepare)Platform).PrepareAsync(part, prepared, Account, Cancel);
        var again = await Platform.PublishAsync(part, prepareAgain.Prepared, Account, Cancel);

        prepareAgain.IsReady.ShouldBeTrue();
        again.Outcome.ShouldBe(Outcome.Published);
        again.Post.ShouldNotBeNull().Id.ShouldBe(Visible().ShouldHaveSingleItem().Id);
    }

    [Fact]
    public async Task A_container_published_before_of_two_alike_posts_is_left_to_a_person()
    {
        var part = PartOf("Said twice that day");
        await PublishAsync(part);
        var prepared = await PrepareAsync(part, Account);
        await Platform.PublishAsync(part, prepared, Account, Cancel);

        var again = await Platform.PublishAsync(part, prepared, Account, Cancel);

        (again.Outcome, again.Code).ShouldBe((Outcome.Unclear, Codes.Duplicate));
        Visible().Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_container_that_is_said_not_to_exist_yet_is_tried_again_and_not_made_anew()
    {
        await SwitchOnAsync("not-found-yet");

        var result = await SendAsync(PartOf("Right after it was made"), Account);

        (result.Outcome, result.Code).ShouldBe((Outcome.NotNow, Codes.MediaNotReady));
        result.RetryAfter.ShouldNotBeNull().ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(30));
        await CheckOneCreateCallAsync();
    }

    [Fact]
    public async Task A_post_whose_permalink_cannot_be_read_is_published_all_the_same()
    {
        var part = PartOf("Live without an address");
        var prepared = await PrepareAsync(part, Account);
        await SwitchOnAsync("cut-before", on: "read");

        var result = await Platform.PublishAsync(part, prepared, Account, Cancel);

        result.Outcome.ShouldBe(Outcome.Published);
        result.Post.ShouldNotBeNull().Permalink.ShouldBeNull();
        result.Post.Id.ShouldBe(Visible().ShouldHaveSingleItem().Id);
    }

    [Fact]
    public async Task The_first_hashtag_becomes_the_topic_and_looking_knows_it()
    {
        var part = PartOf("Rivers #Water and #Flood");

        var post = await PublishAsync(part);

        var seen = Visible().ShouldHaveSingleItem();
        seen.Text.ShouldBe("Rivers Water and #Flood");
        seen.Links.Where(link => link.Kind == "tag").ShouldHaveSingleItem().Target.ShouldBe("Water");
        Platform.Info.Entities(part.Text).Where(entity => entity.Kind == EntityKind.Hashtag).ShouldHaveSingleItem().Value.ShouldBe("Water");
        (await FindAsync(part)).Matches.ShouldHaveSingleItem().ShouldBe(post);
    }

    [Fact]
    public async Task Options_are_carried()
    {
        var part = PartOf("With #choices") with { Options = new Dictionary<string, string> { ["replies"] = "followers_only", ["topic"] = "Rivers and lakes" } };

        await PublishAsync(part);

        var seen = Visible().ShouldHaveSingleItem();
        seen.Visibility.ShouldBe("followers_only");
        seen.Text.ShouldBe("With #choices");
    }

    [Theory]
    [InlineData("v1.0")]
    [InlineData("A&B")]
    public void A_topic_with_signs_it_may_not_have_is_refused_before(string topic)
    {
        var part = PartOf("x") with { Options = new Dictionary<string, string> { ["topic"] = topic } };

        Platform.Check(PostOf(part)).ShouldHaveSingleItem().Code.ShouldBe("option.characters");
    }

    [Fact]
    public async Task Looking_tells_a_reply_from_a_first_post()
    {
        var first = await PublishAsync(PartOf("Same words"));
        var second = PartOf("Same words") with { Number = 2, Parent = first, Root = first };
        var reply = await PublishAsync(second);

        (await FindAsync(second)).Matches.ShouldHaveSingleItem().Id.ShouldBe(reply.Id);
        (await FindAsync(PartOf("Same words"))).Matches.ShouldHaveSingleItem().Id.ShouldBe(first.Id);
    }

    [Fact]
    public async Task Looking_reads_every_page_of_the_listing()
    {
        var part = PartOf("The oldest of many");
        var post = await PublishAsync(part);
        for (var number = 0; number < 60; number++)
        {
            await PublishAsync(PartOf($"Post {number}"));
        }

        var result = await FindAsync(part);

        result.Matches.ShouldHaveSingleItem().Id.ShouldBe(post.Id);
        Sandbox.Exchanges.Select(exchange => exchange.Address.Query).ShouldAllBe(query => !query.Contains("access_token"));
    }

    [Fact]
    public async Task Several_videos_stand_in_one_post()
    {
        var videos = new[] { Shelf.Video("The bridge"), Shelf.Video("The river") };

        await PublishAsync(PartOf("Two videos") with { Media = videos });

        Visible().ShouldHaveSingleItem().Media.Select(media => (media.Sha256, media.Alt)).ShouldBe(videos.Select(video => (video.Hash, (string?)video.AltText)));
    }

    [Fact]
    public async Task Twenty_pictures_pass_and_twenty_one_do_not()
    {
        ExpectsObjections = true;
        var twenty = PartOf("Twenty") with { Media = [.. Enumerable.Range(0, 20).Select(_ => NewPicture("alt"))] };
        var more = twenty with { Media = [.. twenty.Media, NewPicture("alt")] };

        Platform.Check(PostOf(twenty)).ShouldBeEmpty();
        await PublishAsync(twenty);
        Platform.Check(PostOf(more)).ShouldHaveSingleItem().Code.ShouldBe("images.too.many");
        (await SendAsync(more, Account)).Outcome.ShouldBe(Outcome.Rejected);
    }

    [Fact]
    public async Task Without_a_public_address_files_are_refused_and_texts_are_not()
    {
        Shelf.HasAddress = false;

        (await SendAsync(PartOf("x") with { Media = [NewPicture("alt")] }, Account)).ShouldSatisfyAllConditions(
            result => result.Outcome.ShouldBe(Outcome.Rejected),
            result => result.Code.ShouldBe(Codes.AddressMissing));
        await PublishAsync(PartOf("Only text"));
    }

    [Fact]
    public async Task A_file_that_cannot_be_fetched_is_said_so_and_begun_anew()
    {
        // A picture of another shelf: nothing is served under its name.
        await using var elsewhere = new MediaShelf();
        elsewhere.Picture("");
        var missing = elsewhere.Picture("") with { Type = "video/mp4" };

        var (prepared, failure) = await TryPrepareAsync(PartOf("Not there") with { Media = [missing] }, Account);

        (failure.ShouldNotBeNull().Outcome, failure.Code).ShouldBe((Outcome.NotNow, Codes.MediaUnreachable));
        prepared.ShouldBe(Prepared.Nothing);
    }

    [Fact]
    public async Task Five_links_pass_and_six_do_not()
    {
        var five = string.Join(' ', Enumerable.Range(1, 5).Select(number => $"https://example.gov/{number}"));

        await PublishAsync(PartOf(five));
        Platform.Check(PostOf(PartOf(five))).ShouldBeEmpty();
        Platform.Check(PostOf(PartOf(five + " https://example.gov/6"))).ShouldHaveSingleItem().Code.ShouldBe("links.too.many");
        (await SendAsync(PartOf(five + " https://example.gov/6"), Account)).Outcome.ShouldBe(Outcome.Rejected);
    }

    [Theory]
    [InlineData("🌊", 4)]
    [InlineData("👩‍👩‍👧‍👦", 25)]
    [InlineData("🇩🇪", 8)]
    [InlineData("1️⃣", 7)]
    [InlineData("❤️", 6)]
    [InlineData("水", 1)]
    [InlineData("e\u0301", 1)]
    [InlineData("שלום", 4)]
    [InlineData("नि", 2)]
    [InlineData("\r\n", 1)]
    public async Task Check_and_server_count_alike(string piece, int counts)
    {
        ExpectsObjections = true;
        var part = PartOf($"{new string('a', 500 - counts - 1)}{piece}b");
        Platform.Info.Length(part, Account.Limits).ShouldBe(500);

        if (!piece.Contains('\r'))
        {
            await PublishAsync(part);
            (await SendAsync(part with { Text = "c" + part.Text }, Account)).Code.ShouldBe(Codes.TextTooLong);
        }
    }

    [Fact]
    public async Task A_token_is_renewed_while_it_works()
    {
        var before = SecondAccount;

        var refreshed = await ((IRefreshTokens)Platform).RefreshAsync(before, Cancel);

        refreshed.Failure.ShouldBeNull();
        var fresh = refreshed.Credentials.ShouldNotBeNull();
        fresh.Token.ShouldNotBe(before.Credentials.Token);
        fresh.ClientId.ShouldBe(before.Credentials.ClientId);
        fresh.Expires.ShouldNotBeNull().ShouldBe(Now.AddDays(30), TimeSpan.FromMinutes(1));
        fresh.RefreshExpires.ShouldNotBeNull().ShouldBe(Now.AddDays(60), TimeSpan.FromMinutes(1));
        (await SendAsync(PartOf("With the new token"), before with { Credentials = fresh })).Outcome.ShouldBe(Outcome.Published);
        // A day must pass before the next time.
        (await ((IRefreshTokens)Platform).RefreshAsync(before with { Credentials = fresh }, Cancel)).Failure.ShouldNotBeNull().Outcome.ShouldBe(Outcome.NotNow);
    }

    [Fact]
    public async Task A_lapsed_token_cannot_be_renewed_and_asks_for_a_person()
    {
        await Sandbox.ChangeTokensAsync("threads", SecondAccount.Id, "expire");

        (await SendAsync(PartOf("Too late"), SecondAccount)).Code.ShouldBe(PublishResult.TokenExpired);
        (await ((IRefreshTokens)Platform).RefreshAsync(SecondAccount, Cancel)).Failure.ShouldNotBeNull().Outcome.ShouldBe(Outcome.SignInNeeded);
        Sandbox.Posts("threads").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("#_")]
    public async Task A_person_connects_a_profile(string ending)
    {
        var connecting = (IConnectByOAuth)Platform;
        var redirect = new Uri("http://localhost/channels/callback");

        var start = await connecting.StartAsync(AppOf(Account.Server), redirect, "state-1", Cancel);
        var code = await Sandbox.ConsentAsync(start.Address.ShouldNotBeNull(), Account.Id, "state-1");
        var result = await connecting.FinishAsync(start.Ticket, code + ending, redirect, Cancel);

        result.Problem.ShouldBeNull();
        var account = result.Accounts.ShouldHaveSingleItem();
        (account.Id, account.Handle, account.DisplayName, account.Server).ShouldBe((Account.Id, Account.Handle, Account.DisplayName, Account.Server));
        account.RepeatSafeFor.ShouldBeNull();
        (await SendAsync(PartOf("Connected"), account)).Outcome.ShouldBe(Outcome.Published);
        (await connecting.FinishAsync(start.Ticket, code, redirect, Cancel)).Problem.ShouldNotBeNull().Code.ShouldBe("sign.in.refused");
    }

    [Fact]
    public async Task The_person_is_sent_to_threads_itself_where_no_other_server_is_given()
    {
        var start = await ((IConnectByOAuth)Platform).StartAsync(
            new Dictionary<string, string> { ["clientId"] = "id&1", ["clientSecret"] = "secret" }, new Uri("https://press.example.gov/back"), "a b", Cancel);

        var address = start.Address.ShouldNotBeNull();
        address.GetLeftPart(UriPartial.Path).ShouldBe("https://threads.net/oauth/authorize");
        var query = HttpUtility.ParseQueryString(address.Query);
        (query["client_id"], query["state"], query["redirect_uri"], query["response_type"]).ShouldBe(("id&1", "a b", "https://press.example.gov/back", "code"));
        query["scope"].ShouldNotBeNull().Split(',').ShouldContain("threads_content_publish");
        address.Query.ShouldNotContain("secret");
        start.Ticket.ToString().ShouldNotContain("secret");
    }

    [Fact]
    public async Task Without_app_fields_nobody_is_sent_anywhere()
    {
        var start = await ((IConnectByOAuth)Platform).StartAsync(new Dictionary<string, string>(), new Uri("http://localhost/"), "s", Cancel);

        start.Address.ShouldBeNull();
        start.Problem.ShouldNotBeNull().Code.ShouldBe("app.fields.missing");
    }

    private static Dictionary<string, string> AppOf(Uri server)
    {
        var known = SandboxAccounts.Of("threads", "environment");
        return new() { ["clientId"] = known.ClientId!, ["clientSecret"] = known.ClientSecret!, ["server"] = server.AbsoluteUri };
    }
}
