using Publisher.Platforms.X;
using Shouldly;

namespace Publisher.Platforms.Tests.X;

/// <summary>What every answer of X means, row by row.</summary>
public sealed class XAnswerTests
{
    private static readonly MediaShelf Shelf = new();

    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(201, """{"data":{"id":"1","text":"Text"}}""", Outcome.Published, "published")]
    [InlineData(201, """{"data":{"id":"1"},"errors":[{"title":"x"}]}""", Outcome.Published, "published")]
    [InlineData(200, """{"errors":[{"title":"x"}]}""", Outcome.Unclear, "answer.unreadable")]
    [InlineData(201, "<html>Welcome</html>", Outcome.Unclear, "answer.unreadable")]
    [InlineData(201, "", Outcome.Unclear, "answer.unreadable")]
    [InlineData(302, "", Outcome.Unclear, "answer.unreadable")]
    [InlineData(400, """{"title":"Invalid Request","errors":[{"message":"Your media IDs are invalid."}]}""", Outcome.NotNow, "media.gone")]
    [InlineData(400, """{"title":"Invalid Request"}""", Outcome.Rejected, "content.refused")]
    [InlineData(401, """{"title":"Unauthorized"}""", Outcome.NotNow, "token.expired")]
    [InlineData(402, """{"title":"CreditsDepleted"}""", Outcome.NotNow, "no.credit")]
    [InlineData(403, """{"detail":"You are not allowed to create a Tweet with duplicate content."}""", Outcome.Rejected, "duplicate")]
    [InlineData(403, """{"detail":"Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the author"}""", Outcome.Rejected, "reply.refused")]
    [InlineData(403, """{"detail":"You attempted to reply to a Tweet that is deleted or not visible to you."}""", Outcome.Rejected, "parent.gone")]
    [InlineData(403, """{"detail":"Your Tweet text is too long."}""", Outcome.Rejected, "text.too.long")]
    [InlineData(403, """{"detail":"This user is not allowed to post a video longer than 2 minutes"}""", Outcome.Rejected, "media.refused")]
    [InlineData(403, """{"detail":"Your account is suspended and is not permitted to access this feature."}""", Outcome.SignInNeeded, "account.suspended")]
    [InlineData(403, """{"type":"https://api.x.com/2/problems/client-forbidden"}""", Outcome.SignInNeeded, "permission.missing")]
    [InlineData(403, """{"detail":"Something new"}""", Outcome.Rejected, "content.refused")]
    [InlineData(404, "{}", Outcome.Rejected, "refused")]
    [InlineData(408, "", Outcome.Unclear, "server.error")]
    [InlineData(429, """{"type":"https://api.x.com/2/problems/usage-capped"}""", Outcome.NotNow, "no.credit")]
    [InlineData(429, "{}", Outcome.NotNow, "rate.limited")]
    [InlineData(500, "{}", Outcome.Unclear, "server.error")]
    [InlineData(503, "<html>busy</html>", Outcome.Unclear, "server.error")]
    [InlineData(504, "", Outcome.Unclear, "server.error")]
    public async Task An_answer_to_a_post_means(int status, string body, Outcome outcome, string code)
    {
        var result = await Platform(Canned.Saying(status, body)).PublishAsync(PartOf("Text"), Prepared.Nothing, Account, Cancel);

        (result.Outcome, result.Code).ShouldBe((outcome, code));
        result.Status.ShouldBe(status);
        result.Answer.ShouldBe(body);
    }

    [Fact]
    public async Task Waiting_lasts_to_the_end_of_the_window()
    {
        var reset = Start.AddMinutes(5).ToUnixTimeSeconds();

        var result = await Platform(Canned.Saying(429, "{}", ("x-rate-limit-reset", $"{reset}"))).PublishAsync(PartOf("Text"), Prepared.Nothing, Account, Cancel);

        result.RetryAfter.ShouldBe(TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task The_permalink_leads_to_the_site_not_to_the_interface()
    {
        var result = await Platform(Canned.Saying(201, """{"data":{"id":"1800"}}""")).PublishAsync(PartOf("Text"), Prepared.Nothing, Account, Cancel);

        result.Post.ShouldNotBeNull().Permalink.ShouldBe(new Uri("https://x.com/press/status/1800"));
    }

    [Theory]
    [InlineData(400, """{"error":"invalid_grant"}""", Outcome.SignInNeeded)]
    [InlineData(400, """{"error":"invalid_request"}""", Outcome.SignInNeeded)]
    [InlineData(401, """{"error":"unauthorized_client"}""", Outcome.SignInNeeded)]
    [InlineData(429, "{}", Outcome.NotNow)]
    [InlineData(503, "", Outcome.NotNow)]
    [InlineData(200, "<html>Welcome</html>", Outcome.NotNow)]
    public async Task A_refresh_that_brings_no_token_means(int status, string body, Outcome outcome)
    {
        var result = await Platform(Canned.Saying(status, body)).RefreshAsync(Account, Cancel);

        result.Credentials.ShouldBeNull();
        result.Failure.ShouldNotBeNull().Outcome.ShouldBe(outcome);
    }

    [Fact]
    public async Task A_refresh_brings_a_new_pair_and_keeps_the_client()
    {
        var result = await Platform(Canned.Saying(200, """{"access_token":"a2","refresh_token":"r2","expires_in":7200}""")).RefreshAsync(Account, Cancel);

        result.Credentials.ShouldBe(Account.Credentials with { Token = new Secret("a2"), RefreshToken = new Secret("r2"), Expires = Start.AddHours(2) });
    }

    [Theory]
    [InlineData(200, """{"data":{"deleted":true}}""", null)]
    [InlineData(404, """{"title":"Not Found Error"}""", null)]
    [InlineData(404, "<html>nothing</html>", "refused")]
    [InlineData(200, """{"data":{"deleted":false}}""", "answer.unreadable")]
    [InlineData(401, "{}", "token.expired")]
    [InlineData(500, "{}", "server.error")]
    public async Task An_answer_to_deleting_means(int status, string body, string? code)
    {
        var result = await Platform(Canned.Saying(status, body)).RetractAsync(new RemotePost("1", null), Account, Cancel);

        (result.Failure is null).ShouldBe(code is null);
        result.Failure?.Code.ShouldBe(code);
        result.Failure?.Outcome.ShouldNotBe(Outcome.Unclear);
    }

    [Fact]
    public async Task Looking_sees_through_the_short_links()
    {
        const string Text = "A & B <c>: https://Example.org/Path/ and europa.eu!";
        var page = """{"data":[{"id":"9","created_at":"2030-01-01T00:00:10Z","text":"A &amp; B &lt;c&gt;: https://t.co/aaaaaaaaaa and https://t.co/bbbbbbbbbb! https://t.co/cccccccccc","entities":{"urls":[{"url":"https://t.co/aaaaaaaaaa","expanded_url":"https://example.org/Path"},{"url":"https://t.co/bbbbbbbbbb","expanded_url":"http://europa.eu"},{"url":"https://t.co/cccccccccc","expanded_url":"https://x.com/press/status/9/photo/1"}]}}],"meta":{"result_count":1}}""";

        var result = await Platform(Canned.Saying(200, page)).FindAsync(PartOf(Text), Prepared.Nothing, new TimeWindow(Start, Start.AddMinutes(1)), Account, Cancel);

        result.Matches.ShouldHaveSingleItem().Id.ShouldBe("9");
        result.IsComplete.ShouldBeTrue();
    }

    [Fact]
    public async Task A_file_is_used_only_while_X_keeps_it()
    {
        var part = PartOf("Text") with { Media = [Shelf.Picture("")] };
        var server = Canned.Saying(200, """{"data":{"id":"7","expires_after_secs":3600}}""");

        var result = await Platform(server).PrepareAsync(part, Prepared.Nothing, Account, Cancel);

        result.IsReady.ShouldBeTrue();
        result.Prepared.UsableUntil.ShouldBe(Start.AddMinutes(50));
        server.Requests.ShouldHaveSingleItem().Address.AbsolutePath.ShouldBe("/2/media/upload");
    }

    [Fact]
    public async Task Alt_text_that_could_not_be_set_keeps_the_picture_and_is_tried_again()
    {
        var part = PartOf("Text") with { Media = [Shelf.Picture("alt")] };
        var server = Canned.Saying(200, """{"data":{"id":"7"}}""").Then(503, "").Then(200, "{}");
        var platform = Platform(server);

        var first = await platform.PrepareAsync(part, Prepared.Nothing, Account, Cancel);
        var second = await platform.PrepareAsync(part, first.Prepared, Account, Cancel);

        first.Failure.ShouldNotBeNull().Outcome.ShouldBe(Outcome.NotNow);
        second.IsReady.ShouldBeTrue();
        second.Prepared.Files.ShouldHaveSingleItem().IsReady.ShouldBeTrue();
        server.Requests.Select(request => request.Address.AbsolutePath).ShouldBe(["/2/media/upload", "/2/media/metadata", "/2/media/metadata"]);
    }

    [Fact]
    public void A_link_says_what_it_costs_and_two_cashtags_are_one_too_many()
    {
        var platform = Platform(Canned.Saying(500, ""));
        Problem[] Problems(string text) => [.. platform.Check(new Post { Platform = "x", Server = Account.Server, AccountId = "1", Parts = [PartOf(text)], Limits = Account.Limits })];

        Problems("See europa.eu").ShouldHaveSingleItem().ShouldSatisfyAllConditions(note => note.Code.ShouldBe("link.costs"), note => note.IsNote.ShouldBeTrue());
        Problems("$ABC and $DEF").ShouldHaveSingleItem().Code.ShouldBe("cashtags.too.many");
        Problems("mark \ufeff").ShouldHaveSingleItem().Code.ShouldBe("text.invalid.characters");
        Problems("Fine").ShouldBeEmpty();
    }

    private static XPlatform Platform(Canned server) => new(new HttpClient(server), new FixedTime(Start), Shelf);

    private static Part PartOf(string text) => new() { Text = text, Language = "en", Key = "key" };

    private static Account Account { get; } = new()
    {
        Platform = "x",
        Server = new Uri("https://api.x.com/"),
        Id = "1",
        Handle = "press",
        DisplayName = "Press office",
        Credentials = new Credentials { Token = new Secret("secret-token"), RefreshToken = new Secret("r1"), ClientId = "client", ClientSecret = new Secret("client-secret") },
        Limits = new XPlatform(new HttpClient(), TimeProvider.System, Shelf).Info.Limits,
    };
}
