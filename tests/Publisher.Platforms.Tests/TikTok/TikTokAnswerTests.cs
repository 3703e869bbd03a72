using Publisher.Platforms.TikTok;
using Shouldly;

namespace Publisher.Platforms.Tests.TikTok;

/// <summary>What every answer of TikTok means, row by row.</summary>
public sealed class TikTokAnswerTests
{
    private const string Creator = """{"data":{"creator_username":"press","creator_nickname":"Press","privacy_level_options":["PUBLIC_TO_EVERYONE","SELF_ONLY"],"max_video_post_duration_sec":60},"error":{"code":"ok"}}""";
    private const string Announced = """{"data":{"publish_id":"v_pub_file~v2-1.7","upload_url":"https://open-upload.tiktokapis.com/video/?upload_id=7&upload_token=door"},"error":{"code":"ok"}}""";
    private const string Door = "https://open-upload.tiktokapis.com/video/?upload_id=7&upload_token=door";

    private static readonly MediaShelf Shelf = new();

    private static readonly DateTimeOffset Start = new(2030, 1, 1, 20, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(200, """{"data":{"publish_id":"p_pub_url~v2.7"},"error":{"code":"ok"}}""", Outcome.Processing, "processing")]
    [InlineData(200, """{"data":{},"error":{"code":"ok"}}""", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, """{"data":{"publish_id":"p_pub_url~v2.7"}}""", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, """{"data":{"publish_id":7},"error":{"code":"ok"}}""", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, "<html>Log in</html>", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, "[]", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, "", Outcome.Unclear, "answer.unreadable")]
    [InlineData(302, "", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, """{"error":{"code":"spam_risk_too_many_posts"}}""", Outcome.NotNow, "quota.reached")]
    [InlineData(400, """{"error":{"code":"invalid_param"}}""", Outcome.Rejected, "content.refused")]
    [InlineData(400, """{"error":{"code":"invalid_params"}}""", Outcome.Rejected, "content.refused")]
    [InlineData(400, """{"error":{"code":"app_version_check_failed"}}""", Outcome.Rejected, "refused")]
    [InlineData(401, """{"error":{"code":"access_token_invalid"}}""", Outcome.NotNow, "token.expired")]
    [InlineData(401, """{"error":{"code":"scope_not_authorized"}}""", Outcome.SignInNeeded, "permission.missing")]
    [InlineData(401, "", Outcome.NotNow, "token.expired")]
    [InlineData(403, """{"error":{"code":"unaudited_client_can_only_post_to_private_accounts"}}""", Outcome.NotNow, "audit.missing")]
    [InlineData(403, """{"error":{"code":"url_ownership_unverified"}}""", Outcome.Rejected, "media.unreachable")]
    [InlineData(403, """{"error":{"code":"privacy_level_option_mismatch"}}""", Outcome.Rejected, "option.refused")]
    [InlineData(403, """{"error":{"code":"spam_risk_too_many_posts"}}""", Outcome.NotNow, "quota.reached")]
    [InlineData(403, """{"error":{"code":"spam_risk_too_many_pending_share"}}""", Outcome.NotNow, "quota.reached")]
    [InlineData(403, """{"error":{"code":"reached_active_user_cap"}}""", Outcome.NotNow, "quota.reached")]
    [InlineData(403, """{"error":{"code":"spam_risk_user_banned_from_posting"}}""", Outcome.SignInNeeded, "account.suspended")]
    [InlineData(403, """{"error":{"code":"spam_risk"}}""", Outcome.Rejected, "content.refused")]
    [InlineData(403, "<html>Forbidden</html>", Outcome.Rejected, "refused")]
    [InlineData(408, "", Outcome.Unclear, "server.error")]
    [InlineData(429, """{"error":{"code":"rate_limit_exceeded"}}""", Outcome.NotNow, "rate.limited")]
    [InlineData(429, "", Outcome.NotNow, "rate.limited")]
    [InlineData(500, """{"error":{"code":"internal_error"}}""", Outcome.Unclear, "server.error")]
    [InlineData(500, """{"error":{"code":"invalid_params"}}""", Outcome.Unclear, "server.error")]
    [InlineData(502, "<html>bad gateway</html>", Outcome.Unclear, "server.error")]
    [InlineData(504, "", Outcome.Unclear, "server.error")]
    public async Task An_answer_to_photos_means(int status, string body, Outcome outcome, string code)
    {
        var result = await Platform(Canned.Saying(status, body)).PublishAsync(Photos(), PreparedPhotos, Account, Cancel);

        (result.Outcome, result.Code).ShouldBe((outcome, code));
        result.Status.ShouldBe(status);
        result.Answer.ShouldBe(body);
    }

