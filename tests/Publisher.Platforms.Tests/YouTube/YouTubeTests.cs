using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Web;
using Publisher.Sandbox;
using Shouldly;

namespace Publisher.Platforms.Tests.YouTube;

public sealed class YouTubeTests(SandboxFixture sandbox) : PlatformContract(sandbox, "youtube")
{
    /// <summary>The visible call names a video that is there: however often, it is one.</summary>
    protected override bool LooksInAListing => false;

    protected override TimeSpan? RepeatSafeFor => TimeSpan.FromDays(36500);

    protected override bool TellsRevoked => false;

    [Fact]
    public async Task A_channel_that_may_choose_no_cover_shows_the_video_without_and_that_is_said()
    {
        var part = PartOf("Without a cover") with { Media = [Shelf.Video("A bridge") with { Cover = Shelf.Keep([1, 2, 3]) with { Type = "image/jpeg", Width = 1, Height = 1 } }] };

        var result = await SendAsync(part, Account);

        (result.Outcome, result.Code).ShouldBe((Outcome.Published, Codes.CoverMissing), result.ToString());
        Visible().ShouldHaveSingleItem().Media.ShouldHaveSingleItem().CoverSha256.ShouldBeNull();
    }

    /// <summary>Shares are not counted.</summary>
    protected override Counts? Told(SandboxCounts all) => new(all.Likes, Replies: all.Replies, Views: all.Views);

    /// <summary>Rounded down to three digits.</summary>
    protected override long? ToldFollowers(int all)
    {
        var unit = 1;
        while (all / unit >= 1000)
        {
            unit *= 10;
        }

        return all / unit * unit;
    }

    /// <summary>Without angle brackets, which are refused.</summary>
    protected override string AwkwardText => base.AwkwardText.Replace("<b>", "‹b›").Replace("</b>", "‹/b›");

    [Fact]
    public async Task Every_choice_arrives()
    {
        await PublishAsync(With(
            PartOf("Der Text"), ("title", "Die neue Brücke"), ("visibility", "unlisted"), ("category", "28"), ("license", "creativeCommon"), ("made_for_kids", "yes"), ("synthetic", "yes"), ("tags", "water, flood protection")) with { Language = "de" });

        var seen = Visible().ShouldHaveSingleItem();
        (seen.Visibility, seen.Language).ShouldBe(("unlisted", "de"));
        using var video = JsonDocument.Parse(seen.Source);
        var said = video.RootElement;
        (said.GetProperty("Title").GetString(), said.GetProperty("Category").GetString(), said.GetProperty("License").GetString()).ShouldBe(("Die neue Brücke", "28", "creativeCommon"));
        (said.GetProperty("IsForKids").GetBoolean(), said.GetProperty("IsSynthetic").GetBoolean()).ShouldBe((true, true));
        said.GetProperty("Tags").EnumerateArray().Select(tag => tag.GetString()).ShouldBe(["water", "flood protection"]);
    }

    [Fact]
    public async Task Nothing_of_the_upload_is_erased_by_showing_it()
    {
        await PublishAsync(With(PartOf("Text"), ("tags", "water"), ("license", "creativeCommon")));

        var bodies = Sandbox.Exchanges.Where(exchange => exchange.RequestType == "application/json").Select(exchange => JsonDocument.Parse(exchange.Request).RootElement).ToList();
        bodies.Count.ShouldBe(2);
        bodies[1].GetProperty("snippet").GetRawText().ShouldBe(bodies[0].GetProperty("snippet").GetRawText());
        bodies[1].GetProperty("status").GetRawText().ShouldBe(bodies[0].GetProperty("status").GetRawText().Replace("private", "public"));
    }

    [Fact]
    public async Task Nothing_is_visible_before_the_visible_call()
    {
        var part = PartOf("Embargoed");
        var prepared = await PrepareAsync(part, Account);

        Sandbox.Posts("youtube").ShouldBeEmpty();
        (await FindAsync(part)).ShouldSatisfyAllConditions(found => found.Matches.ShouldBeEmpty(), found => found.IsComplete.ShouldBeTrue());
        (await Platform.PublishAsync(part, prepared, Account, Cancel)).Outcome.ShouldBe(Outcome.Published);
    }

