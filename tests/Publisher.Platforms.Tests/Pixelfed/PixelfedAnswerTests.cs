using Publisher.Platforms.Pixelfed;
using Shouldly;

namespace Publisher.Platforms.Tests.Pixelfed;

/// <summary>What every answer of a Pixelfed server means, row by row.</summary>
public sealed class PixelfedAnswerTests
{
    private static readonly MediaShelf Shelf = new();

    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly TimeWindow Window = new(Start, Start.AddMinutes(1));

    private const string Live = """{"id":"57","url":"https://pixels.example.org/p/press/57","visibility":"public","media_attachments":[{"id":"7"}]}""";

    private const string NoStatus = """{"error":"No query results for model [App\\Models\\Status] 57"}""";

    private const string NoMedia = """{"error":"No query results for model [App\\Media] 7"}""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(200, Live, Outcome.Published, "published")]
    [InlineData(200, """{"id":57,"url":"https://pixels.example.org/p/press/57","visibility":"public","media_attachments":[{"id":"7"}]}""", Outcome.Published, "published")]
    [InlineData(200, """{"id":"57","visibility":"private","media_attachments":[{"id":"7"}]}""", Outcome.Published, "visibility.changed")]
    [InlineData(200, """{"id":"57","visibility":"public","media_attachments":[]}""", Outcome.Published, "media.missing")]
    [InlineData(200, """{"id":""}""", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, """{"favourited":false,"language":"en"}""", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, "<html>Sign in</html>", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, "[]", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, "", Outcome.Unclear, "answer.unreadable")]
    [InlineData(302, "", Outcome.Unclear, "answer.unreadable")]
    [InlineData(400, """{"error":"Duplicate idempotency key."}""", Outcome.Unclear, "duplicate")]
    [InlineData(400, """{"error":"Invalid object. Contains banned keyword."}""", Outcome.Rejected, "content.refused")]
    [InlineData(400, """{"error":"Invalid media_ids"}""", Outcome.NotNow, "media.gone")]
    [InlineData(400, """{"error":"?"}""", Outcome.Rejected, "refused")]
    [InlineData(401, """{"error":"Unauthenticated."}""", Outcome.NotNow, PublishResult.TokenExpired)]
    [InlineData(500, """{"error":"Unauthenticated."}""", Outcome.NotNow, PublishResult.TokenExpired)]
    [InlineData(403, """{"error":"Empty statuses are not allowed"}""", Outcome.Rejected, "content.refused")]
    [InlineData(403, """{"error":"Invalid scope(s) provided."}""", Outcome.SignInNeeded, "permission.missing")]
    [InlineData(403, """{"error":"Invalid permissions for this action"}""", Outcome.SignInNeeded, "permission.missing")]
    [InlineData(403, """{"error":"Invalid media id"}""", Outcome.NotNow, "media.gone")]
    [InlineData(404, """{"error":""}""", Outcome.Rejected, "refused")]
    [InlineData(408, "", Outcome.Unclear, "server.error")]
    [InlineData(413, "<html>too large</html>", Outcome.Rejected, "content.refused")]
    [InlineData(422, """{"message":"?","errors":{"status":["?"]}}""", Outcome.Rejected, "text.too.long")]
    [InlineData(422, """{"error":"?"}""", Outcome.Rejected, "content.refused")]
    [InlineData(429, """{"error":""}""", Outcome.NotNow, "rate.limited")]
    [InlineData(500, """{"message":"?","errors":{"status":["?"]}}""", Outcome.Rejected, "text.too.long")]
    [InlineData(500, """{"message":"?","errors":{"media_ids":["?"]}}""", Outcome.Rejected, "media.refused")]
    [InlineData(500, """{"message":"?","errors":{"visibility":["?"]}}""", Outcome.Rejected, "content.refused")]
    [InlineData(500, NoMedia, Outcome.NotNow, "media.gone")]
    [InlineData(500, NoStatus, Outcome.Unclear, "server.error")]
    [InlineData(500, """{"error":"SQLSTATE[HY000]: General error"}""", Outcome.Unclear, "server.error")]
    [InlineData(500, """{"error":"An error occured."}""", Outcome.Unclear, "server.error")]
    [InlineData(500, "", Outcome.Unclear, "server.error")]
    [InlineData(502, "<html>bad gateway</html>", Outcome.Unclear, "server.error")]
    [InlineData(503, "", Outcome.Unclear, "server.error")]
    [InlineData(504, "", Outcome.Unclear, "server.error")]
    public async Task An_answer_to_a_post_means(int status, string body, Outcome outcome, string code)
    {
        var result = await PublishAsync(Canned.Saying(status, body), PartOf("Text"));

        (result.Outcome, result.Code).ShouldBe((outcome, code));
        (result.Status, result.Answer).ShouldBe((status, body));
    }

    [Theory]
    [InlineData(400, """{"error":"Invalid media_ids"}""", Outcome.Unclear, "server.error")]
    [InlineData(403, """{"error":"Invalid media id"}""", Outcome.Unclear, "server.error")]
    [InlineData(404, """{"error":""}""", Outcome.Rejected, "parent.gone")]
    [InlineData(422, "\"Comments have been disabled on this post\"", Outcome.Rejected, "reply.refused")]
    [InlineData(422, """{"error":"Cannot reply to this post at this time."}""", Outcome.Rejected, "reply.refused")]
    [InlineData(422, """{"message":"?","errors":{"status":["?"]}}""", Outcome.Rejected, "text.too.long")]
    [InlineData(500, NoStatus, Outcome.Rejected, "parent.gone")]
    [InlineData(500, NoMedia, Outcome.Unclear, "server.error")]
    public async Task An_answer_to_a_comment_means(int status, string body, Outcome outcome, string code)
    {
        var root = new RemotePost("57", null);

        var result = await PublishAsync(Canned.Saying(status, body), PartOf("Text") with { Number = 2, Root = root, Parent = root });

        (result.Outcome, result.Code).ShouldBe((outcome, code));
    }

    [Theory]
    [InlineData("Retry-After", "90", 90)]
    [InlineData("X-Other", "90", null)]
    public async Task Waiting_is_as_long_as_the_server_says(string header, string value, int? seconds) =>
        (await PublishAsync(Canned.Saying(429, "{}", (header, value)), PartOf("Text"))).RetryAfter.ShouldBe(seconds is { } some ? TimeSpan.FromSeconds(some) : null);

    [Fact]
    public async Task A_token_the_server_repeats_is_not_shown() =>
        (await PublishAsync(Canned.Saying(500, "bad token secret-token here"), PartOf("Text"))).Answer.ShouldBe("bad token ••• here");

    [Theory]
    [InlineData(200, "{}", null)]
    [InlineData(404, """{"error":""}""", null)]
    [InlineData(500, NoStatus, null)]
    [InlineData(404, "<html>no such page</html>", "not.offered")]
    [InlineData(405, """{"error":"The DELETE method is not supported"}""", "not.offered")]
    [InlineData(500, """{"error":"Unauthenticated."}""", PublishResult.TokenExpired)]
    [InlineData(429, "", "rate.limited")]
    [InlineData(200, "<html>Sign in</html>", "answer.unreadable")]
    [InlineData(302, "", "answer.unreadable")]
    [InlineData(500, "", "server.error")]
    public async Task An_answer_to_deleting_means(int status, string body, string? code)
    {
        var result = await Platform(Canned.Saying(status, body)).RetractAsync(new RemotePost("57", null), Account, Cancel);

        result.Failure?.Code.ShouldBe(code);
        (result.Failure is null).ShouldBe(code is null);
        result.Failure?.Outcome.ShouldNotBe(Outcome.Unclear);
    }

    [Theory]
    [InlineData(200, """{"id":7}""", null, null)]
    [InlineData(202, """{"id":"7","url":null}""", null, null)]
    [InlineData(500, """{"message":"?","errors":{"file":["?"]}}""", Outcome.Rejected, "media.refused")]
    [InlineData(500, """{"message":"?","errors":{"description":["?"]}}""", Outcome.Rejected, "media.refused")]
    [InlineData(403, """{"error":"Account size limit reached."}""", Outcome.Rejected, "media.refused")]
    [InlineData(403, """{"error":"Invalid or unsupported mime type."}""", Outcome.Rejected, "media.refused")]
    [InlineData(403, """{"error":"Invalid scope(s) provided."}""", Outcome.SignInNeeded, "permission.missing")]
    [InlineData(413, "<html>too large</html>", Outcome.Rejected, "media.refused")]
    [InlineData(422, "", Outcome.Rejected, "media.refused")]
    [InlineData(451, """{"error":""}""", Outcome.Rejected, "media.refused")]
    [InlineData(500, """{"error":"Unauthenticated."}""", Outcome.NotNow, PublishResult.TokenExpired)]
    [InlineData(429, """{"error":""}""", Outcome.NotNow, "rate.limited")]
    [InlineData(500, """{"error":"Server Error"}""", Outcome.NotNow, "server.error")]
    [InlineData(200, "[]", Outcome.NotNow, "answer.unreadable")]
    [InlineData(200, "<html>Sign in</html>", Outcome.NotNow, "answer.unreadable")]
    [InlineData(302, "", Outcome.NotNow, "answer.unreadable")]
    public async Task An_answer_to_an_upload_means(int status, string body, Outcome? outcome, string? code)
    {
        var result = await Platform(Canned.Saying(status, body)).PrepareAsync(PartOf("Text"), Prepared.Nothing, Account, Cancel);

        (result.Failure?.Outcome, result.Failure?.Code).ShouldBe((outcome, code));
        result.IsReady.ShouldBe(outcome is null);
        result.Prepared.Files.Count.ShouldBe(outcome is null ? 1 : 0);
    }

    [Fact]
    public async Task A_file_that_failed_does_not_send_the_others_again()
    {
        var part = PartOf("Text") with { Media = [Shelf.Picture("one"), Shelf.Picture("two")] };
        var server = Canned.Saying(200, """{"id":"7"}""").Then(500, """{"error":"Server Error"}""").Then(200, """{"id":"8"}""");
        var platform = Platform(server);

        var first = await platform.PrepareAsync(part, Prepared.Nothing, Account, Cancel);
        var second = await platform.PrepareAsync(part, first.Prepared, Account, Cancel);

        first.Failure.ShouldNotBeNull();
        second.Prepared.Files.Select(file => (file.Id, file.Hash)).ShouldBe([("7", part.Media[0].Hash), ("8", part.Media[1].Hash)]);
        server.Requests.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Files_the_server_may_have_swept_are_sent_again()
    {
        var part = PartOf("Text");
        var old = new Prepared { Files = [new PreparedFile("6", part.Media[0].Hash)], UsableUntil = Start.AddMinutes(-1) };

        var result = await Platform(Canned.Saying(200, """{"id":"7"}""")).PrepareAsync(part, old, Account, Cancel);

        result.Prepared.Files.ShouldHaveSingleItem().Id.ShouldBe("7");
        result.Prepared.UsableUntil.ShouldBe(Start.AddHours(6));
    }

    [Theory]
    [InlineData("""[{"id":"9","created_at":"2029-12-31T23:00:00.000Z"}]""", "[]", true)]
    [InlineData("[]", "[]", true)]
    [InlineData("""[{"id":"9","created_at":"2030-01-01T12:00:00.000Z"}]""", "[]", true)]
    [InlineData("""[{"id":"9","created_at":"2030-01-01T12:00:00.000Z"}]""", """[{"id":"9","created_at":"2030-01-01T12:00:00.000Z"}]""", false)]
    [InlineData("""[{"id":"9"}]""", "[]", false)]
    [InlineData("""[{"created_at":"2030-01-01T00:00:10Z"}]""", "[]", false)]
    public async Task A_listing_is_complete_only_when_it_ends_or_reaches_back_before_the_attempt(string first, string second, bool isComplete)
    {
        var result = await Platform(Canned.Saying(200, first).Then(200, second)).FindAsync(PartOf("Text"), Prepared.Nothing, Window, Account, Cancel);

        result.Matches.ShouldBeEmpty();
        result.IsComplete.ShouldBe(isComplete);
    }

    [Theory]
    [InlineData(401, "{}", Outcome.NotNow, PublishResult.TokenExpired)]
    [InlineData(403, "{}", Outcome.SignInNeeded, "permission.missing")]
    [InlineData(404, """{"error":"Account not found"}""", Outcome.NotNow, "refused")]
    [InlineData(500, "{}", Outcome.NotNow, "server.error")]
    [InlineData(200, "<html>Sign in</html>", Outcome.NotNow, "answer.unreadable")]
    public async Task Looking_that_fails_says_why(int status, string body, Outcome outcome, string code)
    {
        var part = PartOf("Text");
        var post = await Platform(Canned.Saying(status, body)).FindAsync(part, Prepared.Nothing, Window, Account, Cancel);
        var comment = await Platform(Canned.Saying(status, body)).FindAsync(part with { Root = new RemotePost("57", null) }, Prepared.Nothing, Window, Account, Cancel);

        foreach (var result in new[] { post, comment })
        {
            result.IsComplete.ShouldBeFalse();
            (result.Failure.ShouldNotBeNull().Outcome, result.Failure.Code).ShouldBe((outcome, code));
        }
    }

    [Theory]
    [InlineData("""{"content":"<p>Hello <a class=\"u-url mention\" href=\"https://agency.example/@water\">@water</a> &amp; all, 1 &lt; 2<br />\n#Elbe</p>"}""")]
    [InlineData("""{"content":"Hello <a href=\"x\" class=\"u-url\">@water@agency.example</a> & all, 1 < 2<br />\n<a href=\"y\">#Elbe</a>"}""")]
    [InlineData("""{"content_text":"Hello @water@agency.example & all, 1 < 2\r\n#Elbe","content":"?"}""")]
    public async Task A_post_is_recognised_however_the_version_words_it(string shown)
    {
        var status = "[" + shown[..^1] + ""","id":"9","created_at":"2030-01-01T00:00:10Z","media_attachments":[{"id":"7"}]}]""";

        var result = await Platform(Canned.Saying(200, status).Then(200, "[]")).FindAsync(PartOf("Hello @water@agency.example & all, 1 < 2\n#Elbe"), Prepared.Nothing, Window, Account, Cancel);

        result.Matches.ShouldHaveSingleItem().Id.ShouldBe("9");
    }

    [Fact]
    public async Task Another_persons_comment_with_the_same_words_is_not_ours()
    {
        const string Below = """{"ancestors":[],"descendants":[{"id":"8","created_at":"2030-01-01T00:00:10Z","content":"Text","account":{"id":"2"}},{"id":"9","created_at":"2030-01-01T00:00:10Z","content":"Text","account":{"id":"1"}}]}""";
        var root = new RemotePost("57", null);

        var result = await Platform(Canned.Saying(200, Below)).FindAsync(PartOf("Text") with { Root = root, Parent = root, Number = 2 }, Prepared.Nothing, Window, Account, Cancel);

        result.Matches.ShouldHaveSingleItem().Id.ShouldBe("9");
        result.IsComplete.ShouldBeFalse();
    }

    private static Task<PublishResult> PublishAsync(Canned server, Part part) =>
        Platform(server).PublishAsync(part, new Prepared { Files = [new PreparedFile("7", "hash")] }, Account, Cancel);

    private static PixelfedPlatform Platform(Canned server) => new(new HttpClient(server), new FixedTime(Start), Shelf);

    private static Part PartOf(string text) => new() { Text = text, Language = "en", Key = "key", Media = [Shelf.Picture("alt")] };

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
