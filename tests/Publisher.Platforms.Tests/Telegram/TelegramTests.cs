using System.Text;
using System.Text.Json;
using Publisher.Sandbox;
using Shouldly;

namespace Publisher.Platforms.Tests.Telegram;

public sealed class TelegramTests(SandboxFixture sandbox) : PlatformContract(sandbox, "telegram")
{
    protected override Counts? Told(SandboxCounts all) => null;

    /// <summary>A bot's token ends only when a person ends it.</summary>
    protected override bool TokensExpire => false;

    /// <summary>Two equal calls make two messages: a repeat is never safe.</summary>
    protected override Task CheckRepeatAsync(PublishResult first, PublishResult second)
    {
        second.Outcome.ShouldBe(Outcome.Published);
        Visible().Count.ShouldBe(2);
        return Task.CompletedTask;
    }

    [Fact]
    public void Nobody_claims_to_know_whether_a_post_is_there()
    {
        Platform.ShouldNotBeAssignableTo<IRecall>();
        Platform.Info.CanProveAbsence.ShouldBeFalse();
    }

    [Fact]
    public async Task A_text_below_pictures_may_be_a_quarter_as_long()
    {
        var part = PartOf(TextOf(1024)) with { Media = [Shelf.Picture("")] };
        Platform.Check(PostOf(part)).ShouldBeEmpty();
        await PublishAsync(part);

        Visible().ShouldHaveSingleItem().Text.ShouldBe(part.Text);
    }

    [Fact]
    public async Task One_character_more_below_pictures_is_refused_by_the_check_and_by_the_platform()
    {
        ExpectsObjections = true;
        var part = PartOf(TextOf(1025)) with { Media = [Shelf.Picture(""), Shelf.Picture("")] };

        Platform.Check(PostOf(part)).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            problem => problem.Code.ShouldBe("text.too.long"),
            problem => problem.Values.ShouldBe(["1025", "1024"]));
        var result = await SendAsync(part, Account);

