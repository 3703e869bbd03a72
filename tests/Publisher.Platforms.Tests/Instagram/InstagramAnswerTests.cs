using Publisher.Platforms.Instagram;
using Shouldly;

namespace Publisher.Platforms.Tests.Instagram;

/// <summary>What the answers mean that only Instagram gives, row by row; those of every Graph interface stand with Threads.</summary>
public sealed class InstagramAnswerTests
{
    private const string Ready = """{"id":"42","status_code":"FINISHED"}""";

    private static readonly MediaShelf Shelf = new();

    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(9, 2207042, Outcome.NotNow, "quota.reached")]
    [InlineData(4, 2207051, Outcome.NotNow, "rate.limited")]
    [InlineData(25, 2207050, Outcome.SignInNeeded, "account.suspended")]
    [InlineData(80002, 0, Outcome.NotNow, "rate.limited")]
    [InlineData(9007, 2207027, Outcome.NotNow, "media.not.ready")]
    [InlineData(-1, 2207001, Outcome.Unclear, "server.error")]
    [InlineData(-1, 2207032, Outcome.Unclear, "server.error")]
    [InlineData(-1, 2207053, Outcome.Unclear, "server.error")]
    [InlineData(-2, 2207003, Outcome.Unclear, "server.error")]
    [InlineData(1, 0, Outcome.Unclear, "server.error")]
    [InlineData(2, 0, Outcome.Unclear, "server.error")]
    [InlineData(36000, 2207004, Outcome.Rejected, "media.refused")]
    [InlineData(36001, 2207005, Outcome.Rejected, "media.refused")]
    [InlineData(36003, 2207009, Outcome.Rejected, "media.refused")]
    [InlineData(36004, 2207010, Outcome.Rejected, "text.too.long")]
    [InlineData(352, 2207026, Outcome.Rejected, "media.refused")]
    [InlineData(1, 2207057, Outcome.Rejected, "media.refused")]
    [InlineData(100, 2207023, Outcome.Rejected, "media.refused")]
    [InlineData(100, 2207028, Outcome.Rejected, "media.refused")]
    [InlineData(100, 0, Outcome.Rejected, "content.refused")]
    [InlineData(9004, 2207052, Outcome.NotNow, "media.unreachable")]
    [InlineData(190, 0, Outcome.SignInNeeded, "access.revoked")]
    [InlineData(190, 463, Outcome.NotNow, "token.expired")]
    [InlineData(10, 0, Outcome.SignInNeeded, "permission.missing")]
    [InlineData(200, 0, Outcome.SignInNeeded, "permission.missing")]
    public async Task An_error_of_publishing_means(int code, int detail, Outcome outcome, string meaning)
    {
        var body = Error(code, detail);

        var result = await PublishAsync(Canned.Saying(400, body).Then(200, Ready));

        (result.Outcome, result.Code).ShouldBe((outcome, meaning));
        result.Answer.ShouldBe(body);
    }

    [Theory]
    [InlineData(24, 2207006)]
    [InlineData(24, 2207008)]
    [InlineData(-2, 2207020)]
    public async Task A_container_that_is_gone_is_made_anew_once_it_says_so_itself(int code, int detail)
    {
        (await PublishAsync(Canned.Saying(400, Error(code, detail)).Then(200, """{"status_code":"EXPIRED"}"""))).Code.ShouldBe("media.gone");
        (await PublishAsync(Canned.Saying(400, Error(code, detail)).Then(200, Ready))).Code.ShouldBe("media.not.ready");
        (await PublishAsync(Canned.Saying(400, Error(code, detail)).Then(500, ""))).Outcome.ShouldBe(Outcome.Unclear);
        (await PublishAsync(Canned.Saying(400, Error(code, detail)).Then(200, """{"status_code":"PUBLISHED"}""").Then(200, """{"data":[]}"""))).Outcome.ShouldBe(Outcome.Unclear);
    }

    [Theory]
    [InlineData("Error: Media upload has failed with error code 2207026", Outcome.Rejected, "media.refused")]
    [InlineData("Error: Media upload has failed with error code 2207009", Outcome.Rejected, "media.refused")]
    [InlineData("Error: Media upload has failed with error code 2207052", Outcome.NotNow, "media.unreachable")]
    [InlineData("Error: Media upload has failed with error code 2207003", Outcome.NotNow, "media.gone")]
    [InlineData("Error: Media upload has failed with error code 2207001", Outcome.NotNow, "media.gone")]
    [InlineData("", Outcome.NotNow, "media.gone")]
    public async Task A_failed_container_means(string status, Outcome outcome, string code)
    {
        var server = Canned.Saying(200, """{"id":"42"}""").Then(200, $$"""{"status_code":"ERROR","status":"{{status}}"}""");

        var result = await Platform(server).PrepareAsync(Part, Prepared.Nothing, Account, Cancel);

        (result.Failure.ShouldNotBeNull().Outcome, result.Failure.Code).ShouldBe((outcome, code));
        result.Prepared.ShouldBe(Prepared.Nothing);
    }

    [Theory]
    [InlineData("""{"user_id":"17841400000000101","username":"press"}""")]
    [InlineData("""{"user_id":17841400000000101,"username":"press"}""")]
    public async Task The_accounts_number_is_read_in_either_form(string me)
    {
        var start = await Platform(Canned.Saying(200, "")).StartAsync(new Dictionary<string, string> { ["clientId"] = "1", ["clientSecret"] = "s" }, new Uri("https://a.example/"), "s", Cancel);
        var server = Canned.Saying(200, """{"access_token":"short","user_id":1}""").Then(200, """{"access_token":"long","token_type":"bearer","expires_in":5184000}""").Then(200, me);

        var result = await Platform(server).FinishAsync(start.Ticket, "code", new Uri("https://a.example/"), Cancel);

        result.Accounts.ShouldHaveSingleItem().ShouldSatisfyAllConditions(account => account.Id.ShouldBe("17841400000000101"), account => account.DisplayName.ShouldBe("press"));
        server.Requests.Select(request => request.Address.Host).ShouldBe(["api.instagram.com", "graph.instagram.com", "graph.instagram.com"]);
        server.Requests[0].Body.ShouldContain("code=code");
        server.Requests[0].Address.Query.ShouldBeEmpty();
    }

    private static string Error(int code, int detail) => $$$"""{"error":{"code":{{{code}}},"error_subcode":{{{detail}}},"message":"?"}}""";

    private static Task<PublishResult> PublishAsync(Canned server) => Platform(server).PublishAsync(Part, new Prepared { Container = "42" }, Account, Cancel);

    private static InstagramPlatform Platform(Canned server) => new(new HttpClient(server), new FixedTime(Start), Shelf);

    private static Part Part { get; } = new() { Text = "Text", Language = "en", Key = "key", Media = [Shelf.Jpeg("alt")] };

    private static Account Account { get; } = new()
    {
        Platform = "instagram",
        Server = new Uri("https://graph.instagram.com/"),
        Id = "1",
        Handle = "press",
        DisplayName = "Press office",
        Credentials = new Credentials { Token = new Secret("secret-token") },
        Limits = new InstagramPlatform(new HttpClient(), TimeProvider.System, Shelf).Info.Limits,
    };
}
