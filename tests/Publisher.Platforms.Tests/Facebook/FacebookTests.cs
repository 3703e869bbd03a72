using System.Text.Json;
using System.Web;
using Publisher.Sandbox;
using Shouldly;

namespace Publisher.Platforms.Tests.Facebook;

public sealed class FacebookTests(SandboxFixture sandbox) : PlatformContract(sandbox, "facebook")
{
    protected override Counts? Told(SandboxCounts all) => new(all.Likes, all.Shares);

    /// <summary>A page's token has no end of its own.</summary>
    protected override bool TokensExpire => false;

    protected override Dictionary<string, string>? WaitTwoMinutes => new()
    {
        ["X-Business-Use-Case-Usage"] = """{"104000000000101":[{"type":"pages","call_count":100,"total_cputime":1,"total_time":1,"estimated_time_to_regain_access":2}]}""",
    };

    /// <summary>Nothing prevents a second post: only looking does.</summary>
    protected override Task CheckRepeatAsync(PublishResult first, PublishResult second)
    {
        second.Outcome.ShouldBe(Outcome.Published);
        second.Post.ShouldNotBe(first.Post);
        Visible().Count.ShouldBe(2);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Every_call_proves_that_it_knows_the_secret_and_none_shows_the_token()
    {
        var post = await PublishAsync(PartOf("With a picture") with { Media = [NewPicture("alt")] });
        await FindAsync(PartOf("With a picture"));
        await ((IRetract)Platform).RetractAsync(post, Account, Cancel);

        Sandbox.Exchanges.Count.ShouldBe(4);
        foreach (var exchange in Sandbox.Exchanges)
        {
            HttpUtility.ParseQueryString(exchange.Address.Query)["appsecret_proof"].ShouldNotBeNull().Length.ShouldBe(64);
            exchange.Address.AbsoluteUri.ShouldNotContain(Account.Credentials.Token.Value);
            exchange.Address.AbsoluteUri.ShouldNotContain(Account.Credentials.ClientSecret!.Value.Value);
        }
    }

    [Fact]
    public async Task Pictures_are_seen_by_nobody_before_their_post()
    {
        var part = PartOf("Two pictures") with { Media = [NewPicture("one"), NewPicture("")] };

        var prepared = await PrepareAsync(part, Account);
        Sandbox.Posts("facebook").ShouldBeEmpty();
        (await Platform.PublishAsync(part, prepared, Account, Cancel)).Outcome.ShouldBe(Outcome.Published);

        Visible().ShouldHaveSingleItem().Media.Select(media => media.Alt).ShouldBe(["one", ""]);
        await CheckOneCreateCallAsync();
        // Named once more, they are refused: these photos were posted.
        (await Platform.PublishAsync(part, prepared, Account, Cancel)).Code.ShouldBe(Codes.Duplicate);
    }

    [Theory]
    [InlineData("Read https://example.gov/report_(2026)?a=1, then act", "https://example.gov/report_(2026)?a=1")]
    [InlineData("Read example.gov/report now", "https://example.gov/report")]
    [InlineData("First https://example.gov/1 then https://example.gov/2", "https://example.gov/1")]
    [InlineData("See https://www.facebook.com/water.agency", null)]
    [InlineData("No link at all", null)]
    public async Task A_link_gets_its_preview_and_stays_in_the_text(string text, string? link)
    {
        await PublishAsync(PartOf(text));

        var seen = Visible().ShouldHaveSingleItem();
        seen.Text.ShouldBe(text);
        seen.Card?.Url.ShouldBe(link);
        (seen.Card is null).ShouldBe(link is null);
    }

    [Fact]
    public async Task Beside_pictures_no_preview_is_asked_for()
    {
        await PublishAsync(PartOf("See https://example.gov/1") with { Media = [NewPicture("alt")] });

        using var sent = JsonDocument.Parse(Sandbox.Exchanges[^1].Request);
        sent.RootElement.TryGetProperty("link", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_long_video_goes_in_the_pieces_asked_for_and_becomes_a_post_later()
    {
        var video = Shelf.Video("", (3 * 1024 * 1024) + 17);
        var part = PartOf("A long video #Water") with { Media = [video] };
        var prepared = await PrepareAsync(part, Account);
        (await Sandbox.CallsAsync("facebook", "media")).Count.ShouldBe(5);

        var accepted = await Platform.PublishAsync(part, prepared, Account, Cancel);
        accepted.Outcome.ShouldBe(Outcome.Processing);
        Visible().ShouldBeEmpty();
        await CheckOneCreateCallAsync();
        await UntilAsync(() => Visible().Count == 1);
        var result = await ((IFinishLater)Platform).AskAsync(accepted.Ticket!, part, Account, Cancel);

        var seen = Visible().ShouldHaveSingleItem();
        (result.Outcome, result.Post.ShouldNotBeNull().Id).ShouldBe((Outcome.Published, seen.Id));
        result.Post.Version.ShouldBe(accepted.Ticket);
        (seen.Text, seen.Media.ShouldHaveSingleItem().Sha256).ShouldBe((part.Text, video.Hash));
        result.Post.Permalink.ShouldNotBeNull().AbsoluteUri.ShouldBe(seen.Url);
        (await ((IRetract)Platform).RetractAsync(result.Post, Account, Cancel)).Failure.ShouldBeNull();
        Visible().ShouldBeEmpty();
    }

    [Fact]
    public async Task The_words_of_a_video_are_corrected_where_they_stand()
    {
        var part = PartOf("Mnday") with { Media = [Shelf.Video("")] };
        var post = await PublishAsync(part);

        var result = await CorrectAsync(part with { Text = "Monday #Water" }, post);

        (result.Outcome, result.Post).ShouldBe((Outcome.Published, post));
        var seen = Visible().ShouldHaveSingleItem();
        (seen.Id, seen.Text, seen.Media.ShouldHaveSingleItem().Sha256).ShouldBe((post.Id, "Monday #Water", part.Media[0].Hash));
        seen.EditedAt.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_corrected_link_leaves_the_preview_and_every_picture_as_they_are()
    {
        var link = PartOf("See https://example.gov/1");
        var pictures = PartOf("Two") with { Media = [NewPicture("one"), NewPicture("two")] };
        var posts = new[] { await PublishAsync(link), await PublishAsync(pictures) };

        (await CorrectAsync(link with { Text = "See https://example.gov/2" }, posts[0])).Outcome.ShouldBe(Outcome.Published);
        (await CorrectAsync(pictures with { Text = "Three" }, posts[1])).Outcome.ShouldBe(Outcome.Published);

        Visible()[0].Card.ShouldNotBeNull().Url.ShouldBe("https://example.gov/1");
        Visible()[0].Links.ShouldHaveSingleItem().Target.ShouldBe("https://example.gov/2");
        (Visible()[1].Text, Visible()[1].Media.Count).ShouldBe(("Three", 2));
    }

    [Fact]
    public async Task A_video_that_cannot_be_processed_is_refused()
    {
        await SwitchOnAsync("video-fails");

        var result = await SendAsync(PartOf("A broken video") with { Media = [Shelf.Video("")] }, Account);

        (result.Outcome, result.Code).ShouldBe((Outcome.Rejected, Codes.MediaRefused));
        Visible().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_video_whose_last_answer_was_lost_is_asked_by_its_number()
    {
        var recalling = (IRecall)Platform;
        var part = PartOf("A video") with { Media = [Shelf.Video("")] };
        var prepared = await PrepareAsync(part, Account);
        var before = await recalling.FindAsync(part, prepared, Window(), Account, Cancel);

        (await Platform.PublishAsync(part, prepared, Account, Cancel)).Outcome.ShouldBe(Outcome.Processing);
        var meanwhile = await recalling.FindAsync(part, prepared, Window(), Account, Cancel);
        await UntilAsync(() => Visible().Count == 1);
        var after = await recalling.FindAsync(part, prepared, Window(), Account, Cancel);

        (before.IsComplete, before.Matches.Count).ShouldBe((true, 0));
        (meanwhile.IsComplete, meanwhile.Matches.Count, meanwhile.Ticket).ShouldBe((false, 0, prepared.Files[0].Id));
        after.Matches.ShouldHaveSingleItem().Id.ShouldBe(Visible()[0].Id);
    }

    [Fact]
    public async Task A_video_nobody_has_the_number_of_is_never_called_absent()
    {
        var part = PartOf("A video") with { Media = [Shelf.Video("")] };

        (await ((IRecall)Platform).FindAsync(part, Prepared.Nothing, Window(), Account, Cancel)).IsComplete.ShouldBeFalse();
    }

    [Fact]
    public async Task A_duplicate_the_platform_notices_is_said_so()
    {
        await SwitchOnAsync("duplicate");

        var result = await SendAsync(PartOf("Said before"), Account);

        (result.Outcome, result.Code).ShouldBe((Outcome.Rejected, Codes.Duplicate));
    }

    [Fact]
    public async Task Ten_pictures_pass_the_check_and_eleven_do_not()
    {
        var ten = PartOf("Ten") with { Media = [.. Enumerable.Range(0, 10).Select(_ => NewPicture("alt"))] };

        Platform.Check(PostOf(ten)).ShouldBeEmpty();
        await PublishAsync(ten);
        Platform.Check(PostOf(ten with { Media = [.. ten.Media, NewPicture("alt")] })).ShouldHaveSingleItem().Code.ShouldBe("images.too.many");
    }

    [Theory]
    [InlineData("👩‍🚀", 5)]
    [InlineData("水", 1)]
    [InlineData("e\u0301", 1)]
    [InlineData("שלום", 4)]
    public void Length_counts_what_is_sent(string piece, int counts) => Platform.Info.Length(PartOf($"a{piece}"), Account.Limits).ShouldBe(counts + 1);

    [Fact]
    public async Task The_pages_a_person_may_post_for_can_be_connected()
    {
        var connecting = (IConnectByOAuth)Platform;
        var redirect = new Uri("http://localhost/channels/callback");

        var start = await connecting.StartAsync(App(), redirect, "state-1", Cancel);
        var code = await Sandbox.ConsentAsync(start.Address.ShouldNotBeNull(), SecondAccount.Id, "state-1");
        var result = await connecting.FinishAsync(start.Ticket, code + "#_=_", redirect, Cancel);

        result.Problem.ShouldBeNull();
        // A third page, of which this person may only read the figures, is not among them.
        result.Accounts.Select(account => (account.Id, account.Handle, account.DisplayName))
            .ShouldBe([(SecondAccount.Id, "water", SecondAccount.DisplayName), (Account.Id, "environment", Account.DisplayName)]);
        result.Accounts.ShouldAllBe(account => account.Credentials.Expires == null && account.Credentials.ClientSecret != null);
        (await SendAsync(PartOf("Connected"), result.Accounts[0])).Outcome.ShouldBe(Outcome.Published);
        Visible().ShouldHaveSingleItem().Account.ShouldBe(SecondAccount.Id);
        (await connecting.FinishAsync(start.Ticket, code, redirect, Cancel)).Problem.ShouldNotBeNull().Code.ShouldBe("sign.in.refused");
    }

    [Fact]
    public async Task The_person_is_sent_to_facebook_itself_where_no_other_server_is_given()
    {
        var start = await ((IConnectByOAuth)Platform).StartAsync(
            new Dictionary<string, string> { ["clientId"] = "id&1", ["clientSecret"] = "secret" }, new Uri("https://press.example.gov/back"), "a b", Cancel);

        var address = start.Address.ShouldNotBeNull();
        address.GetLeftPart(UriPartial.Path).ShouldBe("https://www.facebook.com/v26.0/dialog/oauth");
        var query = HttpUtility.ParseQueryString(address.Query);
        (query["client_id"], query["state"], query["redirect_uri"], query["response_type"]).ShouldBe(("id&1", "a b", "https://press.example.gov/back", "code"));
        query["scope"].ShouldNotBeNull().Split(',').ShouldContain("pages_manage_posts");
        address.Query.ShouldNotContain("secret");
    }

    private Task<PublishResult> CorrectAsync(Part part, RemotePost post) =>
        ((ICorrect)Platform).CorrectAsync(part with { Correction = new Correction(post with { Permalink = null }, CorrectionWay.Edit) }, Account, Cancel);

    private static Dictionary<string, string> AppOf(SandboxAccount known, Uri server) =>
        new() { ["clientId"] = known.ClientId!, ["clientSecret"] = known.ClientSecret!, ["server"] = server.AbsoluteUri };

    private Dictionary<string, string> App() => AppOf(SandboxAccounts.Of("facebook", "environment"), Account.Server);
}
