using System.Net.Http.Headers;
using System.Text.Json;
using Publisher.Sandbox;
using Shouldly;

namespace Publisher.Platforms.Tests.PeerTube;

public sealed class PeerTubeTests(SandboxFixture sandbox) : PlatformContract(sandbox, "peertube")
{
    /// <summary>The visible call names a video that is there: however often, it is one.</summary>
    protected override TimeSpan? RepeatSafeFor => TimeSpan.FromDays(36500);

    protected override bool TellsRevoked => false;

    /// <summary>Shares are not counted, and dislikes are no likes.</summary>
    protected override Counts? Told(SandboxCounts all) => new(all.Likes, Replies: all.Replies, Views: all.Views);

    [Fact]
    public async Task Every_choice_arrives()
    {
        var part = With(PartOf("Der Text"), ("title", "Die neue Brücke"), ("visibility", "unlisted"), ("category", "15"), ("licence", "2"), ("comments", "3"), ("tags", "water, Flood protection,water")) with { Language = "de-AT" };

        await PublishAsync(part);

        var seen = Visible().ShouldHaveSingleItem();
        (seen.Visibility, seen.Language).ShouldBe(("unlisted", "de"));
        using var video = JsonDocument.Parse(seen.Source);
        var said = video.RootElement;
        said.GetProperty("Name").GetString().ShouldBe("Die neue Brücke");
        (said.GetProperty("Category").GetString(), said.GetProperty("Licence").GetString(), said.GetProperty("Comments").GetString()).ShouldBe(("15", "2", "3"));
        said.GetProperty("Tags").EnumerateArray().Select(tag => tag.GetString()).ShouldBe(["water", "Flood protection"]);
    }

    [Fact]
    public async Task Without_a_title_the_first_line_is_one()
    {
        await PublishAsync(With(PartOf("Flood warning lifted\nMore below."), ("title", "")));

        Visible().ShouldHaveSingleItem().Source.ShouldContain("\"Name\":\"Flood warning lifted\"");
    }

    [Fact]
    public async Task Nothing_is_visible_before_the_visible_call()
    {
        var part = PartOf("Embargoed");
        var prepared = await PrepareAsync(part, Account);

        Sandbox.Posts("peertube").ShouldBeEmpty();
        (await FindAsync(part)).ShouldSatisfyAllConditions(found => found.Matches.ShouldBeEmpty(), found => found.IsComplete.ShouldBeTrue());
        (await Platform.PublishAsync(part, prepared, Account, Cancel)).Outcome.ShouldBe(Outcome.Published);
    }

    [Fact]
    public async Task What_a_correction_leaves_alone_survives_it()
    {
        var part = With(PartOf("Opens on Mnday"), ("title", "The bridge"), ("visibility", "unlisted"), ("category", "15"), ("licence", "2"), ("comments", "3"), ("tags", "water,Flood protection")) with { Language = "de" };
        var live = await PublishAsync(part);
        await ChangeAsync(live.Id, "name", "The new bridge");

        var result = await ((ICorrect)Platform).CorrectAsync(part with { Text = "Opens on Monday", Correction = new Correction(live, CorrectionWay.Edit) }, Account, Cancel);

        (result.Outcome, result.Post).ShouldBe((Outcome.Published, live), result.ToString());
        var seen = Visible().ShouldHaveSingleItem();
        (seen.Text, seen.Visibility, seen.Language).ShouldBe(("Opens on Monday", "unlisted", "de"));
        using var video = JsonDocument.Parse(seen.Source);
        new[] { "Name", "Category", "Licence", "Comments" }.Select(name => video.RootElement.GetProperty(name).GetString()).ShouldBe(["The new bridge", "15", "2", "3"]);
        video.RootElement.GetProperty("Tags").EnumerateArray().Select(tag => tag.GetString()).ShouldBe(["water", "Flood protection"]);
        seen.RequestCount.ShouldBe(1);
    }