    [Fact]
    public async Task What_a_correction_leaves_alone_survives_it()
    {
        var part = With(PartOf("Opens on Mnday"), ("title", "The bridge"), ("category", "28"), ("tags", "water, flood protection"), ("license", "creativeCommon"), ("visibility", "unlisted")) with { Language = "de" };
        var live = await PublishAsync(part);
        // Somebody has meanwhile given it another title and the language that is spoken, on YouTube itself.
        await UpdateAsync(new { id = live.Id, snippet = new { title = "The new bridge", description = "Opens on Mnday", categoryId = "28", tags = new[] { "water", "flood protection" }, defaultLanguage = "de", defaultAudioLanguage = "fr" } });

        var result = await ((ICorrect)Platform).CorrectAsync(part with { Text = "Opens on Monday", Correction = new Correction(live, CorrectionWay.Edit) }, Account, Cancel);

        (result.Outcome, result.Post).ShouldBe((Outcome.Published, live), result.ToString());
        var seen = Visible().ShouldHaveSingleItem();
        (seen.Text, seen.Visibility, seen.Language).ShouldBe(("Opens on Monday", "unlisted", "de"));
        using var video = JsonDocument.Parse(seen.Source);
        new[] { "Title", "Category", "License", "AudioLanguage" }.Select(name => video.RootElement.GetProperty(name).GetString()).ShouldBe(["The new bridge", "28", "creativeCommon", "fr"]);
        video.RootElement.GetProperty("Tags").EnumerateArray().Select(tag => tag.GetString()).ShouldBe(["water", "flood protection"]);
        seen.RequestCount.ShouldBe(1);
    }

    [Fact]
    public async Task A_title_drawn_from_the_text_is_corrected_with_it()
    {
        var part = With(PartOf("The brigde is open\nFrom Monday."), ("title", ""));
        var live = await PublishAsync(part);

        await ((ICorrect)Platform).CorrectAsync(part with { Text = "The bridge is open\nFrom Monday.", Correction = new Correction(live, CorrectionWay.Edit) }, Account, Cancel);

        Visible().ShouldHaveSingleItem().Source.ShouldContain("\"Title\":\"The bridge is open\"");
    }

    [Fact]
    public async Task A_channel_that_hides_its_subscribers_has_no_number_of_them()
    {
        var live = await PublishAsync(PartOf("Counted"));
        await SwitchOnAsync("subscribers-hidden", on: "read");

        var measured = await ((IMeasure)Platform).MeasureAsync([live], Account, Cancel);

        (measured.Failure, measured.Followers).ShouldBe((null, null));
        measured.Posts.Keys.ShouldBe([live.Id]);
    }

    [Fact]
    public async Task A_video_that_stays_private_for_want_of_the_audit_is_no_success()
    {
        await SwitchOnAsync("audit-missing");

        var result = await SendAsync(PartOf("Locked"), Account);

        (result.Outcome, result.Code, result.Status).ShouldBe((Outcome.Rejected, Codes.AuditMissing, 200));
        Visible().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("create")]
    [InlineData("media")]
    public async Task A_used_up_quota_waits_for_midnight_in_california(string on)
    {
        await SwitchOnAsync("quota-exceeded", on: on);

        var result = await SendAsync(PartOf("Too many today"), Account);

        (result.Outcome, result.Code).ShouldBe((Outcome.NotNow, Codes.QuotaReached));
        result.RetryAfter.ShouldNotBeNull().ShouldBeInRange(TimeSpan.Zero, TimeSpan.FromDays(1));
    }

