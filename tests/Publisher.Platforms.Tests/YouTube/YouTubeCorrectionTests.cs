using Publisher.Platforms.YouTube;
using Shouldly;

namespace Publisher.Platforms.Tests.YouTube;

/// <summary>What every answer of YouTube to a correction and to counting means, row by row.</summary>
public sealed class YouTubeCorrectionTests
{
    private const string There = """{"kind":"youtube#videoListResponse","items":[{"id":"v1","snippet":{"publishedAt":"2030-01-01T00:00:00Z","channelId":"UC1","title":"A title","description":"Txt","tags":["water"],"categoryId":"25","liveBroadcastContent":"none","defaultLanguage":"de","localized":{"title":"A title","description":"Txt"},"defaultAudioLanguage":"fr"}}]}""";

    private static readonly MediaShelf Shelf = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_snippet_goes_back_whole_without_what_is_youtubes_own()
    {
        var server = Canned.Saying(200, There).Then(200, """{"id":"v1","snippet":{}}""");

        (await CorrectAsync(server)).Post.ShouldBe(new RemotePost("v1", new Uri("https://www.youtube.com/watch?v=v1")));

        server.Requests.Select(request => $"{request.Method} {request.Address}").ShouldBe(
            ["GET https://www.googleapis.com/youtube/v3/videos?part=snippet&id=v1", "PUT https://www.googleapis.com/youtube/v3/videos?part=snippet"]);
        server.Requests[1].Body.ShouldBe(
            """{"id":"v1","snippet":{"title":"A title","description":"Text","tags":["water"],"categoryId":"25","defaultLanguage":"de","defaultAudioLanguage":"fr"}}""");
    }

    [Theory]
    [InlineData(200, """{"kind":"youtube#videoListResponse","items":[]}""", Outcome.Rejected, "post.gone")]
    [InlineData(200, """{"kind":"youtube#videoListResponse"}""", Outcome.Rejected, "post.gone")]
    [InlineData(200, """{"kind":"youtube#videoListResponse","items":[{"id":"v1"}]}""", Outcome.NotNow, "answer.unreadable")]
    [InlineData(200, """{"kind":"youtube#videoListResponse","items":[{"id":"v1","snippet":{"title":"A title"}}]}""", Outcome.NotNow, "answer.unreadable")]
    [InlineData(200, "<html>Welcome</html>", Outcome.NotNow, "answer.unreadable")]
    [InlineData(302, "", Outcome.NotNow, "answer.unreadable")]
    [InlineData(401, "", Outcome.NotNow, "token.expired")]
    [InlineData(403, "", Outcome.SignInNeeded, "permission.missing")]
    [InlineData(404, """{"error":{"errors":[{"reason":"videoNotFound"}]}}""", Outcome.Rejected, "post.gone")]
    [InlineData(429, "", Outcome.NotNow, "rate.limited")]
    [InlineData(503, "", Outcome.NotNow, "server.error")]
    public async Task Nothing_is_sent_where_the_snippet_cannot_be_read(int status, string body, Outcome outcome, string code)
    {
        var server = Canned.Saying(status, body);

        var result = await CorrectAsync(server);

        (result.Outcome, result.Code, result.Status, result.Answer).ShouldBe((outcome, code, status, body));
        server.Requests.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData(200, """{"id":"v1"}""", Outcome.Published, "published")]
    [InlineData(200, """{"id":"v2"}""", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, "<html>Welcome</html>", Outcome.Unclear, "answer.unreadable")]
    [InlineData(204, "", Outcome.Unclear, "answer.unreadable")]
    [InlineData(400, "invalidDescription", Outcome.Rejected, "content.refused")]
    [InlineData(400, "invalidTitle", Outcome.Rejected, "content.refused")]
    [InlineData(400, "invalidCategoryId", Outcome.Rejected, "option.refused")]
    [InlineData(401, "authError", Outcome.NotNow, "token.expired")]
    [InlineData(403, "forbidden", Outcome.SignInNeeded, "permission.missing")]
    [InlineData(403, "quotaExceeded", Outcome.NotNow, "quota.reached")]
    [InlineData(403, "rateLimitExceeded", Outcome.NotNow, "rate.limited")]
    [InlineData(404, "videoNotFound", Outcome.Rejected, "post.gone")]
    [InlineData(408, "", Outcome.Unclear, "server.error")]
    [InlineData(418, "", Outcome.Rejected, "refused")]
    [InlineData(429, "", Outcome.NotNow, "rate.limited")]
    [InlineData(500, "", Outcome.Unclear, "server.error")]
    [InlineData(503, "", Outcome.Unclear, "server.error")]
    public async Task An_answer_to_a_correction_means(int status, string said, Outcome outcome, string code)
    {
        var body = said.Length > 0 && char.IsAsciiLetter(said[0]) ? $$$"""{"error":{"errors":[{"reason":"{{{said}}}"}]}}""" : said;

        var result = await CorrectAsync(Canned.Saying(200, There).Then(status, body));

        (result.Outcome, result.Code, result.Status, result.Answer).ShouldBe((outcome, code, status, body));
    }

    [Fact]
    public async Task Counts_that_are_switched_off_are_not_nought()
    {
        var server = Canned.Saying(200, """{"kind":"youtube#channelListResponse","items":[{"id":"UC1","statistics":{"subscriberCount":"1230000","hiddenSubscriberCount":false}}]}""")
            .Then(200, """{"kind":"youtube#videoListResponse","items":[{"id":"v1","statistics":{"viewCount":"12345678901"}},{"id":"v2","statistics":{"viewCount":"7","likeCount":"3","commentCount":"0"}},{"id":"v3"}]}""");

        var measured = await Platform(server).MeasureAsync([new("v1", null), new("v2", null), new("v3", null)], Account, Cancel);

        (measured.Failure, measured.Followers).ShouldBe((null, 1_230_000));
        measured.Posts.ToDictionary().ShouldBe(new Dictionary<string, Counts> { ["v1"] = new(Views: 12_345_678_901), ["v2"] = new(3, Replies: 0, Views: 7) }, ignoreOrder: true);
    }

    [Fact]
    public async Task Fifty_videos_are_asked_about_at_a_time()
    {
        var server = Canned.Saying(200, """{"kind":"youtube#channelListResponse","items":[{"id":"UC1","statistics":{}}]}""").Then(200, """{"kind":"youtube#videoListResponse"}""");

        (await Platform(server).MeasureAsync([.. Enumerable.Range(1, 51).Select(number => new RemotePost($"v{number}", null))], Account, Cancel)).Failure.ShouldBeNull();

        server.Requests.Count.ShouldBe(3);
        server.Requests[2].Address.Query.ShouldEndWith("id=v51");
    }

    private static Task<PublishResult> CorrectAsync(Canned server) => Platform(server).CorrectAsync(
        new Part
        {
            Text = "Text",
            Language = "en",
            Options = new Dictionary<string, string> { ["title"] = "A title" },
            Correction = new Correction(new RemotePost("v1", null), CorrectionWay.Edit),
        },
        Account,
        Cancel);

    private static YouTubePlatform Platform(Canned server) => new(new HttpClient(server), TimeProvider.System, Shelf);

    private static Account Account { get; } = new()
    {
        Platform = "youtube",
        Server = new Uri("https://www.googleapis.com/"),
        Id = "UC1",
        Handle = "press",
        DisplayName = "Press office",
        Credentials = new Credentials { Token = new Secret("secret-token") },
        Limits = new YouTubePlatform(new HttpClient(), TimeProvider.System, Shelf).Info.Limits,
    };
}
