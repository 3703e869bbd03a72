using Publisher.Platforms.Pixelfed;
using Shouldly;

namespace Publisher.Platforms.Tests.Pixelfed;

/// <summary>What every answer of a Pixelfed server to a correction and to counting means, row by row.</summary>
public sealed class PixelfedCorrectionTests
{
    private const string There = """{"id":"57","url":"https://pixels.example.org/p/press/57","visibility":"public","spoiler_text":"Flood","sensitive":true,"media_attachments":[{"id":"7"},{"id":8}]}""";

    private const string Hidden = """{"id":"57","url":"https://pixels.example.org/p/press/57","visibility":"unlisted","spoiler_text":"","media_attachments":[{"id":"7"}]}""";

    private const string NoStatus = """{"error":"No query results for model [App\\Status] 57"}""";

    private static readonly MediaShelf Shelf = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Warning_and_files_go_back_as_they_are()
    {
        var server = Canned.Saying(200, There).Then(200, There);

        (await CorrectAsync(server)).Post.ShouldBe(new RemotePost("57", new Uri("https://pixels.example.org/p/press/57")));

        server.Requests.Select(request => $"{request.Method} {request.Address}").ShouldBe(
            ["GET https://pixels.example.org/api/v1/statuses/57", "PUT https://pixels.example.org/api/v1/statuses/57"]);
        server.Requests[1].Body.ShouldBe("""{"status":"Text","media_ids":["7","8"],"spoiler_text":"Flood"}""");
    }

    [Theory]
    [InlineData(200, "{}", Outcome.NotNow, "answer.unreadable")]
    [InlineData(200, """{"id":"58"}""", Outcome.NotNow, "answer.unreadable")]
    [InlineData(200, """{"id":"57","media_attachments":[{"id":"7"},{}]}""", Outcome.NotNow, "answer.unreadable")]
    [InlineData(200, "<html>Sign in</html>", Outcome.NotNow, "answer.unreadable")]
    [InlineData(302, "", Outcome.NotNow, "answer.unreadable")]
    [InlineData(401, "", Outcome.NotNow, "token.expired")]
    [InlineData(403, "", Outcome.SignInNeeded, "permission.missing")]
    [InlineData(404, """{"error":""}""", Outcome.Rejected, "post.gone")]
    [InlineData(404, "", Outcome.Rejected, "post.gone")]
    [InlineData(404, "<html>no such page</html>", Outcome.Rejected, "refused")]
    [InlineData(429, "", Outcome.NotNow, "rate.limited")]
    [InlineData(500, NoStatus, Outcome.Rejected, "post.gone")]
    [InlineData(500, """{"error":"Unauthenticated."}""", Outcome.NotNow, "token.expired")]
    [InlineData(503, "", Outcome.NotNow, "server.error")]
    public async Task Nothing_is_sent_where_the_post_cannot_be_read(int status, string body, Outcome outcome, string code)
    {
        var server = Canned.Saying(status, body);

        var result = await CorrectAsync(server);

        (result.Outcome, result.Code, result.Status, result.Answer).ShouldBe((outcome, code, status, body));
        server.Requests.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData(200, There, Outcome.Published, "published")]
    [InlineData(200, """{"id":"57","media_attachments":[{"id":"7"}]}""", Outcome.Published, "media.missing")]
    [InlineData(200, """{"id":"58","media_attachments":[]}""", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, "", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, "<html>Sign in</html>", Outcome.Unclear, "answer.unreadable")]
    [InlineData(302, "", Outcome.Unclear, "answer.unreadable")]
    [InlineData(400, """{"error":"You cannot edit your post more than 10 times."}""", Outcome.Rejected, "edit.refused")]
    [InlineData(400, """{"error":"?"}""", Outcome.Rejected, "refused")]
    [InlineData(401, "", Outcome.NotNow, "token.expired")]
    [InlineData(403, """{"error":"This action is unauthorized."}""", Outcome.Rejected, "edit.refused")]
    [InlineData(403, """{"error":"Invalid scope(s) provided."}""", Outcome.SignInNeeded, "permission.missing")]
    [InlineData(404, """{"error":"Post editing is not enabled on this server."}""", Outcome.Rejected, "edit.not.offered")]
    [InlineData(404, "<html>no such page</html>", Outcome.Rejected, "edit.not.offered")]
    [InlineData(405, """{"error":"The PUT method is not supported for this route."}""", Outcome.Rejected, "edit.not.offered")]
    [InlineData(408, "", Outcome.Unclear, "server.error")]
    [InlineData(422, """{"message":"?","errors":{"status":["?"]}}""", Outcome.Rejected, "text.too.long")]
    [InlineData(429, "", Outcome.NotNow, "rate.limited")]
    [InlineData(500, """{"error":"This action is unauthorized."}""", Outcome.Rejected, "edit.refused")]
    [InlineData(500, """{"message":"?","errors":{"status":["?"]}}""", Outcome.Rejected, "text.too.long")]
    [InlineData(500, """{"message":"?","errors":{"media_ids":["?"]}}""", Outcome.Rejected, "media.refused")]
    [InlineData(500, NoStatus, Outcome.Rejected, "post.gone")]
    [InlineData(500, """{"error":"Undefined array key \"media_ids\""}""", Outcome.Unclear, "server.error")]
    [InlineData(502, "<html>bad gateway</html>", Outcome.Unclear, "server.error")]
    public async Task An_answer_to_a_correction_means(int status, string body, Outcome outcome, string code)
    {
        var result = await CorrectAsync(Canned.Saying(200, There).Then(status, body));

        (result.Outcome, result.Code, result.Status, result.Answer).ShouldBe((outcome, code, status, body));
    }

