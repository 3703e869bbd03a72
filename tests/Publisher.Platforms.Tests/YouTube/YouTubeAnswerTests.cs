using Publisher.Platforms.YouTube;
using Shouldly;

namespace Publisher.Platforms.Tests.YouTube;

/// <summary>What every answer of YouTube means, row by row.</summary>
public sealed class YouTubeAnswerTests
{
    private static readonly MediaShelf Shelf = new();

    private static readonly DateTimeOffset Start = new(2030, 1, 1, 6, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(200, """{"id":"v1","status":{"privacyStatus":"public"}}""", Outcome.Published, "published")]
    [InlineData(200, """{"id":"v1","status":{"privacyStatus":"unlisted"}}""", Outcome.Published, "visibility.changed")]
    [InlineData(200, """{"id":"v1","status":{"privacyStatus":"private"}}""", Outcome.Rejected, "audit.missing")]
    [InlineData(200, """{"id":"v2","status":{"privacyStatus":"public"}}""", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, """{"id":"v1"}""", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, "<html>Welcome</html>", Outcome.Unclear, "answer.unreadable")]
    [InlineData(204, "", Outcome.Unclear, "answer.unreadable")]
    [InlineData(302, "", Outcome.Unclear, "answer.unreadable")]
    [InlineData(400, "", Outcome.Rejected, "content.refused")]
    [InlineData(401, "", Outcome.NotNow, "token.expired")]
    [InlineData(403, "", Outcome.SignInNeeded, "permission.missing")]
    [InlineData(404, "", Outcome.NotNow, "media.gone")]
    [InlineData(408, "", Outcome.Unclear, "server.error")]
    [InlineData(413, "", Outcome.Rejected, "media.refused")]
    [InlineData(418, "", Outcome.Rejected, "refused")]
    [InlineData(429, "", Outcome.NotNow, "rate.limited")]
    [InlineData(500, """{"error":{"errors":[{"reason":"quotaExceeded"}]}}""", Outcome.Unclear, "server.error")]
    [InlineData(502, "<html>Error 502</html>", Outcome.Unclear, "server.error")]
    [InlineData(503, "", Outcome.Unclear, "server.error")]
    [InlineData(504, "", Outcome.Unclear, "server.error")]
    public async Task An_answer_to_showing_a_video_means(int status, string body, Outcome outcome, string code)
    {
        var result = await Platform(Canned.Saying(status, body)).PublishAsync(PartOf("Text"), Ready, Account, Cancel);

        (result.Outcome, result.Code, result.Status, result.Answer).ShouldBe((outcome, code, status, body));
    }

    [Theory]
    [InlineData(401, "authError", Outcome.NotNow, "token.expired")]
    [InlineData(401, "youtubeSignupRequired", Outcome.SignInNeeded, "access.revoked")]
    [InlineData(400, "invalidTitle", Outcome.Rejected, "content.refused")]
    [InlineData(400, "invalidDescription", Outcome.Rejected, "content.refused")]
    [InlineData(400, "invalidTags", Outcome.Rejected, "content.refused")]
    [InlineData(400, "invalidCategoryId", Outcome.Rejected, "option.refused")]
    [InlineData(400, "invalidPublishAt", Outcome.Rejected, "content.refused")]
    [InlineData(400, "invalidRecordingDetails", Outcome.Rejected, "content.refused")]
    [InlineData(400, "invalidFilename", Outcome.Rejected, "content.refused")]
    [InlineData(400, "invalidVideoMetadata", Outcome.Rejected, "content.refused")]
    [InlineData(400, "defaultLanguageNotSet", Outcome.Rejected, "content.refused")]
    [InlineData(400, "mediaBodyRequired", Outcome.Rejected, "media.refused")]
    [InlineData(400, "uploadLimitExceeded", Outcome.NotNow, "quota.reached")]
    [InlineData(403, "forbidden", Outcome.SignInNeeded, "permission.missing")]
    [InlineData(403, "insufficientPermissions", Outcome.SignInNeeded, "permission.missing")]
    [InlineData(403, "forbiddenPrivacySetting", Outcome.Rejected, "audit.missing")]
    [InlineData(403, "forbiddenLicenseSetting", Outcome.Rejected, "option.refused")]
    [InlineData(403, "quotaExceeded", Outcome.NotNow, "quota.reached")]
    [InlineData(403, "rateLimitExceeded", Outcome.NotNow, "rate.limited")]
    [InlineData(404, "videoNotFound", Outcome.NotNow, "media.gone")]
    [InlineData(429, "rateLimitExceeded", Outcome.NotNow, "rate.limited")]
    public async Task A_refusal_is_read_by_its_reason(int status, string reason, Outcome outcome, string code)
    {
        var result = await Platform(Canned.Saying(status, Refusal(reason))).PublishAsync(PartOf("Text"), Ready, Account, Cancel);

        (result.Outcome, result.Code).ShouldBe((outcome, code));
    }