    [Theory]
    [InlineData(201, Outcome.Processing, "processing")]
    [InlineData(200, Outcome.Unclear, "answer.unreadable")]
    [InlineData(206, Outcome.Unclear, "answer.unreadable")]
    [InlineData(302, Outcome.Unclear, "answer.unreadable")]
    [InlineData(400, Outcome.NotNow, "media.gone")]
    [InlineData(403, Outcome.NotNow, "media.gone")]
    [InlineData(404, Outcome.NotNow, "media.gone")]
    [InlineData(408, Outcome.Unclear, "server.error")]
    [InlineData(413, Outcome.Rejected, "media.refused")]
    [InlineData(416, Outcome.NotNow, "media.gone")]
    [InlineData(429, Outcome.NotNow, "rate.limited")]
    [InlineData(500, Outcome.Unclear, "server.error")]
    [InlineData(503, Outcome.Unclear, "server.error")]
    public async Task An_answer_to_the_last_piece_means(int status, Outcome outcome, string code)
    {
        var server = Canned.Saying(status, "").Then(200, """{"data":{"status":"PROCESSING_UPLOAD","uploaded_bytes":0},"error":{"code":"ok"}}""");

        var result = await Platform(server).PublishAsync(Film, PreparedFilm(Door), Account, Cancel);

        (result.Outcome, result.Code).ShouldBe((outcome, code));
        server.Requests[0].Address.ShouldBe(new Uri(Door));
        server.Requests.Count.ShouldBe(code == "media.gone" ? 2 : 1);
    }

    [Theory]
    [InlineData("""{"status":"PUBLISH_COMPLETE","publicaly_available_post_id":[7]}""", "7", null, false, null)]
    [InlineData("""{"status":"PUBLISH_COMPLETE","publicaly_available_post_id":[]}""", null, "processing", false, null)]
    [InlineData("""{"status":"PROCESSING_UPLOAD"}""", null, "processing", false, null)]
    [InlineData("""{"status":"PROCESSING_UPLOAD","uploaded_bytes":1}""", null, null, true, null)]
    [InlineData("""{"status":"FAILED","fail_reason":"internal"}""", null, null, true, null)]
    [InlineData("""{"status":"SOMETHING_NEW"}""", null, null, false, "answer.unreadable")]
    public async Task The_status_of_a_video_whose_answer_was_lost_means(string data, string? found, string? ticket, bool isComplete, string? failure)
    {
        var server = Canned.Saying(200, $$$"""{"data":{{{data}}},"error":{"code":"ok"}}""");

        var result = await Platform(server).FindAsync(Film, PreparedFilm(Door), new TimeWindow(Start, Start.AddMinutes(1)), Account, Cancel);

        result.Matches.Select(match => match.Id).ShouldBe(found is null ? [] : [found]);
        (result.Ticket is not null, result.IsComplete, result.Failure?.Code).ShouldBe((ticket is not null, isComplete, failure));
        server.Requests.ShouldHaveSingleItem().Body.ShouldContain("v_pub_file~v2-1.7");
    }

