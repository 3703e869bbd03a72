using System.Text.Json;
using Publisher.Sandbox;
using Shouldly;

namespace Publisher.Platforms.Tests.Bluesky;

public sealed class BlueskyTests(SandboxFixture sandbox) : PlatformContract(sandbox, "bluesky")
{
    protected override Counts? Told(SandboxCounts all) => new(all.Likes, all.Shares, all.Replies);

    protected override TimeSpan? RepeatSafeFor => TimeSpan.FromDays(36500);

    protected override bool RevokingEndsAccess => false;

    [Theory]
    [InlineData(400, "ExpiredToken", Outcome.NotNow, PublishResult.TokenExpired)]
    [InlineData(400, "BadExpiration", Outcome.NotNow, Codes.ClockDiffers)]
    [InlineData(400, "InvalidToken", Outcome.SignInNeeded, Codes.AccessRevoked)]
    [InlineData(400, "InvalidRequest", Outcome.Rejected, Codes.ContentRefused)]
    [InlineData(400, "InvalidSwap", Outcome.Unclear, Codes.Duplicate)]
    [InlineData(400, "BlobNotFound", Outcome.NotNow, Codes.MediaGone)]
    [InlineData(400, "SomethingNew", Outcome.Rejected, Codes.Refused)]
    [InlineData(401, "AuthMissing", Outcome.SignInNeeded, Codes.AccessRevoked)]
    [InlineData(401, "AuthenticationRequired", Outcome.SignInNeeded, Codes.AccessRevoked)]
    [InlineData(401, "AccountTakedown", Outcome.SignInNeeded, Codes.AccountSuspended)]
    [InlineData(401, "AccountDeactivated", Outcome.SignInNeeded, Codes.AccountSuspended)]
    [InlineData(403, "Forbidden", Outcome.SignInNeeded, Codes.PermissionMissing)]
    [InlineData(408, "", Outcome.Unclear, Codes.ServerError)]
    [InlineData(413, "PayloadTooLarge", Outcome.Rejected, Codes.MediaRefused)]
    [InlineData(429, "RateLimitExceeded", Outcome.NotNow, Codes.RateLimited)]
    [InlineData(500, "InternalServerError", Outcome.Unclear, Codes.ServerError)]
    [InlineData(502, "UpstreamFailure", Outcome.Unclear, Codes.ServerError)]
    [InlineData(503, "NotEnoughResources", Outcome.Unclear, Codes.ServerError)]
    [InlineData(504, "UpstreamTimeout", Outcome.Unclear, Codes.ServerError)]
    [InlineData(302, "", Outcome.Unclear, Codes.AnswerUnreadable)]
    public Task A_refusal_is_read_by_its_name(int status, string error, Outcome outcome, string code) =>
        CheckAnswerAsync(status, $$"""{"error":"{{error}}","message":"In the server's words"}""", outcome, code);

    [Fact]
    public async Task The_end_of_the_window_is_read_where_no_wait_is_said()
    {
        var reset = Now.AddSeconds(90).ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
        await Sandbox.SwitchOnAsync(new
        {
            platform = "bluesky",
            kind = "status",
            status = 418,
            body = """{"error":"RateLimitExceeded"}""",
            headers = new Dictionary<string, string> { ["RateLimit-Reset"] = reset },
        });

        var result = await SendAsync(PartOf("Later"), Account);

        result.RetryAfter.ShouldNotBeNull().ShouldBeInRange(TimeSpan.FromSeconds(80), TimeSpan.FromSeconds(91));
    }

    [Fact]
    public async Task Links_mentions_and_hashtags_lead_where_the_text_says()
    {
        var known = SandboxAccounts.KnownHandles.First();
        var part = PartOf($"👩‍🚀 Grüße an @{known.Key} und @nobody.example.gov: https://example.gov/ü?a=b #Hochwasser") with
        {
            Mentions = [new Mention(known.Key, known.Value)],
        };

        await PublishAsync(part);

        Visible().ShouldHaveSingleItem().Links.Select(link => (link.Kind, link.Target, part.Text.Substring(link.Start, link.Length))).ShouldBe(
        [
            ("mention", known.Value, $"@{known.Key}"),
            ("link", "https://example.gov/ü?a=b", "https://example.gov/ü?a=b"),
            ("tag", "Hochwasser", "#Hochwasser"),
        ]);
    }

