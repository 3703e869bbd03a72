using System.Text.Json;
using System.Web;
using Publisher.Platforms.LinkedIn;
using Publisher.Sandbox;
using Shouldly;

namespace Publisher.Platforms.Tests.LinkedIn;

public sealed class LinkedInTests(SandboxFixture sandbox) : PlatformContract(sandbox, "linkedin")
{
    /// <summary>No header says how long; limits count until midnight, UTC.</summary>
    protected override void CheckUnsaidWait(TimeSpan? wait) => (Now + wait.ShouldNotBeNull()).UtcDateTime.TimeOfDay.ShouldSatisfyAllConditions(
        time => (time < TimeSpan.FromMinutes(1) || time > new TimeSpan(23, 59, 0)).ShouldBeTrue(),
        _ => wait.Value.ShouldBeInRange(TimeSpan.Zero, TimeSpan.FromDays(1)));

    /// <summary>The repeat is refused and names the post that is there.</summary>
    protected override Task CheckRepeatAsync(PublishResult first, PublishResult second)
    {
        (second.Outcome, second.Code).ShouldBe((Outcome.Rejected, Codes.Duplicate));
        second.Post.ShouldBe(first.Post);
        Visible().ShouldHaveSingleItem();
        return Task.CompletedTask;
    }

    [Theory]
    [InlineData(401, """{"status":401,"code":"EXPIRED_ACCESS_TOKEN","message":"Expired access token"}""", Outcome.NotNow, PublishResult.TokenExpired)]
    [InlineData(401, """{"status":401,"code":"REVOKED_ACCESS_TOKEN","message":"The token has been revoked"}""", Outcome.SignInNeeded, Codes.AccessRevoked)]
    [InlineData(401, """{"status":401,"message":"Empty oauth2_access_token"}""", Outcome.SignInNeeded, Codes.AccessRevoked)]
    [InlineData(403, """{"status":403,"code":"ACCESS_DENIED","message":"Not enough permissions"}""", Outcome.SignInNeeded, Codes.PermissionMissing)]
    [InlineData(400, """{"status":400,"code":"INVALID_URN_ID","message":"x"}""", Outcome.Rejected, Codes.ContentRefused)]
    [InlineData(400, """{"status":400,"code":"FIELD_LENGTH_TOO_LONG","message":"x"}""", Outcome.Rejected, Codes.TextTooLong)]
    [InlineData(400, """{"status":400,"message":"x","errorDetails":{"inputErrors":[{"code":"FIELD_LENGTH_TOO_LONG"}]}}""", Outcome.Rejected, Codes.TextTooLong)]
    [InlineData(400, """{"status":400,"code":"MEDIA_ASSET_WAITING_UPLOAD","message":"x"}""", Outcome.NotNow, Codes.MediaNotReady)]
    [InlineData(400, """{"status":400,"code":"MEDIA_ASSET_PROCESSING_FAILED","message":"x"}""", Outcome.Rejected, Codes.MediaRefused)]
    [InlineData(408, "", Outcome.Unclear, Codes.ServerError)]
    [InlineData(409, """{"status":409,"code":"CONFLICT","message":"x"}""", Outcome.Unclear, Codes.Duplicate)]
    [InlineData(422, """{"status":422,"code":"INVALID_VALUE_FOR_FIELD","message":"x"}""", Outcome.Rejected, Codes.ContentRefused)]
    [InlineData(426, """{"status":426,"code":"NONEXISTENT_VERSION","message":"Requested version 20250101 is not active"}""", Outcome.NotNow, Codes.VersionEnded)]
    [InlineData(429, """{"status":429,"message":"Resource level throttle limit for calls to this resource is reached."}""", Outcome.NotNow, Codes.RateLimited)]
    [InlineData(500, """{"status":500,"message":"Internal Server Error"}""", Outcome.Unclear, Codes.ServerError)]
    [InlineData(503, "", Outcome.Unclear, Codes.ServerError)]
    [InlineData(504, "<html>Gateway time-out</html>", Outcome.Unclear, Codes.ServerError)]
    [InlineData(302, "", Outcome.Unclear, Codes.AnswerUnreadable)]
    public Task A_refusal_is_read_by_status_and_code(int status, string body, Outcome outcome, string code) => CheckAnswerAsync(status, body, outcome, code);

