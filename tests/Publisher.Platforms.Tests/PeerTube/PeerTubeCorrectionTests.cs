using Publisher.Platforms.PeerTube;
using Shouldly;

namespace Publisher.Platforms.Tests.PeerTube;

/// <summary>What every answer of a PeerTube server to a correction and to counting means, row by row.</summary>
public sealed class PeerTubeCorrectionTests
{
    private const string There = """{"id":1,"uuid":"uuid-1","shortUUID":"short1","name":"A title"}""";

    private static readonly MediaShelf Shelf = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Text", "Text")]
    [InlineData("", "null")]
    public async Task Only_the_description_is_sent_and_none_is_said_in_the_servers_word(string text, string sent)
    {
        var server = Canned.Saying(200, There).Then(204, "");

        (await CorrectAsync(server, text)).Post.ShouldBe(new RemotePost("uuid-1", new Uri("https://tube.example.org/w/short1")));

        server.Requests.Select(request => $"{request.Method} {request.Address}").ShouldBe(
            ["GET https://tube.example.org/api/v1/videos/uuid-1", "PUT https://tube.example.org/api/v1/videos/uuid-1"]);
        server.Requests[1].Body.ShouldContain($"name=\"description\"\r\n\r\n{sent}\r\n");
        server.Requests[1].Body.Split("name=").Length.ShouldBe(2);
    }

    [Theory]
    [InlineData(200, "{}", Outcome.NotNow, "answer.unreadable")]
    [InlineData(200, "<html>Welcome</html>", Outcome.NotNow, "answer.unreadable")]
    [InlineData(302, "", Outcome.NotNow, "answer.unreadable")]
    [InlineData(401, "{}", Outcome.NotNow, "token.expired")]
    [InlineData(403, "{}", Outcome.SignInNeeded, "permission.missing")]
    [InlineData(404, """{"detail":"Video not found"}""", Outcome.Rejected, "post.gone")]
    [InlineData(404, "<html>no such page</html>", Outcome.NotNow, "answer.unreadable")]
    [InlineData(429, "{}", Outcome.NotNow, "rate.limited")]
    [InlineData(503, "", Outcome.NotNow, "server.error")]
    public async Task Nothing_is_sent_where_the_video_cannot_be_read(int status, string body, Outcome outcome, string code)
    {
        var server = Canned.Saying(status, body);

        var result = await CorrectAsync(server);

        (result.Outcome, result.Code, result.Status, result.Answer).ShouldBe((outcome, code, status, body));
        server.Requests.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData(204, "", Outcome.Published, "published")]
    [InlineData(200, "{}", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, "<html>Welcome</html>", Outcome.Unclear, "answer.unreadable")]
    [InlineData(302, "", Outcome.Unclear, "answer.unreadable")]
    [InlineData(400, """{"invalid-params":{"description":{}}}""", Outcome.Rejected, "content.refused")]
    [InlineData(401, "{}", Outcome.NotNow, "token.expired")]
    [InlineData(403, "{}", Outcome.SignInNeeded, "permission.missing")]
    [InlineData(404, """{"detail":"Video not found"}""", Outcome.Rejected, "post.gone")]
    [InlineData(404, "<html>no such page</html>", Outcome.NotNow, "answer.unreadable")]
    [InlineData(408, "", Outcome.Unclear, "server.error")]
    [InlineData(409, "{}", Outcome.NotNow, "media.not.ready")]
    [InlineData(418, "{}", Outcome.Rejected, "refused")]
    [InlineData(429, "{}", Outcome.NotNow, "rate.limited")]
    [InlineData(500, "{}", Outcome.Unclear, "server.error")]
    [InlineData(502, "<html>bad gateway</html>", Outcome.Unclear, "server.error")]
    public async Task An_answer_to_a_correction_means(int status, string body, Outcome outcome, string code)
    {
        var result = await CorrectAsync(Canned.Saying(200, There).Then(status, body));

        (result.Outcome, result.Code, result.Status, result.Answer).ShouldBe((outcome, code, status, body));
    }

    [Fact]
    public async Task A_server_that_does_not_count_comments_tells_the_rest()
    {
        var server = Canned.Saying(200, """{"name":"press","followersCount":0}""")
            .Then(200, """{"total":2,"data":[{"uuid":"uuid-1","views":7,"likes":3,"dislikes":2},{"uuid":"uuid-2","views":9,"likes":0,"dislikes":0,"comments":4},{"uuid":"uuid-3","views":1}]}""");

        var measured = await Platform(server).MeasureAsync([new("uuid-1", null), new("uuid-2", null), new("uuid-4", null)], Account, Cancel);

        (measured.Failure, measured.Followers).ShouldBe((null, 0));
        measured.Posts.ToDictionary().ShouldBe(new Dictionary<string, Counts> { ["uuid-1"] = new(3, Views: 7), ["uuid-2"] = new(0, Replies: 4, Views: 9) }, ignoreOrder: true);
        server.Requests.Select(request => request.Address.AbsolutePath).ShouldBe(["/api/v1/video-channels/press", "/api/v1/users/me/videos"]);
    }

    [Fact]
    public async Task The_list_is_read_no_further_than_the_last_video_asked_for()
    {
        static string Page(int first) => $$"""{"data":[{{string.Join(',', Enumerable.Range(first, 100).Select(number => $$"""{"uuid":"uuid-{{number}}","views":1}"""))}}]}""";
        var server = Canned.Saying(200, """{"followersCount":1}""").Then(200, Page(1)).Then(200, Page(101));

        (await Platform(server).MeasureAsync([new("uuid-150", null)], Account, Cancel)).Posts.Keys.ShouldBe(["uuid-150"]);

        server.Requests.Count.ShouldBe(3);
        server.Requests[2].Address.Query.ShouldContain("start=100");
    }

    private static Task<PublishResult> CorrectAsync(Canned server, string text = "Text") => Platform(server).CorrectAsync(
        new Part
        {
            Text = text,
            Language = "en",
            Options = new Dictionary<string, string> { ["title"] = "A title" },
            Correction = new Correction(new RemotePost("uuid-1", null), CorrectionWay.Edit),
        },
        Account,
        Cancel);

    private static PeerTubePlatform Platform(Canned server) => new(new HttpClient(server), TimeProvider.System, Shelf);

    private static Account Account { get; } = new()
    {
        Platform = "peertube",
        Server = new Uri("https://tube.example.org/"),
        Id = "3",
        Handle = "press@tube.example.org",
        DisplayName = "Press office",
        Credentials = new Credentials { Token = new Secret("secret-token") },
        Limits = new PeerTubePlatform(new HttpClient(), TimeProvider.System, Shelf).Info.Limits,
    };
}
