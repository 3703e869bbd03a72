using System.Text;
using System.Text.Json;
using Publisher.Platforms.Pinterest;
using Shouldly;

namespace Publisher.Platforms.Tests.Pinterest;

/// <summary>What every answer of Pinterest means, row by row.</summary>
public sealed class PinterestAnswerTests
{
    private const string Registered = """
        {"media_id":"12","media_type":"video","upload_url":"https://pinterest-media-upload.s3-accelerate.amazonaws.com/","upload_parameters":{"key":"uploads/12","Content-Type":"multipart/form-data"}}
        """;

    private static readonly MediaShelf Shelf = new();

    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(201, """{"id":"813744226420795884"}""", Outcome.Published, "published")]
    [InlineData(200, """{"id":"813744226420795884"}""", Outcome.Published, "published")]
    [InlineData(201, """{"id":""}""", Outcome.Unclear, "answer.unreadable")]
    [InlineData(201, """{"id":813744226420795884}""", Outcome.Unclear, "answer.unreadable")]
    [InlineData(201, "[]", Outcome.Unclear, "answer.unreadable")]
    [InlineData(201, "", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, "<html>Log in</html>", Outcome.Unclear, "answer.unreadable")]
    [InlineData(302, "", Outcome.Unclear, "answer.unreadable")]
    [InlineData(400, """{"code":1,"message":"Invalid request"}""", Outcome.Rejected, "content.refused")]
    [InlineData(401, """{"code":2,"message":"Authentication failed."}""", Outcome.NotNow, "token.expired")]
    [InlineData(401, "", Outcome.NotNow, "token.expired")]
    [InlineData(403, """{"code":29,"message":"Use the sandbox"}""", Outcome.NotNow, "audit.missing")]
    [InlineData(403, """{"code":3,"message":"Authorization failed."}""", Outcome.SignInNeeded, "permission.missing")]
    [InlineData(403, """{"code":"29"}""", Outcome.NotNow, "audit.missing")]
    [InlineData(403, """{"code":7,"message":"PINNER_DATA_ACCESS_DENIED"}""", Outcome.SignInNeeded, "permission.missing")]
    [InlineData(403, "<html>Forbidden</html>", Outcome.SignInNeeded, "permission.missing")]
    [InlineData(404, """{"code":40,"message":"Board not found."}""", Outcome.Rejected, "option.refused")]
    [InlineData(408, "", Outcome.Unclear, "server.error")]
    [InlineData(409, """{"code":1,"message":"Conflict"}""", Outcome.Rejected, "refused")]
    [InlineData(413, "<html>too large</html>", Outcome.Rejected, "media.refused")]
    [InlineData(429, """{"code":8,"message":"This request exceeded a rate limit."}""", Outcome.NotNow, "rate.limited")]
    [InlineData(500, """{"code":12,"message":"Something went wrong"}""", Outcome.Unclear, "server.error")]
    [InlineData(502, "<html>bad gateway</html>", Outcome.Unclear, "server.error")]
    [InlineData(503, "", Outcome.Unclear, "server.error")]
    [InlineData(504, "", Outcome.Unclear, "server.error")]
    public async Task An_answer_to_a_pin_means(int status, string body, Outcome outcome, string code)
    {
        var result = await PublishAsync(Canned.Saying(status, body));

        (result.Outcome, result.Code).ShouldBe((outcome, code));
        result.Status.ShouldBe(status);
        result.Answer.ShouldBe(body);
    }

    [Fact]
    public async Task A_pin_is_found_on_pinterests_own_pages()
    {
        var post = (await PublishAsync(Canned.Saying(201, """{"id":"81"}"""))).Post.ShouldNotBeNull();

        post.Permalink.ShouldBe(new Uri("https://www.pinterest.com/pin/81/"));
    }

    [Theory]
    [InlineData("x-ratelimit-reset", "90", 90)]
    [InlineData("Retry-After", "30", 30)]
    [InlineData("x-ratelimit-reset", "soon", null)]
    [InlineData("x-ratelimit-reset", "-5", null)]
    public async Task Waiting_is_as_long_as_the_server_says(string header, string value, int? seconds) =>
        (await PublishAsync(Canned.Saying(429, "{}", (header, value)))).RetryAfter.ShouldBe(seconds is { } some ? TimeSpan.FromSeconds(some) : null);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(100_000)]
    public async Task A_picture_arrives_whole_whatever_its_length(int length)
    {
        var picture = Shelf.Video("", Math.Max(length, 24)) with { Type = "image/png" };
        var server = Canned.Saying(201, """{"id":"1"}""");

        await PublishAsync(server, PartOf("Text") with { Media = [picture] });

        using var sent = JsonDocument.Parse(server.Requests.ShouldHaveSingleItem().Body);
        var data = sent.RootElement.GetProperty("media_source").GetProperty("data").GetBytesFromBase64();
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(data)).ShouldBe(picture.Hash);
    }

    [Fact]
    public async Task The_length_of_a_pin_is_known_before_it_leaves()
    {
        var pictures = new[] { Shelf.Picture(""), Shelf.Jpeg("") };
        var pin = new System.Text.Json.Nodes.JsonObject { ["title"] = "Größe", ["items"] = new System.Text.Json.Nodes.JsonArray([.. pictures.Select(_ => new System.Text.Json.Nodes.JsonObject { ["data"] = "" })]) };
        using var content = new PinContent(pin, Shelf, pictures);
        var announced = content.Headers.ContentLength;

        var text = await content.ReadAsStringAsync(Cancel);

        announced.ShouldBe(Encoding.UTF8.GetByteCount(text));
    }

    [Theory]
    [InlineData(204, "", null)]
    [InlineData(404, """{"code":50,"message":"Pin not found."}""", null)]
    [InlineData(404, "<html>no such page</html>", "option.refused")]
    [InlineData(200, "<html>Welcome</html>", "answer.unreadable")]
    [InlineData(401, "", "token.expired")]
    [InlineData(403, "{}", "permission.missing")]
    [InlineData(429, "", "rate.limited")]
    [InlineData(500, "", "server.error")]
    public async Task An_answer_to_deleting_means(int status, string body, string? code)
    {
        var result = await Platform(Canned.Saying(status, body)).RetractAsync(new RemotePost("81", null), Account, Cancel);

        result.Failure?.Code.ShouldBe(code);
        (result.Failure is null).ShouldBe(code is null);
        result.Failure?.Outcome.ShouldNotBe(Outcome.Unclear);
    }

    [Theory]
    [InlineData(200, """{"id":"81"}""", Outcome.Published, "published")]
    [InlineData(200, """{"id":"82"}""", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, "{}", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, "<html>Log in</html>", Outcome.Unclear, "answer.unreadable")]
    [InlineData(302, "", Outcome.Unclear, "answer.unreadable")]
    [InlineData(400, """{"code":1,"message":"Invalid request"}""", Outcome.Rejected, "content.refused")]
    [InlineData(401, """{"code":2,"message":"Authentication failed."}""", Outcome.NotNow, "token.expired")]
    [InlineData(403, """{"code":29,"message":"Use the sandbox"}""", Outcome.NotNow, "audit.missing")]
    [InlineData(403, """{"code":3,"message":"Authorization failed."}""", Outcome.Rejected, "edit.refused")]
    [InlineData(403, "<html>Forbidden</html>", Outcome.Rejected, "edit.refused")]
    [InlineData(404, """{"code":50,"message":"Pin not found."}""", Outcome.Rejected, "post.gone")]
    [InlineData(404, "<html>no such page</html>", Outcome.Unclear, "answer.unreadable")]
    [InlineData(405, "", Outcome.Rejected, "edit.refused")]
    [InlineData(429, "", Outcome.NotNow, "rate.limited")]
    [InlineData(503, "", Outcome.Unclear, "server.error")]
    public async Task An_answer_to_an_edit_means(int status, string body, Outcome outcome, string code)
    {
        var server = Canned.Saying(status, body);
        var part = PartOf("Text") with { Correction = new Correction(new RemotePost("81", null), CorrectionWay.Edit) };

        var result = await Platform(server).CorrectAsync(part, Account, Cancel);

        (result.Outcome, result.Code, result.Answer).ShouldBe((outcome, code, body));
        result.Post.ShouldBe(outcome == Outcome.Published ? new RemotePost("81", new Uri("https://www.pinterest.com/pin/81/")) : null);
        server.Requests.ShouldHaveSingleItem().Body.ShouldBe("""{"description":"Text","title":"Text","link":null}""");
    }

    [Theory]
    [InlineData(400, "{}", Outcome.Rejected, "media.refused")]
    [InlineData(401, "", Outcome.NotNow, "token.expired")]
    [InlineData(403, """{"code":29}""", Outcome.NotNow, "audit.missing")]
    [InlineData(429, "", Outcome.NotNow, "rate.limited")]
    [InlineData(503, "", Outcome.NotNow, "server.error")]
    [InlineData(201, "{}", Outcome.NotNow, "answer.unreadable")]
    [InlineData(201, """{"media_id":"1","upload_url":"https://files.example.org/","upload_parameters":{}}""", Outcome.NotNow, "answer.unreadable")]
    [InlineData(201, """{"media_id":"1","upload_url":"http://pinterest-media-upload.s3.amazonaws.com/","upload_parameters":{}}""", Outcome.NotNow, "answer.unreadable")]
    [InlineData(201, """{"media_id":"1","upload_url":"https://pinterest-media-upload.evil.example/","upload_parameters":{}}""", Outcome.NotNow, "answer.unreadable")]
    public async Task An_answer_to_announcing_a_video_means(int status, string body, Outcome outcome, string code)
    {
        var server = Canned.Saying(status, body);

        var result = await Platform(server).PrepareAsync(Film, Prepared.Nothing, Account, Cancel);

        (result.Failure.ShouldNotBeNull().Outcome, result.Failure.Code).ShouldBe((outcome, code));
        server.Requests.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData(400, "<Error><Code>EntityTooLarge</Code></Error>", Outcome.Rejected, "media.refused")]
    [InlineData(413, "", Outcome.Rejected, "media.refused")]
    [InlineData(403, "<Error><Code>SignatureDoesNotMatch</Code><StringToSign>secret</StringToSign></Error>", Outcome.NotNow, "server.error")]
    [InlineData(503, "", Outcome.NotNow, "server.error")]
    public async Task An_answer_of_the_store_means(int status, string body, Outcome outcome, string code)
    {
        var result = await Platform(Canned.Saying(201, Registered).Then(status, body)).PrepareAsync(Film, Prepared.Nothing, Account, Cancel);

        (result.Failure.ShouldNotBeNull().Outcome, result.Failure.Code).ShouldBe((outcome, code));
        result.Failure.Answer.ShouldBeNull();
        result.Prepared.Files.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(200, """{"media_id":"12","status":"succeeded"}""", true, null)]
    [InlineData(200, """{"media_id":"12","status":"processing"}""", false, null)]
    [InlineData(200, """{"media_id":"12","status":"registered"}""", false, null)]
    [InlineData(200, """{"media_id":"12","status":"failed"}""", false, "media.refused")]
    [InlineData(200, """{"media_id":"12"}""", false, "answer.unreadable")]
    [InlineData(404, """{"code":1}""", false, "media.gone")]
    [InlineData(503, "", false, "server.error")]
    public async Task A_video_is_asked_about_until_it_is_ready(int status, string body, bool isReady, string? code)
    {
        var sent = new Prepared { Files = [new PreparedFile("12", Film.Media[0].Hash) { IsReady = false }] };

        var result = await Platform(Canned.Saying(status, body)).PrepareAsync(Film, sent, Account, Cancel);

        result.IsReady.ShouldBe(isReady);
        result.Failure?.Code.ShouldBe(code);
        (result.Failure is null).ShouldBe(code is null);
    }

    [Fact]
    public async Task The_store_gets_every_parameter_then_the_file_and_no_token()
    {
        var requests = new List<HttpRequestMessage>();
        var server = Canned.Saying(201, Registered).Then(204, "");
        using var http = new HttpClient(new Watch(server, requests));

        var result = await new PinterestPlatform(http, TimeProvider.System, Shelf).PrepareAsync(Film, Prepared.Nothing, Account, Cancel);

        result.Prepared.Files.ShouldHaveSingleItem().Hash.ShouldBe(Film.Media[0].Hash);
        requests.Select(request => request.Headers.Authorization?.Scheme).ShouldBe(["Bearer", null]);
        var body = server.Requests[1].Body;
        var places = new[] { "name=\"key\"", "name=\"Content-Type\"", "name=\"file\"" }.Select(name => body.IndexOf(name, StringComparison.Ordinal)).ToList();
        places.ShouldBe(places.Order());
        places.ShouldNotContain(-1);
    }

    [Theory]
    // The whole board was listed.
    [InlineData("""{"items":[],"bookmark":null}""", null, true)]
    [InlineData("""{"items":[{"id":"1","created_at":"2030-01-01T12:00:00"}]}""", null, true)]
    // The newest first, and back before the attempt.
    [InlineData("""{"items":[{"id":"2","created_at":"2030-01-01T12:00:00"},{"id":"1","created_at":"2029-12-31T00:00:00"}],"bookmark":"b"}""", null, true)]
    // Rearranged by hand: what comes on the next page may be new.
    [InlineData("""{"items":[{"id":"1","created_at":"2029-12-30T00:00:00"},{"id":"2","created_at":"2029-12-31T00:00:00"}],"bookmark":"b"}""", """{"items":[{"id":"3","created_at":"2029-12-30T00:00:00"}],"bookmark":"c"}""", false)]
    // A pin that cannot be read may be the one.
    [InlineData("""{"items":[{"id":"1"}]}""", null, false)]
    [InlineData("""{"items":[{"id":"1","created_at":"yesterday"}]}""", null, false)]
    public async Task A_board_is_complete_only_as_far_as_it_was_seen(string first, string? next, bool isComplete)
    {
        var server = Canned.Saying(200, first);
        if (next is not null)
        {
            server.Then(200, next);
        }

        var result = await Platform(server).FindAsync(PartOf("Text"), Prepared.Nothing, new TimeWindow(Start, Start.AddMinutes(1)), Account, Cancel);

        result.Matches.ShouldBeEmpty();
        result.IsComplete.ShouldBe(isComplete);
    }

    [Theory]
    [InlineData("""{"id":"9","created_at":"2030-01-01T00:00:10","title":"Text","description":"Text","is_owner":true}""", true)]
    [InlineData("""{"id":"9","created_at":"2030-01-01T00:00:10+00:00","title":"Text","description":" Text\n"}""", true)]
    [InlineData("""{"id":"9","created_at":"2030-01-01T00:00:10","title":"Text","description":"Text","is_owner":false}""", false)]
    [InlineData("""{"id":"9","created_at":"2030-01-01T00:00:10","title":"Other","description":"Text"}""", false)]
    [InlineData("""{"id":"9","created_at":"2030-01-01T00:00:10","title":"Text","description":null}""", false)]
    [InlineData("""{"id":"9","created_at":"2030-01-01T02:00:00","title":"Text","description":"Text"}""", false)]
    public async Task Looking_finds_our_own_pin_by_its_words_and_time(string pin, bool isFound)
    {
        var result = await Platform(Canned.Saying(200, $$"""{"items":[{{pin}}],"bookmark":null}""")).FindAsync(PartOf("Text"), Prepared.Nothing, new TimeWindow(Start, Start.AddMinutes(1)), Account, Cancel);

        result.Matches.Select(match => match.Id).ShouldBe(isFound ? ["9"] : []);
    }

    [Theory]
    [InlineData(401, Outcome.NotNow, "token.expired")]
    [InlineData(403, Outcome.SignInNeeded, "permission.missing")]
    [InlineData(404, Outcome.NotNow, "option.refused")]
    [InlineData(503, Outcome.NotNow, "server.error")]
    public async Task Looking_that_fails_says_why(int status, Outcome outcome, string code)
    {
        var result = await Platform(Canned.Saying(status, "{}")).FindAsync(PartOf("Text"), Prepared.Nothing, new TimeWindow(Start, Start.AddMinutes(1)), Account, Cancel);

        (result.Failure.ShouldNotBeNull().Outcome, result.Failure.Code).ShouldBe((outcome, code));
        result.IsComplete.ShouldBeFalse();
    }

    [Theory]
    [InlineData(400, """{"code":283}""", 200, "{}", 200, "{}", "sign.in.refused")]
    [InlineData(503, "", 200, "{}", 200, "{}", "server.error")]
    [InlineData(200, "<html></html>", 200, "{}", 200, "{}", "answer.unreadable")]
    [InlineData(200, """{"access_token":"t"}""", 403, """{"code":7,"message":"PINNER_DATA_ACCESS_DENIED"}""", 200, "{}", "permission.missing")]
    [InlineData(200, """{"access_token":"t"}""", 200, """{"username":"press"}""", 200, "{}", "answer.unreadable")]
    [InlineData(200, """{"access_token":"t"}""", 200, """{"id":"7","username":"press"}""", 429, "{}", "rate.limited")]
    [InlineData(200, """{"access_token":"t"}""", 200, """{"id":"7","username":"press"}""", 200, """{"items":[]}""", "boards.none")]
    [InlineData(200, """{"access_token":"t"}""", 200, """{"id":"7","username":"press"}""", 200, """{"items":[{"id":"8","name":"Ads","is_ads_only":true}]}""", "boards.none")]
    public async Task Connecting_that_fails_says_why(int token, string tokenBody, int person, string personBody, int boards, string boardsBody, string code)
    {
        var ticket = new Secret("""{"ClientId":"i","ClientSecret":"s","Server":"https://api.pinterest.com/"}""");
        var server = Canned.Saying(token, tokenBody).Then(person, personBody).Then(boards, boardsBody);

        var result = await Platform(server).FinishAsync(ticket, "code", new Uri("https://publisher.example/back"), Cancel);

        result.Accounts.ShouldBeEmpty();
        result.Problem.ShouldNotBeNull().Code.ShouldBe(code);
    }

    [Theory]
    [InlineData(200, """{"access_token":"new","refresh_token":"next","expires_in":60,"refresh_token_expires_in":120}""", null)]
    [InlineData(200, "{}", "answer.unreadable")]
    [InlineData(401, """{"code":2}""", "access.revoked")]
    [InlineData(400, """{"code":1}""", "access.revoked")]
    [InlineData(429, "", "rate.limited")]
    [InlineData(500, "", "server.error")]
    public async Task An_answer_to_refreshing_means(int status, string body, string? code)
    {
        var result = await Platform(Canned.Saying(status, body)).RefreshAsync(Account, Cancel);

        result.Failure?.Code.ShouldBe(code);
        if (code is null)
        {
            var fresh = result.Credentials.ShouldNotBeNull();
            (fresh.Token.Value, fresh.RefreshToken?.Value, fresh.Expires, fresh.RefreshExpires).ShouldBe(("new", "next", Start.AddSeconds(60), Start.AddSeconds(120)));
        }
    }

    private static Task<PublishResult> PublishAsync(Canned server, Part? part = null) => Platform(server).PublishAsync(part ?? PartOf("Text"), Prepared.Nothing, Account, Cancel);

    private static PinterestPlatform Platform(Canned server) => new(new HttpClient(server), new FixedTime(Start), Shelf);

    private static Part PartOf(string text) => new() { Text = text, Language = "en", Key = "key", Media = [Shelf.Picture("")] };

    private static readonly Part Film = new() { Text = "Text", Language = "en", Key = "key", Media = [Shelf.Video("")] };

    private static Account Account { get; } = new()
    {
        Platform = "pinterest",
        Server = new Uri("https://api.pinterest.com/"),
        Id = "7/8",
        Handle = "press",
        DisplayName = "Press office: News",
        Credentials = new Credentials { Token = new Secret("secret-token"), RefreshToken = new Secret("refresh"), ClientId = "i", ClientSecret = new Secret("s") },
        Limits = new PinterestPlatform(new HttpClient(), TimeProvider.System, Shelf).Info.Limits,
    };

    /// <summary>Keeps the requests themselves, for what a canned server does not note.</summary>
    private sealed class Watch(HttpMessageHandler inner, List<HttpRequestMessage> requests) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            requests.Add(request);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