    [Fact]
    public async Task A_title_drawn_from_the_text_is_corrected_with_it()
    {
        var part = With(PartOf("The brigde is open\nFrom Monday."), ("title", ""));
        var live = await PublishAsync(part);

        await ((ICorrect)Platform).CorrectAsync(part with { Text = "The bridge is open\nFrom Monday.", Correction = new Correction(live, CorrectionWay.Edit) }, Account, Cancel);

        Visible().ShouldHaveSingleItem().Source.ShouldContain("\"Name\":\"The bridge is open\"");
    }

    [Fact]
    public async Task A_text_can_be_taken_away()
    {
        var part = PartOf("Wrong from beginning to end");
        var live = await PublishAsync(part);

        (await ((ICorrect)Platform).CorrectAsync(part with { Text = "", Correction = new Correction(live, CorrectionWay.Edit) }, Account, Cancel)).Outcome.ShouldBe(Outcome.Published);

        Visible().ShouldHaveSingleItem().Text.ShouldBe("");
    }

    [Fact]
    public async Task What_somebody_changed_in_the_draft_does_not_go_out()
    {
        var part = PartOf("As approved");
        var prepared = await PrepareAsync(part, Account);
        await ChangeAsync(prepared.Files[0].Id, "description", "Changed by somebody");

        await Platform.PublishAsync(part, prepared, Account, Cancel);

        Visible().ShouldHaveSingleItem().Text.ShouldBe("As approved");
    }

    [Fact]
    public async Task The_original_can_be_shown_before_it_is_transcoded()
    {
        var part = With(PartOf("At once"), ("transcoding", "at.once"));
        var preparing = (IPrepare)Platform;

        var announced = await preparing.PrepareAsync(part, Prepared.Nothing, Account, Cancel);
        var sent = await preparing.PrepareAsync(part, announced.Prepared, Account, Cancel);

        (await preparing.PrepareAsync(part, sent.Prepared, Account, Cancel)).IsReady.ShouldBeTrue();
    }

    [Fact]
    public async Task A_large_video_goes_in_pieces_of_the_size_the_server_names()
    {
        var video = Shelf.Video("", 2_500_000);

        await PublishAsync(PartOf("Large") with { Media = [video] });

        Visible().ShouldHaveSingleItem().Media.ShouldHaveSingleItem().Sha256.ShouldBe(video.Hash);
        Pieces().ShouldBe([0, 1_048_576, 1_048_576, 402_848]);
    }

    [Fact]
    public async Task An_interrupted_upload_goes_on_where_it_stopped()
    {
        var part = PartOf("Interrupted");
        var announced = (await ((IPrepare)Platform).PrepareAsync(part, Prepared.Nothing, Account, Cancel)).Prepared;
        using (var request = new HttpRequestMessage(HttpMethod.Put, new Uri(Account.Server, $"api/v1/videos/upload-resumable?upload_id={announced.Files[0].Data}")))
        {
            var bytes = new byte[50_000];
            await using var file = Shelf.Open(part.Media[0]);
            await file.ReadExactlyAsync(bytes, Cancel);
            request.Content = new ByteArrayContent(bytes);
            request.Content.Headers.ContentType = new("application/octet-stream");
            request.Content.Headers.ContentRange = new(0, 49_999, part.Media[0].Length);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Account.Credentials.Token.Value);
            using var answer = await Sandbox.Http.SendAsync(request, Cancel);
            ((int)answer.StatusCode).ShouldBe(308);
        }

        var sent = await ((IPrepare)Platform).PrepareAsync(part, announced, Account, Cancel);