    [Theory]
    [InlineData("", Outcome.Published)]
    [InlineData("<html>Sign in</html>", Outcome.Unclear)]
    public async Task An_empty_answer_is_right_only_where_not_everybody_sees_the_post(string body, Outcome outcome) =>
        (await CorrectAsync(Canned.Saying(200, Hidden).Then(200, body))).Outcome.ShouldBe(outcome);

    [Fact]
    public async Task A_server_that_shows_the_same_page_again_and_again_is_not_asked_for_ever()
    {
        var server = Canned.Saying(200, """{"followers_count":12}""").Then(200, """[{"id":"9","favourites_count":3,"reblogs_count":1,"replies_count":0},{"id":8}]""");

        var measured = await Platform(server).MeasureAsync([new("9", null), new("5", null)], Account, Cancel);

        (measured.Failure, measured.Followers).ShouldBe((null, 12));
        measured.Posts.ToDictionary().ShouldBe(new Dictionary<string, Counts> { ["9"] = new(3, 1, 0) });
        server.Requests.Select(request => request.Address.PathAndQuery).ShouldBe(
            ["/api/v1/accounts/verify_credentials", "/api/v1/accounts/1/statuses?limit=20", "/api/v1/accounts/1/statuses?limit=20&max_id=8"]);
    }

    private static Task<PublishResult> CorrectAsync(Canned server) => Platform(server).CorrectAsync(
        new Part { Text = "Text", Language = "en", Correction = new Correction(new RemotePost("57", null), CorrectionWay.Edit) }, Account, Cancel);

    private static PixelfedPlatform Platform(Canned server) => new(new HttpClient(server), TimeProvider.System, Shelf);

    private static Account Account { get; } = new()
    {
        Platform = "pixelfed",
        Server = new Uri("https://pixels.example.org/"),
        Id = "1",
        Handle = "press@pixels.example.org",
        DisplayName = "Press office",
        Credentials = new Credentials { Token = new Secret("secret-token") },
        Limits = new PixelfedPlatform(new HttpClient(), TimeProvider.System, Shelf).Info.Limits,
    };
}
