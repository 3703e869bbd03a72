using System.Web;
using Publisher.Sandbox;
using Shouldly;

namespace Publisher.Platforms.Tests.Instagram;

public sealed class InstagramTests(SandboxFixture sandbox) : PlatformContract(sandbox, "instagram")
{
    protected override Counts? Told(SandboxCounts all) => new(all.Likes, Replies: all.Replies);

    /// <summary>They lapse, but a lapsed one cannot be renewed: see the tests below.</summary>
    protected override bool TokensExpire => false;

    protected override Dictionary<string, string>? WaitTwoMinutes => new()
    {
        ["X-Business-Use-Case-Usage"] = """{"17841400000000101":[{"type":"instagram","call_count":100,"total_cputime":1,"total_time":1,"estimated_time_to_regain_access":2}]}""",
    };

    [Fact]
    public async Task A_post_made_by_hand_with_the_same_words_is_not_taken_for_ours()
    {
        var part = PartOf("Same words");
        await PrepareAsync(part, Account);
        await PublishAsync(PartOf("Same words"));

        (await FindAsync(part)).ShouldSatisfyAllConditions(found => found.Matches.ShouldBeEmpty(), found => found.IsComplete.ShouldBeTrue());
    }

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
    public async Task A_container_that_is_not_ready_yet_is_tried_again_and_not_made_anew()
    {
        await SwitchOnAsync("not-ready-yet");

        var result = await SendAsync(PartOf("A little early"), Account);

        (result.Outcome, result.Code).ShouldBe((Outcome.NotNow, Codes.MediaNotReady));
        await CheckOneCreateCallAsync();
    }

    [Fact]
    public async Task A_used_up_day_is_not_tried_again_within_the_hour()
    {
        await SwitchOnAsync("quota-reached");

        var result = await SendAsync(PartOf("One too many"), Account);

        (result.Outcome, result.Code, result.RetryAfter).ShouldBe((Outcome.NotNow, Codes.QuotaReached, TimeSpan.FromHours(1)));
    }

    [Fact]
    public async Task A_post_whose_permalink_cannot_be_read_is_published_all_the_same()
    {
        var part = PartOf("Live without an address");
        var prepared = await PrepareAsync(part, Account);
        await SwitchOnAsync("status", on: "read", status: 500);

        var result = await Platform.PublishAsync(part, prepared, Account, Cancel);

        result.Outcome.ShouldBe(Outcome.Published);
        result.Post.ShouldNotBeNull().Permalink.ShouldBeNull();
    }

    [Fact]
    public async Task A_video_alone_is_a_reel()
    {
        var part = PartOf("A reel") with { Media = [Shelf.Video("")], Options = new Dictionary<string, string> { ["feed"] = "no" } };

        var post = await PublishAsync(part);

        post.Permalink.ShouldNotBeNull().AbsolutePath.ShouldContain("/reel/");
        Visible().ShouldHaveSingleItem().Visibility.ShouldBe("reels only");
    }

    [Fact]
    public async Task Several_videos_stand_in_one_post()
    {
        var videos = new[] { Shelf.Video(""), Shelf.Video("") };

        await PublishAsync(PartOf("Two videos") with { Media = videos });

        Visible().ShouldHaveSingleItem().Media.Select(media => media.Sha256).ShouldBe(videos.Select(video => video.Hash));
    }

    [Fact]
    public async Task Ten_pictures_pass_and_eleven_do_not()
    {
        ExpectsObjections = true;
        var ten = PartOf("Ten") with { Media = [.. Enumerable.Range(0, 10).Select(_ => Shelf.Jpeg("alt"))] };
        var eleven = ten with { Media = [.. ten.Media, Shelf.Jpeg("alt")] };

        Platform.Check(PostOf(ten)).ShouldBeEmpty();
        await PublishAsync(ten);
        Platform.Check(PostOf(eleven)).ShouldHaveSingleItem().Code.ShouldBe("images.too.many");
        (await SendAsync(eleven, Account)).Outcome.ShouldBe(Outcome.Rejected);
    }