    [Fact]
    public async Task The_same_file_again_is_rejected_by_the_platform()
    {
        var part = PartOf("Once");
        await PublishAsync(part);

        var again = await SendAsync(part, Account);

        (again.Outcome, again.Code).ShouldBe((Outcome.Rejected, Codes.Duplicate));
        Visible().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_file_that_is_no_video_is_refused_after_processing()
    {
        var part = PartOf("No video") with { Media = [Shelf.Picture("") with { Type = "video/mp4" }] };

        var result = await SendAsync(part, Account);

        (result.Outcome, result.Code).ShouldBe((Outcome.Rejected, Codes.MediaRefused));
    }

    [Fact]
    public async Task An_interrupted_upload_goes_on_where_it_stopped()
    {
        var part = PartOf("Interrupted") with { Media = [Shelf.Video("", 400_000)] };
        var announced = (await ((IPrepare)Platform).PrepareAsync(part, Prepared.Nothing, Account, Cancel)).Prepared;
        using (var request = new HttpRequestMessage(HttpMethod.Put, announced.Files[0].Data))
        {
            var bytes = new byte[262_144];
            await using var file = Shelf.Open(part.Media[0]);
            await file.ReadExactlyAsync(bytes, Cancel);
            request.Content = new ByteArrayContent(bytes);
            request.Content.Headers.ContentType = new("application/octet-stream");
            request.Content.Headers.ContentRange = new(0, 262_143, 400_000);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Account.Credentials.Token.Value);
            using var answer = await Sandbox.Http.SendAsync(request, Cancel);
            ((int)answer.StatusCode).ShouldBe(308);
        }

        var sent = await ((IPrepare)Platform).PrepareAsync(part, announced, Account, Cancel);

        Pieces().ShouldBe([262_144, 0, 137_856]);
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
    public async Task A_video_whose_answer_was_lost_is_found_also_with_captions_and_a_cover()
    {
        await SwitchOnAsync("cut-after");
        var part = PartOf("Out, with all that belongs to it") with { Media = [Shelf.Video("A bridge") with { Captions = [Shelf.Captions("en")], Cover = Shelf.Jpeg("", 1280, 720) }] };

        await Should.ThrowAsync<HttpRequestException>(() => SendAsync(part, Account));

        await Sandbox.SwitchOffFaultsAsync();
        var found = await FindAsync(part);
        (found.Matches.ShouldHaveSingleItem().Id, found.IsComplete).ShouldBe((Visible().ShouldHaveSingleItem().Id, true));
    }

    [Theory]
    [InlineData("public")]
    [InlineData("unlisted")]
    public async Task Looking_does_not_take_another_video_of_the_same_title_for_ours(string visibility)
    {
        await PublishAsync(With(PartOf("The first of two"), ("visibility", visibility)));
        var second = With(PartOf("The second of two"), ("visibility", visibility));
        var live = await PublishAsync(second);

        var found = await FindAsync(second);

        (found.Matches.ShouldHaveSingleItem(), found.IsComplete).ShouldBe((live, true));
    }

    [Theory]
    [InlineData("👩‍🚀 👍🏽", 10)]
    [InlineData("e\u0323\u0302 combining", 13)]
    [InlineData("堤防を開けました", 8)]
    [InlineData("تم رفع التحذير", 14)]
    [InlineData("see example.org/a and https://example.gov/report_(2026)?a=1", 59)]
    public async Task Texts_arrive_whole(string text, int length)
    {
        var part = PartOf(text);

        Platform.Info.Length(part, Account.Limits).ShouldBe(length);
        await PublishAsync(part);

        Visible().ShouldHaveSingleItem().Text.ShouldBe(text);
    }

    [Fact]
    public async Task A_description_counts_in_bytes()
    {
        ExpectsObjections = true;
        var longest = PartOf(new string('ü', 2500));
        Platform.Check(PostOf(longest)).ShouldBeEmpty();
        await PublishAsync(longest);

        var over = PartOf(new string('ü', 2500) + "!");
        Platform.Check(PostOf(over)).Select(problem => problem.Code).ShouldBe(["text.too.many.bytes"]);
        (await SendAsync(over, Account)).Outcome.ShouldBe(Outcome.Rejected);
    }

    [Fact]
    public void Links_and_hashtags_are_found_and_sixty_hashtags_are_the_end()
    {
        const string Text = "See https://example.gov/a_(b), example.org, #Größe #1 a#b and @press.";

        Platform.Info.Entities(Text).Select(entity => (entity.Kind, entity.Value)).ShouldBe([(EntityKind.Link, "https://example.gov/a_(b)"), (EntityKind.Hashtag, "Größe")]);
        Platform.Check(PostOf(PartOf(Tags(60)))).ShouldBeEmpty();
        Platform.Check(PostOf(PartOf(Tags(61)))).Select(problem => problem.Code).ShouldBe(["hashtags.too.many"]);

        static string Tags(int count) => string.Join(' ', Enumerable.Range(1, count).Select(number => $"#tag{number}"));
    }

    [Theory]
    [InlineData("title", "a < b")]
    [InlineData("tags", "a>b")]
    public void Angle_brackets_are_a_problem_everywhere(string option, string value)
    {
        Platform.Check(PostOf(With(PartOf("Text"), (option, value)))).Select(problem => problem.Code).ShouldBe(["text.signs"]);
        Platform.Check(PostOf(PartOf("1 < 2"))).ShouldHaveSingleItem().Values.ShouldBe(["< >"]);
    }

    [Fact]
    public async Task A_title_of_a_hundred_characters_is_the_longest()
    {
        ExpectsObjections = true;
        var longest = With(PartOf("Text"), ("title", new string('a', 100)));
        Platform.Check(PostOf(longest)).ShouldBeEmpty();
        await PublishAsync(longest);

        var over = With(PartOf("Text"), ("title", new string('a', 101)));
        Platform.Check(PostOf(over)).Select(problem => problem.Code).ShouldBe(["title.too.long"]);
        (await SendAsync(over, Account)).Outcome.ShouldBe(Outcome.Rejected);
        Platform.Check(PostOf(With(PartOf("Text"), ("title", string.Concat(Enumerable.Repeat("👍", 51)))))).Select(problem => problem.Code).ShouldBe(["title.too.long"]);
    }

    [Fact]
    public async Task Tags_count_with_their_commas_and_quotation_marks()
    {
        ExpectsObjections = true;
        // Two tags, a comma, and the quotation marks that a tag with a space is given.
        var longest = With(PartOf("Text"), ("tags", $"a b,{new string('c', 494)}"));
        Platform.Check(PostOf(longest)).ShouldBeEmpty();
        await PublishAsync(longest);

        var over = With(PartOf("Text"), ("tags", $"a b,{new string('c', 495)}"));
        Platform.Check(PostOf(over)).Select(problem => problem.Code).ShouldBe(["option.too.long"]);
        (await SendAsync(over, Account)).Outcome.ShouldBe(Outcome.Rejected);
    }

    [Fact]
    public void A_video_is_needed_and_pictures_are_not_taken()
    {
        Platform.Check(PostOf(PartOf("Text") with { Media = [] })).Select(problem => problem.Code).ShouldBe(["video.needed"]);
        Platform.Check(PostOf(PartOf("Text") with { Media = [Shelf.Picture("")] })).Select(problem => problem.Code).ShouldBe(["images.not.taken"]);
        Platform.Check(PostOf(PartOf("Text") with { Media = [Shelf.Video("") with { Duration = TimeSpan.FromHours(12.1) }] })).Select(problem => problem.Code).ShouldBe(["video.too.long"]);
    }

    [Fact]
    public async Task A_person_connects_a_channel()
    {
        var connecting = (IConnectByOAuth)Platform;
        var known = SandboxAccounts.Of("youtube", "environment");
        var redirect = new Uri("http://localhost/channels/connected");

        var start = await connecting.StartAsync(App(known), redirect, "state-1", Cancel);
        var code = await Sandbox.ConsentAsync(start.Address.ShouldNotBeNull(), known.Id, "state-1");
        var result = await connecting.FinishAsync(start.Ticket, code, redirect, Cancel);

        result.Problem.ShouldBeNull();
        var account = result.Accounts.ShouldHaveSingleItem();
        (account.Id, account.Handle, account.DisplayName, account.RepeatSafeFor).ShouldBe((known.Id, known.Handle, known.DisplayName, RepeatSafeFor));
        account.Credentials.Expires.ShouldNotBeNull().ShouldBeInRange(Now.AddMinutes(55), Now.AddMinutes(60));
        (await SendAsync(PartOf("Connected"), account)).Outcome.ShouldBe(Outcome.Published);
        (await ((IRefreshTokens)Platform).RefreshAsync(account, Cancel)).Credentials.ShouldNotBeNull().RefreshToken.ShouldBe(account.Credentials.RefreshToken);
        (await connecting.FinishAsync(start.Ticket, code, redirect, Cancel)).Problem.ShouldNotBeNull().Code.ShouldBe("sign.in.refused");
    }

    [Fact]
    public async Task Without_app_fields_nobody_is_sent_anywhere()
    {
        var start = await ((IConnectByOAuth)Platform).StartAsync(new Dictionary<string, string>(), new Uri("http://localhost/"), "s", Cancel);

        (start.Address, start.Problem.ShouldNotBeNull().Code).ShouldBe((null, "app.fields.missing"));
    }

    [Fact]
    public async Task The_person_is_sent_to_google_itself_where_no_other_server_is_given()
    {
        var app = new Dictionary<string, string> { ["clientId"] = "id&1", ["clientSecret"] = "secret" };

        var start = await ((IConnectByOAuth)Platform).StartAsync(app, new Uri("https://press.example.gov/back"), "a b", Cancel);

        var address = start.Address.ShouldNotBeNull();
        address.GetLeftPart(UriPartial.Path).ShouldBe("https://accounts.google.com/o/oauth2/v2/auth");
        var query = HttpUtility.ParseQueryString(address.Query);
        (query["client_id"], query["state"], query["redirect_uri"], query["response_type"]).ShouldBe(("id&1", "a b", "https://press.example.gov/back", "code"));
        (query["access_type"], query["prompt"], query["code_challenge_method"]).ShouldBe(("offline", "consent", "S256"));
        address.Query.ShouldNotContain("secret");
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

    private async Task UpdateAsync(object video)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri(Account.Server, "youtube/v3/videos?part=snippet")) { Content = JsonContent.Create(video) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Account.Credentials.Token.Value);
        using var answer = await Sandbox.Http.SendAsync(request, Cancel);
        answer.EnsureSuccessStatusCode();
    }

    private Dictionary<string, string> App(SandboxAccount known) =>
        new() { ["clientId"] = known.ClientId!, ["clientSecret"] = known.ClientSecret!, ["server"] = Account.Server.AbsoluteUri };

    /// <summary>Bytes of each request that brought a piece of a file, or asked how much is there.</summary>
    private IEnumerable<int> Pieces() => Sandbox.Exchanges
        .Where(exchange => exchange.Method == "PUT" && exchange.Address.AbsolutePath.Contains("/upload/", StringComparison.Ordinal))
        .Select(exchange => exchange.Request.Length);
}
