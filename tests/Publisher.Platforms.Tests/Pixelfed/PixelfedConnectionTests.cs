using Publisher.Platforms.Pixelfed;
using Shouldly;

namespace Publisher.Platforms.Tests.Pixelfed;

/// <summary>What a server may answer while an account is connected or its token is exchanged.</summary>
public sealed class PixelfedConnectionTests
{
    private static readonly MediaShelf Shelf = new();

    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(400, """{"error":"invalid_grant"}""", Outcome.SignInNeeded, "access.revoked")]
    [InlineData(401, """{"error":"invalid_request","message":"The refresh token is invalid."}""", Outcome.SignInNeeded, "access.revoked")]
    [InlineData(500, """{"error":"The refresh token is invalid."}""", Outcome.SignInNeeded, "access.revoked")]
    [InlineData(500, """{"error":"Client authentication failed"}""", Outcome.SignInNeeded, "access.revoked")]
    [InlineData(500, """{"error":"Server Error"}""", Outcome.NotNow, "server.error")]
    [InlineData(404, """{"error":""}""", Outcome.NotNow, "refused")]
    [InlineData(429, "", Outcome.NotNow, "rate.limited")]
    [InlineData(200, """{"refresh_token":"next"}""", Outcome.NotNow, "answer.unreadable")]
    public async Task An_answer_to_a_refresh_means(int status, string body, Outcome outcome, string code)
    {
        var result = await Platform(Canned.Saying(status, body)).RefreshAsync(Account, Cancel);

        result.Credentials.ShouldBeNull();
        (result.Failure.ShouldNotBeNull().Outcome, result.Failure.Code).ShouldBe((outcome, code));
        $"{result.Failure.Answer}".ShouldNotContain("next");
    }

    [Fact]
    public async Task A_server_with_sign_in_switched_off_is_named()
    {
        var app = new Dictionary<string, string> { ["server"] = "@press@pixels.example.org" };
        var server = Canned.Saying(404, """{"error":""}""");

        var start = await Platform(server).StartAsync(app, new Uri("https://publisher.example/back"), "state", Cancel);

        start.Address.ShouldBeNull();
        start.Problem.ShouldNotBeNull().Code.ShouldBe("server.refuses.apps");
        server.Requests.ShouldHaveSingleItem().Address.AbsoluteUri.ShouldBe("https://pixels.example.org/api/v1/apps");
    }

    [Fact]
    public async Task The_person_is_sent_to_their_server_without_the_secret()
    {
        var app = new Dictionary<string, string> { ["server"] = "https://pixels.example.org/press?x=1" };
        var server = Canned.Saying(200, """{"id":4,"client_id":4,"client_secret":"hidden"}""");

        var start = await Platform(server).StartAsync(app, new Uri("https://publisher.example/back"), "a b", Cancel);

        start.Address.ShouldNotBeNull().AbsoluteUri.ShouldBe(
            "https://pixels.example.org/oauth/authorize?response_type=code&client_id=4&redirect_uri=https%3A%2F%2Fpublisher.example%2Fback&scope=read%20write&state=a%20b");
    }

    [Theory]
    [InlineData("""{"uri":"pixels.example.org","configuration":{"statuses":{"max_characters":2000,"max_media_attachments":20},"media_attachments":{"supported_mime_types":["image/jpeg","image/webp"," video/mp4"],"image_size_limit":1000,"video_size_limit":2000}}}""", 2000, 20, 1000, "image/jpeg image/webp", 1)]
    [InlineData("""{"configuration":{"media_attachments":{"supported_mime_types":["image/png"]}}}""", 500, 4, 15_360_000, "image/png", 0)]
    [InlineData("""{"version":"2.7.2 (compatible; Pixelfed 0.10.4)"}""", 500, 4, 15_360_000, "image/jpeg image/png image/gif", 0)]
    [InlineData("<html>nothing</html>", 500, 4, 15_360_000, "image/jpeg image/png image/gif", 0)]
    public async Task A_server_is_taken_at_its_word(string instance, int characters, int images, long bytes, string types, int videos)
    {
        var account = (await FinishAsync(Canned.Saying(200, """{"access_token":"t","expires_in":60}""")
            .Then(200, """{"id":1,"acct":"press","display_name":""}""")
            .Then(200, instance))).Accounts.ShouldHaveSingleItem();

        var limits = account.Limits;
        (limits.Text, limits.Images, limits.ImageBytes, limits.Videos).ShouldBe((characters, images, bytes, videos));
        string.Join(' ', limits.ImageTypes).ShouldBe(types);
        (account.Id, account.Handle, account.DisplayName).ShouldBe(("1", "press@pixels.example.org", "press"));
        (account.Credentials.Expires, account.Credentials.RefreshToken).ShouldBe((Start.AddMinutes(1), null));
    }

    [Theory]
    [InlineData(400, """{"error":"invalid_grant"}""", "sign.in.refused")]
    [InlineData(500, """{"error":"The provided authorization grant is invalid"}""", "sign.in.refused")]
    [InlineData(500, """{"error":"Server Error"}""", "server.error")]
    [InlineData(200, "<html>Sign in</html>", "answer.unreadable")]
    public async Task A_code_that_is_refused_connects_nothing(int status, string body, string code) =>
        (await FinishAsync(Canned.Saying(status, body))).Problem.ShouldNotBeNull().Code.ShouldBe(code);

    [Theory]
    [InlineData(403, """{"error":""}""", "permission.missing")]
    [InlineData(500, """{"error":"Unauthenticated."}""", "answer.unreadable")]
    [InlineData(200, "[]", "answer.unreadable")]
    public async Task An_account_that_is_not_told_is_not_connected(int status, string body, string code) =>
        (await FinishAsync(Canned.Saying(200, """{"access_token":"t"}""").Then(status, body))).Problem.ShouldNotBeNull().Code.ShouldBe(code);

    private static Task<ConnectResult> FinishAsync(Canned server) => Platform(server).FinishAsync(
        new Secret("""{"Server":"https://pixels.example.org/","ClientId":"i","ClientSecret":"s"}"""), "code", new Uri("https://publisher.example/back"), Cancel);

    private static PixelfedPlatform Platform(Canned server) => new(new HttpClient(server), new FixedTime(Start), Shelf);

    private static Account Account { get; } = new()
    {
        Platform = "pixelfed",
        Server = new Uri("https://pixels.example.org/"),
        Id = "1",
        Handle = "press@pixels.example.org",
        DisplayName = "Press office",
        Credentials = new Credentials { Token = new Secret("secret-token"), RefreshToken = new Secret("refresh"), ClientId = "id", ClientSecret = new Secret("secret") },
        Limits = new PixelfedPlatform(new HttpClient(), TimeProvider.System, Shelf).Info.Limits,
    };
}
