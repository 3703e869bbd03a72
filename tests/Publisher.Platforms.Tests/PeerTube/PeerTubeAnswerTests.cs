using Publisher.Platforms.PeerTube;
using Shouldly;

namespace Publisher.Platforms.Tests.PeerTube;

/// <summary>What every answer of a PeerTube server means, row by row.</summary>
public sealed class PeerTubeAnswerTests
{
    private static readonly MediaShelf Shelf = new();

    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(204, "", Outcome.Published, "published")]
    [InlineData(200, "{}", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, "<html>Welcome</html>", Outcome.Unclear, "answer.unreadable")]
    [InlineData(302, "", Outcome.Unclear, "answer.unreadable")]
    [InlineData(400, """{"detail":"Incorrect request parameters: name","invalid-params":{"name":{}}}""", Outcome.Rejected, "content.refused")]
    [InlineData(401, """{"code":"invalid_token"}""", Outcome.NotNow, "token.expired")]
    [InlineData(401, "", Outcome.NotNow, "token.expired")]
    [InlineData(403, """{"detail":"Cannot manage a video of another user"}""", Outcome.SignInNeeded, "permission.missing")]
    [InlineData(403, """{"code":"account_blocked"}""", Outcome.SignInNeeded, "account.suspended")]
    [InlineData(403, """{"type":"https://docs.joinpeertube.org/api-rest-reference.html#section/Errors/account_blocked"}""", Outcome.SignInNeeded, "account.suspended")]
    [InlineData(404, """{"detail":"Video not found"}""", Outcome.NotNow, "media.gone")]
    [InlineData(408, "", Outcome.Unclear, "server.error")]
    [InlineData(409, "{}", Outcome.NotNow, "media.not.ready")]
    [InlineData(413, """{"code":"quota_reached"}""", Outcome.Rejected, "quota.reached")]
    [InlineData(413, """{"code":"max_file_size_reached"}""", Outcome.Rejected, "media.refused")]
    [InlineData(413, "", Outcome.Rejected, "media.refused")]
    [InlineData(415, "{}", Outcome.Rejected, "media.refused")]
    [InlineData(418, "{}", Outcome.Rejected, "refused")]
    [InlineData(422, "{}", Outcome.Rejected, "media.refused")]
    [InlineData(429, "Too many requests", Outcome.NotNow, "rate.limited")]
    [InlineData(500, "{}", Outcome.Unclear, "server.error")]
    [InlineData(502, "<html>bad gateway</html>", Outcome.Unclear, "server.error")]
    [InlineData(503, "", Outcome.Unclear, "server.error")]
    [InlineData(504, "", Outcome.Unclear, "server.error")]
    public async Task An_answer_to_showing_a_video_means(int status, string body, Outcome outcome, string code)
    {
        var result = await Platform(Canned.Saying(status, body)).PublishAsync(PartOf("Text"), Ready, Account, Cancel);

        (result.Outcome, result.Code, result.Status, result.Answer).ShouldBe((outcome, code, status, body));
    }

    [Theory]
    [InlineData("Retry-After", "90", 90)]
    [InlineData("X-RateLimit-Reset", "1893456120", 120)]
    [InlineData("X-RateLimit-Reset", "1893455000", 0)]
    [InlineData("X-RateLimit-Reset", "soon", null)]
    [InlineData("X-RateLimit-Reset", "99999999999999999", null)]
    public async Task Waiting_is_as_long_as_the_server_says(string header, string value, int? seconds) =>
        (await Platform(Canned.Saying(429, "{}", (header, value))).PublishAsync(PartOf("Text"), Ready, Account, Cancel)).RetryAfter.ShouldBe(seconds is { } some ? TimeSpan.FromSeconds(some) : null);

    [Fact]
    public async Task People_are_led_to_the_short_address()
    {
        (await Platform(Canned.Saying(204, "")).PublishAsync(PartOf("Text"), Ready, Account, Cancel)).Post.ShouldBe(new RemotePost("uuid-1", new Uri("https://tube.example.org/w/short1")));
        var bare = new Prepared { Files = [new PreparedFile("uuid-1", "hash")] };
        (await Platform(Canned.Saying(204, "")).PublishAsync(PartOf("Text"), bare, Account, Cancel)).Post!.Permalink.ShouldBe(new Uri("https://tube.example.org/w/uuid-1"));
    }

    [Theory]
    [InlineData(204, "", null)]
    [InlineData(404, """{"detail":"Video not found"}""", null)]
    [InlineData(404, "<html>no such page</html>", "media.gone")]
    [InlineData(401, "{}", "token.expired")]
    [InlineData(403, "{}", "permission.missing")]
    [InlineData(200, "<html>Welcome</html>", "answer.unreadable")]
    [InlineData(500, "", "server.error")]
    public async Task An_answer_to_deleting_means(int status, string body, string? code)
    {
        var result = await Platform(Canned.Saying(status, body)).RetractAsync(new RemotePost("uuid-1", null), Account, Cancel);

        result.Failure?.Code.ShouldBe(code);
        (result.Failure is null).ShouldBe(code is null);
        result.Failure?.Outcome.ShouldNotBe(Outcome.Unclear);
    }

    [Theory]
    [InlineData(201, "https://tube.example.org/api/v1/videos/upload-resumable?upload_id=471e")]
    [InlineData(200, "//tube.example.org/api/v1/videos/upload-resumable?upload_id=471e")]
    [InlineData(201, "/api/v1/videos/upload-resumable?upload_id=471e")]
    [InlineData(201, "https://elsewhere.example.net/steal?upload_id=471e")]
    public async Task The_file_goes_to_the_server_itself_however_it_names_the_upload(int status, string location)
    {
        var part = PartOf("Text");
        var server = Canned.Saying(status, "", ("Location", location)).Then(200, "{}").Then(308, "").Then(200, """{"video":{"id":1,"uuid":"uuid-1","shortUUID":"short1"}}""");
        var announced = await Platform(server).PrepareAsync(part, Prepared.Nothing, Account, Cancel);
        (announced.AskAfter, announced.Prepared.UsableUntil).ShouldBe((TimeSpan.Zero, Start.AddMinutes(50)));

        var sent = await Platform(server).PrepareAsync(part, announced.Prepared, Account, Cancel);

        sent.Prepared.Files.ShouldBe([new PreparedFile("uuid-1", part.Media[0].Hash) { Data = "short1", IsReady = false }]);
        sent.Prepared.UsableUntil.ShouldBeNull();
        server.Requests.Where(request => request.Method == "PUT").Select(request => request.Address.AbsoluteUri).Distinct()
            .ShouldBe(["https://tube.example.org/api/v1/videos/upload-resumable?upload_id=471e"]);
    }

    [Theory]
    [InlineData(201, Outcome.NotNow, "answer.unreadable")]
    [InlineData(400, Outcome.Rejected, "content.refused")]
    [InlineData(401, Outcome.NotNow, "token.expired")]
    [InlineData(403, Outcome.SignInNeeded, "permission.missing")]
    [InlineData(413, Outcome.Rejected, "media.refused")]
    [InlineData(415, Outcome.Rejected, "media.refused")]
    [InlineData(429, Outcome.NotNow, "rate.limited")]
    [InlineData(500, Outcome.NotNow, "server.error")]
    public async Task An_answer_to_announcing_means(int status, Outcome outcome, string code)
    {
        var result = await Platform(Canned.Saying(status, "{}")).PrepareAsync(PartOf("Text"), Prepared.Nothing, Account, Cancel);

        (result.Failure.ShouldNotBeNull().Outcome, result.Failure.Code).ShouldBe((outcome, code));
    }

    [Theory]
    [InlineData(403, Outcome.Rejected, "content.refused", false)]
    [InlineData(404, Outcome.NotNow, "media.gone", false)]
    [InlineData(422, Outcome.Rejected, "media.refused", true)]
    [InlineData(429, Outcome.NotNow, "rate.limited", true)]
    [InlineData(500, Outcome.NotNow, "server.error", true)]
    [InlineData(200, Outcome.NotNow, "answer.unreadable", true)]
    public async Task An_answer_to_a_piece_means(int status, Outcome outcome, string code, bool isKept)
    {
        var server = Canned.Saying(200, "{}").Then(308, "").Then(status, "{}");

        var result = await Platform(server).PrepareAsync(PartOf("Text"), Announced, Account, Cancel);

        (result.Failure.ShouldNotBeNull().Outcome, result.Failure.Code).ShouldBe((outcome, code));
        result.Prepared.ShouldBe(isKept ? Announced : Prepared.Nothing);
    }

    [Theory]
    [InlineData(409, "bytes=0-9")]
    [InlineData(308, "bytes=0-9")]
    public async Task A_piece_that_does_not_fit_is_sorted_out_by_asking_again(int status, string range)
    {
        var server = Canned.Saying(200, "{}").Then(308, "", ("Range", "bytes=0-99999")).Then(status, "", ("Range", range));

        var result = await Platform(server).PrepareAsync(PartOf("Text"), Announced, Account, Cancel);

        (result.Failure, result.IsReady, result.Prepared).ShouldBe((null, false, Announced));
        server.Requests.Count.ShouldBe(3);
    }

    [Fact]
    public async Task An_upload_that_rested_too_long_is_announced_again()
    {
        var server = Canned.Saying(201, "", ("Location", "/x?upload_id=new"));

        var result = await Platform(server).PrepareAsync(PartOf("Text"), Announced with { UsableUntil = Start }, Account, Cancel);

        result.Prepared.Files.ShouldHaveSingleItem().Data.ShouldBe("new");
    }

    [Theory]
    [InlineData(200, """{"state":{"id":1}}""", null, true)]
    [InlineData(200, """{"state":{"id":2}}""", null, false)]
    [InlineData(200, """{"state":{"id":6}}""", null, false)]
    [InlineData(200, """{"state":{"id":9}}""", null, false)]
    [InlineData(200, """{"state":{"id":7}}""", "media.refused", false)]
    [InlineData(200, """{"state":{"id":8}}""", "media.refused", false)]
    [InlineData(200, """{"state":{"id":11}}""", "media.refused", false)]
    [InlineData(200, """{"state":{"id":12}}""", "media.refused", false)]
    [InlineData(200, "<html>Welcome</html>", "answer.unreadable", false)]
    [InlineData(404, "{}", "media.gone", false)]
    [InlineData(500, "{}", "server.error", false)]
    public async Task The_state_of_a_video_means(int status, string body, string? failure, bool isReady)
    {
        var sent = new Prepared { Files = [new PreparedFile("uuid-1", "hash") { IsReady = false }] };

        var result = await Platform(Canned.Saying(status, body)).PrepareAsync(PartOf("Text"), sent, Account, Cancel);

        (result.Failure?.Code, result.IsReady).ShouldBe((failure, isReady));
    }

    [Theory]
    [InlineData("""{"data":[]}""", true)]
    [InlineData("""{"data":[{"uuid":"u","publishedAt":"2029-12-31T23:00:00Z"}]}""", true)]
    [InlineData("""{"data":[{"uuid":"u"}]}""", false)]
    [InlineData("""{"data":[{"publishedAt":"2030-01-01T00:00:10Z"}]}""", false)]
    public async Task A_list_is_complete_only_when_it_can_be_read_to_before_the_attempt(string list, bool isComplete)
    {
        var result = await Platform(Canned.Saying(200, list)).FindAsync(PartOf("Text"), Prepared.Nothing, new TimeWindow(Start, Start.AddMinutes(1)), Account, Cancel);

        result.Matches.ShouldBeEmpty();
        (result.Failure, result.IsComplete).ShouldBe((null, isComplete));
    }

    [Fact]
    public async Task A_description_that_cannot_be_read_leaves_it_open()
    {
        var list = """{"data":[{"uuid":"u","publishedAt":"2030-01-01T00:00:10Z","name":"A title","privacy":{"id":1},"channel":{"id":3}}]}""";

        var result = await Platform(Canned.Saying(200, list).Then(503, "")).FindAsync(PartOf("Text"), Prepared.Nothing, new TimeWindow(Start, Start.AddMinutes(1)), Account, Cancel);

        result.Failure.ShouldNotBeNull().Outcome.ShouldBe(Outcome.NotNow);
    }

    [Fact]
    public async Task An_account_that_publishes_without_an_end_is_not_searched_without_one()
    {
        var video = """{"uuid":"u","publishedAt":"2030-01-01T12:00:00Z"}""";
        var server = Canned.Saying(200, $$"""{"data":[{{string.Join(',', Enumerable.Repeat(video, 100))}}]}""");

        (await Platform(server).FindAsync(PartOf("Text"), Prepared.Nothing, new TimeWindow(Start, Start.AddMinutes(1)), Account, Cancel)).IsComplete.ShouldBeFalse();
        server.Requests.Count.ShouldBe(5);
    }

    [Fact]
    public async Task Each_channel_of_an_account_can_be_chosen()
    {
        var result = await ConnectAsync(
            """{"videoQuota":-1,"videoQuotaDaily":5000,"videoChannels":[{"id":3,"name":"press","displayName":"Press office","host":"tube.example.org"},{"id":4,"name":"minister","displayName":""}]}""",
            """{"video":{"file":{"extensions":[".mp4",".ogv"]}}}""");

        result.Accounts.Select(account => (account.Id, account.Handle, account.DisplayName)).ShouldBe([("3", "press@tube.example.org", "Press office"), ("4", "minister@tube.example.org", "minister")]);
        result.Accounts[0].Limits.ShouldSatisfyAllConditions(limits => limits.VideoBytes.ShouldBe(5000), limits => limits.VideoTypes.ShouldBe(["video/mp4"]));
    }

    [Theory]
    [InlineData("""{"videoChannels":[]}""", "pages.none")]
    [InlineData("<html>Welcome</html>", "answer.unreadable")]
    public async Task An_account_without_channels_is_refused(string me, string code) =>
        (await ConnectAsync(me, "{}")).Problem.ShouldNotBeNull().Code.ShouldBe(code);

    [Theory]
    [InlineData(401, """{"code":"missing_two_factor"}""", "second.factor.needed")]
    [InlineData(403, """{"code":"invalid_two_factor"}""", "sign.in.refused")]
    [InlineData(400, """{"code":"account_blocked"}""", "account.suspended")]
    [InlineData(400, """{"code":"email_not_verified"}""", "sign.in.refused")]
    [InlineData(400, """{"code":"account_waiting_for_approval"}""", "sign.in.refused")]
    [InlineData(400, """{"code":"account_approval_rejected"}""", "sign.in.refused")]
    [InlineData(400, """{"code":"invalid_grant"}""", "sign.in.refused")]
    [InlineData(429, "", "rate.limited")]
    [InlineData(502, "", "server.error")]
    [InlineData(200, "{}", "answer.unreadable")]
    public async Task A_refused_sign_in_says_why(int status, string body, string code)
    {
        var server = Canned.Saying(200, """{"client_id":"i","client_secret":"s"}""").Then(status, body);

        (await Platform(server).ConnectAsync(Typed, Cancel)).Problem.ShouldNotBeNull().Code.ShouldBe(code);
    }

    [Theory]
    [InlineData("https://tube.example.org/w/abc?start=1", "https://tube.example.org/api/v1/oauth-clients/local")]
    [InlineData("press@tube.example.org", "https://tube.example.org/api/v1/oauth-clients/local")]
    public async Task However_the_server_is_typed_it_is_asked_itself(string typed, string asked)
    {
        var server = Canned.Saying(404, "<html>no such page</html>");

        (await Platform(server).ConnectAsync(new Dictionary<string, string> { ["server"] = typed }, Cancel)).Problem.ShouldNotBeNull().Code.ShouldBe("answer.unreadable");

        server.Requests.ShouldHaveSingleItem().Address.AbsoluteUri.ShouldBe(asked);
    }

    [Theory]
    [InlineData(200, "{}", Outcome.NotNow)]
    [InlineData(400, """{"code":"invalid_grant"}""", Outcome.SignInNeeded)]
    [InlineData(401, """{"code":"invalid_grant"}""", Outcome.SignInNeeded)]
    [InlineData(429, "", Outcome.NotNow)]
    [InlineData(500, "", Outcome.NotNow)]
    public async Task An_answer_to_a_refresh_means(int status, string body, Outcome outcome) =>
        (await Platform(Canned.Saying(status, body)).RefreshAsync(Account, Cancel)).Failure.ShouldNotBeNull().Outcome.ShouldBe(outcome);

    [Fact]
    public async Task Without_a_refresh_token_a_person_signs_in_again() =>
        (await Platform(new Canned()).RefreshAsync(Account with { Credentials = Account.Credentials with { RefreshToken = null } }, Cancel)).Failure.ShouldNotBeNull().Outcome.ShouldBe(Outcome.SignInNeeded);

    private static Task<ConnectResult> ConnectAsync(string me, string config) => Platform(
        Canned.Saying(200, """{"client_id":"i","client_secret":"s"}""").Then(200, """{"access_token":"t","refresh_token":"r","expires_in":14399}""").Then(200, me).Then(200, config)).ConnectAsync(Typed, Cancel);

    private static PeerTubePlatform Platform(Canned server) => new(new HttpClient(server), new FixedTime(Start), Shelf);

    private static Dictionary<string, string> Typed { get; } = new() { ["server"] = "tube.example.org", ["username"] = "press", ["password"] = "secret" };

    private static Prepared Ready { get; } = new() { Files = [new PreparedFile("uuid-1", "hash") { Data = "short1" }] };

    private static Prepared Announced { get; } = new() { Files = [new PreparedFile("", "hash") { Data = "471e", IsReady = false }], UsableUntil = Start.AddMinutes(40) };

    private static Part PartOf(string text) => new()
    {
        Text = text,
        Language = "en",
        Key = "key",
        Media = [Shelf.Video("")],
        Options = new Dictionary<string, string> { ["title"] = "A title" },
    };

    private static Account Account { get; } = new()
    {
        Platform = "peertube",
        Server = new Uri("https://tube.example.org/"),
        Id = "3",
        Handle = "press@tube.example.org",
        DisplayName = "Press office",
        Credentials = new Credentials { Token = new Secret("secret-token"), RefreshToken = new Secret("refresh"), ClientId = "i", ClientSecret = new Secret("s") },
        Limits = new PeerTubePlatform(new HttpClient(), TimeProvider.System, Shelf).Info.Limits,
    };
}