    [Theory]
    [InlineData(400, 500, null)]
    [InlineData(390, 500, "image.ratio")]
    [InlineData(764, 400, null)]
    [InlineData(780, 400, "image.ratio")]
    public async Task Check_and_server_agree_on_the_ratio(int width, int height, string? code)
    {
        var part = PartOf("A ratio") with { Media = [Shelf.Jpeg("alt", width, height)] };

        Platform.Check(PostOf(part)).Select(problem => problem.Code).SingleOrDefault().ShouldBe(code);
        var result = await SendAsync(part, Account);
        result.Outcome.ShouldBe(code is null ? Outcome.Published : Outcome.Rejected);
        result.Code.ShouldBe(code is null ? "published" : Codes.MediaRefused);
    }

    [Fact]
    public async Task Other_pictures_than_JPEG_are_refused_by_check_and_server()
    {
        var part = PartOf("A PNG") with { Media = [Shelf.Picture("alt")] };

        Platform.Check(PostOf(part)).Select(problem => problem.Code).ShouldContain("media.type");
        (await SendAsync(part, Account)).ShouldSatisfyAllConditions(result => result.Outcome.ShouldBe(Outcome.Rejected), result => result.Code.ShouldBe(Codes.MediaRefused));
    }

    [Fact]
    public void A_text_alone_is_refused_and_a_long_video_only_among_others()
    {
        Platform.Check(PostOf(PartOf("Only words") with { Media = [] })).ShouldHaveSingleItem().Code.ShouldBe("media.needed");

        var video = Shelf.Video("") with { Duration = TimeSpan.FromSeconds(61) };
        Platform.Check(PostOf(PartOf("x") with { Media = [video] })).ShouldBeEmpty();
        Platform.Check(PostOf(PartOf("x") with { Media = [video, Shelf.Video("")] })).ShouldHaveSingleItem().Code.ShouldBe("video.too.long");
        Platform.Check(PostOf(PartOf("x") with { Media = [video with { Duration = TimeSpan.FromSeconds(901) }] })).ShouldHaveSingleItem().Code.ShouldBe("video.too.long");
        Platform.Check(PostOf(PartOf("x") with { Media = [video with { Duration = TimeSpan.FromSeconds(2) }] })).ShouldHaveSingleItem().Code.ShouldBe("video.too.short");
    }

    [Fact]
    public async Task Thirty_hashtags_and_twenty_mentions_pass_and_one_more_does_not()
    {
        var most = string.Join(' ', Enumerable.Range(1, 30).Select(number => $"#tag{number}").Concat(Enumerable.Range(1, 20).Select(number => $"@office.{number}a")));

        Platform.Check(PostOf(PartOf(most))).ShouldBeEmpty();
        await PublishAsync(PartOf(most));
        foreach (var (more, code) in new[] { (" #more", "hashtags.too.many"), (" @more", "mentions.too.many") })
        {
            Platform.Check(PostOf(PartOf(most + more))).ShouldHaveSingleItem().Code.ShouldBe(code);
            (await SendAsync(PartOf(most + more), Account)).Outcome.ShouldBe(Outcome.Rejected);
        }
    }

    [Theory]
    [InlineData("👩‍🚀", 5)]
    [InlineData("水", 1)]
    [InlineData("e\u0301", 1)]
    [InlineData("שלום", 4)]
    public async Task Check_and_server_count_alike(string piece, int counts)
    {
        var part = PartOf($"{new string('a', 2200 - counts)}{piece}");
        Platform.Info.Length(part, Account.Limits).ShouldBe(2200);

        await PublishAsync(part with { Text = part.Text.Normalize() });
        (await SendAsync(part with { Text = "b" + part.Text.Normalize() }, Account)).Code.ShouldBe(Codes.TextTooLong);
    }