    [Theory]
    [InlineData(200, """{"data":{"status":"PUBLISH_COMPLETE"},"error":{"code":"ok"}}""")]
    [InlineData(200, """{"data":{"status":"PROCESSING_UPLOAD"},"error":{"code":"ok"}}""")]
    [InlineData(503, "")]
    public async Task A_refused_last_piece_that_may_be_there_already_is_not_brought_anew(int status, string body)
    {
        var result = await Platform(Canned.Saying(416, "").Then(status, body)).PublishAsync(Film, PreparedFilm(Door), Account, Cancel);

        (result.Outcome, result.Code).ShouldBe((Outcome.Unclear, "media.gone"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("https://files.example.org/video/?upload_token=door")]
    [InlineData("http://open-upload.tiktokapis.com/video/?upload_token=door")]
    [InlineData("https://tiktokapis.com.example.org/video/")]
    public async Task A_video_goes_nowhere_but_to_tiktok(string? door)
    {
        var server = Canned.Saying(201, "");

        var result = await Platform(server).PublishAsync(Film, PreparedFilm(door), Account, Cancel);

        (result.Outcome, result.Code).ShouldBe((Outcome.NotNow, "media.gone"));
        server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Neither_the_token_nor_the_address_of_an_upload_is_shown()
    {
        var result = await Platform(Canned.Saying(403, "secret-token may not ?upload_id=7&upload_token=door")).PublishAsync(Film, PreparedFilm(Door), Account, Cancel);

        result.Answer.ShouldBe("••• may not •••");
    }

    [Theory]
    [InlineData("""{"status":"PROCESSING_UPLOAD"}""", Outcome.Processing, "processing", null)]
    [InlineData("""{"status":"PROCESSING_DOWNLOAD"}""", Outcome.Processing, "processing", null)]
    [InlineData("""{"status":"PUBLISH_COMPLETE","publicaly_available_post_id":[]}""", Outcome.Processing, "processing", null)]
    [InlineData("""{"status":"PUBLISH_COMPLETE"}""", Outcome.Processing, "processing", null)]
    [InlineData("""{"status":"PUBLISH_COMPLETE","publicaly_available_post_id":[7412345678901234567]}""", Outcome.Published, "published", "7412345678901234567")]
    [InlineData("""{"status":"PUBLISH_COMPLETE","publicaly_available_post_id":["7412345678901234567"]}""", Outcome.Published, "published", "7412345678901234567")]
    [InlineData("""{"status":"SEND_TO_USER_INBOX"}""", Outcome.NotNow, "answer.unreadable", null)]
    [InlineData("""{}""", Outcome.NotNow, "answer.unreadable", null)]
    [InlineData("""{"status":"FAILED","fail_reason":"internal"}""", Outcome.NotNow, "media.gone", null)]
    [InlineData("""{"status":"FAILED","fail_reason":"video_pull_failed"}""", Outcome.NotNow, "media.gone", null)]
    [InlineData("""{"status":"FAILED","fail_reason":"photo_pull_failed"}""", Outcome.NotNow, "media.gone", null)]
    [InlineData("""{"status":"FAILED","fail_reason":"file_format_check_failed"}""", Outcome.Rejected, "media.refused", null)]
    [InlineData("""{"status":"FAILED","fail_reason":"duration_check_failed"}""", Outcome.Rejected, "media.refused", null)]
    [InlineData("""{"status":"FAILED","fail_reason":"frame_rate_check_failed"}""", Outcome.Rejected, "media.refused", null)]
    [InlineData("""{"status":"FAILED","fail_reason":"picture_size_check_failed"}""", Outcome.Rejected, "media.refused", null)]
    [InlineData("""{"status":"FAILED","fail_reason":"spam_risk_too_many_posts"}""", Outcome.Rejected, "quota.reached", null)]
    [InlineData("""{"status":"FAILED","fail_reason":"spam_risk_user_banned_from_posting"}""", Outcome.Rejected, "account.suspended", null)]
    [InlineData("""{"status":"FAILED","fail_reason":"spam_risk_text"}""", Outcome.Rejected, "content.refused", null)]
    [InlineData("""{"status":"FAILED","fail_reason":"auth_removed"}""", Outcome.Rejected, "access.revoked", null)]
    [InlineData("""{"status":"FAILED","fail_reason":"publish_cancelled"}""", Outcome.Rejected, "refused", null)]
    [InlineData("""{"status":"FAILED"}""", Outcome.Rejected, "refused", null)]
    public async Task A_status_means(string data, Outcome outcome, string code, string? id)
    {
        var result = await AskAsync($$$"""{"data":{{{data}}},"error":{"code":"ok"}}""");

        (result.Outcome, result.Code, result.Post?.Id).ShouldBe((outcome, code, id));
        (result.Ticket is not null).ShouldBe(outcome == Outcome.Processing);
    }

    [Theory]
    [InlineData(400, """{"error":{"code":"invalid_publish_id"}}""", Outcome.NotNow, "refused")]
    [InlineData(401, """{"error":{"code":"access_token_invalid"}}""", Outcome.NotNow, "token.expired")]
    [InlineData(401, """{"error":{"code":"scope_not_authorized"}}""", Outcome.SignInNeeded, "permission.missing")]
    [InlineData(429, "", Outcome.NotNow, "rate.limited")]
    [InlineData(500, "", Outcome.NotNow, "server.error")]
    [InlineData(200, "<html></html>", Outcome.NotNow, "answer.unreadable")]
    public async Task Asking_that_fails_says_nothing_of_the_post(int status, string body, Outcome outcome, string code)
    {
        var result = await AskAsync(body, status);

        (result.Outcome, result.Code).ShouldBe((outcome, code));
    }

    [Fact]
    public async Task A_post_is_found_on_tiktoks_own_pages() => (await AskAsync("""{"data":{"status":"PUBLISH_COMPLETE","publicaly_available_post_id":[7]},"error":{"code":"ok"}}"""))
        .Post.ShouldNotBeNull().Permalink.ShouldBe(new Uri("https://www.tiktok.com/@press/video/7"));

    [Theory]
    [InlineData("PUBLIC_TO_EVERYONE", 1, Outcome.Processing)]
    [InlineData("PUBLIC_TO_EVERYONE", 4, Outcome.Published)]
    [InlineData("SELF_ONLY", 0, Outcome.Published)]
    [InlineData("MUTUAL_FOLLOW_FRIENDS", 0, Outcome.Published)]
    public async Task Moderation_is_waited_for_where_it_leads_to_an_id(string privacy, int hours, Outcome outcome)
    {
        var part = Photos() with { Options = new Dictionary<string, string> { ["privacy"] = privacy } };

        var result = await AskAsync("""{"data":{"status":"PUBLISH_COMPLETE"},"error":{"code":"ok"}}""", 200, part, Start.AddHours(hours));

        result.Outcome.ShouldBe(outcome);
        if (outcome == Outcome.Published)
        {
            result.Post.ShouldBe(new RemotePost("p_pub_url~v2.7", null));
        }
    }

    [Fact]
    public async Task What_a_day_allows_is_tried_again_tomorrow()
    {
        var result = await Platform(Canned.Saying(403, """{"error":{"code":"spam_risk_too_many_posts"}}""")).PublishAsync(Photos(), PreparedPhotos, Account, Cancel);

        result.RetryAfter.ShouldBe(TimeSpan.FromHours(4));
    }

    [Theory]
    [InlineData(200, """{"data":{"privacy_level_options":["SELF_ONLY"]},"error":{"code":"ok"}}""", Outcome.Rejected, "option.refused")]
    [InlineData(200, """{"data":{},"error":{"code":"ok"}}""", Outcome.NotNow, "answer.unreadable")]
    [InlineData(200, "<html></html>", Outcome.NotNow, "answer.unreadable")]
    [InlineData(401, """{"error":{"code":"access_token_invalid"}}""", Outcome.NotNow, "token.expired")]
    [InlineData(403, """{"error":{"code":"spam_risk_user_banned_from_posting"}}""", Outcome.SignInNeeded, "account.suspended")]
    [InlineData(429, "", Outcome.NotNow, "rate.limited")]
    [InlineData(500, "", Outcome.NotNow, "server.error")]
    public async Task An_answer_about_the_creator_means(int status, string body, Outcome outcome, string code)
    {
        var server = Canned.Saying(status, body);

        var result = await Platform(server).PrepareAsync(Photos(), Prepared.Nothing, Account, Cancel);

        (result.Failure.ShouldNotBeNull().Outcome, result.Failure.Code).ShouldBe((outcome, code));
        server.Requests.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData(403, """{"error":{"code":"unaudited_client_can_only_post_to_private_accounts"}}""", Outcome.NotNow, "audit.missing")]
    [InlineData(400, """{"error":{"code":"invalid_params"}}""", Outcome.Rejected, "content.refused")]
    [InlineData(429, "", Outcome.NotNow, "rate.limited")]
    [InlineData(500, "", Outcome.NotNow, "server.error")]
    [InlineData(200, """{"data":{"publish_id":"7"},"error":{"code":"ok"}}""", Outcome.NotNow, "answer.unreadable")]
    [InlineData(200, """{"data":{"publish_id":"7","upload_url":"https://files.example.org/"},"error":{"code":"ok"}}""", Outcome.NotNow, "answer.unreadable")]
    public async Task An_answer_to_announcing_a_video_means(int status, string body, Outcome outcome, string code)
    {
        var result = await Platform(Canned.Saying(200, Creator).Then(status, body)).PrepareAsync(Film, Prepared.Nothing, Account, Cancel);

        (result.Failure.ShouldNotBeNull().Outcome, result.Failure.Code).ShouldBe((outcome, code));
        result.Prepared.Files.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_video_longer_than_the_creator_may_post_is_not_announced()
    {
        var server = Canned.Saying(200, Creator);
        var part = Film with { Media = [Film.Media[0] with { Duration = TimeSpan.FromSeconds(61) }] };

        var result = await Platform(server).PrepareAsync(part, Prepared.Nothing, Account, Cancel);

        (result.Failure.ShouldNotBeNull().Outcome, result.Failure.Code).ShouldBe((Outcome.Rejected, "media.refused"));
        server.Requests.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task An_announced_video_is_kept_for_less_than_its_hour()
    {
        var result = await Platform(Canned.Saying(200, Creator).Then(200, Announced)).PrepareAsync(Film, Prepared.Nothing, Account, Cancel);

        result.IsReady.ShouldBeTrue();
        result.Prepared.Files.ShouldHaveSingleItem().Data.ShouldBe(Door);
        result.Prepared.UsableUntil.ShouldNotBeNull().ShouldBeLessThan(Start.AddHours(1));
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(4_999_999, 4_999_999, 1)]
    [InlineData(64_000_000, 64_000_000, 1)]
    [InlineData(64_000_001, 32_000_000, 2)]
    [InlineData(95_999_999, 32_000_000, 2)]
    [InlineData(96_000_000, 32_000_000, 3)]
    [InlineData(4_000_000_000, 32_000_000, 125)]
    public void Pieces_are_as_tiktok_counts_them(long length, long size, long count)
    {
        var pieces = Pieces.Of(length);

        pieces.ShouldBe(new Pieces(size, count));
        count.ShouldBe(length / size);
        (length - pieces.LastFrom).ShouldBeInRange(1, 64_000_000);
    }

    [Theory]
    [InlineData("Text", true)]
    [InlineData(" Text\n", true)]
    [InlineData("Tex", false)]
    [InlineData("", false)]
    public async Task Looking_compares_the_whole_text_unless_the_listing_cut_it(string title, bool isFound)
    {
        var body = $$$"""{"data":{"videos":[{"id":"9","create_time":{{{Start.ToUnixTimeSeconds()}}},"title":{{{System.Text.Json.JsonSerializer.Serialize(title)}}}}],"has_more":false},"error":{"code":"ok"}}""";

        var result = await Platform(Canned.Saying(200, body)).FindAsync(Photos(), Prepared.Nothing, new TimeWindow(Start.AddMinutes(-1), Start.AddMinutes(1)), Account, Cancel);

        result.Matches.Select(match => match.Id).ShouldBe(isFound ? ["9"] : []);
        result.IsComplete.ShouldBeFalse();
    }

    [Fact]
    public async Task Looking_goes_on_by_the_cursor_until_the_attempt_is_behind()
    {
        string Page(DateTimeOffset created) => $$$"""{"data":{"videos":[{"id":"9","create_time":{{{created.ToUnixTimeSeconds()}}},"title":"Other"}],"cursor":123,"has_more":true},"error":{"code":"ok"}}""";
        var server = Canned.Saying(200, Page(Start)).Then(200, Page(Start.AddHours(-1)));

        await Platform(server).FindAsync(Photos(), Prepared.Nothing, new TimeWindow(Start.AddMinutes(-1), Start.AddMinutes(1)), Account, Cancel);

        server.Requests.Select(request => request.Body).ShouldBe(["""{"max_count":20}""", """{"max_count":20,"cursor":123}"""]);
    }

    [Theory]
    [InlineData(400, """{"error":"invalid_grant"}""", 200, "{}", "sign.in.refused")]
    [InlineData(200, """{"error":"invalid_grant","error_description":"?"}""", 200, "{}", "sign.in.refused")]
    [InlineData(503, "", 200, "{}", "server.error")]
    [InlineData(200, "{}", 200, "{}", "answer.unreadable")]
    [InlineData(200, """{"access_token":"t"}""", 200, "{}", "answer.unreadable")]
    [InlineData(200, """{"access_token":"t","open_id":"o"}""", 401, """{"error":{"code":"scope_not_authorized"}}""", "permission.missing")]
    [InlineData(200, """{"access_token":"t","open_id":"o"}""", 429, "", "rate.limited")]
    [InlineData(200, """{"access_token":"t","open_id":"o"}""", 200, """{"data":{"privacy_level_options":[]},"error":{"code":"ok"}}""", "answer.unreadable")]
    public async Task Connecting_that_fails_says_why(int token, string tokenBody, int creator, string creatorBody, string code)
    {
        var ticket = new Secret("""{"ClientId":"i","ClientSecret":"s","Server":"https://open.tiktokapis.com/","Verifier":null}""");

        var result = await Platform(Canned.Saying(token, tokenBody).Then(creator, creatorBody)).FinishAsync(ticket, "code", new Uri("https://publisher.example/back"), Cancel);

        result.Accounts.ShouldBeEmpty();
        result.Problem.ShouldNotBeNull().Code.ShouldBe(code);
    }

    [Theory]
    [InlineData(200, """{"access_token":"new","expires_in":86400,"refresh_token":"next","refresh_expires_in":31536000}""", null)]
    [InlineData(200, """{"access_token":"new"}""", null)]
    [InlineData(200, """{"error":"invalid_grant"}""", "access.revoked")]
    [InlineData(400, """{"error":"invalid_grant"}""", "access.revoked")]
    [InlineData(200, "{}", "answer.unreadable")]
    [InlineData(429, "", "rate.limited")]
    [InlineData(503, "", "server.error")]
    public async Task An_answer_to_refreshing_means(int status, string body, string? code)
    {
        var result = await Platform(Canned.Saying(status, body)).RefreshAsync(Account, Cancel);

        result.Failure?.Code.ShouldBe(code);
        (result.Credentials?.Token.Value).ShouldBe(code is null ? "new" : null);
        (result.Credentials?.RefreshToken?.Value).ShouldBe(code is not null ? null : body.Contains("next") ? "next" : "refresh");
    }

    private static Task<PublishResult> AskAsync(string body, int status = 200, Part? part = null, DateTimeOffset? now = null) =>
        Platform(Canned.Saying(status, body), now).AskAsync($"p_pub_url~v2.7 {Start.ToUnixTimeSeconds()}", part ?? Photos(), Account, Cancel);

    private static TikTokPlatform Platform(Canned server, DateTimeOffset? now = null) => new(new HttpClient(server), new FixedTime(now ?? Start), Shelf);

    private static Part Photos() => new() { Text = "Text", Language = "en", Key = "key", Media = [Shelf.Jpeg("")] };

    private static readonly Part Film = new() { Text = "Text", Language = "en", Key = "key", Media = [Shelf.Video("")] };

    private static Prepared PreparedPhotos { get; } = new() { Files = [new PreparedFile("https://press.example.gov/photo.jpeg", "hash")] };

    private static Prepared PreparedFilm(string? door) => new() { Files = [new PreparedFile("v_pub_file~v2-1.7", Film.Media[0].Hash) { Data = door }] };

    private static Account Account { get; } = new()
    {
        Platform = "tiktok",
        Server = new Uri("https://open.tiktokapis.com/"),
        Id = "o",
        Handle = "press",
        DisplayName = "Press office",
        Credentials = new Credentials { Token = new Secret("secret-token"), RefreshToken = new Secret("refresh"), ClientId = "i", ClientSecret = new Secret("s") },
        Limits = new TikTokPlatform(new HttpClient(), TimeProvider.System, Shelf).Info.Limits,
    };
}
