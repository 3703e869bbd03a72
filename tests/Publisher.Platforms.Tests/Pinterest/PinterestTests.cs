using System.Text.Json;
using System.Web;
using Publisher.Sandbox;
using Shouldly;

namespace Publisher.Platforms.Tests.Pinterest;

public sealed class PinterestTests(SandboxFixture sandbox) : PlatformContract(sandbox, "pinterest")
{
    protected override Counts? Told(SandboxCounts all) => new(all.Likes, Replies: all.Replies, Views: all.Views);

    private static readonly Uri Back = new("http://localhost/channels/connected");

    /// <summary>The title stands above the description.</summary>
    protected override string Shown(Part part) => $"{part.Title()}\n\n{part.Text}";

    /// <summary>One text for the whole pin.</summary>
    protected override IEnumerable<string?> ShownAlts(IReadOnlyList<Media> files) => files.Count == 1
        ? [files[0].AltText]
        : Enumerable.Repeat(string.Join("; ", files.Select((file, place) => $"{place + 1}: {file.AltText}")), files.Count);

    /// <summary>Pictures travel with the pin.</summary>
    protected override Media FileToPrepare() => Shelf.Video("");

    protected override bool TellsRevoked => false;

    protected override Dictionary<string, string>? WaitTwoMinutes => new() { ["x-ratelimit-reset"] = "120" };

    protected override async Task CheckRepeatAsync(PublishResult first, PublishResult second)
    {
        second.Outcome.ShouldBe(Outcome.Published);
        second.Post.ShouldNotBe(first.Post);
        Visible().Count.ShouldBe(2);
        var looked = await FindAsync(PartOf("Once only"));
        looked.Matches.Count.ShouldBe(2);
    }

    [Fact]
    public async Task The_pin_leads_to_the_first_link_of_its_text()
    {
        await PublishAsync(PartOf("Levels at https://example.gov/levels?a=1, forecasts at https://example.gov/forecast"));

        Visible().ShouldHaveSingleItem().Card.ShouldNotBeNull().Url.ShouldBe("https://example.gov/levels?a=1");
    }

    [Fact]
    public async Task The_pin_leads_where_the_author_chose()
    {
        var part = With(PartOf("Levels at https://example.gov/levels"), "link", "https://example.gov/dossier");

        await PublishAsync(part);

        Visible().ShouldHaveSingleItem().Card.ShouldNotBeNull().Url.ShouldBe("https://example.gov/dossier");
    }

    [Theory]
    [InlineData("example.gov/dossier")]
    [InlineData("mailto:press@example.gov")]
    [InlineData("javascript:alert(1)")]
    public void A_destination_that_is_no_web_address_is_a_problem(string link) =>
        Platform.Check(PostOf(With(PartOf("Text"), "link", link))).Select(problem => problem.Code).ShouldBe(["link.not.web"]);

    [Fact]
    public async Task A_name_without_a_scheme_is_text()
    {
        await PublishAsync(PartOf("See example.gov/levels"));

        Visible().ShouldHaveSingleItem().Card.ShouldBeNull();
    }

    [Fact]
    public async Task A_corrected_link_leads_the_pin_where_the_new_words_say()
    {
        var part = With(PartOf("Levels at https://example.gov/levls") with { Media = [NewPicture("The river")] }, "title", "");
        var post = await PublishAsync(part);

        (await CorrectAsync(part with { Text = "Levels at https://example.gov/levels" }, post)).Post.ShouldBe(post);

        var seen = Visible().ShouldHaveSingleItem();
        seen.Card.ShouldNotBeNull().Url.ShouldBe("https://example.gov/levels");
        seen.Text.ShouldBe("Levels at https://example.gov/levels\n\nLevels at https://example.gov/levels");
        (seen.Media.ShouldHaveSingleItem().Alt, seen.Visibility).ShouldBe(("The river", "News"));
        (await CorrectAsync(part with { Text = "No levels today" }, post)).Outcome.ShouldBe(Outcome.Published);
        Visible().ShouldHaveSingleItem().Card.ShouldBeNull();
    }

