using Publisher.Platforms.Telegram;
using Shouldly;

namespace Publisher.Platforms.Tests.Telegram;

/// <summary>What every answer of the Bot API means, row by row, and answers no stand-in gives.</summary>
public sealed class TelegramAnswerTests
{
    private const string Key = "AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw";
    private const string Live = """{"ok":true,"result":{"message_id":42,"date":1893456000,"chat":{"id":-1001234567890,"type":"channel","username":"ministry"}}}""";

    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly MediaShelf Shelf = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(200, Live, Outcome.Published, "published")]
    [InlineData(200, """{"ok":true,"result":{"message_id":0,"date":1}}""", Outcome.Unclear, "media.not.ready")]
    [InlineData(200, """{"ok":true,"result":{"date":1}}""", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, """{"ok":true,"result":{"message_id":"42"}}""", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, """{"ok":true,"result":[]}""", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, """{"ok":true,"result":true}""", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, """{"ok":true}""", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, """{"ok":false,"error_code":400,"description":"?"}""", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, """{"result":{"message_id":42}}""", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, "[]", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, "{\"ok\":tr", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, "", Outcome.Unclear, "answer.unreadable")]
    [InlineData(302, "", Outcome.Unclear, "answer.unreadable")]
    [InlineData(400, """{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}""", Outcome.SignInNeeded, "permission.missing")]
    [InlineData(400, """{"ok":false,"error_code":400,"description":"Bad Request: need administrator rights in the channel chat"}""", Outcome.SignInNeeded, "permission.missing")]
    [InlineData(400, """{"ok":false,"error_code":400,"description":"Bad Request: not enough rights to send text messages to the chat"}""", Outcome.SignInNeeded, "permission.missing")]
    [InlineData(400, """{"ok":false,"error_code":400,"description":"Bad Request: have no rights to send a message"}""", Outcome.SignInNeeded, "permission.missing")]
    [InlineData(400, """{"ok":false,"error_code":400,"description":"Bad Request: message is too long"}""", Outcome.Rejected, "text.too.long")]
    [InlineData(400, """{"ok":false,"error_code":400,"description":"Bad Request: message caption is too long"}""", Outcome.Rejected, "text.too.long")]
    [InlineData(400, """{"ok":false,"error_code":400,"description":"Bad Request: message text is empty"}""", Outcome.Rejected, "content.refused")]
    [InlineData(400, """{"ok":false,"error_code":400,"description":"Bad Request: can't parse entities: unsupported start tag"}""", Outcome.Rejected, "content.refused")]
    [InlineData(400, """{"ok":false,"error_code":400,"description":"Bad Request: message to be replied not found"}""", Outcome.Rejected, "parent.gone")]
    [InlineData(400, """{"ok":false,"error_code":400,"description":"Bad Request: PHOTO_INVALID_DIMENSIONS"}""", Outcome.Rejected, "media.refused")]
    [InlineData(400, """{"ok":false,"error_code":400,"description":"Bad Request: IMAGE_PROCESS_FAILED"}""", Outcome.Rejected, "media.refused")]
    [InlineData(400, """{"ok":false,"error_code":400,"description":"Bad Request: wrong file identifier/HTTP URL specified"}""", Outcome.Rejected, "media.refused")]
    [InlineData(400, """{"ok":false,"error_code":400,"description":"Bad Request: group send failed"}""", Outcome.Unclear, "media.refused")]
    [InlineData(400, """{"ok":false,"error_code":400,"description":"Bad Request: failed to send message #2 with the error message \"PHOTO_INVALID_DIMENSIONS\""}""", Outcome.Unclear, "media.refused")]
    [InlineData(400, """{"ok":false,"error_code":400,"description":"Bad Request: something new"}""", Outcome.Rejected, "refused")]
    [InlineData(400, """{"ok":false,"error_code":400}""", Outcome.Rejected, "refused")]
    [InlineData(400, "<html>Bad Request</html>", Outcome.Unclear, "answer.unreadable")]
    [InlineData(401, """{"ok":false,"error_code":401,"description":"Unauthorized"}""", Outcome.SignInNeeded, "access.revoked")]
    [InlineData(401, "<html>Sign in to the network</html>", Outcome.Unclear, "answer.unreadable")]
    [InlineData(403, """{"ok":false,"error_code":403,"description":"Forbidden: bot was kicked from the channel chat"}""", Outcome.SignInNeeded, "permission.missing")]
    [InlineData(403, """{"ok":false,"error_code":403,"description":"Forbidden: bot is not a member of the channel chat"}""", Outcome.SignInNeeded, "permission.missing")]
    [InlineData(403, "<html>Blocked</html>", Outcome.Unclear, "answer.unreadable")]
    [InlineData(404, """{"ok":false,"error_code":404,"description":"Not Found"}""", Outcome.SignInNeeded, "access.revoked")]
    [InlineData(404, "", Outcome.Unclear, "answer.unreadable")]
    [InlineData(408, "", Outcome.Unclear, "server.error")]
    [InlineData(409, """{"ok":false,"error_code":409,"description":"Conflict: terminated by other getUpdates request"}""", Outcome.Rejected, "refused")]
    [InlineData(413, """{"ok":false,"error_code":413,"description":"Request Entity Too Large"}""", Outcome.Rejected, "media.refused")]
    [InlineData(413, "<html>413 Request Entity Too Large</html>", Outcome.Rejected, "media.refused")]
    [InlineData(429, """{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 14","parameters":{"retry_after":14}}""", Outcome.NotNow, "rate.limited")]
    [InlineData(500, """{"ok":false,"error_code":500,"description":"Internal Server Error"}""", Outcome.Unclear, "server.error")]
    [InlineData(502, "<html>Bad Gateway</html>", Outcome.Unclear, "server.error")]
    [InlineData(503, "", Outcome.Unclear, "server.error")]
    [InlineData(504, """{"ok":false,"error_code":504,"description":"Gateway Timeout"}""", Outcome.Unclear, "server.error")]
    public async Task An_answer_to_a_message_means(int status, string body, Outcome outcome, string code)
    {
        var result = await PublishAsync(Canned.Saying(status, body), PartOf("Text"));

        (result.Outcome, result.Code).ShouldBe((outcome, code));
        result.Status.ShouldBe(status);
        result.Answer.ShouldBe(body);
        (result.Post is null).ShouldBe(outcome != Outcome.Published);
    }

    [Theory]
    [InlineData("""{"ok":false,"parameters":{"retry_after":14}}""", null, 14)]
    [InlineData("""{"ok":false,"parameters":{"retry_after":14}}""", "90", 14)]
    [InlineData("""{"ok":false}""", "90", 90)]
    [InlineData("""{"ok":false,"parameters":{"retry_after":"soon"}}""", null, null)]
    [InlineData("<html>Slow down</html>", null, null)]
    public async Task Waiting_is_as_long_as_the_answer_says(string body, string? header, int? seconds)
    {
        var server = header is null ? Canned.Saying(429, body) : Canned.Saying(429, body, ("Retry-After", header));

        (await PublishAsync(server, PartOf("Text"))).RetryAfter.ShouldBe(seconds is { } some ? TimeSpan.FromSeconds(some) : null);
    }

    [Fact]
    public async Task The_token_is_in_the_address_and_in_nothing_a_person_gets_to_see()
    {
        var server = Canned.Saying(403, "Blocked: https://api.telegram.org/bot110201543:" + Key + "/sendMessage");

        var result = await PublishAsync(server, PartOf("Text"));

        server.Requests.ShouldHaveSingleItem().Address.AbsoluteUri.ShouldBe($"https://api.telegram.org/bot110201543:{Key}/sendMessage");
        result.Answer.ShouldBe("Blocked: https://api.telegram.org/bot110201543:•••/sendMessage");
        result.ToString().ShouldNotContain(Key);
    }

    [Theory]
    [InlineData("""{"id":-1001234567890,"type":"channel","username":"ministry"}""", "https://t.me/ministry/42")]
    [InlineData("""{"id":-1001234567890,"type":"channel","username":"renamed"}""", "https://t.me/renamed/42")]
    [InlineData("""{"id":-1001234567890,"type":"channel","title":"Members only"}""", "https://t.me/c/1234567890/42")]
    public async Task The_permalink_is_made_of_what_the_channel_is_called_now(string chat, string address)
    {
        var body = """{"ok":true,"result":{"message_id":42,"chat":CHAT}}""".Replace("CHAT", chat);

        (await PublishAsync(Canned.Saying(200, body), PartOf("Text"))).Post.ShouldNotBeNull().Permalink.ShouldBe(new Uri(address));
    }

    [Fact]
    public async Task A_post_without_a_permalink_is_published_all_the_same() =>
        (await PublishAsync(Canned.Saying(200, """{"ok":true,"result":{"message_id":42}}"""), PartOf("Text"))).Post.ShouldBe(new RemotePost("42", null));

    [Theory]
    [InlineData("""[{"message_id":7},{"message_id":8},{"message_id":9}]""", "published", "8,9")]
    [InlineData("""[{"message_id":7},{"message_id":8}]""", "media.missing", "8")]
    public async Task An_album_is_named_by_its_first_message_and_keeps_the_others(string messages, string code, string others)
    {
        var part = PartOf("Text") with { Media = [Shelf.Picture(""), Shelf.Picture(""), Shelf.Picture("")] };

        var result = await PublishAsync(Canned.Saying(200, """{"ok":true,"result":MESSAGES}""".Replace("MESSAGES", messages)), part);

        (result.Outcome, result.Code).ShouldBe((Outcome.Published, code));
        result.Post.ShouldBe(new RemotePost("7", null, others));
    }

    [Fact]
    public async Task An_album_with_a_message_without_number_is_left_open()
    {
        var part = PartOf("Text") with { Media = [Shelf.Picture(""), Shelf.Picture("")] };

        (await PublishAsync(Canned.Saying(200, """{"ok":true,"result":[{"message_id":7},{}]}"""), part)).Outcome.ShouldBe(Outcome.Unclear);
    }

    [Theory]
    [InlineData(200, """{"ok":true,"result":true}""", null, null)]
    [InlineData(400, """{"ok":false,"error_code":400,"description":"Bad Request: message to delete not found"}""", null, null)]
    [InlineData(400, """{"ok":false,"error_code":400,"description":"Bad Request: message can't be deleted"}""", "refused", Outcome.Rejected)]
    [InlineData(401, """{"ok":false,"error_code":401,"description":"Unauthorized"}""", "access.revoked", Outcome.SignInNeeded)]
    [InlineData(403, """{"ok":false,"error_code":403,"description":"Forbidden: bot was kicked from the channel chat"}""", "permission.missing", Outcome.SignInNeeded)]
    [InlineData(429, """{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 3"}""", "rate.limited", Outcome.NotNow)]
    [InlineData(200, "<html>Welcome</html>", "answer.unreadable", Outcome.NotNow)]
    [InlineData(404, "<html>message to delete not found</html>", "answer.unreadable", Outcome.NotNow)]
    [InlineData(502, "", "server.error", Outcome.NotNow)]
    public async Task An_answer_to_deleting_means(int status, string body, string? code, Outcome? outcome)
    {
        var result = await Platform(Canned.Saying(status, body)).RetractAsync(new RemotePost("42", null), Account, Cancel);

        (result.Failure?.Code, result.Failure?.Outcome).ShouldBe((code, outcome));
    }

    [Fact]
    public async Task Deleting_stops_at_the_first_message_that_stays()
    {
        var server = Canned.Saying(200, """{"ok":true,"result":true}""").Then(429, """{"ok":false,"error_code":429,"description":"Too Many Requests"}""");

        var result = await Platform(server).RetractAsync(new RemotePost("7", null, "8,9"), Account, Cancel);

        result.Failure.ShouldNotBeNull().Outcome.ShouldBe(Outcome.NotNow);
        server.Requests.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(200, Live, Outcome.Published, "published")]
    [InlineData(200, """{"ok":true,"result":{"message_id":43}}""", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, """{"ok":true,"result":true}""", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, "<html>Welcome</html>", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, """{"ok":false,"error_code":400,"description":"Bad Request: message is not modified"}""", Outcome.Published, "published")]
    [InlineData(400, """{"ok":false,"error_code":400,"description":"Bad Request: message is not modified: specified new message content and reply markup are exactly the same"}""", Outcome.Published, "published")]
    [InlineData(400, "<html>message is not modified</html>", Outcome.Unclear, "answer.unreadable")]
    [InlineData(400, """{"ok":false,"error_code":400,"description":"Bad Request: message to edit not found"}""", Outcome.Rejected, "post.gone")]
    [InlineData(400, """{"ok":false,"error_code":400,"description":"Bad Request: MESSAGE_ID_INVALID"}""", Outcome.Rejected, "post.gone")]
    [InlineData(400, """{"ok":false,"error_code":400,"description":"Bad Request: message can't be edited"}""", Outcome.Rejected, "edit.refused")]
    [InlineData(400, """{"ok":false,"error_code":400,"description":"Bad Request: there is no text in the message to edit"}""", Outcome.Rejected, "edit.refused")]
    [InlineData(400, """{"ok":false,"error_code":400,"description":"Bad Request: there is no caption in the message to edit"}""", Outcome.Rejected, "edit.refused")]
    [InlineData(400, """{"ok":false,"error_code":400,"description":"Bad Request: MESSAGE_TOO_LONG"}""", Outcome.Rejected, "text.too.long")]
    [InlineData(400, """{"ok":false,"error_code":400,"description":"Bad Request: MEDIA_CAPTION_TOO_LONG"}""", Outcome.Rejected, "text.too.long")]
    [InlineData(400, """{"ok":false,"error_code":400,"description":"Bad Request: message text is empty"}""", Outcome.Rejected, "content.refused")]
    [InlineData(400, """{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}""", Outcome.SignInNeeded, "permission.missing")]
    [InlineData(401, """{"ok":false,"error_code":401,"description":"Unauthorized"}""", Outcome.SignInNeeded, "access.revoked")]
    [InlineData(403, """{"ok":false,"error_code":403,"description":"Forbidden: bot was kicked from the channel chat"}""", Outcome.SignInNeeded, "permission.missing")]
    [InlineData(429, """{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 3"}""", Outcome.NotNow, "rate.limited")]
    [InlineData(502, "", Outcome.Unclear, "server.error")]
    public async Task An_answer_to_an_edit_means(int status, string body, Outcome outcome, string code)
    {
        var result = await CorrectAsync(Canned.Saying(status, body), Account);

        (result.Outcome, result.Code, result.Answer).ShouldBe((outcome, code, body));
        result.Post.ShouldBe(outcome == Outcome.Published ? new RemotePost("42", new Uri("https://t.me/ministry/42"), "43,44") : null);
    }

    [Fact]
    public async Task An_edit_that_changes_nothing_in_a_private_channel_keeps_its_permalink()
    {
        var server = Canned.Saying(400, """{"ok":false,"error_code":400,"description":"Bad Request: message is not modified"}""");

        (await CorrectAsync(server, Account with { Handle = Account.Id })).Post.ShouldNotBeNull().Permalink.ShouldBe(new Uri("https://t.me/c/1234567890/42"));
    }

    [Theory]
    [InlineData(401, """{"ok":false,"error_code":401,"description":"Unauthorized"}""", "sign.in.refused")]
    [InlineData(404, """{"ok":false,"error_code":404,"description":"Not Found"}""", "sign.in.refused")]
    [InlineData(429, """{"ok":false,"error_code":429,"description":"Too Many Requests"}""", "rate.limited")]
    [InlineData(500, "", "server.error")]
    [InlineData(200, "<html>Welcome</html>", "answer.unreadable")]
    [InlineData(200, """{"ok":true,"result":{}}""", "answer.unreadable")]
    public async Task A_bot_that_does_not_introduce_itself_is_not_connected(int status, string body, string code) =>
        (await ConnectAsync(Canned.Saying(status, body))).Problem.ShouldNotBeNull().Code.ShouldBe(code);

    [Theory]
    [InlineData("channel", "administrator", true, null)]
    [InlineData("channel", "administrator", false, "bot.may.not.post")]
    [InlineData("channel", "member", true, "bot.may.not.post")]
    [InlineData("channel", "left", true, "bot.may.not.post")]
    [InlineData("supergroup", "administrator", true, "bot.may.not.post")]
    public async Task Only_a_channel_where_the_bot_may_post_is_connected(string type, string status, bool mayPost, string? code)
    {
        var server = Canned.Saying(200, """{"ok":true,"result":{"id":110201543,"is_bot":true,"first_name":"Press"}}""")
            .Then(200, $$$"""{"ok":true,"result":{"id":-1001234567890,"type":"{{{type}}}","title":"Ministry"}}""")
            .Then(200, $$$"""{"ok":true,"result":{"status":"{{{status}}}","can_post_messages":{{{(mayPost ? "true" : "false")}}}}}""");

        var result = await ConnectAsync(server);

        result.Problem?.Code.ShouldBe(code);
        if (code is null)
        {
            var account = result.Accounts.ShouldHaveSingleItem();
            (account.Id, account.Handle, account.DisplayName).ShouldBe(("-1001234567890", "-1001234567890", "Ministry"));
            account.Server.ShouldBe(new Uri("https://api.telegram.org/"));
            account.RepeatSafeFor.ShouldBeNull();
        }
    }

    private static Task<ConnectResult> ConnectAsync(Canned server) => Platform(server).ConnectAsync(
        new Dictionary<string, string> { ["channel"] = "@ministry", ["token"] = $"110201543:{Key}" }, Cancel);

    private static Task<PublishResult> PublishAsync(Canned server, Part part) => Platform(server).PublishAsync(part, Prepared.Nothing, Account, Cancel);

    private static Task<PublishResult> CorrectAsync(Canned server, Account account) =>
        Platform(server).CorrectAsync(PartOf("Text") with { Correction = new Correction(new RemotePost("42", null, "43,44"), CorrectionWay.Edit) }, account, Cancel);

    private static TelegramPlatform Platform(Canned server) => new(new HttpClient(server), new FixedTime(Start), Shelf);

    private static Part PartOf(string text) => new() { Text = text, Language = "en", Key = "key" };

    private static Account Account { get; } = new()
    {
        Platform = "telegram",
        Server = new Uri("https://api.telegram.org/"),
        Id = "-1001234567890",
        Handle = "ministry",
        DisplayName = "Ministry",
        Credentials = new Credentials { Token = new Secret($"110201543:{Key}") },
        Limits = new TelegramPlatform(new HttpClient(), TimeProvider.System, Shelf).Info.Limits,
    };
}