    [Fact]
    public async Task A_refusal_that_names_no_post_names_none()
    {
        await CheckAnswerAsync(422, """{"status":422,"message":"Duplicate","errorDetails":{"inputErrors":[{"code":"DUPLICATE_POST"}]}}""", Outcome.Rejected, Codes.Duplicate);
    }

    [Fact]
    public async Task Hashtags_become_hashtags_and_nothing_else_does()
    {
        await PublishAsync(PartOf("#Hochwasser (Stufe 3) an der Elbe, #Größe & a#b @niemand [x] {y} #1"));

        var seen = Visible().ShouldHaveSingleItem();
        seen.Text.ShouldBe("#Hochwasser (Stufe 3) an der Elbe, #Größe & a#b @niemand [x] {y} #1");
        seen.Links.Where(link => link.Kind is not "link").Select(link => seen.Text.Substring(link.Start, link.Length)).ShouldBe(["#Hochwasser", "#Größe"]);
    }

    [Fact]
    public void Length_counts_what_is_sent()
    {
        var part = PartOf("(a) #tag");

        Platform.Info.Length(part, Account.Limits).ShouldBe(@"\(a\) {hashtag|\#|tag}".Length);
        Platform.Check(PostOf(PartOf(new string('(', 1500)))).ShouldBeEmpty();
        Platform.Check(PostOf(PartOf(new string('(', 1501)))).Select(problem => problem.Code).ShouldBe(["text.too.long"]);
    }

    [Fact]
    public async Task Options_are_carried()
    {
        var part = PartOf("For members only") with { Options = new Dictionary<string, string> { ["visibility"] = "LOGGED_IN", ["resharing"] = "off" } };

        await PublishAsync(part);

        Visible().ShouldHaveSingleItem().Visibility.ShouldBe("LOGGED_IN");
        using var sent = JsonDocument.Parse(Sandbox.Exchanges.Single(exchange => exchange.Address.AbsolutePath.EndsWith("rest/posts", StringComparison.Ordinal)).Request);
        sent.RootElement.GetProperty("isReshareDisabledByAuthor").GetBoolean().ShouldBeTrue();
        Platform.Check(PostOf(part)).Select(problem => problem.Code).ShouldBe(["visibility.members.only"]);
    }

    [Fact]
    public async Task A_long_video_goes_in_parts()
    {
        var video = Shelf.Video("", 9_000_001);

        await PublishAsync(PartOf("Long video") with { Media = [video] });

        Visible().ShouldHaveSingleItem().Media.ShouldHaveSingleItem().Sha256.ShouldBe(video.Hash);
        (await Sandbox.CallsAsync("linkedin", "media")).Count(call => call.Method == "PUT").ShouldBe(3);
    }

    [Fact]
    public async Task The_pages_a_person_administers_can_be_connected()
    {
        var connecting = (IConnectByOAuth)Platform;
        var known = SandboxAccounts.Of("linkedin", "environment");
        var app = new Dictionary<string, string>
        {
            ["clientId"] = known.ClientId!,
            ["clientSecret"] = known.ClientSecret!,
            ["server"] = Account.Server.AbsoluteUri,
        };
        var redirect = new Uri("http://localhost/channels/connected");

        var start = await connecting.StartAsync(app, redirect, "state-1", Cancel);
        var code = await Sandbox.ConsentAsync(start.Address.ShouldNotBeNull(), known.Id, "state-1");
        var result = await connecting.FinishAsync(start.Ticket, code, redirect, Cancel);

        result.Problem.ShouldBeNull();
        var account = result.Accounts.ShouldHaveSingleItem();
        (account.Id, account.Handle, account.DisplayName).ShouldBe((known.Id, known.Handle, known.DisplayName));
        account.Credentials.RefreshToken.ShouldNotBeNull();
        (await Platform.PublishAsync(PartOf("Connected"), Prepared.Nothing, account, Cancel)).Outcome.ShouldBe(Outcome.Published);
        (await connecting.FinishAsync(start.Ticket, code, redirect, Cancel)).Problem.ShouldNotBeNull().Code.ShouldBe("sign.in.refused");
    }