    [Fact]
    public async Task A_correction_keeps_the_title_and_the_destination_that_the_author_chose()
    {
        var part = With(PartOf("Mnday at https://example.gov/levels"), "link", "https://example.gov/dossier");
        var post = await PublishAsync(part);

        await CorrectAsync(part with { Text = "Monday at https://example.gov/forecast" }, post);

        using var sent = JsonDocument.Parse(Sandbox.Exchanges[^1].Request);
        sent.RootElement.EnumerateObject().Select(field => field.Name).ShouldBe(["description"]);
        var seen = Visible().ShouldHaveSingleItem();
        (seen.Text, seen.Card.ShouldNotBeNull().Url).ShouldBe(("A title\n\nMonday at https://example.gov/forecast", "https://example.gov/dossier"));
    }

    [Fact]
    public async Task An_app_that_may_not_change_pins_hears_so_and_is_not_asked_to_sign_in()
    {
        var part = PartOf("Mnday");
        var post = await PublishAsync(part);
        await SwitchOnAsync("no-beta", on: "change");

        var result = await CorrectAsync(part with { Text = "Monday" }, post);

        (result.Outcome, result.Code).ShouldBe((Outcome.Rejected, Codes.EditRefused));
        Visible().ShouldHaveSingleItem().EditedAt.ShouldBeNull();
    }

    [Fact]
    public async Task The_cover_of_a_video_is_the_second_that_was_chosen()
    {
        await PublishAsync(PartOf("Film") with { Media = [Shelf.Video("") with { CoverAt = TimeSpan.FromSeconds(3.7) }] });

        var source = SentPin().GetProperty("media_source");
        source.GetProperty("cover_image_key_frame_time").GetInt32().ShouldBe(3);
        source.GetProperty("source_type").GetString().ShouldBe("video_id");
    }

    [Fact]
    public async Task A_pin_without_a_title_of_its_own_takes_the_first_line()
    {
        await PublishAsync(With(PartOf("The dam holds\nAll levels fall."), "title", ""));

        SentPin().GetProperty("title").GetString().ShouldBe("The dam holds");
        SentPin().GetProperty("description").GetString().ShouldBe("The dam holds\nAll levels fall.");
    }

    [Fact]
    public async Task Pictures_without_alt_text_are_left_out_of_the_one_text_and_keep_their_numbers()
    {
        var part = PartOf("Three") with { Media = [Shelf.Picture("The dam"), Shelf.Picture(""), Shelf.Picture("The river")] };

        await PublishAsync(part);

        SentPin().GetProperty("alt_text").GetString().ShouldBe("1: The dam; 3: The river");
        SentPin().GetProperty("media_source").GetProperty("items").GetArrayLength().ShouldBe(3);
    }

    [Fact]
    public async Task A_text_that_looks_like_the_place_of_a_picture_stays_text()
    {
        const string Text = "\"data\":\"\" and \\\"data\\\":\\\"\\\"";

        await PublishAsync(PartOf(Text));

        Visible().ShouldHaveSingleItem().SentText.ShouldBe(Text);
    }

    [Theory]
    [InlineData("title", 100, 101, "title.too.long")]
    [InlineData("alt", 500, 501, "alt.too.long")]
    public void Limits_count_every_unit_of_an_emoji(string what, int fits, int tooLong, string code)
    {
        Check(new string('x', fits)).ShouldBeEmpty();
        Check(new string('x', tooLong)).ShouldBe([code]);
        // One family is one character for a reader, and eleven units.
        Check(new string('x', fits - 11) + "👨‍👩‍👧‍👦").ShouldBeEmpty();
        Check(new string('x', fits - 10) + "👨‍👩‍👧‍👦").ShouldBe([code]);

        IEnumerable<string> Check(string text) => Platform.Check(PostOf(what == "title"
            ? With(PartOf("Text"), "title", text)
            : PartOf("Text") with { Media = [Shelf.Picture(text)] })).Select(problem => problem.Code);
    }