    [Fact]
    public async Task A_handle_is_looked_up_and_nobody_is_nobody()
    {
        var resolving = (IResolveMentions)Platform;
        var known = SandboxAccounts.KnownHandles.First();

        (await resolving.ResolveAsync(known.Key, Account, Cancel)).ShouldBe(new Mention(known.Key, known.Value));
        (await resolving.ResolveAsync("nobody.example.gov", Account, Cancel)).ShouldBeNull();
        (await resolving.ResolveAsync("plainword", Account, Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task Every_try_carries_the_same_record()
    {
        var part = PartOf("The same bytes #each time") with { Media = [Shelf.Picture("alt")] };
        var prepared = await PrepareAsync(part, Account);
        await Platform.PublishAsync(part, prepared, Account, Cancel);
        await Task.Delay(20, Cancel);
        await Platform.PublishAsync(part, prepared, Account, Cancel);

        var bodies = Sandbox.Exchanges.Where(exchange => exchange.Address.AbsolutePath.EndsWith("putRecord", StringComparison.Ordinal)).Select(exchange => Convert.ToBase64String(exchange.Request)).ToList();
        bodies.Count.ShouldBe(2);
        bodies.Distinct().ShouldHaveSingleItem();
        Visible().ShouldHaveSingleItem().RequestCount.ShouldBe(2);
    }

    [Fact]
    public async Task A_record_changed_by_somebody_is_neither_found_nor_absent()
    {
        var part = PartOf("What was approved");
        await PublishAsync(part);

        var result = await FindAsync(part with { Text = "What somebody made of it" });

        result.Matches.ShouldBeEmpty();
        result.IsComplete.ShouldBeFalse();
    }

    [Fact]
    public async Task Of_an_answer_without_an_end_only_the_beginning_is_kept()
    {
        var body = $$"""{"error":"RecordNotFound","message":"{{new string('x', 100_000)}}"}""";
        await Sandbox.SwitchOnAsync(new { platform = "bluesky", kind = "status", on = "read", status = 400, body });

        var result = await FindAsync(PartOf("Nowhere"));

        result.IsComplete.ShouldBeTrue();
        result.Answer.ShouldNotBeNull().ShouldStartWith("""{"error":"RecordNotFound",""");
        result.Answer.Length.ShouldBeLessThan(2_000);
    }

    [Fact]
    public async Task A_content_warning_is_carried()
    {
        var part = PartOf("Careful") with { Media = [Shelf.Picture("x")], Options = new Dictionary<string, string> { ["labels"] = "graphic-media" } };

        await PublishAsync(part);

        using var sent = JsonDocument.Parse(Sandbox.Exchanges.Single(exchange => exchange.Address.AbsolutePath.EndsWith("putRecord", StringComparison.Ordinal)).Request);
        var labels = sent.RootElement.GetProperty("record").GetProperty("labels");
        labels.GetProperty("values").EnumerateArray().ShouldHaveSingleItem().GetProperty("val").GetString().ShouldBe("graphic-media");
        Visible().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task The_language_is_carried()
    {
        await PublishAsync(PartOf("Guten Tag") with { Language = "de" });

        Visible().ShouldHaveSingleItem().Language.ShouldBe("de");
    }

    [Fact]
    public void A_text_within_the_characters_but_over_the_bytes_is_a_problem()
    {
        var family = string.Concat(Enumerable.Repeat("👨‍👩‍👧‍👧", 150));

        Platform.Check(PostOf(PartOf(family))).Select(problem => problem.Code).ShouldBe(["text.too.many.bytes"]);
    }

    [Fact]
    public void A_card_beside_pictures_and_a_heavy_card_picture_are_problems()
    {
        var card = new LinkCard(new Uri("https://example.gov/"), "T", "D");
        var picture = Shelf.Picture("x");

        Platform.Check(PostOf(PartOf("x") with { Card = card, Media = [picture] })).Select(problem => problem.Code).ShouldBe(["card.beside.media"]);
        Platform.Check(PostOf(PartOf("x") with { Card = card with { Thumb = picture with { Length = 1_000_001 } } })).Select(problem => problem.Code).ShouldBe(["card.image.too.large"]);
    }

    [Fact]
    public async Task An_app_password_connects_the_account_at_its_own_server()
    {
        var known = SandboxAccounts.Of("bluesky", "environment");

        var result = await ConnectAsync("@" + known.Handle, known.AppPassword!);

        result.Problem.ShouldBeNull();
        var account = result.Accounts.ShouldHaveSingleItem();
        (account.Id, account.Handle, account.Server).ShouldBe((known.Id, known.Handle, Account.Server));
        account.RepeatSafeFor.ShouldNotBeNull().ShouldBeGreaterThan(TimeSpan.FromDays(365));
        account.Credentials.Expires.ShouldNotBeNull().ShouldBeGreaterThan(Now);
        (await Platform.PublishAsync(PartOf("Connected"), Prepared.Nothing, account, Cancel)).Outcome.ShouldBe(Outcome.Published);
    }

    [Fact]
    public async Task A_wrong_password_or_address_is_refused_in_words()
    {
        (await ConnectAsync("environment.example.gov", "wrong")).Problem.ShouldNotBeNull().Code.ShouldBe("sign.in.refused");
        (await ((IConnectByForm)Platform).ConnectAsync(new Dictionary<string, string> { ["server"] = "not an address" }, Cancel)).Problem.ShouldNotBeNull().Code.ShouldBe("server.address");
    }

    [Fact]
    public async Task A_video_service_that_fails_is_asked_again()
    {
        var part = PartOf("Video") with { Media = [Shelf.Video("alt")] };
        await SwitchOnAsync("status", on: "media", status: 503);
        var result = await ((IPrepare)Platform).PrepareAsync(part, Prepared.Nothing, Account, Cancel);
        result.Failure.ShouldNotBeNull().Outcome.ShouldBe(Outcome.NotNow);
        result.Prepared.Files.ShouldBeEmpty();

        await Sandbox.SwitchOffFaultsAsync();
        (await PrepareAsync(part, Account)).Files.ShouldHaveSingleItem().Data.ShouldNotBeNull().ShouldContain("video/mp4");
    }

    private Task<ConnectResult> ConnectAsync(string handle, string password) => ((IConnectByForm)Platform).ConnectAsync(
        new Dictionary<string, string> { ["server"] = Account.Server.AbsoluteUri, ["handle"] = handle, ["password"] = password }, Cancel);
}
