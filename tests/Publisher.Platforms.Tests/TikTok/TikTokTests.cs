using System.Text.Json;
using System.Web;
using Publisher.Sandbox;
using Shouldly;

namespace Publisher.Platforms.Tests.TikTok;

public sealed class TikTokTests(SandboxFixture sandbox) : PlatformContract(sandbox, "tiktok")
{
    private static readonly Uri Back = new("http://localhost/channels/connected");

    protected override long? ToldFollowers(int all) => null;

    /// <summary>The title of photos stands above their text.</summary>
    protected override string Shown(Part part) => $"{part.Option("title")}\n\n{part.Text}";

    /// <summary>Photos are fetched once the post is announced.</summary>
    protected override Media FileToPrepare() => Shelf.Video("");

    protected override bool TellsRevoked => false;

    protected override Task CheckRepeatAsync(PublishResult first, PublishResult second)
    {
        second.Outcome.ShouldBe(Outcome.Published);
        second.Post.ShouldNotBe(first.Post);
        Visible().Count.ShouldBe(2);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_video_appears_with_its_last_byte_and_not_before()
    {
        var part = Film();

        var prepared = await PrepareAsync(part, Account);

        (await Sandbox.CallsAsync("tiktok", "create")).ShouldBeEmpty();
        Sandbox.Posts("tiktok").ShouldBeEmpty();
        var result = await Platform.PublishAsync(part, prepared, Account, Cancel);
        result.Outcome.ShouldBe(Outcome.Processing, result.ToString());
        await CheckOneCreateCallAsync();
        await UntilAsync(() => Visible().Count == 1);
        Visible()[0].Text.ShouldBe(part.Text);
    }

    [Fact]
    public async Task A_long_video_goes_in_pieces_of_which_only_the_last_is_visible()
    {
        var part = Film() with { Media = [Shelf.Video("", 70_000_001)] };

        var prepared = await PrepareAsync(part, Account);
        prepared.Files.ShouldHaveSingleItem().Hash.ShouldBe(part.Media[0].Hash);
        (await Platform.PublishAsync(part, prepared, Account, Cancel)).Outcome.ShouldBe(Outcome.Processing);

        await UntilAsync(() => Visible().Count == 1);
        Visible()[0].Media.ShouldHaveSingleItem().Sha256.ShouldBe(part.Media[0].Hash);
        await CheckOneCreateCallAsync();
        Sandbox.Exchanges.Where(exchange => exchange.Method == "PUT").Select(exchange => (exchange.Request.Length, exchange.Status)).ShouldBe([(32_000_000, 206), (38_000_001, 201)]);
    }

    [Fact]
    public async Task The_upload_carries_no_token_of_the_person()
    {
        await SendAsync(Film(), Account);

        Sandbox.Exchanges.Where(exchange => exchange.Method == "PUT").ShouldHaveSingleItem().Headers.Keys.ShouldNotContain("Authorization");
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_fault_under_the_last_byte_of_a_video_leaves_it_open(int status)
    {
        await SwitchOnAsync("status", status: status);

        (await SendAsync(Film(), Account)).Outcome.ShouldBe(Outcome.Unclear);
        await CheckOneCreateCallAsync();
    }

    [Fact]
    public async Task A_wire_cut_under_the_last_byte_of_a_video_is_resolved_by_looking()
    {
        var part = Film();
        await SwitchOnAsync("cut-after");

        await Should.ThrowAsync<HttpRequestException>(() => SendAsync(part, Account));

        await UntilAsync(() => Visible().Count == 1);
        await Sandbox.SwitchOffFaultsAsync();
        (await FindAsync(part)).Matches.ShouldHaveSingleItem().Id.ShouldBe(Visible()[0].Id);
    }

    [Fact]
    public async Task A_text_the_listing_cuts_is_found_all_the_same()
    {
        var part = PartOf(TextOf(400));
        var post = await PublishAsync(part);

        (await FindAsync(part)).Matches.ShouldHaveSingleItem().Id.ShouldBe(post.Id);
        (await FindAsync(part with { Text = "press!" })).Matches.ShouldBeEmpty();
    }

    [Fact]
    public async Task Looking_for_photos_never_says_absent()
    {
        var result = await FindAsync(PartOf("Never arrived"));

        result.IsComplete.ShouldBeFalse();
        result.Failure.ShouldBeNull();
    }

    [Fact]
    public async Task A_wire_cut_before_the_last_byte_of_a_video_is_known_to_have_left_nothing()
    {
        var part = Film();
        var prepared = await PrepareAsync(part, Account);
        await SwitchOnAsync("cut-before");
        await Should.ThrowAsync<HttpRequestException>(() => Platform.PublishAsync(part, prepared, Account, Cancel));
        await Sandbox.SwitchOffFaultsAsync();

        (await FindAsync(part)).ShouldSatisfyAllConditions(found => found.Matches.ShouldBeEmpty(), found => found.IsComplete.ShouldBeTrue());

        (await SendAsync(part, Account, prepared)).Outcome.ShouldBe(Outcome.Published);
        Visible().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_video_for_the_account_alone_is_found_by_its_publication()
    {
        var part = With(Film(), "privacy", "SELF_ONLY");
        await SwitchOnAsync("cut-after");
        await Should.ThrowAsync<HttpRequestException>(() => SendAsync(part, Account));
        await Sandbox.SwitchOffFaultsAsync();

        (await FindAsync(part)).Matches.ShouldHaveSingleItem().Permalink.ShouldBeNull();
    }

    [Fact]
    public async Task A_last_byte_sent_again_after_a_lost_answer_makes_no_second_video()
    {
        var part = Film();
        var prepared = await PrepareAsync(part, Account);
        await SwitchOnAsync("cut-after");
        await Should.ThrowAsync<HttpRequestException>(() => Platform.PublishAsync(part, prepared, Account, Cancel));
        await Sandbox.SwitchOffFaultsAsync();

        var second = await Platform.PublishAsync(part, prepared, Account, Cancel);

        second.Outcome.ShouldBe(Outcome.Unclear, second.ToString());
        Sandbox.Posts("tiktok").ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_post_for_the_account_alone_is_out_without_an_address()
    {
        var post = await PublishAsync(With(PartOf("Only for us"), "privacy", "SELF_ONLY"));

        post.Permalink.ShouldBeNull();
        Sandbox.Posts("tiktok").ShouldHaveSingleItem().Visibility.ShouldBe("SELF_ONLY");
    }

    [Fact]
    public async Task An_audience_the_creator_does_not_have_stops_the_post_beforehand()
    {
        var part = With(PartOf("For followers"), "privacy", "FOLLOWER_OF_CREATOR");

        var result = await SendAsync(part, Account);

        (result.Outcome, result.Code).ShouldBe((Outcome.Rejected, Codes.OptionRefused));
        (await Sandbox.CallsAsync("tiktok", "create")).ShouldBeEmpty();
        (await SendAsync(part, SecondAccount)).Outcome.ShouldBe(Outcome.Published);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_the_creator_has_switched_off_stays_off(bool isVideo)
    {
        var part = With(isVideo ? Film() : PartOf("Photos"), "comments", "on");

        (await SendAsync(part, Account)).Outcome.ShouldBe(Outcome.Published);
        (await SendAsync(part, SecondAccount)).Outcome.ShouldBe(Outcome.Published);

        Announced().Select(info => info.GetProperty("disable_comment").GetBoolean()).ShouldBe([false, true]);
    }

    [Fact]
    public async Task Options_of_a_video_are_carried()
    {
        var part = With(With(With(With(Film(), "duet", "on"), "brand", "paid"), "made_with_ai", "yes"), "title", "Not for videos");

        await PublishAsync(part);

        var info = Announced().ShouldHaveSingleItem();
        info.GetProperty("title").GetString().ShouldBe(part.Text);
        (Flag("disable_comment"), Flag("disable_duet"), Flag("disable_stitch"), Flag("is_aigc"), Flag("brand_content_toggle"), Flag("brand_organic_toggle"))
            .ShouldBe((true, false, true, true, true, false));

        bool Flag(string name) => info.GetProperty(name).GetBoolean();
    }

    [Fact]
    public async Task Options_of_photos_are_carried()
    {
        await PublishAsync(With(With(With(PartOf("Photos"), "title", "The flood"), "brand", "own"), "music", "on"));

        var info = Announced().ShouldHaveSingleItem();
        info.GetProperty("title").GetString().ShouldBe("The flood");
        info.GetProperty("auto_add_music").GetBoolean().ShouldBeTrue();
        info.GetProperty("brand_organic_toggle").GetBoolean().ShouldBeTrue();
        info.TryGetProperty("is_aigc", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Photos_without_a_title_have_none()
    {
        await PublishAsync(With(PartOf("Only a text"), "title", ""));

        Announced().ShouldHaveSingleItem().TryGetProperty("title", out _).ShouldBeFalse();
        Visible().ShouldHaveSingleItem().Text.ShouldBe("Only a text");
    }

    [Fact]
    public async Task Without_a_public_address_photos_go_nowhere()
    {
        Shelf.HasAddress = false;

        var result = await SendAsync(PartOf("Photos"), Account);

        (result.Outcome, result.Code).ShouldBe((Outcome.Rejected, Codes.AddressMissing));
        (await SendAsync(Film(), Account)).Outcome.ShouldBe(Outcome.Published);
    }

    [Fact]
    public async Task A_photo_that_could_not_be_fetched_is_not_out_and_may_be_sent_again()
    {
        var part = PartOf("Photos");
        var prepared = await PrepareAsync(part, Account);
        var gone = prepared with { Files = [prepared.Files[0] with { Id = prepared.Files[0].Id.Replace(part.Media[0].Hash, new string('0', 64)) }] };

        var result = await Platform.PublishAsync(part, gone, Account, Cancel);
        for (var turn = 0; turn < 100 && result is { Outcome: Outcome.Processing, Ticket: { } ticket }; turn++)
        {
            await Task.Delay(50, Cancel);
            result = await ((IFinishLater)Platform).AskAsync(ticket, part, Account, Cancel);
        }

        (result.Outcome, result.Code).ShouldBe((Outcome.NotNow, Codes.MediaGone));
        Visible().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_post_the_platform_lost_on_its_way_may_be_sent_again()
    {
        await SwitchOnAsync("processing-fails");

        var result = await SendAsync(PartOf("Lost on the way"), Account);

        (result.Outcome, result.Code).ShouldBe((Outcome.NotNow, Codes.MediaGone));
        Visible().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("unaudited", Codes.AuditMissing)]
    [InlineData("too-many-posts", Codes.QuotaReached)]
    public async Task A_refusal_that_time_or_the_operator_can_end_is_tried_later(string fault, string code)
    {
        await SwitchOnAsync(fault);

        var result = await SendAsync(PartOf("Not yet"), Account);

        (result.Outcome, result.Code).ShouldBe((Outcome.NotNow, code));
        Visible().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_lapsed_announcement_is_made_anew()
    {
        var part = Film();
        var prepared = await PrepareAsync(part, Account);

        var again = await ((IPrepare)Platform).PrepareAsync(part, prepared with { UsableUntil = Now.AddMinutes(-1) }, Account, Cancel);

        again.Prepared.Files.ShouldHaveSingleItem().Id.ShouldNotBe(prepared.Files[0].Id);
    }

    [Theory]
    [InlineData("水🌊", 3)]
    [InlineData("👨‍👩‍👧‍👦", 11)]
    [InlineData("e\u0301", 2)]
    [InlineData("שלום https://example.gov/a-long-address-that-counts-as-it-stands", 64)]
    public void Length_is_counted_in_utf_16_units(string text, int length) => Platform.Info.Length(PartOf(text), Account.Limits).ShouldBe(length);

    [Fact]
    public void A_video_has_room_for_less_text_than_photos()
    {
        CodesOf(Film() with { Text = TextOf(2200) }).ShouldBeEmpty();
        CodesOf(Film() with { Text = TextOf(2201) }).ShouldBe(["text.too.long"]);
        CodesOf(Film() with { Text = TextOf(4001) }).ShouldBe(["text.too.long"]);
        CodesOf(PartOf(TextOf(2201))).ShouldBeEmpty();
        CodesOf(With(PartOf("Text"), "title", new string('x', 90))).ShouldBeEmpty();
        CodesOf(With(PartOf("Text"), "title", new string('x', 91))).ShouldBe(["title.too.long"]);
        CodesOf(With(Film(), "title", new string('x', 91))).ShouldBeEmpty();
    }

    [Fact]
    public void Media_beyond_the_limits_are_problems()
    {
        Media(Enumerable.Range(1, 35).Select(_ => Shelf.Jpeg(""))).ShouldBeEmpty();
        Media(Enumerable.Range(1, 36).Select(_ => Shelf.Jpeg(""))).ShouldBe(["images.too.many"]);
        Media([]).ShouldBe(["media.needed"]);
        Media([Shelf.Picture("")]).ShouldBe(["media.type"]);
        Media([Shelf.Jpeg("", 1920, 1080)]).ShouldBeEmpty();
        Media([Shelf.Jpeg("", 1080, 1920)]).ShouldBeEmpty();
        Media([Shelf.Jpeg("", 1921, 1080)]).ShouldContain("image.side.too.long");
        Media([Shelf.Jpeg("An alt text")]).ShouldBe(["image.alt.not.sent"]);
        Media([Shelf.Video("An alt text")]).ShouldBe(["video.alt.not.sent"]);
        Media([Shelf.Video("") with { Duration = TimeSpan.FromMinutes(11) }]).ShouldBe(["video.too.long"]);
        Media([Shelf.Video("") with { Length = 4_000_000_001 }]).ShouldBe(["video.too.large"]);

        IEnumerable<string> Media(IEnumerable<Media> media) => CodesOf(PartOf("Text") with { Media = [.. media] });
    }

    [Fact]
    public void Names_and_hashtags_are_marked()
    {
        var text = "#Hochwasser @press.office, mail press@example.gov #1 #水 (@water.) https://example.gov/#a @x";

        Platform.Info.Entities(text).Select(entity => text.Substring(entity.Start, entity.Length))
            .ShouldBe(["#Hochwasser", "@press.office", "#水", "@water", "https://example.gov/#a", "@x"]);
    }

    [Theory]
    [InlineData("http://localhost/channels/connected")]
    [InlineData("https://press.example.gov/channels/connected")]
    public async Task An_account_can_be_connected(string redirect)
    {
        var (connecting, back) = ((IConnectByOAuth)Platform, new Uri(redirect));
        var known = SandboxAccounts.Of("tiktok", "environment");
        var start = await connecting.StartAsync(AppOf(known), back, "state-1", Cancel);
        var code = await Sandbox.ConsentAsync(start.Address.ShouldNotBeNull(), known.Id, "state-1");

        var result = await connecting.FinishAsync(start.Ticket, code, back, Cancel);

        result.Problem.ShouldBeNull();
        var account = result.Accounts.ShouldHaveSingleItem();
        (account.Id, account.Handle, account.DisplayName).ShouldBe((known.Id, known.Handle, known.DisplayName));
        account.Credentials.Expires.ShouldNotBeNull().ShouldBeLessThanOrEqualTo(Now.AddDays(1));
        account.Limits.VideoLongest.ShouldBe(TimeSpan.FromMinutes(5));
        (await SendAsync(PartOf("Connected"), account)).Outcome.ShouldBe(Outcome.Published);
        (await connecting.FinishAsync(start.Ticket, code, back, Cancel)).Problem.ShouldNotBeNull().Code.ShouldBe("sign.in.refused");
    }

    [Fact]
    public async Task A_code_stolen_on_its_way_to_this_machine_opens_nothing()
    {
        var connecting = (IConnectByOAuth)Platform;
        var known = SandboxAccounts.Of("tiktok", "environment");
        var start = await connecting.StartAsync(AppOf(known), Back, "s", Cancel);
        var other = await connecting.StartAsync(AppOf(known), Back, "s", Cancel);
        var code = await Sandbox.ConsentAsync(start.Address!, known.Id, "s");

        (await connecting.FinishAsync(other.Ticket, code, Back, Cancel)).Problem.ShouldNotBeNull().Code.ShouldBe("sign.in.refused");
    }

    [Fact]
    public async Task The_person_is_sent_to_tiktok_itself_where_no_other_server_is_given()
    {
        var app = new Dictionary<string, string> { ["clientId"] = "key&1", ["clientSecret"] = "secret" };

        var start = await ((IConnectByOAuth)Platform).StartAsync(app, new Uri("https://press.example.gov/back"), "a b", Cancel);

        var address = start.Address.ShouldNotBeNull();
        address.GetLeftPart(UriPartial.Path).ShouldBe("https://www.tiktok.com/v2/auth/authorize/");
        var query = HttpUtility.ParseQueryString(address.Query);
        (query["client_key"], query["state"], query["redirect_uri"], query["response_type"]).ShouldBe(("key&1", "a b", "https://press.example.gov/back", "code"));
        query["code_challenge"].ShouldBeNull();
        address.Query.ShouldNotContain("secret");
    }

    [Fact]
    public async Task The_challenge_is_hexadecimal_as_tiktok_wants_it()
    {
        var start = await ((IConnectByOAuth)Platform).StartAsync(AppOf(SandboxAccounts.Of("tiktok", "environment")), Back, "s", Cancel);

        HttpUtility.ParseQueryString(start.Address!.Query)["code_challenge"].ShouldNotBeNull().ShouldMatch("^[0-9a-f]{64}$");
    }

    [Fact]
    public async Task Without_app_fields_nobody_is_sent_anywhere()
    {
        var start = await ((IConnectByOAuth)Platform).StartAsync(new Dictionary<string, string>(), Back, "s", Cancel);

        start.Address.ShouldBeNull();
        start.Problem.ShouldNotBeNull().Code.ShouldBe("app.fields.missing");
    }

    private Part Film() => PartOf("The dam holds #water") with { Media = [Shelf.Video("")] };

    private IEnumerable<string> CodesOf(Part part) => Platform.Check(PostOf(part)).Select(problem => problem.Code);

    private Dictionary<string, string> AppOf(SandboxAccount known) => new()
    {
        ["clientId"] = known.ClientId!,
        ["clientSecret"] = known.ClientSecret!,
        ["server"] = Account.Server.AbsoluteUri,
    };

    private static Part With(Part part, string option, string value) => part with { Options = new Dictionary<string, string>(part.Options) { [option] = value } };

    /// <summary>What each announcement said of its post.</summary>
    private List<JsonElement> Announced()
    {
        var announced = new List<JsonElement>();
        foreach (var exchange in Sandbox.Exchanges.Where(exchange => exchange.Address.AbsolutePath.EndsWith("/init/", StringComparison.Ordinal)))
        {
            using var sent = JsonDocument.Parse(exchange.Request);
            announced.Add(sent.RootElement.GetProperty("post_info").Clone());
        }

        return announced;
    }
}