    [Theory]
    [InlineData("水🌊", 3)]
    [InlineData("👨‍👩‍👧‍👦", 11)]
    [InlineData("é", 1)]
    [InlineData("e\u0301", 2)]
    [InlineData("שלום https://example.gov/a-long-address-that-counts-as-it-stands", 64)]
    public void Length_is_counted_in_utf_16_units(string text, int length) => Platform.Info.Length(PartOf(text), Account.Limits).ShouldBe(length);

    [Fact]
    public void Alt_texts_of_several_pictures_share_one_limit()
    {
        var part = PartOf("Text") with { Media = [Shelf.Picture(new string('x', 300)), Shelf.Picture(new string('y', 300))] };

        Platform.Check(PostOf(part)).Select(problem => problem.Code).ShouldBe(["alt.too.long"]);
    }

    [Fact]
    public void Pictures_of_one_pin_have_one_size()
    {
        var part = PartOf("Text") with { Media = [Shelf.Picture(""), Shelf.Picture("", 41)] };

        Platform.Check(PostOf(part)).Select(problem => problem.Code).ShouldBe(["images.sizes.differ"]);
    }

    [Fact]
    public void Media_beyond_the_limits_are_problems()
    {
        Codes(Enumerable.Range(1, 5).Select(_ => Shelf.Picture(""))).ShouldBeEmpty();
        Codes(Enumerable.Range(1, 6).Select(_ => Shelf.Picture(""))).ShouldBe(["images.too.many"]);
        Codes([]).ShouldBe(["media.needed"]);
        Codes([Shelf.Picture("") with { Length = 20_000_000 }]).ShouldBeEmpty();
        Codes([Shelf.Picture("") with { Length = 20_000_001 }]).ShouldBe(["image.too.large"]);
        Codes([Shelf.Picture("") with { Type = "image/webp" }]).ShouldBe(["media.type"]);
        Codes([Shelf.Video("") with { Length = 2_000_000_001 }]).ShouldBe(["video.too.large"]);
        Codes([Shelf.Video("") with { Duration = TimeSpan.FromSeconds(3) }]).ShouldBe(["video.too.short"]);
        Codes([Shelf.Video("") with { Duration = TimeSpan.FromMinutes(16) }]).ShouldBe(["video.too.long"]);
        Codes([Shelf.Video("") with { Width = 100, Height = 300 }]).ShouldBe(["video.ratio"]);

        IEnumerable<string> Codes(IEnumerable<Media> media) => Platform.Check(PostOf(PartOf("Text") with { Media = [.. media] })).Select(problem => problem.Code);
    }

    [Fact]
    public async Task An_app_on_trial_is_told_so()
    {
        await SwitchOnAsync("trial-access");

        var result = await SendAsync(PartOf("Never seen"), Account);

        (result.Outcome, result.Code).ShouldBe((Outcome.NotNow, Platforms.Codes.AuditMissing));
        Visible().ShouldBeEmpty();
    }

    [Fact]
    public async Task The_boards_of_a_person_can_be_connected()
    {
        var connecting = (IConnectByOAuth)Platform;
        var known = SandboxAccounts.Of("pinterest", "environment");
        var start = await connecting.StartAsync(AppOf(known), Back, "state-1", Cancel);
        var code = await Sandbox.ConsentAsync(start.Address.ShouldNotBeNull(), known.Id, "state-1");

        var result = await connecting.FinishAsync(start.Ticket, code, Back, Cancel);

        result.Problem.ShouldBeNull();
        result.Accounts.Select(account => account.DisplayName).ShouldBe(["Ministry of the Environment: News", "Ministry of the Environment: Campaigns"]);
        result.Accounts.Select(account => account.Id).Distinct().Count().ShouldBe(2);
        var chosen = result.Accounts[0];
        (chosen.Id, chosen.Handle).ShouldBe((known.Id, known.Handle));
        chosen.Credentials.RefreshToken.ShouldNotBeNull();
        chosen.Credentials.Expires.ShouldNotBeNull().ShouldBeGreaterThan(Now.AddDays(29));
        chosen.Credentials.RefreshExpires.ShouldNotBeNull().ShouldBeGreaterThan(Now.AddDays(59));
        (await Platform.PublishAsync(PartOf("Connected"), Prepared.Nothing, chosen, Cancel)).Outcome.ShouldBe(Outcome.Published);
        (await connecting.FinishAsync(start.Ticket, code, Back, Cancel)).Problem.ShouldNotBeNull().Code.ShouldBe("sign.in.refused");
    }