    [Theory]
    [InlineData("2030-01-01T06:00:00Z", 2)]
    [InlineData("2030-01-01T08:00:00Z", 24)]
    [InlineData("2030-01-01T23:00:00Z", 9)]
    public async Task A_used_up_quota_waits_until_midnight_in_california(string now, int hours)
    {
        var platform = new YouTubePlatform(new HttpClient(Canned.Saying(403, Refusal("quotaExceeded"))), new FixedTime(DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture)), Shelf);

        (await platform.PublishAsync(PartOf("Text"), Ready, Account, Cancel)).RetryAfter.ShouldBe(TimeSpan.FromHours(hours));
    }

    [Fact]
    public async Task People_watch_at_youtube_and_the_parts_are_sent_whole()
    {
        var server = Canned.Saying(200, """{"id":"v1","status":{"privacyStatus":"public"}}""");

        (await Platform(server).PublishAsync(PartOf("Text"), Ready, Account, Cancel)).Post.ShouldBe(new RemotePost("v1", new Uri("https://www.youtube.com/watch?v=v1")));

        var (method, address, body) = server.Requests.ShouldHaveSingleItem();
        (method, address.AbsoluteUri).ShouldBe(("PUT", "https://www.googleapis.com/youtube/v3/videos?part=snippet,status"));
        body.ShouldBe(
            """{"snippet":{"title":"A title","description":"Text","tags":[],"categoryId":"25","defaultLanguage":"en"},"status":{"privacyStatus":"public","license":"youtube","embeddable":true,"publicStatsViewable":true,"selfDeclaredMadeForKids":false,"containsSyntheticMedia":false},"id":"v1"}""");
    }

    [Theory]
    [InlineData(204, "", null)]
    [InlineData(404, "videoNotFound", null)]
    [InlineData(404, "notFound", "media.gone")]
    [InlineData(403, "forbidden", "permission.missing")]
    [InlineData(401, "authError", "token.expired")]
    [InlineData(200, "", "answer.unreadable")]
    [InlineData(500, "", "server.error")]
    public async Task An_answer_to_deleting_means(int status, string reason, string? code)
    {
        var result = await Platform(Canned.Saying(status, Refusal(reason))).RetractAsync(new RemotePost("v1", null), Account, Cancel);

        result.Failure?.Code.ShouldBe(code);
        (result.Failure is null).ShouldBe(code is null);
        result.Failure?.Outcome.ShouldNotBe(Outcome.Unclear);
    }

    [Theory]
    [InlineData("https://www.googleapis.com/upload/youtube/v3/videos?upload_id=471e", true)]
    [InlineData("https://youtube.googleapis.com/upload?upload_id=471e", true)]
    [InlineData("http://www.googleapis.com/upload?upload_id=471e", false)]
    [InlineData("https://googleapis.com.example.net/upload?upload_id=471e", false)]
    [InlineData("/upload?upload_id=471e", false)]
    public async Task The_file_goes_to_google_only(string location, bool isTaken)
    {
        var result = await Platform(Canned.Saying(200, "", ("Location", location))).PrepareAsync(PartOf("Text"), Prepared.Nothing, Account, Cancel);

        result.Failure?.Code.ShouldBe("answer.unreadable");
        result.Prepared.Files.Select(file => file.Data).ShouldBe(isTaken ? [location] : []);
        // What is stored is looked at again before anything leaves.
        var elsewhere = Announced with { Files = [Announced.Files[0] with { Data = "https://example.net/steal" }] };
        var server = new Canned();
        (await Platform(server).PrepareAsync(PartOf("Text"), elsewhere, Account, Cancel)).Failure.ShouldNotBeNull().Code.ShouldBe("media.gone");
        server.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(404, "media.gone", false)]
    [InlineData(410, "media.gone", false)]
    [InlineData(401, "token.expired", true)]
    [InlineData(503, "server.error", true)]
    [InlineData(200, "answer.unreadable", true)]
    public async Task An_answer_to_the_file_means(int status, string code, bool isKept)
    {
        var result = await Platform(Canned.Saying(308, "").Then(status, "{}")).PrepareAsync(PartOf("Text"), Announced, Account, Cancel);

        (result.Failure.ShouldNotBeNull().Outcome, result.Failure.Code).ShouldBe((Outcome.NotNow, code));
        result.Prepared.ShouldBe(isKept ? Announced : Prepared.Nothing);
    }

    [Fact]
    public async Task A_file_of_which_a_part_was_lost_is_sorted_out_by_asking_again()
    {
        var server = Canned.Saying(308, "", ("Range", "bytes=0-99999")).Then(308, "", ("Range", "bytes=0-99999"));

        var result = await Platform(server).PrepareAsync(PartOf("Text"), Announced, Account, Cancel);

        (result.Failure, result.IsReady, result.Prepared).ShouldBe((null, false, Announced));
        server.Requests.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("""{"uploadStatus":"uploaded"}""", null, null)]
    [InlineData("""{"uploadStatus":"failed","failureReason":"codec"}""", Outcome.Rejected, "media.refused")]
    [InlineData("""{"uploadStatus":"failed","failureReason":"tooSmall"}""", Outcome.Rejected, "media.refused")]
    [InlineData("""{"uploadStatus":"rejected","rejectionReason":"duplicate"}""", Outcome.Rejected, "duplicate")]
    [InlineData("""{"uploadStatus":"rejected","rejectionReason":"length"}""", Outcome.Rejected, "media.refused")]
    [InlineData("""{"uploadStatus":"rejected","rejectionReason":"copyright"}""", Outcome.Rejected, "content.refused")]
    [InlineData("""{"uploadStatus":"rejected","rejectionReason":"termsOfUse"}""", Outcome.Rejected, "content.refused")]
    [InlineData("""{"uploadStatus":"rejected","rejectionReason":"uploaderAccountSuspended"}""", Outcome.SignInNeeded, "account.suspended")]
    [InlineData("""{"uploadStatus":"rejected","rejectionReason":"uploaderAccountClosed"}""", Outcome.SignInNeeded, "account.suspended")]
    [InlineData("""{"uploadStatus":"deleted"}""", Outcome.NotNow, "media.gone")]
    [InlineData("""{"uploadStatus":"somethingNew"}""", Outcome.NotNow, "answer.unreadable")]
    [InlineData("{}", Outcome.NotNow, "answer.unreadable")]
    public async Task What_becomes_of_a_file_means(string status, Outcome? outcome, string? code)
    {
        var result = await AskAsync(200, $$"""{"kind":"youtube#videoListResponse","items":[{"id":"v1","status":{{status}}}]}""");

        (result.Failure?.Outcome, result.Failure?.Code, result.IsReady).ShouldBe((outcome, code, false));
    }

    [Theory]
    [InlineData(200, """{"kind":"youtube#videoListResponse","items":[]}""", "media.gone")]
    [InlineData(200, """{"kind":"youtube#videoListResponse"}""", "media.gone")]
    [InlineData(200, "<html>Welcome</html>", "answer.unreadable")]
    [InlineData(200, "{}", "answer.unreadable")]
    [InlineData(500, "", "server.error")]
    public async Task A_file_that_is_not_listed_was_deleted_and_a_broken_list_says_nothing(int status, string body, string code)
    {
        var result = await AskAsync(status, body);

        (result.Failure.ShouldNotBeNull().Outcome, result.Failure.Code).ShouldBe((Outcome.NotNow, code));
        result.Prepared.Files.Count.ShouldBe(code == "media.gone" ? 0 : 1);
    }

    [Theory]
    [InlineData("""[{"id":"v1","status":{"privacyStatus":"public"}}]""", true, true)]
    [InlineData("""[{"id":"v1","status":{"privacyStatus":"unlisted"}}]""", true, true)]
    [InlineData("""[{"id":"v1","status":{"privacyStatus":"private"}}]""", false, true)]
    [InlineData("[]", false, true)]
    [InlineData("""[{"id":"v1"}]""", false, false)]
    public async Task The_video_itself_says_whether_it_shows(string items, bool isFound, bool isComplete)
    {
        var server = Canned.Saying(200, $$"""{"kind":"youtube#videoListResponse","items":{{items}}}""");

        var result = await Platform(server).FindAsync(PartOf("Text"), Ready, new TimeWindow(Start, Start.AddMinutes(1)), Account, Cancel);

        (result.Failure, result.IsComplete).ShouldBe((null, isComplete));
        result.Matches.Select(match => match.Id).ShouldBe(isFound ? ["v1"] : []);
        server.Requests.ShouldHaveSingleItem().Address.Query.ShouldBe("?part=status&id=v1");
    }

    [Fact]
    public async Task Without_a_video_only_the_channel_is_asked_and_nothing_is_proved()
    {
        var server = Canned.Saying(200, """{"kind":"youtube#channelListResponse","items":[{"id":"UC1"}]}""");

        var result = await Platform(server).FindAsync(PartOf("Text"), Prepared.Nothing, new TimeWindow(Start, Start.AddMinutes(1)), Account, Cancel);

        (result.Failure, result.IsComplete).ShouldBe((null, false));
        server.Requests.ShouldHaveSingleItem().Address.AbsolutePath.ShouldEndWith("/channels");
    }

    [Theory]
    [InlineData(400, """{"error":"invalid_grant"}""", "sign.in.refused")]
    [InlineData(401, """{"error":"invalid_client"}""", "sign.in.refused")]
    [InlineData(503, "", "server.error")]
    [InlineData(200, "{}", "answer.unreadable")]
    [InlineData(200, """{"access_token":"t","scope":"https://www.googleapis.com/auth/youtube.upload"}""", "permission.missing")]
    public async Task A_refused_sign_in_says_why(int status, string body, string code) =>
        (await FinishAsync(Canned.Saying(status, body))).Problem.ShouldNotBeNull().Code.ShouldBe(code);

    [Theory]
    [InlineData(200, """{"kind":"youtube#channelListResponse","pageInfo":{"totalResults":0}}""", "pages.none")]
    [InlineData(401, """{"error":{"errors":[{"reason":"youtubeSignupRequired"}]}}""", "pages.none")]
    [InlineData(403, "{}", "permission.missing")]
    [InlineData(200, "<html>Welcome</html>", "answer.unreadable")]
    public async Task A_person_without_a_channel_is_told(int status, string body, string code) =>
        (await FinishAsync(Canned.Saying(200, """{"access_token":"t","expires_in":3599}""").Then(status, body))).Problem.ShouldNotBeNull().Code.ShouldBe(code);

    [Fact]
    public async Task Tokens_are_asked_of_googles_own_host()
    {
        var server = Canned.Saying(200, """{"access_token":"t","refresh_token":"r","expires_in":3599,"refresh_token_expires_in":604800}""")
            .Then(200, """{"kind":"youtube#channelListResponse","items":[{"id":"UC1","snippet":{"title":"Press office","customUrl":"@press"}},{"id":"UC2","snippet":{}}]}""");

        var result = await FinishAsync(server);

        result.Accounts.Select(account => (account.Id, account.Handle, account.DisplayName)).ShouldBe([("UC1", "press", "Press office"), ("UC2", "UC2", "UC2")]);
        result.Accounts[0].Credentials.RefreshExpires.ShouldBe(Start.AddDays(7));
        server.Requests.Select(request => request.Address.AbsoluteUri).ShouldBe(["https://oauth2.googleapis.com/token", "https://www.googleapis.com/youtube/v3/channels?part=snippet&mine=true"]);
    }

    [Theory]
    [InlineData(200, "{}", Outcome.NotNow)]
    [InlineData(400, """{"error":"invalid_grant"}""", Outcome.SignInNeeded)]
    [InlineData(429, "", Outcome.NotNow)]
    [InlineData(500, "", Outcome.NotNow)]
    public async Task An_answer_to_a_refresh_means(int status, string body, Outcome outcome) =>
        (await Platform(Canned.Saying(status, body)).RefreshAsync(Account, Cancel)).Failure.ShouldNotBeNull().Outcome.ShouldBe(outcome);

    [Fact]
    public async Task Without_a_refresh_token_a_person_signs_in_again() =>
        (await Platform(new Canned()).RefreshAsync(Account with { Credentials = Account.Credentials with { RefreshToken = null } }, Cancel)).Failure.ShouldNotBeNull().Outcome.ShouldBe(Outcome.SignInNeeded);

    private static string Refusal(string reason) => reason.Length == 0 ? "" : $$$"""{"error":{"code":400,"message":"In Google's words","errors":[{"domain":"youtube.video","reason":"{{{reason}}}"}]}}""";

    private static Task<PrepareResult> AskAsync(int status, string body) => Platform(Canned.Saying(status, body)).PrepareAsync(
        PartOf("Text"), new Prepared { Files = [new PreparedFile("v1", "hash") { IsReady = false }] }, Account, Cancel);

    private static async Task<ConnectResult> FinishAsync(Canned server)
    {
        var redirect = new Uri("https://publisher.example/back");
        var start = await Platform(server).StartAsync(new Dictionary<string, string> { ["clientId"] = "i", ["clientSecret"] = "s" }, redirect, "state", Cancel);
        return await Platform(server).FinishAsync(start.Ticket, "code", redirect, Cancel);
    }

    private static YouTubePlatform Platform(Canned server) => new(new HttpClient(server), new FixedTime(Start), Shelf);

    private static Prepared Ready { get; } = new() { Files = [new PreparedFile("v1", "hash")] };

    private static Prepared Announced { get; } = new() { Files = [new PreparedFile("", "hash") { Data = "https://www.googleapis.com/upload/youtube/v3/videos?upload_id=471e", IsReady = false }] };

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
        Platform = "youtube",
        Server = new Uri("https://www.googleapis.com/"),
        Id = "UC1",
        Handle = "press",
        DisplayName = "Press office",
        Credentials = new Credentials { Token = new Secret("secret-token"), RefreshToken = new Secret("refresh"), ClientId = "i", ClientSecret = new Secret("s") },
        Limits = new YouTubePlatform(new HttpClient(), TimeProvider.System, Shelf).Info.Limits,
    };
}