        Pieces().ShouldBe([50_000, 0, 70_000]);
        sent.Prepared.Files.ShouldHaveSingleItem().Hash.ShouldBe(part.Media[0].Hash);
    }

    [Fact]
    public async Task An_upload_whose_last_answer_was_lost_is_not_sent_again()
    {
        var part = PartOf("Lost at the end");
        var announced = (await ((IPrepare)Platform).PrepareAsync(part, Prepared.Nothing, Account, Cancel)).Prepared;
        var first = await ((IPrepare)Platform).PrepareAsync(part, announced, Account, Cancel);

        var second = await ((IPrepare)Platform).PrepareAsync(part, announced, Account, Cancel);

        second.Prepared.Files.ShouldBe(first.Prepared.Files);
        Pieces().ShouldBe([0, 120_000, 0]);
    }

    [Fact]
    public async Task A_server_that_still_works_on_the_file_is_asked_when_it_says()
    {
        var part = PartOf("Busy");
        var announced = (await ((IPrepare)Platform).PrepareAsync(part, Prepared.Nothing, Account, Cancel)).Prepared;
        await SwitchOnAsync("upload-busy", on: "media");

        var result = await ((IPrepare)Platform).PrepareAsync(part, announced, Account, Cancel);

        (result.Failure.ShouldNotBeNull().Outcome, result.Failure.RetryAfter).ShouldBe((Outcome.NotNow, TimeSpan.FromMinutes(5)));
        result.Prepared.ShouldBe(announced);
    }

    [Fact]
    public async Task Looking_does_not_take_another_video_of_the_same_title_for_ours()
    {
        await PublishAsync(PartOf("The first of two"));
        var second = PartOf("The second of two");
        var live = await PublishAsync(second);

        (await FindAsync(second)).Matches.ShouldHaveSingleItem().ShouldBe(live);
        (await FindAsync(With(second, ("visibility", "internal")))).Matches.ShouldBeEmpty();
        (await FindAsync(second, new TimeWindow(Now.AddMinutes(1), Now.AddMinutes(2)))).Matches.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("👩‍🚀 👍🏽", 10)]
    [InlineData("e\u0323\u0302 combining", 13)]
    [InlineData("堤防を開けました", 8)]
    [InlineData("تم رفع التحذير", 14)]
    [InlineData("see example.org/a and https://example.gov/report_(2026)?a=1", 59)]
    public async Task Texts_arrive_whole_and_count_as_the_server_counts(string text, int length)
    {
        var part = PartOf(text);

        Platform.Info.Length(part, Account.Limits).ShouldBe(length);
        await PublishAsync(part);

        Visible().ShouldHaveSingleItem().Text.ShouldBe(text);
    }

    [Fact]
    public void Only_addresses_with_a_scheme_are_links()
    {
        const string Text = "See https://example.gov/a_(b), example.org, #water and @press.";

        Platform.Info.Entities(Text).Select(entity => (entity.Kind, entity.Value)).ShouldBe([(EntityKind.Link, "https://example.gov/a_(b)")]);
    }

    [Theory]
    [InlineData("title", "ab", "title.too.short")]
    [InlineData("title", "abc", null)]
    [InlineData("tags", "ab,cd,ef,gh,ij", null)]
    [InlineData("tags", "ab,cd,ef,gh,ij,kl", "hashtags.too.many")]
    [InlineData("tags", "a", "tag.length")]
    [InlineData("tags", "a tag that has thirty-one signs", "tag.length")]
    public void A_choice_the_server_would_refuse_is_a_problem(string option, string value, string? problem)
    {
        Platform.Check(PostOf(With(PartOf("Text"), (option, value)))).Select(found => found.Code).ShouldBe(problem is null ? [] : [problem]);
    }

    [Fact]
    public void A_title_counts_as_the_server_counts_it()
    {
        Check(new string('a', 120)).ShouldBeEmpty();
        Check(new string('a', 121)).ShouldBe(["title.too.long"]);
        Check(string.Concat(Enumerable.Repeat("👍", 60))).ShouldBeEmpty();
        Check(string.Concat(Enumerable.Repeat("👍", 61))).ShouldBe(["title.too.long"]);

        IEnumerable<string> Check(string title) => Platform.Check(PostOf(With(PartOf("Text"), ("title", title)))).Select(problem => problem.Code);
    }

    [Fact]
    public void A_video_is_needed_and_pictures_are_not_taken()
    {
        Platform.Check(PostOf(PartOf("Text") with { Media = [] })).Select(problem => problem.Code).ShouldBe(["video.needed"]);
        Platform.Check(PostOf(PartOf("Text") with { Media = [Shelf.Picture("")] })).Select(problem => problem.Code).ShouldBe(["images.not.taken"]);
        Platform.Check(PostOf(PartOf("Text") with { Media = [Shelf.Video(""), Shelf.Video("")] })).Select(problem => problem.Code).ShouldBe(["videos.too.many"]);
        Platform.Check(PostOf(PartOf("ab"))).Select(problem => problem.Code).ShouldBe(["text.too.short"]);
    }

    [Fact]
    public async Task A_person_connects_a_channel()
    {
        var known = SandboxAccounts.Of("peertube", "environment");

        var result = await ConnectAsync(known, "");

        result.Problem.ShouldBeNull();
        var account = result.Accounts.ShouldHaveSingleItem();
        (account.Id, account.Handle, account.DisplayName).ShouldBe((known.Id, $"environment@{Sandbox.Address.Authority}", known.DisplayName));
        account.Limits.ShouldSatisfyAllConditions(limits => limits.VideoBytes.ShouldBe(20_000_000_000), limits => limits.VideoTypes.ShouldBe(["video/mp4", "video/webm", "video/quicktime"]));
        account.RepeatSafeFor.ShouldBe(RepeatSafeFor);
        account.Credentials.Expires.ShouldNotBeNull().ShouldBeGreaterThan(Now.AddHours(23));
        account.Credentials.RefreshExpires.ShouldNotBeNull().ShouldBeGreaterThan(Now.AddDays(13));
        (await SendAsync(PartOf("Connected"), account)).Outcome.ShouldBe(Outcome.Published);
    }

    [Fact]
    public async Task A_second_factor_is_asked_for_and_taken()
    {
        var known = SandboxAccounts.Of("peertube", "water");

        (await ConnectAsync(known, "")).Problem.ShouldNotBeNull().Code.ShouldBe("second.factor.needed");
        (await ConnectAsync(known, "000000")).Problem.ShouldNotBeNull().Code.ShouldBe("sign.in.refused");
        (await ConnectAsync(known, "123456")).Accounts.ShouldHaveSingleItem().Id.ShouldBe(known.Id);
    }

    [Fact]
    public async Task A_wrong_password_or_address_is_refused_in_words()
    {
        (await ConnectAsync(SandboxAccounts.Of("peertube", "environment") with { AppPassword = "wrong" }, "")).Problem.ShouldNotBeNull().Code.ShouldBe("sign.in.refused");
        (await ((IConnectByForm)Platform).ConnectAsync(new Dictionary<string, string> { ["server"] = "no server" }, Cancel)).Problem.ShouldNotBeNull().Code.ShouldBe("server.address");
    }

    [Fact]
    public async Task A_refresh_ends_the_pair_before_it()
    {
        var refreshing = (IRefreshTokens)Platform;
        var first = await refreshing.RefreshAsync(Account, Cancel);

        (await refreshing.RefreshAsync(Account, Cancel)).Failure.ShouldNotBeNull().Outcome.ShouldBe(Outcome.SignInNeeded);
        (await refreshing.RefreshAsync(Account with { Credentials = first.Credentials.ShouldNotBeNull() }, Cancel)).Failure.ShouldBeNull();
    }

    private static Part With(Part part, params (string Name, string Value)[] options)
    {
        var all = new Dictionary<string, string>(part.Options);
        foreach (var (name, value) in options)
        {
            all[name] = value;
        }

        return part with { Options = all };
    }

    /// <summary>Somebody changes a video on the server itself.</summary>
    private async Task ChangeAsync(string id, string field, string value)
    {
        using var form = new MultipartFormDataContent { { new StringContent(value), field } };
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri(Account.Server, $"api/v1/videos/{id}")) { Content = form };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Account.Credentials.Token.Value);
        using var answer = await Sandbox.Http.SendAsync(request, Cancel);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Bytes of each request that brought a piece of a file, or asked how much is there.</summary>
    private IEnumerable<int> Pieces() => Sandbox.Exchanges
        .Where(exchange => exchange.Method == "PUT" && exchange.Address.AbsolutePath.EndsWith("upload-resumable", StringComparison.Ordinal))
        .Select(exchange => exchange.Request.Length);

    private Task<ConnectResult> ConnectAsync(SandboxAccount known, string secondFactor) => ((IConnectByForm)Platform).ConnectAsync(
        new Dictionary<string, string> { ["server"] = Account.Server.AbsoluteUri, ["username"] = known.Handle, ["password"] = known.AppPassword!, ["otp"] = secondFactor }, Cancel);
}