    [Fact]
    public async Task All_pages_of_a_person_are_offered_and_those_behind_the_fiftieth_by_their_number()
    {
        var server = Canned.Saying(200, """{"access_token":"t"}""").Then(200, ListOf(1, 50)).Then(200, ListOf(51, 2)).Then(200, """{"vanityName":"press","localizedName":"Press office"}""");

        var accounts = (await FinishAsync(server)).Accounts;

        accounts.Select(account => account.Id).ShouldBe(Enumerable.Range(1, 52).Select(number => $"urn:li:organization:{number}"));
        accounts.Take(50).ShouldAllBe(account => account.Handle == "press" && account.DisplayName == "Press office");
        accounts.Skip(50).Select(account => (account.Handle, account.DisplayName)).ShouldBe([("51", "51"), ("52", "52")]);
        server.Requests.Count.ShouldBe(1 + 2 + 50);
        Lists(server).ShouldBe([
            "?q=roleAssignee&role=ADMINISTRATOR&state=APPROVED&start=0&count=50",
            "?q=roleAssignee&role=ADMINISTRATOR&state=APPROVED&start=50&count=50",
        ]);
    }

    [Fact]
    public async Task A_list_of_pages_without_an_end_is_not_read_to_its_end()
    {
        var server = Canned.Saying(200, """{"access_token":"t"}""").Then(200, ListOf(1, 50));

        (await FinishAsync(server)).Accounts.Count.ShouldBe(50);

        Lists(server).Count().ShouldBe(4);
    }

    [Fact]
    public async Task Without_app_fields_nobody_is_sent_anywhere()
    {
        var start = await ((IConnectByOAuth)Platform).StartAsync(new Dictionary<string, string>(), new Uri("http://localhost/"), "s", Cancel);

        start.Address.ShouldBeNull();
        start.Problem.ShouldNotBeNull().Code.ShouldBe("app.fields.missing");
    }

    [Fact]
    public async Task The_person_is_sent_to_linkedin_itself_where_no_other_server_is_given()
    {
        var app = new Dictionary<string, string> { ["clientId"] = "id&1", ["clientSecret"] = "secret" };

        var start = await ((IConnectByOAuth)Platform).StartAsync(app, new Uri("https://press.example.gov/back"), "a b", Cancel);

        var address = start.Address.ShouldNotBeNull();
        address.GetLeftPart(UriPartial.Path).ShouldBe("https://www.linkedin.com/oauth/v2/authorization");
        var query = HttpUtility.ParseQueryString(address.Query);
        (query["client_id"], query["state"], query["redirect_uri"], query["response_type"]).ShouldBe(("id&1", "a b", "https://press.example.gov/back", "code"));
        address.Query.ShouldNotContain("secret");
    }

    [Fact]
    public async Task Without_a_refresh_token_a_person_signs_in_again()
    {
        var account = Account with { Credentials = Account.Credentials with { RefreshToken = null } };

        (await ((IRefreshTokens)Platform).RefreshAsync(account, Cancel)).Failure.ShouldNotBeNull().Outcome.ShouldBe(Outcome.SignInNeeded);
    }

    [Fact]
    public async Task A_members_own_posts_cannot_be_looked_through()
    {
        var result = await ((IRecall)Platform).FindAsync(PartOf("x"), Prepared.Nothing, Window(), Account with { Id = "urn:li:person:abc" }, Cancel);

        result.IsComplete.ShouldBeFalse();
        result.Matches.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_text_that_was_cut_without_a_word_shows_when_it_is_read_back()
    {
        await SwitchOnAsync("cut-text");
        var part = PartOf("The dam is safe. Nobody has to leave their house today.");
        var post = await PublishAsync(part);

        var there = await ((IReadBack)Platform).ReadAsync(post, Account, Cancel);

        there.Text.ShouldBe("The dam is safe. Nobody has");
        there.Differs(part).ShouldBeTrue();
    }

    private async Task<ConnectResult> FinishAsync(Canned server)
    {
        var platform = new LinkedInPlatform(new HttpClient(server), TimeProvider.System, Shelf);
        var redirect = new Uri("https://publisher.example/back");
        var start = await platform.StartAsync(new Dictionary<string, string> { ["clientId"] = "i", ["clientSecret"] = "s" }, redirect, "state", Cancel);
        return await platform.FinishAsync(start.Ticket, "code", redirect, Cancel);
    }

    private static string ListOf(int first, int count) =>
        $$"""{"paging":{"count":50},"elements":[{{string.Join(',', Enumerable.Range(first, count).Select(number => $$"""{"role":"ADMINISTRATOR","organization":"urn:li:organization:{{number}}"}"""))}}]}""";

    private static IEnumerable<string> Lists(Canned server) =>
        server.Requests.Where(request => request.Address.AbsolutePath == "/rest/organizationAcls").Select(request => request.Address.Query);
}
