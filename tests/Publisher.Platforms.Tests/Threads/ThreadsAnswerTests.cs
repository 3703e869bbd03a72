using Publisher.Platforms.Threads;
using Shouldly;

namespace Publisher.Platforms.Tests.Threads;

/// <summary>What every answer of Threads means, row by row.</summary>
public sealed class ThreadsAnswerTests
{
    private const string Live = """{"id":"1789"}""";
    private const string Ready = """{"id":"42","status":"FINISHED"}""";

    private static readonly MediaShelf Shelf = new();

    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Prepared Container = new() { Container = "42" };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(200, Live, Outcome.Published, "published")]
    [InlineData(200, """{"id":""}""", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, """{"id":1789}""", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, "<html>Welcome</html>", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, "{\"id\":", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, "[]", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, "", Outcome.Unclear, "answer.unreadable")]
    [InlineData(302, "", Outcome.Unclear, "answer.unreadable")]
    [InlineData(400, "<html>Bad request</html>", Outcome.Unclear, "answer.unreadable")]
    [InlineData(400, """{"error":"invalid"}""", Outcome.Unclear, "answer.unreadable")]
    [InlineData(400, """{"error":{"code":1,"message":"An unknown error occurred"}}""", Outcome.Unclear, "server.error")]
    [InlineData(400, """{"error":{"code":2,"message":"Service temporarily unavailable"}}""", Outcome.Unclear, "server.error")]
    [InlineData(400, """{"error":{"code":77,"message":"?","is_transient":true}}""", Outcome.Unclear, "server.error")]
    [InlineData(400, """{"error":{"code":77,"message":"?","is_transient":false}}""", Outcome.Rejected, "refused")]
    [InlineData(400, """{"error":{"code":190,"error_subcode":463,"message":"Session has expired"}}""", Outcome.NotNow, "token.expired")]
    [InlineData(401, """{"error":{"code":190,"error_subcode":458,"message":"The user has not authorized application"}}""", Outcome.SignInNeeded, "access.revoked")]
    [InlineData(401, """{"error":{"code":190,"error_subcode":460,"message":"The session was invalidated: password"}}""", Outcome.SignInNeeded, "access.revoked")]
    [InlineData(401, """{"error":{"code":190,"message":"Cannot parse access token"}}""", Outcome.SignInNeeded, "access.revoked")]
    [InlineData(400, """{"error":{"code":102,"message":"Session key invalid"}}""", Outcome.SignInNeeded, "access.revoked")]
    [InlineData(400, """{"error":{"code":10,"message":"Application does not have permission"}}""", Outcome.SignInNeeded, "permission.missing")]
    [InlineData(403, """{"error":{"code":200,"message":"Permissions error"}}""", Outcome.SignInNeeded, "permission.missing")]
    [InlineData(403, """{"error":{"code":299,"message":"Permissions error"}}""", Outcome.SignInNeeded, "permission.missing")]
    [InlineData(400, """{"error":{"code":100,"error_subcode":33,"message":"Object does not exist"}}""", Outcome.SignInNeeded, "permission.missing")]
    [InlineData(400, """{"error":{"code":1,"error_subcode":4279013,"message":"Account restricted"}}""", Outcome.SignInNeeded, "account.suspended")]
    [InlineData(400, """{"error":{"code":4,"error_subcode":2207051,"message":"Activity restricted"}}""", Outcome.NotNow, "rate.limited")]
    [InlineData(400, """{"error":{"code":4,"message":"Application request limit reached","is_transient":true}}""", Outcome.NotNow, "rate.limited")]
    [InlineData(400, """{"error":{"code":17,"message":"User request limit reached"}}""", Outcome.NotNow, "rate.limited")]
    [InlineData(400, """{"error":{"code":32,"message":"Page request limit reached"}}""", Outcome.NotNow, "rate.limited")]
    [InlineData(400, """{"error":{"code":613,"message":"Calls to this api have exceeded the rate limit."}}""", Outcome.NotNow, "rate.limited")]
    [InlineData(429, "", Outcome.NotNow, "rate.limited")]
    [InlineData(500, """{"error":{"code":100,"message":"Invalid parameter"}}""", Outcome.Unclear, "server.error")]
    [InlineData(503, "", Outcome.Unclear, "server.error")]
    [InlineData(504, "<html>Gateway time-out</html>", Outcome.Unclear, "server.error")]
    public async Task An_answer_to_publishing_means(int status, string body, Outcome outcome, string code)
    {
        var result = await PublishAsync(Canned.Saying(status, body).Then(200, Ready));

        (result.Outcome, result.Code).ShouldBe((outcome, code));
        result.Status.ShouldBe(status);
        result.Answer.ShouldBe(body);
    }

    [Theory]
    // Refused, and what the container says when it is asked.
    [InlineData(100, 0, "Param text must be at most 500 characters long.", 200, Ready, Outcome.Rejected, "text.too.long")]
    [InlineData(100, 0, "Invalid parameter", 200, Ready, Outcome.Rejected, "content.refused")]
    [InlineData(24, 4279009, "Media Not Found", 200, Ready, Outcome.NotNow, "media.not.ready")]
    [InlineData(24, 4279009, "Media Not Found", 200, """{"status":"IN_PROGRESS"}""", Outcome.NotNow, "media.not.ready")]
    [InlineData(24, 4279009, "Media Not Found", 200, """{"status":"ERROR"}""", Outcome.NotNow, "media.gone")]
    [InlineData(24, 4279009, "Media Not Found", 200, """{"status":"EXPIRED"}""", Outcome.NotNow, "media.gone")]
    [InlineData(24, 4279009, "Media Not Found", 400, """{"error":{"code":100,"error_subcode":33,"message":"does not exist"}}""", Outcome.NotNow, "media.gone")]
    [InlineData(24, 0, "Not found", 200, Ready, Outcome.NotNow, "media.not.ready")]
    [InlineData(24, 0, "Not found", 503, "", Outcome.Unclear, "answer.unreadable")]
    [InlineData(24, 0, "Not found", 200, "<html></html>", Outcome.Unclear, "answer.unreadable")]
    public async Task A_refused_container_is_asked_before_anything_is_made_anew(int error, int detail, string message, int status, string container, Outcome outcome, string code)
    {
        var server = Canned.Saying(400, $$$"""{"error":{"code":{{{error}}},"error_subcode":{{{detail}}},"message":"{{{message}}}"}}""").Then(status, container);

        var result = await PublishAsync(server);

        (result.Outcome, result.Code).ShouldBe((outcome, code));
        result.Status.ShouldBe(400);
    }

    [Theory]
    [InlineData(0, Outcome.Unclear)]
    [InlineData(1, Outcome.Published)]
    [InlineData(2, Outcome.Unclear)]
    public async Task A_container_that_is_a_post_already_is_looked_for(int alike, Outcome outcome)
    {
        var posts = string.Join(',', Enumerable.Range(1, alike).Select(number => $$"""{"id":"{{number}}","text":"Text","timestamp":"2029-12-31T23:59:00+0000","permalink":"https://www.threads.com/@press/post/A"}"""));
        var server = Canned.Saying(400, """{"error":{"code":24,"error_subcode":4279009,"message":"?"}}""").Then(200, """{"status":"PUBLISHED"}""").Then(200, $$"""{"data":[{{posts}}]}""");

        (await PublishAsync(server)).Outcome.ShouldBe(outcome);
    }

    [Fact]
    public async Task Without_a_container_nothing_is_asked()
    {
        var server = Canned.Saying(200, Live);

        (await Platform(server).PublishAsync(PartOf("Text"), Prepared.Nothing, Account, Cancel)).Code.ShouldBe("media.gone");
        server.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"status":"FINISHED"}""", null)]
    [InlineData("""{"status":"PUBLISHED"}""", null)]
    [InlineData("""{"status":"EXPIRED"}""", "media.gone")]
    [InlineData("""{"status":"ERROR","error_message":"FAILED_DOWNLOADING_VIDEO"}""", "media.unreachable")]
    [InlineData("""{"status":"ERROR","error_message":"FAILED_PROCESSING_AUDIO"}""", "media.gone")]
    [InlineData("""{"status":"ERROR","error_message":"UNKNOWN"}""", "media.gone")]
    [InlineData("""{"status":"ERROR"}""", "media.gone")]
    [InlineData("""{"status":"ERROR","error_message":"INVALID_ASPECT_RATIO"}""", "media.refused")]
    [InlineData("""{"status":"ERROR","error_message":"INVALID_DURATION"}""", "media.refused")]
    [InlineData("""{"status":"WHO_KNOWS"}""", "answer.unreadable")]
    [InlineData("<html></html>", "answer.unreadable")]
    public async Task A_containers_state_means(string state, string? code)
    {
        var result = await Platform(Canned.Saying(200, """{"id":"42"}""").Then(200, state)).PrepareAsync(PartOf("Text"), Prepared.Nothing, Account, Cancel);

        result.Failure?.Code.ShouldBe(code);
        result.IsReady.ShouldBe(code is null);
        // What failed is made anew; what is not known keeps its container.
        result.Prepared.Container.ShouldBe(code is null or "answer.unreadable" ? "42" : null);
    }

    [Theory]
    [InlineData(400, """{"error":{"code":1,"error_subcode":2207052,"message":"The media could not be fetched"}}""", Outcome.NotNow, "media.unreachable")]
    [InlineData(400, """{"error":{"code":100,"message":"Param text must be at most 500 characters long."}}""", Outcome.Rejected, "text.too.long")]
    [InlineData(400, """{"error":{"code":100,"message":"THREADS_API__LINK_LIMIT_EXCEEDED"}}""", Outcome.Rejected, "content.refused")]
    [InlineData(400, """{"error":{"code":190,"error_subcode":463,"message":"expired"}}""", Outcome.NotNow, "token.expired")]
    [InlineData(400, """{"error":{"code":2,"message":"?"}}""", Outcome.NotNow, "server.error")]
    [InlineData(503, "", Outcome.NotNow, "server.error")]
    [InlineData(200, "{}", Outcome.NotNow, "answer.unreadable")]
    [InlineData(404, "<html></html>", Outcome.NotNow, "answer.unreadable")]
    public async Task An_answer_to_making_a_container_means(int status, string body, Outcome outcome, string code)
    {
        var result = await Platform(Canned.Saying(status, body)).PrepareAsync(PartOf("Text"), Prepared.Nothing, Account, Cancel);

        (result.Failure.ShouldNotBeNull().Outcome, result.Failure.Code).ShouldBe((outcome, code));
    }

    [Fact]
    public async Task A_container_the_platform_is_about_to_forget_is_made_anew()
    {
        var old = new Prepared { Container = "41", UsableUntil = Start.AddMinutes(-1) };

        var result = await Platform(Canned.Saying(200, """{"id":"42"}""").Then(200, Ready)).PrepareAsync(PartOf("Text"), old, Account, Cancel);

        result.Prepared.Container.ShouldBe("42");
        result.Prepared.UsableUntil.ShouldBe(Start.AddHours(23));
    }

    [Fact]
    public async Task A_container_that_is_still_filled_is_asked_about_and_not_made_again()
    {
        var server = Canned.Saying(200, """{"id":"42"}""").Then(200, """{"status":"IN_PROGRESS"}""").Then(200, Ready);
        var part = PartOf("Text") with { Media = [Shelf.Video("alt")] };

        var first = await Platform(server).PrepareAsync(part, Prepared.Nothing, Account, Cancel);
        var second = await Platform(server).PrepareAsync(part, first.Prepared, Account, Cancel);

        (first.IsReady, second.IsReady).ShouldBe((false, true));
        second.Prepared.Files.ShouldHaveSingleItem().Hash.ShouldBe(part.Media[0].Hash);
        server.Requests.Select(request => request.Method).ShouldBe(["POST", "GET", "GET"]);
    }

    [Theory]
    [InlineData(200, """{"success":true,"deleted_id":"1789"}""", null)]
    [InlineData(400, """{"error":{"code":100,"error_subcode":33,"message":"does not exist"}}""", null)]
    [InlineData(400, """{"error":{"code":24,"message":"does not exist"}}""", null)]
    [InlineData(200, """{"success":false}""", "answer.unreadable")]
    [InlineData(400, """{"error":{"code":10,"message":"?"}}""", "permission.missing")]
    [InlineData(400, """{"error":{"code":4,"message":"?"}}""", "rate.limited")]
    [InlineData(404, "<html></html>", "answer.unreadable")]
    [InlineData(503, "", "server.error")]
    public async Task An_answer_to_deleting_means(int status, string body, string? code)
    {
        var result = await Platform(Canned.Saying(status, body)).RetractAsync(new RemotePost("1789", null), Account, Cancel);

        result.Failure?.Code.ShouldBe(code);
        (result.Failure is null).ShouldBe(code is null);
        result.Failure?.Outcome.ShouldNotBe(Outcome.Unclear);
    }

    [Theory]
    [InlineData("""{"data":[]}""", true)]
    [InlineData("""{"data":[{"id":"9","text":"Other","timestamp":"2029-12-31T20:00:00+0000"}]}""", true)]
    // A pinned post of last year stands first.
    [InlineData("""{"data":[{"id":"9","timestamp":"2029-01-01T00:00:00+0000"},{"id":"8","timestamp":"2030-01-01T00:00:10+0000"}],"paging":{"next":"https://graph.threads.net/x","cursors":{"after":"8"}}}""", false)]
    [InlineData("""{"data":[{"id":"9"}]}""", false)]
    [InlineData("""{"data":[{"id":"9","timestamp":"just now"}]}""", false)]
    public async Task A_listing_is_complete_only_when_it_reaches_back_before_the_attempt(string list, bool isComplete)
    {
        var result = await Platform(Canned.Saying(200, list)).FindAsync(PartOf("Text"), Prepared.Nothing, new TimeWindow(Start, Start.AddMinutes(1)), Account, Cancel);

        result.Matches.ShouldBeEmpty();
        result.IsComplete.ShouldBe(isComplete);
    }

    [Fact]
    public async Task A_token_the_platform_repeats_is_not_shown()
    {
        const string Echo = """{"error":{"code":190,"message":"bad token secret-token here"}}""";

        (await PublishAsync(Canned.Saying(400, Echo))).Answer.ShouldNotBeNull().ShouldNotContain("secret-token");
        var refresh = await Platform(Canned.Saying(400, Echo)).RefreshAsync(Account, Cancel);
        refresh.Failure.ShouldNotBeNull().Answer.ShouldNotBeNull().ShouldNotContain("secret-token");
        refresh.Failure.Outcome.ShouldBe(Outcome.SignInNeeded);
    }

    [Theory]
    [InlineData(200, "{}", Outcome.NotNow, "answer.unreadable")]
    [InlineData(200, """{"access_token":"t"}""", Outcome.NotNow, "answer.unreadable")]
    [InlineData(400, """{"error":{"code":100,"message":"The access token must be at least 24 hours old."}}""", Outcome.NotNow, "content.refused")]
    [InlineData(400, """{"error":{"code":190,"error_subcode":463,"message":"expired"}}""", Outcome.SignInNeeded, "access.revoked")]
    [InlineData(503, "", Outcome.NotNow, "server.error")]
    public async Task An_answer_to_renewing_means(int status, string body, Outcome outcome, string code)
    {
        var result = await Platform(Canned.Saying(status, body)).RefreshAsync(Account, Cancel);

        (result.Failure.ShouldNotBeNull().Outcome, result.Failure.Code).ShouldBe((outcome, code));
        $"{result} {result.Failure.Answer}".ShouldNotContain("secret-token");
    }

    [Theory]
    [InlineData(503, "", "server.error")]
    [InlineData(200, "<html></html>", "answer.unreadable")]
    [InlineData(400, """{"error":{"code":100,"error_subcode":36009,"message":"This authorization code has been used"}}""", "sign.in.refused")]
    [InlineData(400, """{"error":{"code":4,"message":"limit"}}""", "rate.limited")]
    public async Task An_answer_to_connecting_means(int status, string body, string code)
    {
        var start = await Platform(Canned.Saying(200, "")).StartAsync(new Dictionary<string, string> { ["clientId"] = "1", ["clientSecret"] = "s" }, new Uri("https://a.example/"), "s", Cancel);

        var result = await Platform(Canned.Saying(status, body)).FinishAsync(start.Ticket, "code", new Uri("https://a.example/"), Cancel);

        result.Problem.ShouldNotBeNull().Code.ShouldBe(code);
    }

    private static Task<PublishResult> PublishAsync(Canned server) => Platform(server).PublishAsync(PartOf("Text"), Container, Account, Cancel);

    private static ThreadsPlatform Platform(Canned server) => new(new HttpClient(server), new FixedTime(Start), Shelf);

    private static Part PartOf(string text) => new() { Text = text, Language = "en", Key = "key" };

    private static Account Account { get; } = new()
    {
        Platform = "threads",
        Server = new Uri("https://graph.threads.net/"),
        Id = "1",
        Handle = "press",
        DisplayName = "Press office",
        Credentials = new Credentials { Token = new Secret("secret-token") },
        Limits = new ThreadsPlatform(new HttpClient(), TimeProvider.System, Shelf).Info.Limits,
    };
}