    [Fact]
    public void Links_in_a_caption_are_no_links_and_names_are_found()
    {
        Platform.Info.Entities("See https://example.gov/#top, @press.office. #Größe #1 a#b é#c").Select(entity => entity.Value).ShouldBe(["press.office", "Größe"]);
    }

    [Fact]
    public async Task Without_a_public_address_nothing_goes_out()
    {
        Shelf.HasAddress = false;

        (await SendAsync(PartOf("x"), Account)).ShouldSatisfyAllConditions(result => result.Outcome.ShouldBe(Outcome.Rejected), result => result.Code.ShouldBe(Codes.AddressMissing));
        (await Sandbox.CallsAsync("instagram", "media")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_token_is_renewed_while_it_works_and_never_after()
    {
        var refreshed = await ((IRefreshTokens)Platform).RefreshAsync(SecondAccount, Cancel);

        var fresh = refreshed.Credentials.ShouldNotBeNull();
        fresh.Expires.ShouldNotBeNull().ShouldBe(Now.AddDays(30), TimeSpan.FromMinutes(1));
        fresh.RefreshExpires.ShouldNotBeNull().ShouldBe(Now.AddDays(60), TimeSpan.FromMinutes(1));
        (await SendAsync(PartOf("With the new token"), SecondAccount with { Credentials = fresh })).Outcome.ShouldBe(Outcome.Published);

        await Sandbox.ChangeTokensAsync("instagram", SecondAccount.Id, "expire");
        (await SendAsync(PartOf("Too late"), SecondAccount)).Code.ShouldBe(PublishResult.TokenExpired);
        (await ((IRefreshTokens)Platform).RefreshAsync(SecondAccount, Cancel)).Failure.ShouldNotBeNull().Outcome.ShouldBe(Outcome.SignInNeeded);
    }

    [Fact]
    public async Task A_person_connects_an_account()
    {
        var connecting = (IConnectByOAuth)Platform;
        var known = SandboxAccounts.Of("instagram", "environment");
        var redirect = new Uri("http://localhost/channels/callback");
        var app = new Dictionary<string, string> { ["clientId"] = known.ClientId!, ["clientSecret"] = known.ClientSecret!, ["server"] = Account.Server.AbsoluteUri };

        var start = await connecting.StartAsync(app, redirect, "state-1", Cancel);
        var code = await Sandbox.ConsentAsync(start.Address.ShouldNotBeNull(), Account.Id, "state-1");
        var result = await connecting.FinishAsync(start.Ticket, code + "#_", redirect, Cancel);

        result.Problem.ShouldBeNull();
        var account = result.Accounts.ShouldHaveSingleItem();
        (account.Id, account.Handle, account.DisplayName).ShouldBe((Account.Id, Account.Handle, Account.DisplayName));
        (await SendAsync(PartOf("Connected"), account)).Outcome.ShouldBe(Outcome.Published);
        (await connecting.FinishAsync(start.Ticket, code, redirect, Cancel)).Problem.ShouldNotBeNull().Code.ShouldBe("sign.in.refused");
    }

    [Fact]
    public async Task The_person_is_sent_to_instagram_itself_where_no_other_server_is_given()
    {
        var start = await ((IConnectByOAuth)Platform).StartAsync(
            new Dictionary<string, string> { ["clientId"] = "id&1", ["clientSecret"] = "secret" }, new Uri("https://press.example.gov/back"), "a b", Cancel);

        var address = start.Address.ShouldNotBeNull();
        address.GetLeftPart(UriPartial.Path).ShouldBe("https://www.instagram.com/oauth/authorize");
        HttpUtility.ParseQueryString(address.Query)["scope"].ShouldNotBeNull().Split(',').ShouldContain("instagram_business_content_publish");
        address.Query.ShouldNotContain("secret");
    }

    [Fact]
    public void Nothing_can_be_taken_back() => (Platform is IRetract).ShouldBeFalse();
}
