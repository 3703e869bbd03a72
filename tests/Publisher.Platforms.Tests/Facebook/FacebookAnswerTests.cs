using Publisher.Platforms.Facebook;
using Shouldly;

namespace Publisher.Platforms.Tests.Facebook;

/// <summary>What every answer of Facebook means, row by row.</summary>
public sealed class FacebookAnswerTests
{
    private static readonly MediaShelf Shelf = new();

    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(190, 458, Outcome.SignInNeeded, "access.revoked")]
    [InlineData(190, 459, Outcome.SignInNeeded, "access.revoked")]
    [InlineData(190, 460, Outcome.SignInNeeded, "access.revoked")]
    [InlineData(190, 463, Outcome.NotNow, "token.expired")]
    [InlineData(190, 464, Outcome.SignInNeeded, "access.revoked")]
    [InlineData(190, 467, Outcome.SignInNeeded, "access.revoked")]
    [InlineData(102, 0, Outcome.SignInNeeded, "access.revoked")]
    [InlineData(3, 0, Outcome.SignInNeeded, "permission.missing")]
    [InlineData(10, 0, Outcome.SignInNeeded, "permission.missing")]
    [InlineData(200, 0, Outcome.SignInNeeded, "permission.missing")]
    [InlineData(283, 0, Outcome.SignInNeeded, "permission.missing")]
    [InlineData(200, 1404078, Outcome.SignInNeeded, "permission.missing")]
    [InlineData(200, 4854002, Outcome.SignInNeeded, "permission.missing")]
    [InlineData(368, 1404006, Outcome.SignInNeeded, "permission.missing")]
    [InlineData(368, 1404112, Outcome.SignInNeeded, "account.suspended")]
    [InlineData(100, 0, Outcome.Rejected, "content.refused")]
    [InlineData(100, 33, Outcome.SignInNeeded, "permission.missing")]
    [InlineData(506, 0, Outcome.Rejected, "duplicate")]
    [InlineData(100, 1366051, Outcome.Rejected, "duplicate")]
    [InlineData(100, 1366046, Outcome.Rejected, "media.refused")]
    [InlineData(100, 2069019, Outcome.Rejected, "media.refused")]
    [InlineData(100, 1609008, Outcome.Rejected, "content.refused")]
    [InlineData(100, 1609005, Outcome.Rejected, "content.refused")]
    [InlineData(100, 2061006, Outcome.Rejected, "content.refused")]
    [InlineData(368, 1346003, Outcome.Rejected, "content.refused")]
    [InlineData(1349125, 0, Outcome.Rejected, "content.refused")]
    [InlineData(1404102, 0, Outcome.Rejected, "content.refused")]
    [InlineData(4, 0, Outcome.NotNow, "rate.limited")]
    [InlineData(17, 0, Outcome.NotNow, "rate.limited")]
    [InlineData(32, 0, Outcome.NotNow, "rate.limited")]
    [InlineData(341, 0, Outcome.NotNow, "rate.limited")]
    [InlineData(368, 0, Outcome.NotNow, "rate.limited")]
    [InlineData(613, 0, Outcome.NotNow, "rate.limited")]
    [InlineData(80001, 0, Outcome.NotNow, "rate.limited")]
    [InlineData(1390008, 0, Outcome.NotNow, "rate.limited")]
    [InlineData(1, 0, Outcome.Unclear, "server.error")]
    [InlineData(2, 0, Outcome.Unclear, "server.error")]
    [InlineData(1363047, 0, Outcome.Unclear, "server.error")]
    [InlineData(1609010, 0, Outcome.Unclear, "server.error")]
    [InlineData(100, 1363047, Outcome.Unclear, "server.error")]
    [InlineData(4, 1609010, Outcome.Unclear, "server.error")]
    [InlineData(6000, 1609010, Outcome.Unclear, "server.error")]
    [InlineData(200, 1363047, Outcome.Unclear, "server.error")]
    [InlineData(99999, 0, Outcome.Rejected, "refused")]
    public async Task An_error_of_posting_means(int code, int detail, Outcome outcome, string meaning)
    {
        var body = $$$"""{"error":{"code":{{{code}}},"error_subcode":{{{detail}}},"message":"?","fbtrace_id":"A"}}""";

        var result = await PublishAsync(Canned.Saying(400, body));

        (result.Outcome, result.Code).ShouldBe((outcome, meaning));
        (result.Status, result.Answer).ShouldBe((400, body));
    }

    [Theory]
    [InlineData(200, """{"id":"1_2"}""", Outcome.Published, "published")]
    [InlineData(200, """{"success":true}""", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, "<html></html>", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, "", Outcome.Unclear, "answer.unreadable")]
    [InlineData(302, "", Outcome.Unclear, "answer.unreadable")]
    [InlineData(404, "<html></html>", Outcome.Unclear, "answer.unreadable")]
    [InlineData(429, "", Outcome.NotNow, "rate.limited")]
    [InlineData(500, """{"error":{"code":200,"message":"?"}}""", Outcome.Unclear, "server.error")]
    [InlineData(504, "", Outcome.Unclear, "server.error")]
    public async Task An_answer_to_posting_means(int status, string body, Outcome outcome, string code)
    {
        var result = await PublishAsync(Canned.Saying(status, body));

        (result.Outcome, result.Code).ShouldBe((outcome, code));
        result.Post?.Permalink.ShouldBe(new Uri("https://www.facebook.com/1_2"));
    }

    [Theory]
    [InlineData("""{"1":[{"type":"pages","estimated_time_to_regain_access":7},{"type":"pages","estimated_time_to_regain_access": 12}]}""", 12)]
    [InlineData("""{"1":[{"type":"pages","estimated_time_to_regain_access":0}]}""", null)]
    [InlineData("nonsense", null)]
    public async Task Waiting_is_as_long_as_the_longest_limit_says(string usage, int? minutes) =>
        (await PublishAsync(Canned.Saying(400, """{"error":{"code":80001,"message":"?"}}""", ("X-Business-Use-Case-Usage", usage)))).RetryAfter
            .ShouldBe(minutes is { } some ? TimeSpan.FromMinutes(some) : null);

    [Theory]
    [InlineData(200, """{"success":true}""", Outcome.Processing, "processing")]
    [InlineData(200, """{"success":false}""", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, "<html></html>", Outcome.Unclear, "answer.unreadable")]
    [InlineData(400, """{"error":{"code":1,"message":"?"}}""", Outcome.Unclear, "server.error")]
    [InlineData(400, """{"error":{"code":100,"message":"?"}}""", Outcome.Rejected, "content.refused")]
    [InlineData(503, "", Outcome.Unclear, "server.error")]
    public async Task An_answer_to_the_last_call_of_a_video_means(int status, string body, Outcome outcome, string code)
    {
        var server = Canned.Saying(status, body);

        var result = await Platform(server).PublishAsync(Video, new Prepared { Files = [new PreparedFile("9", "hash") { Data = "79" }] }, Account, Cancel);

        (result.Outcome, result.Code).ShouldBe((outcome, code));
        server.Requests.ShouldHaveSingleItem().Address.Host.ShouldBe("graph-video.facebook.com");
    }

    [Theory]
    [InlineData(200, """{"status":{"video_status":"processing"}}""", Outcome.Processing, null)]
    [InlineData(200, """{"status":{"video_status":"upload_complete"}}""", Outcome.Processing, null)]
    [InlineData(200, """{"status":{"video_status":"error"}}""", Outcome.Rejected, null)]
    [InlineData(200, """{"status":{"video_status":"ready"},"post_id":"2"}""", Outcome.Published, "1_2")]
    [InlineData(200, """{"status":{"video_status":"ready"},"post_id":"1_2"}""", Outcome.Published, "1_2")]
    [InlineData(200, """{"status":{"video_status":"ready"}}""", Outcome.Published, "9")]
    [InlineData(200, "{}", Outcome.NotNow, null)]
    [InlineData(400, """{"error":{"code":100,"message":"?"}}""", Outcome.NotNow, null)]
    [InlineData(400, """{"error":{"code":190,"message":"?"}}""", Outcome.SignInNeeded, null)]
    [InlineData(503, "", Outcome.NotNow, null)]
    public async Task An_answer_about_a_video_means(int status, string body, Outcome outcome, string? id)
    {
        var result = await Platform(Canned.Saying(status, body)).AskAsync("9", Video, Account, Cancel);

        (result.Outcome, result.Post?.Id).ShouldBe((outcome, id));
    }

    [Theory]
    [InlineData(400, """{"error":{"code":100,"error_subcode":1366046,"message":"?"}}""", Outcome.Rejected, "media.refused")]
    [InlineData(400, """{"error":{"code":100,"message":"?"}}""", Outcome.Rejected, "media.refused")]
    [InlineData(400, """{"error":{"code":190,"error_subcode":460,"message":"?"}}""", Outcome.SignInNeeded, "access.revoked")]
    [InlineData(400, """{"error":{"code":2,"message":"?"}}""", Outcome.NotNow, "server.error")]
    [InlineData(503, "", Outcome.NotNow, "server.error")]
    [InlineData(200, "{}", Outcome.NotNow, "answer.unreadable")]
    public async Task An_answer_to_an_upload_means(int status, string body, Outcome outcome, string code)
    {
        foreach (var media in new[] { Shelf.Picture("alt"), Shelf.Video("") })
        {
            var result = await Platform(Canned.Saying(status, body)).PrepareAsync(Part with { Media = [media] }, Prepared.Nothing, Account, Cancel);

            (result.Failure.ShouldNotBeNull().Outcome, result.Failure.Code).ShouldBe((outcome, code));
        }
    }

    [Theory]
    [InlineData(200, """{"success":true}""", Outcome.Published, "published")]
    [InlineData(200, """{"success":false}""", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, """{"id":"1_2"}""", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, "<html></html>", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, "", Outcome.Unclear, "answer.unreadable")]
    [InlineData(400, """{"error":{"code":3,"message":"?"}}""", Outcome.Rejected, "edit.refused")]
    [InlineData(400, """{"error":{"code":10,"message":"?"}}""", Outcome.Rejected, "edit.refused")]
    [InlineData(400, """{"error":{"code":200,"message":"?"}}""", Outcome.Rejected, "edit.refused")]
    [InlineData(400, """{"error":{"code":200,"error_subcode":1404078,"message":"?"}}""", Outcome.SignInNeeded, "permission.missing")]
    [InlineData(400, """{"error":{"code":190,"error_subcode":460,"message":"?"}}""", Outcome.SignInNeeded, "access.revoked")]
    [InlineData(400, """{"error":{"code":190,"error_subcode":463,"message":"?"}}""", Outcome.NotNow, "token.expired")]
    [InlineData(400, """{"error":{"code":100,"message":"(#100) Param message must be at most 63206 characters"}}""", Outcome.Rejected, "text.too.long")]
    [InlineData(400, """{"error":{"code":100,"message":"?"}}""", Outcome.Rejected, "content.refused")]
    [InlineData(400, """{"error":{"code":368,"message":"?"}}""", Outcome.NotNow, "rate.limited")]
    [InlineData(400, """{"error":{"code":80001,"message":"?"}}""", Outcome.NotNow, "rate.limited")]
    [InlineData(400, """{"error":{"code":2,"message":"?"}}""", Outcome.Unclear, "server.error")]
    [InlineData(400, """{"error":{"code":200,"error_subcode":1363047,"message":"?"}}""", Outcome.Unclear, "server.error")]
    [InlineData(404, "<html></html>", Outcome.Unclear, "answer.unreadable")]
    [InlineData(503, "", Outcome.Unclear, "server.error")]
    public async Task An_answer_to_an_edit_means(int status, string body, Outcome outcome, string code)
    {
        var server = Canned.Saying(status, body);

        var result = await CorrectAsync(server);

        (result.Outcome, result.Code, result.Answer).ShouldBe((outcome, code, body));
        result.Post.ShouldBe(outcome == Outcome.Published ? new RemotePost("1_2", new Uri("https://www.facebook.com/1_2")) : null);
        server.Requests.ShouldHaveSingleItem().Address.AbsolutePath.ShouldBe("/v26.0/1_2");
    }

    [Theory]
    [InlineData(200, """{"id":"1_2"}""", Outcome.Rejected, "edit.refused")]
    [InlineData(400, """{"error":{"code":100,"error_subcode":33,"message":"?"}}""", Outcome.Rejected, "post.gone")]
    [InlineData(200, "<html></html>", Outcome.NotNow, "answer.unreadable")]
    [InlineData(400, """{"error":{"code":190,"error_subcode":460,"message":"?"}}""", Outcome.SignInNeeded, "access.revoked")]
    [InlineData(503, "", Outcome.NotNow, "server.error")]
    public async Task What_may_be_gone_or_may_not_be_changed_is_looked_at(int status, string body, Outcome outcome, string code)
    {
        var server = Canned.Saying(400, """{"error":{"code":100,"error_subcode":33,"message":"does not exist or does not support this operation"}}""").Then(status, body);

        var result = await CorrectAsync(server);

        (result.Outcome, result.Code).ShouldBe((outcome, code));
        server.Requests.Select(request => request.Method).ShouldBe(["POST", "GET"]);
    }

    [Theory]
    [InlineData("0", "0")]
    [InlineData("5", "120000")]
    [InlineData("0", "120001")]
    [InlineData("0", "much")]
    public async Task Pieces_nobody_could_send_end_the_upload(string from, string to)
    {
        var server = Canned.Saying(200, $$"""{"video_id":"9","upload_session_id":"79","start_offset":"{{from}}","end_offset":"{{to}}"}""");

        (await Platform(server).PrepareAsync(Video, Prepared.Nothing, Account, Cancel)).Failure.ShouldNotBeNull().Code.ShouldBe("answer.unreadable");
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Files_the_platform_is_about_to_forget_are_sent_again()
    {
        var part = Part with { Media = [Shelf.Picture("alt")] };
        var old = new Prepared { Files = [new PreparedFile("6", part.Media[0].Hash)], UsableUntil = Start.AddMinutes(-1) };

        var result = await Platform(Canned.Saying(200, """{"id":"7"}""")).PrepareAsync(part, old, Account, Cancel);

        result.Prepared.Files.ShouldHaveSingleItem().ShouldBe(new PreparedFile("7", part.Media[0].Hash));
        result.Prepared.UsableUntil.ShouldBe(Start.AddHours(12));
    }

    [Fact]
    public async Task A_post_does_not_go_out_without_its_files()
    {
        var server = Canned.Saying(200, """{"id":"1_2"}""");

        (await Platform(server).PublishAsync(Part with { Media = [Shelf.Picture("alt")] }, Prepared.Nothing, Account, Cancel)).Code.ShouldBe("media.gone");
        (await Platform(server).PublishAsync(Video, Prepared.Nothing, Account, Cancel)).Code.ShouldBe("media.gone");
        server.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"data":[{"id":"1","name":"Page","access_token":"t"}]}""", null)]
    [InlineData("""{"data":[{"id":"1","name":"Page","access_token":"t","tasks":["MANAGE"]}]}""", null)]
    [InlineData("""{"data":[{"id":"1","name":"Page","access_token":"t","tasks":["ANALYZE"]}]}""", "permission.missing")]
    [InlineData("""{"data":[]}""", "pages.none")]
    [InlineData("<html></html>", "answer.unreadable")]
    public async Task The_list_of_pages_means(string pages, string? code)
    {
        var start = await Platform(Canned.Saying(200, "")).StartAsync(new Dictionary<string, string> { ["clientId"] = "1", ["clientSecret"] = "s" }, new Uri("https://a.example/"), "s", Cancel);
        var server = Canned.Saying(200, """{"access_token":"short"}""").Then(200, """{"access_token":"long"}""").Then(200, pages);

        var result = await Platform(server).FinishAsync(start.Ticket, "code", new Uri("https://a.example/"), Cancel);

        result.Problem?.Code.ShouldBe(code);
        result.Accounts.Count.ShouldBe(code is null ? 1 : 0);
        server.Requests.ShouldAllBe(request => request.Address.Host == "graph.facebook.com");
    }

    [Theory]
    [InlineData(400, """{"error":{"code":10,"message":"?"}}""", "permission.missing")]
    [InlineData(400, """{"error":{"code":4,"message":"?"}}""", "rate.limited")]
    [InlineData(503, "", "server.error")]
    public async Task A_refused_list_of_pages_means(int status, string body, string code)
    {
        var start = await Platform(Canned.Saying(200, "")).StartAsync(new Dictionary<string, string> { ["clientId"] = "1", ["clientSecret"] = "s" }, new Uri("https://a.example/"), "s", Cancel);
        var server = Canned.Saying(200, """{"access_token":"short"}""").Then(200, """{"access_token":"long"}""").Then(status, body);

        (await Platform(server).FinishAsync(start.Ticket, "code", new Uri("https://a.example/"), Cancel)).Problem.ShouldNotBeNull().Code.ShouldBe(code);
    }

    private static Task<PublishResult> PublishAsync(Canned server) => Platform(server).PublishAsync(Part, Prepared.Nothing, Account, Cancel);

    private static Task<PublishResult> CorrectAsync(Canned server) =>
        Platform(server).CorrectAsync(Part with { Correction = new Correction(new RemotePost("1_2", null), CorrectionWay.Edit) }, Account, Cancel);

    private static FacebookPlatform Platform(Canned server) => new(new HttpClient(server), new FixedTime(Start), Shelf);

    private static Part Part { get; } = new() { Text = "Text", Language = "en", Key = "key" };

    private static Part Video { get; } = Part with { Media = [Shelf.Video("")] };

    private static Account Account { get; } = new()
    {
        Platform = "facebook",
        Server = new Uri("https://graph.facebook.com/"),
        Id = "1",
        Handle = "press",
        DisplayName = "Press office",
        Credentials = new Credentials { Token = new Secret("secret-token"), ClientSecret = new Secret("app-secret") },
        Limits = new FacebookPlatform(new HttpClient(), TimeProvider.System, Shelf).Info.Limits,
    };
}
