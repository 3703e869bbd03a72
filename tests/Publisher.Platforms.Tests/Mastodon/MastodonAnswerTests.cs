using Publisher.Platforms.Mastodon;
using Shouldly;

namespace Publisher.Platforms.Tests.Mastodon;

/// <summary>What every answer of a Mastodon server means, row by row, and what its relatives answer.</summary>
public sealed class MastodonAnswerTests
{
    private static readonly MediaShelf Shelf = new();

    private const string Live = """{"id":"abc-1","url":"https://social.example.org/@press/abc-1","visibility":"public","media_attachments":[]}""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(200, Live, Outcome.Published, "published")]
    [InlineData(200, """{"id":"1","url":"https://social.example.org/@press/1","visibility":"unlisted"}""", Outcome.Published, "visibility.changed")]
    [InlineData(200, """{"id":""}""", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, """{"scheduled_at":"2026-11-22T12:00:00Z"}""", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, "<html>Welcome</html>", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, "{\"id\":", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, "[]", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, "", Outcome.Unclear, "answer.unreadable")]
    [InlineData(301, "", Outcome.Unclear, "answer.unreadable")]
    [InlineData(307, "", Outcome.Unclear, "answer.unreadable")]
    [InlineData(400, """{"error":"?"}""", Outcome.Rejected, "refused")]
    [InlineData(401, """{"error":"The access token is invalid"}""", Outcome.SignInNeeded, "access.revoked")]
    [InlineData(401, "", Outcome.SignInNeeded, "access.revoked")]
    [InlineData(403, """{"error":"This action is outside the authorized scopes"}""", Outcome.SignInNeeded, "permission.missing")]
    [InlineData(404, """{"error":"Record not found"}""", Outcome.Rejected, "refused")]
    [InlineData(408, "", Outcome.Unclear, "server.error")]
    [InlineData(413, "<html>too large</html>", Outcome.Rejected, "content.refused")]
    [InlineData(422, """{"error":"Validation failed"}""", Outcome.Rejected, "content.refused")]
    [InlineData(429, """{"error":"Too many requests"}""", Outcome.NotNow, "rate.limited")]
    [InlineData(500, """{"error":"?"}""", Outcome.Unclear, "server.error")]
    [InlineData(502, "<html>bad gateway</html>", Outcome.Unclear, "server.error")]
    [InlineData(503, "", Outcome.Unclear, "server.error")]
    [InlineData(504, "", Outcome.Unclear, "server.error")]
    public async Task An_answer_to_a_status_means(int status, string body, Outcome outcome, string code)
    {
        var result = await PublishAsync(Canned.Saying(status, body), PartOf("Text"));

        (result.Outcome, result.Code).ShouldBe((outcome, code));
        result.Status.ShouldBe(status);
        result.Answer.ShouldBe(body);
    }

    [Fact]
    public async Task A_reply_to_a_deleted_post_names_the_reason() =>
        (await PublishAsync(Canned.Saying(404, "{}"), PartOf("Text") with { Parent = new RemotePost("1", null) })).Code.ShouldBe("parent.gone");

    [Fact]
    public async Task A_text_over_the_limit_of_a_server_that_shrank_it_is_named() =>
        (await PublishAsync(Canned.Saying(422, "{}"), PartOf(new string('a', 501)))).ShouldSatisfyAllConditions(
            result => result.Outcome.ShouldBe(Outcome.Rejected),
            result => result.Code.ShouldBe("text.too.long"));

    [Theory]
    [InlineData(404, "media.gone")]
    [InlineData(206, "media.not.ready")]
    public async Task A_refusal_over_a_file_is_no_refusal_of_the_text(int media, string code)
    {
        var server = Canned.Saying(422, "{}").Then(media, "{}");

        var result = await PublishAsync(server, PartOf("Text"), new Prepared { Files = [new PreparedFile("7", "hash")] });

        (result.Outcome, result.Code).ShouldBe((Outcome.NotNow, code));
    }

    [Fact]
    public async Task A_server_that_drops_files_is_found_out()
    {
        var result = await PublishAsync(Canned.Saying(200, Live), PartOf("Text"), new Prepared { Files = [new PreparedFile("7", "hash")] });

        (result.Outcome, result.Code).ShouldBe((Outcome.Published, "media.missing"));
        result.Post.ShouldNotBeNull().Id.ShouldBe("abc-1");
        result.Answer.ShouldBe(Live);
    }

    [Theory]
    [InlineData("X-RateLimit-Reset", "2030-01-01T00:02:00.000Z", 120)]
    [InlineData("Retry-After", "90", 90)]
    [InlineData("X-RateLimit-Reset", "2029-01-01T00:00:00Z", 0)]
    [InlineData("X-RateLimit-Reset", "soon", null)]
    public async Task Waiting_is_as_long_as_the_server_says(string header, string value, int? seconds) =>
        (await PublishAsync(Canned.Saying(429, "{}", (header, value)), PartOf("Text"))).RetryAfter.ShouldBe(seconds is { } some ? TimeSpan.FromSeconds(some) : null);

    [Fact]
    public async Task A_token_the_server_repeats_is_not_shown() =>
        (await PublishAsync(Canned.Saying(400, "bad token secret-token here"), PartOf("Text"))).Answer.ShouldBe("bad token ••• here");

    [Theory]
    [InlineData(200, "{}", null)]
    [InlineData(404, """{"error":"Record not found"}""", null)]
    [InlineData(410, "", null)]
    [InlineData(404, "<html>no such page</html>", "not.offered")]
    [InlineData(405, "", "not.offered")]
    [InlineData(401, "", "access.revoked")]
    [InlineData(429, "", "rate.limited")]
    [InlineData(200, "<html>Welcome</html>", "answer.unreadable")]
    [InlineData(500, "", "server.error")]
    public async Task An_answer_to_deleting_means(int status, string body, string? code)
    {
        var result = await Platform(Canned.Saying(status, body)).RetractAsync(new RemotePost("abc-1", null), Account, Cancel);

        result.Failure?.Code.ShouldBe(code);
        (result.Failure is null).ShouldBe(code is null);
        result.Failure?.Outcome.ShouldNotBe(Outcome.Unclear);
    }

    [Fact]
    public async Task A_server_without_the_newer_upload_gets_the_older()
    {
        var server = Canned.Saying(404, "{}").Then(200, """{"id":"7"}""");

        var result = await Platform(server).PrepareAsync(PartOf("Text") with { Media = [Shelf.Picture("alt")] }, Prepared.Nothing, Account, Cancel);

        result.IsReady.ShouldBeTrue();
        server.Requests.Select(request => request.Address.AbsolutePath).ShouldBe(["/api/v2/media", "/api/v1/media"]);
    }

    [Theory]
    [InlineData(422, Outcome.Rejected, "media.refused")]
    [InlineData(413, Outcome.Rejected, "media.refused")]
    [InlineData(401, Outcome.SignInNeeded, "access.revoked")]
    [InlineData(429, Outcome.NotNow, "rate.limited")]
    [InlineData(503, Outcome.NotNow, "server.error")]
    [InlineData(200, Outcome.NotNow, "answer.unreadable")]
    public async Task An_answer_to_an_upload_means(int status, Outcome outcome, string code)
    {

        var result = await Platform(Canned.Saying(status, "{}")).PrepareAsync(PartOf("Text") with { Media = [Shelf.Picture("alt")] }, Prepared.Nothing, Account, Cancel);

        (result.Failure.ShouldNotBeNull().Outcome, result.Failure.Code).ShouldBe((outcome, code));
    }

    [Fact]
    public async Task A_video_that_is_still_processed_is_asked_about_and_not_sent_again()
    {
        var part = PartOf("Text") with { Media = [Shelf.Video("alt")] };
        var server = Canned.Saying(202, """{"id":"7"}""").Then(206, """{"id":"7"}""").Then(200, """{"id":"7"}""");
        var platform = Platform(server);

        var first = await platform.PrepareAsync(part, Prepared.Nothing, Account, Cancel);
        var second = await platform.PrepareAsync(part, first.Prepared, Account, Cancel);
        var third = await platform.PrepareAsync(part, second.Prepared, Account, Cancel);

        new[] { first.IsReady, second.IsReady, third.IsReady }.ShouldBe([false, false, true]);
        third.Prepared.Files.ShouldHaveSingleItem().Hash.ShouldBe(part.Media[0].Hash);
        server.Requests.Select(request => request.Method).ShouldBe(["POST", "GET", "GET"]);
    }

    [Theory]
    [InlineData(401, true)]
    [InlineData(404, false)]
    [InlineData(408, true)]
    [InlineData(422, false)]
    [InlineData(429, true)]
    [InlineData(502, true)]
    [InlineData(503, true)]
    public async Task Files_that_are_there_outlast_a_fault_that_passes(int status, bool areKept)
    {
        var part = PartOf("Text") with { Media = [Shelf.Picture("one"), Shelf.Video("two"), Shelf.Picture("three")] };
        var there = new Prepared { Files = [.. part.Media.Select((media, place) => new PreparedFile($"{place}", media.Hash) { IsReady = !media.IsVideo })], UsableUntil = Start.AddHours(1) };

        var result = await Platform(Canned.Saying(status, "{}")).PrepareAsync(part, there, Account, Cancel);

        result.Failure.ShouldNotBeNull();
        result.Prepared.Files.ShouldBe(areKept ? there.Files : [there.Files[0]]);
        result.Prepared.UsableUntil.ShouldBe(there.UsableUntil);
    }

    [Fact]
    public async Task Files_the_server_has_forgotten_are_sent_again()
    {
        var part = PartOf("Text") with { Media = [Shelf.Picture("alt")] };
        var old = new Prepared { Files = [new PreparedFile("6", part.Media[0].Hash)], UsableUntil = Start.AddMinutes(-1) };

        var result = await Platform(Canned.Saying(200, """{"id":"7"}""")).PrepareAsync(part, old, Account, Cancel);

        result.Prepared.Files.ShouldHaveSingleItem().Id.ShouldBe("7");
        result.Prepared.UsableUntil.ShouldNotBeNull().ShouldBeGreaterThan(Start);
    }

    [Fact]
    public async Task Looking_reads_html_where_the_server_shows_no_source()
    {
        const string Text = "Hello @water@agency.example, <read> https://example.org/a?b=1&c=2\n\nnow";
        var status = """[{"id":"9","created_at":"2030-01-01T00:00:10Z","in_reply_to_id":null,"media_attachments":[],"url":"https://social.example.org/9","content":"<p>Hello <span class=\"h-card\"><a href=\"https://agency.example/@water\" class=\"u-url mention\">@<span>water</span></a></span>, &lt;read&gt; <a href=\"https://example.org/a?b=1&amp;c=2\"><span class=\"invisible\">https://</span><span>example.org/a?b=1&amp;c=2</span></a></p><p>now</p>"}]""";
        var server = Canned.Saying(200, status).Then(404, "{}").Then(200, "[]");

        var result = await Platform(server).FindAsync(PartOf(Text), Prepared.Nothing, new TimeWindow(Start, Start.AddMinutes(1)), Account, Cancel);

        result.Matches.ShouldHaveSingleItem().Id.ShouldBe("9");
        result.IsComplete.ShouldBeTrue();
    }

    [Theory]
    [InlineData("""[{"id":"9","created_at":"2029-12-31T23:00:00Z"}]""", true)]
    [InlineData("""[]""", true)]
    [InlineData("""[{"id":"9"}]""", false)]
    [InlineData("""[{"id":"9","created_at":"2030-01-01T12:00:00Z"}]""", false)]
    public async Task A_listing_is_complete_only_when_it_reaches_back_before_the_attempt(string list, bool isComplete)
    {
        var result = await Platform(Canned.Saying(200, list)).FindAsync(PartOf("Text"), Prepared.Nothing, new TimeWindow(Start, Start.AddMinutes(1)), Account, Cancel);

        result.Matches.ShouldBeEmpty();
        result.IsComplete.ShouldBe(isComplete);
    }

    [Theory]
    [InlineData("4.5.2", 45)]
    [InlineData("4.4.0-rc1", 45)]
    [InlineData("4.3.1+glitch", 45)]
    [InlineData("10.0.0", 45)]
    [InlineData("0.19.1+git-5a1f2c3", null)]
    [InlineData("3.5.3 (compatible; Pixelfed 0.12.5)", null)]
    [InlineData("2.7.2 (compatible; Akkoma 3.15.2)", null)]
    [InlineData("4.0.0 (not true; snac/2.75)", null)]
    [InlineData("", null)]
    public async Task Only_servers_that_keep_the_key_may_be_asked_twice(string version, int? minutes)
    {
        var account = await ConnectAsync(Canned.Saying(200, """{"access_token":"t"}""")
            .Then(200, """{"id":"1","acct":"press","display_name":"Press office"}""")
            .Then(200, """{"domain":"social.example.org","version":"VERSION","configuration":{"statuses":{"max_characters":1000}}}""".Replace("VERSION", version)));

        account.RepeatSafeFor.ShouldBe(minutes is { } some ? TimeSpan.FromMinutes(some) : null);
        account.Limits.Text.ShouldBe(1000);
        account.Handle.ShouldBe("press@social.example.org");
    }

    [Theory]
    [InlineData("""{"version":"3.3.0"}""", 500)]
    [InlineData("""{"version":"2.7.2 (compatible; Akkoma 3.15.2)","max_toot_chars":5000}""", 5000)]
    [InlineData("""{"version":"3.5.0","configuration":{"statuses":{"max_characters":700,"characters_reserved_per_url":25}}}""", 700)]
    [InlineData("<html>nothing</html>", 500)]
    public async Task A_server_that_announces_less_is_taken_at_its_word(string first, int characters)
    {
        var account = await ConnectAsync(Canned.Saying(200, """{"access_token":"t"}""")
            .Then(200, """{"id":"1","acct":"press","display_name":""}""")
            .Then(404, "{}")
            .Then(200, first));

        account.Limits.Text.ShouldBe(characters);
        account.DisplayName.ShouldBe("press");
    }

    private static async Task<Account> ConnectAsync(Canned server)
    {
        var ticket = new Secret("""{"Server":"https://social.example.org/","ClientId":"i","ClientSecret":"s","Verifier":null}""");
        var result = await Platform(server).FinishAsync(ticket, "code", new Uri("https://publisher.example/back"), Cancel);
        return result.Accounts.ShouldHaveSingleItem();
    }

    private static Task<PublishResult> PublishAsync(Canned server, Part part, Prepared? prepared = null) =>
        Platform(server).PublishAsync(part, prepared ?? Prepared.Nothing, Account, Cancel);

    private static MastodonPlatform Platform(Canned server) => new(new HttpClient(server), new FixedTime(Start), Shelf);

    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static Part PartOf(string text) => new() { Text = text, Language = "en", Key = "key" };

    private static Account Account { get; } = new()
    {
        Platform = "mastodon",
        Server = new Uri("https://social.example.org/"),
        Id = "1",
        Handle = "press@social.example.org",
        DisplayName = "Press office",
        Credentials = new Credentials { Token = new Secret("secret-token") },
        Limits = new MastodonPlatform(new HttpClient(), TimeProvider.System, Shelf).Info.Limits,
    };
}