    [Fact]
    public async Task A_pin_goes_to_the_board_of_its_channel_and_is_looked_for_only_there()
    {
        var campaigns = Account with { Id = Account.Id + "2" };
        var part = PartOf("To the campaign");

        (await SendAsync(part, campaigns)).Outcome.ShouldBe(Outcome.Published);

        Visible().ShouldHaveSingleItem().Visibility.ShouldBe("Campaigns");
        (await ((IRecall)Platform).FindAsync(part, Prepared.Nothing, Window(), campaigns, Cancel)).Matches.ShouldHaveSingleItem();
        (await FindAsync(part)).Matches.ShouldBeEmpty();
    }

    [Fact]
    public async Task Each_refresh_brings_a_new_refresh_token()
    {
        var account = SecondAccount;

        var first = (await ((IRefreshTokens)Platform).RefreshAsync(account, Cancel)).Credentials.ShouldNotBeNull();
        var second = (await ((IRefreshTokens)Platform).RefreshAsync(account with { Credentials = first }, Cancel)).Credentials.ShouldNotBeNull();

        second.RefreshToken.ShouldNotBe(first.RefreshToken);
        (await ((IRefreshTokens)Platform).RefreshAsync(account with { Credentials = first }, Cancel)).Failure.ShouldNotBeNull().Outcome.ShouldBe(Outcome.SignInNeeded);
    }

    [Fact]
    public async Task Without_app_fields_nobody_is_sent_anywhere()
    {
        var start = await ((IConnectByOAuth)Platform).StartAsync(new Dictionary<string, string> { ["clientId"] = "1" }, Back, "s", Cancel);

        start.Address.ShouldBeNull();
        start.Problem.ShouldNotBeNull().Code.ShouldBe("app.fields.missing");
    }

    [Fact]
    public async Task The_person_is_sent_to_pinterest_itself_where_no_other_server_is_given()
    {
        var app = new Dictionary<string, string> { ["clientId"] = "id&1", ["clientSecret"] = "secret" };

        var start = await ((IConnectByOAuth)Platform).StartAsync(app, new Uri("https://press.example.gov/back"), "a b", Cancel);

        var address = start.Address.ShouldNotBeNull();
        address.GetLeftPart(UriPartial.Path).ShouldBe("https://www.pinterest.com/oauth/");
        var query = HttpUtility.ParseQueryString(address.Query);
        (query["client_id"], query["state"], query["redirect_uri"], query["response_type"]).ShouldBe(("id&1", "a b", "https://press.example.gov/back", "code"));
        query["scope"].ShouldBe("boards:read,boards:write,pins:read,pins:write,user_accounts:read");
        address.Query.ShouldNotContain("secret");
    }

    private Dictionary<string, string> AppOf(SandboxAccount known) => new()
    {
        ["clientId"] = known.ClientId!,
        ["clientSecret"] = known.ClientSecret!,
        ["server"] = Account.Server.AbsoluteUri,
    };

    private Task<PublishResult> CorrectAsync(Part part, RemotePost post) =>
        ((ICorrect)Platform).CorrectAsync(part with { Correction = new Correction(post with { Permalink = null }, CorrectionWay.Edit) }, Account, Cancel);

    private static Part With(Part part, string option, string value) => part with { Options = new Dictionary<string, string>(part.Options) { [option] = value } };

    private JsonElement SentPin()
    {
        using var sent = JsonDocument.Parse(Sandbox.Exchanges.Single(exchange => exchange.Method == "POST" && exchange.Address.AbsolutePath.EndsWith("v5/pins", StringComparison.Ordinal)).Request);
        return sent.RootElement.Clone();
    }
}