        (result.Outcome, result.Code).ShouldBe((Outcome.Rejected, Codes.TextTooLong));
        Visible().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("A", 1)]
    [InlineData("é", 1)]
    [InlineData("e\u0323\u0301", 3)]
    [InlineData("水", 1)]
    [InlineData("🌊", 2)]
    [InlineData("👩‍👩‍👧‍👧", 11)]
    [InlineData("שלום", 4)]
    [InlineData("https://example.gov/a-very-long-address-that-is-not-shortened", 61)]
    [InlineData("one\ntwo", 7)]
    public void Length_is_in_UTF_16_units(string text, int length) => Platform.Info.Length(PartOf(text), Account.Limits).ShouldBe(length);

    [Fact]
    public async Task Ten_pictures_are_one_album_and_eleven_are_too_many()
    {
        var pictures = Enumerable.Range(1, 11).Select(_ => Shelf.Picture("")).ToList();

        await PublishAsync(PartOf("Ten") with { Media = pictures[..10] });

        Visible().ShouldHaveSingleItem().Media.Select(media => media.Sha256).ShouldBe(pictures[..10].Select(picture => picture.Hash));
        await CheckOneCreateCallAsync();
        Platform.Check(PostOf(PartOf("Eleven") with { Media = pictures })).Select(problem => problem.Code).ShouldBe(["images.too.many"]);
    }

    [Fact]
    public async Task Several_videos_are_an_album_too()
    {
        Media[] videos = [Shelf.Video(""), Shelf.Video("")];

        await PublishAsync(PartOf("Two films") with { Media = videos });

        var seen = Visible().ShouldHaveSingleItem();
        seen.Media.Select(media => media.Sha256).ShouldBe(videos.Select(video => video.Hash));
        seen.Text.ShouldBe("Two films");
    }

    [Fact]
    public async Task A_picture_needs_no_text()
    {
        await PublishAsync(PartOf("") with { Media = [Shelf.Picture("")] });

        Visible().ShouldHaveSingleItem().Text.ShouldBe("");
    }

    [Theory]
    [InlineData(5000, 5000, null)]
    [InlineData(5000, 5001, "image.too.many.pixels")]
    [InlineData(2000, 100, null)]
    [InlineData(2001, 100, "image.ratio")]
    [InlineData(100, 2001, "image.ratio")]
    public async Task The_sides_of_a_picture_have_limits(int width, int height, string? code)
    {
        var part = PartOf("Wide") with { Media = [Shelf.Jpeg("", width, height)] };

        Platform.Check(PostOf(part)).Select(problem => problem.Code).ShouldBe(code is null ? [] : [code]);
        var result = await SendAsync(part, Account);

        result.Outcome.ShouldBe(code is null ? Outcome.Published : Outcome.Rejected, result.ToString());
        result.Code.ShouldBe(code is null ? "published" : Codes.MediaRefused);
    }

    [Fact]
    public async Task An_alt_text_is_not_sent_and_the_author_is_told()
    {
        var part = PartOf("A bridge") with { Media = [Shelf.Picture("A stone bridge over the Elbe")] };

        Platform.Check(PostOf(part)).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            note => note.Code.ShouldBe("image.alt.not.sent"),
            note => note.IsNote.ShouldBeTrue());
        await PublishAsync(part);

        Encoding.UTF8.GetString(Sandbox.Exchanges.ShouldHaveSingleItem().Request).ShouldNotContain("stone bridge");
    }

    [Fact]
    public async Task Options_are_carried()
    {
        var options = new Dictionary<string, string> { ["notification"] = "silent", ["preview"] = "off" };

        await PublishAsync(PartOf("Quiet: https://example.gov/") with { Options = options });
        await PublishAsync(PartOf("Quiet too") with { Options = options, Media = [Shelf.Picture("")] });

        Visible().Select(post => post.Visibility).ShouldBe(["without sound", "without sound"]);
        using var sent = JsonDocument.Parse(Sandbox.Exchanges[0].Request);
        sent.RootElement.GetProperty("link_preview_options").GetProperty("is_disabled").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Defaults_say_nothing_about_them()
    {
        await PublishAsync(PartOf("Plain"));

        using var sent = JsonDocument.Parse(Sandbox.Exchanges.ShouldHaveSingleItem().Request);
        sent.RootElement.EnumerateObject().Select(field => field.Name).ShouldBe(["chat_id", "text"]);
    }

    [Fact]
    public async Task A_post_may_continue_an_album()
    {
        var album = await PublishAsync(PartOf("One of two") with { Media = [Shelf.Picture(""), Shelf.Picture("")] });

        await PublishAsync(PartOf("Two of two") with { Number = 2, Root = album, Parent = album });

        Visible()[^1].ReplyTo.ShouldBe(album.Id);
    }

    [Fact]
    public async Task A_post_that_continues_a_deleted_one_is_refused()
    {
        var first = await PublishAsync(PartOf("One of two"));
        await ((IRetract)Platform).RetractAsync(first, Account, Cancel);

        var result = await SendAsync(PartOf("Two of two") with { Number = 2, Root = first, Parent = first }, Account);

        (result.Outcome, result.Code).ShouldBe((Outcome.Rejected, Codes.ParentGone));
        Visible().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_corrected_album_says_the_new_words_below_the_same_files()
    {
        var part = PartOf("Mnday") with { Media = [Shelf.Picture("one"), Shelf.Picture("two")] };
        var album = await PublishAsync(part);

        var result = await CorrectAsync(part with { Text = "Monday" }, album);

        (result.Outcome, result.Post).ShouldBe((Outcome.Published, album));
        var seen = Visible().ShouldHaveSingleItem();
        (seen.Text, seen.EditedAt is null).ShouldBe(("Monday", false));
        seen.Media.Select(media => media.Sha256).ShouldBe(part.Media.Select(media => media.Hash));
    }

    [Fact]
    public async Task A_correction_that_takes_all_words_away_leaves_the_picture()
    {
        var part = PartOf("Not this one") with { Media = [Shelf.Picture("")] };
        var post = await PublishAsync(part);

        (await CorrectAsync(part with { Text = "" }, post)).Outcome.ShouldBe(Outcome.Published);

        Visible().ShouldHaveSingleItem().Text.ShouldBe("");
    }

    [Fact]
    public async Task A_correction_below_a_picture_is_held_to_the_shorter_limit()
    {
        var part = PartOf("Short") with { Media = [Shelf.Picture("")] };
        var post = await PublishAsync(part);

        var result = await CorrectAsync(part with { Text = TextOf(1025) }, post);

        (result.Outcome, result.Code).ShouldBe((Outcome.Rejected, Codes.TextTooLong));
        Visible().ShouldHaveSingleItem().EditedAt.ShouldBeNull();
    }

    [Theory]
    [InlineData("off", true)]
    [InlineData("on", false)]
    public async Task A_correction_leaves_the_preview_as_it_was_chosen(string preview, bool isSaid)
    {
        var part = PartOf("See https://example.gov/") with { Options = new Dictionary<string, string> { ["preview"] = preview } };
        var post = await PublishAsync(part);

        await CorrectAsync(part with { Text = "Read https://example.gov/" }, post);

        using var sent = JsonDocument.Parse(Sandbox.Exchanges[^1].Request);
        sent.RootElement.TryGetProperty("link_preview_options", out _).ShouldBe(isSaid);
        Sandbox.Exchanges[^1].Address.Segments[^1].ShouldBe("editMessageText");
    }

    [Fact]
    public async Task A_post_that_became_another_kind_cannot_be_corrected_and_that_is_said()
    {
        var post = await PublishAsync(PartOf("With a picture") with { Media = [Shelf.Picture("")] });

        var result = await CorrectAsync(PartOf("Without"), post);

        (result.Outcome, result.Code).ShouldBe((Outcome.Rejected, Codes.EditRefused));
    }

    [Fact]
    public async Task Taking_an_album_back_takes_every_picture()
    {
        var album = await PublishAsync(PartOf("Three") with { Media = [Shelf.Picture(""), Shelf.Picture(""), Shelf.Picture("")] });
        album.Version.ShouldNotBeNull().Split(',').Length.ShouldBe(2);

        (await ((IRetract)Platform).RetractAsync(album, Account, Cancel)).Failure.ShouldBeNull();

        Visible().ShouldBeEmpty();
        (await Sandbox.CallsAsync("telegram", "change")).Count.ShouldBe(3);
    }

    [Fact]
    public async Task Taking_an_album_back_goes_on_where_it_was_interrupted()
    {
        var album = await PublishAsync(PartOf("Two") with { Media = [Shelf.Picture(""), Shelf.Picture("")] });
        await ((IRetract)Platform).RetractAsync(album with { Version = null }, Account, Cancel);
        Visible().ShouldHaveSingleItem().Media.Count.ShouldBe(1);

        (await ((IRetract)Platform).RetractAsync(album, Account, Cancel)).Failure.ShouldBeNull();

        Visible().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_that_breaks_while_it_is_read_leaves_nothing()
    {
        var video = Shelf.Video("");
        // Not the recording client: it would read the whole file before anything leaves.
        using var http = new HttpClient();
        var platform = new PlatformList(http, TimeProvider.System, new BreakingFiles(Shelf))["telegram"];

        await Should.ThrowAsync<HttpRequestException>(() => platform.PublishAsync(PartOf("Never") with { Media = [video] }, Prepared.Nothing, Account, Cancel));

        Sandbox.Posts("telegram").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("cut-before")]
    [InlineData("cut-after")]
    public async Task A_broken_wire_does_not_tell_the_token(string fault)
    {
        await SwitchOnAsync(fault);

        var failure = await Should.ThrowAsync<HttpRequestException>(() => SendAsync(PartOf("Lost"), Account));

        failure.ToString().ShouldNotContain(Account.Credentials.Token.Value.Split(':')[1]);
    }

    [Fact]
    public async Task A_server_that_is_not_there_does_not_make_the_token_known()
    {
        var failure = await Should.ThrowAsync<HttpRequestException>(() => SendAsync(PartOf("Lost"), Account with { Server = new Uri("http://localhost:1/") }));

        failure.ToString().ShouldNotContain(Account.Credentials.Token.Value.Split(':')[1]);
    }

    [Fact]
    public void Links_names_and_hashtags_are_shown_as_Telegram_finds_them()
    {
        const string Text = "Siehe example.gov/a_(b), https://example.gov/ü?x=1. @ministry @abc a@ministry #Größe #1 x#y #水位";

        Platform.Info.Entities(Text).Select(entity => (entity.Kind, entity.Value)).ShouldBe(
        [
            (EntityKind.Link, "https://example.gov/a_(b)"),
            (EntityKind.Link, "https://example.gov/ü?x=1"),
            (EntityKind.Mention, "ministry"),
            (EntityKind.Hashtag, "Größe"),
            (EntityKind.Hashtag, "水位"),
        ]);
    }

    [Theory]
    [InlineData("@environment")]
    [InlineData("environment")]
    [InlineData("https://t.me/environment")]
    [InlineData("t.me/s/environment")]
    [InlineData("https://t.me/environment/17")]
    [InlineData("-1002000000101")]
    [InlineData("https://t.me/c/2000000101/17")]
    public async Task A_channel_is_connected_however_it_is_named(string typed)
    {
        var known = SandboxAccounts.Of("telegram", "environment");

        var result = await ConnectAsync(typed, $" {known.Token} ");

        result.Problem.ShouldBeNull();
        var account = result.Accounts.ShouldHaveSingleItem();
        (account.Id, account.Handle, account.DisplayName).ShouldBe((known.Id, known.Handle, known.DisplayName));
        (await Platform.PublishAsync(PartOf("Connected"), Prepared.Nothing, account, Cancel)).Outcome.ShouldBe(Outcome.Published);
    }

    [Theory]
    [InlineData("@environment", "no token", "sign.in.refused")]
    [InlineData("@environment", "110000101:wrong", "sign.in.refused")]
    [InlineData("@environment", "110000101:a/../b", "sign.in.refused")]
    [InlineData("@nobody_there", null, "bot.may.not.post")]
    [InlineData("@water", null, "bot.may.not.post")]
    [InlineData("not a channel", null, "bot.may.not.post")]
    [InlineData("", null, "bot.may.not.post")]
    public async Task What_cannot_be_connected_is_refused_in_words(string channel, string? token, string code) =>
        (await ConnectAsync(channel, token ?? Account.Credentials.Token.Value)).Problem.ShouldNotBeNull().Code.ShouldBe(code);

    [Fact]
    public async Task The_journal_of_the_sandbox_holds_no_token()
    {
        ExpectsObjections = true;
        var token = Account.Credentials.Token.Value;
        await PublishAsync(PartOf("Noted"));
        using var unknown = new HttpRequestMessage(HttpMethod.Post, $"{Account.Server.AbsoluteUri}bot{token}/sendGreeting") { Content = new StringContent("{}") };
        (await Sandbox.Http.SendAsync(unknown, Cancel)).Dispose();

        (await Sandbox.CallsAsync("telegram", "create")).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            call => call.Path.ShouldBe("bot/sendMessage"),
            call => call.Account.ShouldBe("environment"));
        Sandbox.Objections().ShouldHaveSingleItem().Path.ShouldBe("bot/sendGreeting");
    }

    private Task<PublishResult> CorrectAsync(Part part, RemotePost post) =>
        ((ICorrect)Platform).CorrectAsync(part with { Correction = new Correction(post with { Permalink = null }, CorrectionWay.Edit) }, Account, Cancel);

    private Task<ConnectResult> ConnectAsync(string channel, string token) => ((IConnectByForm)Platform).ConnectAsync(
        new Dictionary<string, string> { ["channel"] = channel, ["token"] = token, ["server"] = Account.Server.AbsoluteUri }, Cancel);

    /// <summary>Fails at the last byte, as the bytes of another file do.</summary>
    private sealed class BreakingFiles(IMediaFiles whole) : IMediaFiles
    {
        public Stream Open(Media media) => new BreakingStream(whole.Open(media));

        public Uri? AddressOf(Media media, Part part) => null;

        private sealed class BreakingStream(Stream whole) : MemoryStream
        {
            public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
            {
                var read = await whole.ReadAsync(buffer, cancellationToken);
                return whole.Position == whole.Length ? throw new IOException("Other bytes than were approved.") : read;
            }
        }
    }
}
