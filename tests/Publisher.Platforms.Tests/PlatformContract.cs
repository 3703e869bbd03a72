using Publisher.Sandbox;
using Shouldly;

namespace Publisher.Platforms.Tests;

/// <summary>
/// What every adapter must do, run against its sandbox over real HTTP. An adapter's test class derives from this, names its
/// platform and adds what only that platform does. After every test the sandbox must have had nothing to object to.
/// </summary>
public abstract partial class PlatformContract(SandboxFixture sandbox, string name) : IClassFixture<SandboxFixture>, IAsyncLifetime
{
    private readonly Dictionary<string, Prepared> _brought = [];

    internal MediaShelf Shelf { get; } = new();

    protected IPlatform Platform => field ??= new PlatformList(Sandbox.Http, TimeProvider.System, Shelf)[name];

    protected SandboxFixture Sandbox { get; } = sandbox;

    protected Account Account => AccountOf(SandboxAccounts.Of(name, "environment"));

    /// <summary>Its tokens are spent by tests that refresh them.</summary>
    protected Account SecondAccount => AccountOf(SandboxAccounts.Of(name, "water"));

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    // ---- what differs from platform to platform ----

    protected virtual TimeSpan? RepeatSafeFor => null;

    /// <summary>Text of this length in the platform's unit.</summary>
    protected virtual string TextOf(int length) => string.Concat(Enumerable.Repeat("press ", (length / 6) + 1))[..(length - 1)] + "!";

    /// <summary>The text a reader sees for what was sent.</summary>
    protected virtual string Shown(Part part) => Platform.Info.Shown(part);

    /// <summary>A text with everything in it that is markup somewhere.</summary>
    protected virtual string AwkwardText =>
        "Flood warning lifted: “Elbe” & Größe 100 % – 水 🌊\nSecond line (with brackets) <b>no markup</b> a_b * ~ # | {x} [y] \\";

    /// <summary>What of a picture's or video's alt text readers get.</summary>
    protected virtual string? ShownAlt(Media media) => (media.IsVideo ? Platform.Info.Limits.VideoAltText : Platform.Info.Limits.ImageAltText) ? media.AltText : null;

    /// <summary>The same for all the files of one post, where what is told of one depends on the others.</summary>
    protected virtual IEnumerable<string?> ShownAlts(IReadOnlyList<Media> files) => files.Select(ShownAlt);

    /// <summary>A file that is brought to the platform before the post.</summary>
    protected virtual Media FileToPrepare() => NewFile("x");

    /// <summary>The post that a third part answers: the second, or the first where all hang below it.</summary>
    protected virtual RemotePost AnsweredByThird(RemotePost first, RemotePost second) => second;

    /// <summary>Whether a lost post is looked for in a listing, which may lag; else it is asked for by the name it has since it was brought.</summary>
    protected virtual bool LooksInAListing => true;

    protected virtual bool TokensExpire => true;

    /// <summary>Whether a revoked token is refused in other words than a lapsed one. Where not, the refresh shows it.</summary>
    protected virtual bool TellsRevoked => true;

    /// <summary>Whether the access token ends with what was taken back, or lapses by itself after it.</summary>
    protected virtual bool RevokingEndsAccess => true;

    /// <summary>How a refusal for too many calls says to wait two minutes; null where the platform never says.</summary>
    protected virtual Dictionary<string, string>? WaitTwoMinutes => new() { ["Retry-After"] = "120" };

    /// <summary>What a refusal for too many calls means where it says nothing about waiting.</summary>
    protected virtual void CheckUnsaidWait(TimeSpan? wait) => wait.ShouldSatisfyAllConditions(
        () => (wait ?? TimeSpan.Zero).ShouldBeGreaterThanOrEqualTo(TimeSpan.Zero));

    /// <summary>Objections a test means to cause.</summary>
    protected bool ExpectsObjections { get; set; }

    /// <summary>What a second try of the same part comes to, where the platform doesn't promise one post.</summary>
    protected virtual Task CheckRepeatAsync(PublishResult first, PublishResult second) => Task.CompletedTask;

    public async ValueTask InitializeAsync() => await Sandbox.ResetAsync(name);

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Shelf.DisposeAsync();
        if (!ExpectsObjections)
        {
            Sandbox.Objections().Select(objection => $"{objection.Method} {objection.Path}: {objection.What}").ShouldBeEmpty();
        }
    }

    // ---- what goes out ----

    [Fact]
    public void A_handle_is_seen_in_a_text_where_the_platform_has_handles()
    {
        if (Platform.Info.HandleExample is { } handle)
        {
            foreach (var text in new[] { $"@{handle}", $"With @{handle}.", $"(@{handle}), today", $"@{handle}: now" })
            {
                var seen = Platform.Info.Entities(text).Where(entity => entity.Kind == EntityKind.Mention).ShouldHaveSingleItem();
                (seen.Start, seen.Value).ShouldBe((text.IndexOf('@', StringComparison.Ordinal), handle));
            }
        }
        else
        {
            Platform.Info.Entities("With @office and @office.example.eu").ShouldNotContain(entity => entity.Kind == EntityKind.Mention);
        }
    }

    [Fact]
    public async Task A_text_goes_out_exactly_as_approved()
    {
        var part = PartOf(AwkwardText);

        var post = await PublishAsync(part);

        var seen = Visible().ShouldHaveSingleItem();
        seen.Text.ShouldBe(Shown(part));
        seen.Id.ShouldBe(post.Id);
        post.Permalink.ShouldNotBeNull().AbsoluteUri.ShouldBe(new Uri(seen.Url).AbsoluteUri);
    }

    [Fact]
    public async Task A_link_stays_whole()
    {
        await PublishAsync(PartOf("Read the report: https://example.gov/report_(2026)?a=1&b=2 now."));

        Visible().ShouldHaveSingleItem().Text.ShouldContain("https://example.gov/report_(2026)?a=1&b=2 now.");
    }

    [Fact]
    public async Task A_link_card_shows_what_was_approved()
    {
        Assert.SkipUnless(Platform.Info.LinkAsCard, "The platform makes its own cards.");
        var thumb = Shelf.Picture("");
        var part = PartOf("The new report") with { Card = new LinkCard(new Uri("https://example.gov/report"), "Report", "All the figures") { Thumb = thumb } };

        await PublishAsync(part);

        var card = Visible().ShouldHaveSingleItem().Card.ShouldNotBeNull();
        card.ShouldBe(new SandboxCard("https://example.gov/report", "Report", "All the figures", thumb.Hash));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Pictures_go_out_in_order_with_their_alt_text(int count)
    {
        Assert.SkipUnless(Account.Limits.Images >= count, "The platform takes fewer pictures.");
        var pictures = Enumerable.Range(1, count).Select(number => NewPicture($"Picture {number}: a bridge & “water”")).ToList();

        await PublishAsync(PartOf($"With {count} pictures") with { Media = pictures });

        var seen = Visible().ShouldHaveSingleItem().Media;
        seen.Select(media => media.Sha256).ShouldBe(pictures.Select(picture => picture.Hash));
        seen.Select(media => media.Alt).ShouldBe(ShownAlts(pictures));
    }

    [Fact]
    public async Task A_video_goes_out_once_the_platform_has_processed_it()
    {
        Assert.SkipUnless(Account.Limits.Videos > 0, "The platform takes no videos.");
        var video = Shelf.Video("The minister opens the bridge");

        await PublishAsync(PartOf("With a video") with { Media = [video] });

        var seen = Visible().ShouldHaveSingleItem().Media.ShouldHaveSingleItem();
        seen.Sha256.ShouldBe(video.Hash);
        seen.Alt.ShouldBe(ShownAlt(video));
    }

    [Fact]
    public async Task A_video_goes_out_with_its_captions()
    {
        Assert.SkipUnless(Account.Limits.Captions > 0, "The platform shows no captions.");
        var video = Shelf.Video("The minister opens the bridge") with { Captions = [Shelf.Captions("en"), Shelf.Captions("de")] };
        var part = PartOf("With captions") with { Media = [video] };

        await PublishAsync(part);

        var seen = Visible().ShouldHaveSingleItem();
        seen.RequestCount.ShouldBe(1);
        var media = seen.Media.ShouldHaveSingleItem();
        media.Sha256.ShouldBe(video.Hash);
        media.Captions.OrderBy(one => one.Language, StringComparer.Ordinal).ShouldBe([new SandboxCaptions("de", video.Captions[1].Hash), new SandboxCaptions("en", video.Captions[0].Hash)]);
    }

    [Fact]
    public async Task Captions_that_are_refused_are_said_before_anything_shows()
    {
        Assert.SkipUnless(Account.Limits.Captions > 0, "The platform shows no captions.");
        var empty = Shelf.Keep([]) with { Type = Media.CaptionsType, Language = "en" };
        ExpectsObjections = true;

        var result = await SendAsync(PartOf("Without captions") with { Media = [Shelf.Video("A bridge") with { Captions = [empty] }] }, Account);

        result.Outcome.ShouldBe(Outcome.Rejected, result.ToString());
        result.Code.ShouldBe(Codes.CaptionsRefused);
        result.Answer.ShouldNotBeNullOrEmpty();
        Sandbox.Posts(name).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_video_goes_out_with_the_cover_that_was_chosen()
    {
        var limits = Account.Limits;
        Assert.SkipUnless(limits.CoverBytes > 0 || limits.CoverMoment, "The platform chooses the cover itself.");
        var video = Shelf.Video("The minister opens the bridge");
        video = limits.CoverBytes > 0 ? video with { Cover = Shelf.Jpeg("", 1280, 720) } : video with { CoverAt = TimeSpan.FromSeconds(3) };

        var post = await SendAsync(PartOf("With a cover") with { Media = [video] }, Account);

        (post.Outcome, post.Code).ShouldBe((Outcome.Published, "published"), post.ToString());
        var seen = Visible().ShouldHaveSingleItem().Media.ShouldHaveSingleItem();
        (seen.Sha256, seen.CoverSha256, seen.CoverAt).ShouldBe((video.Hash, video.Cover?.Hash, (long?)video.CoverAt?.TotalMilliseconds));
    }

    [Fact]
    public async Task A_file_already_there_is_not_sent_again()
    {
        if (Platform is not IPrepare preparing)
        {
            Assert.Skip("The platform takes files with the post.");
            return;
        }

        var part = PartOf("Prepared twice") with { Media = Account.Limits.Images > 1 ? [NewPicture("one"), NewPicture("two")] : [NewFile("one")] };
        var prepared = await PrepareAsync(part, Account);
        var before = (await Sandbox.CallsAsync(name, "media")).Count(call => call.Method != "GET");

        var again = await preparing.PrepareAsync(part, prepared, Account, Cancel);

        again.IsReady.ShouldBeTrue();
        again.Prepared.Files.Select(file => file.Hash).ShouldBe(part.Media.Select(media => media.Hash));
        (await Sandbox.CallsAsync(name, "media")).Count(call => call.Method != "GET").ShouldBe(before);
        Sandbox.Posts(name).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_longest_text_passes_the_check_and_the_platform()
    {
        var part = PartOf(TextOf(Account.Limits.Text));

        Platform.Info.Length(part, Account.Limits).ShouldBe(Account.Limits.Text);
        Platform.Check(PostOf(part)).Where(problem => !problem.IsNote).ShouldBeEmpty();
        await PublishAsync(part);
        Visible().ShouldHaveSingleItem().Text.ShouldBe(Shown(part));
    }

    [Fact]
    public async Task One_character_more_is_refused_by_the_check_and_by_the_platform()
    {
        ExpectsObjections = true;
        var part = PartOf(TextOf(Account.Limits.Text + 1));

        Platform.Check(PostOf(part)).Select(problem => problem.Code).ShouldContain("text.too.long");
        var result = await SendAsync(part, Account);

        result.Outcome.ShouldBe(Outcome.Rejected, result.ToString());
        result.Answer.ShouldNotBeNullOrEmpty();
        Sandbox.Posts(name).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_thread_hangs_together()
    {
        Assert.SkipUnless(Platform.Info.Limits.Parts > 1 && !Platform.Info.PartPerFile, "The platform has no threads.");
        var first = await PublishAsync(PartOf("One of three"));
        var second = await PublishAsync(PartOf("Two of three") with { Number = 2, Root = first, Parent = first, Media = [] });
        var third = await PublishAsync(PartOf("Three of three") with { Number = 3, Root = first, Parent = second, Media = [] });

        var seen = Visible().ToDictionary(post => post.Id);
        seen.Count.ShouldBe(3);
        seen[first.Id].ReplyTo.ShouldBeNull();
        seen[second.Id].ReplyTo.ShouldBe(first.Id);
        seen[third.Id].ReplyTo.ShouldBe(AnsweredByThird(first, second).Id);
    }

    // ---- access ----

    [Fact]
    public async Task An_expired_token_is_refreshed_and_then_works()
    {
        Assert.SkipUnless(TokensExpire, "Tokens of this platform do not lapse.");
        var account = SecondAccount;
        await Sandbox.ChangeTokensAsync(name, account.Id, "expire");
        var part = PartOf("After a refresh");

        var refused = await SendAsync(part, account);
        refused.Outcome.ShouldBe(Outcome.NotNow);
        refused.Code.ShouldBe(PublishResult.TokenExpired);
        Sandbox.Posts(name).ShouldBeEmpty();

        var refreshed = await ((IRefreshTokens)Platform).RefreshAsync(account, Cancel);
        refreshed.Failure.ShouldBeNull();
        (await SendAsync(part, account with { Credentials = refreshed.Credentials.ShouldNotBeNull() })).Outcome.ShouldBe(Outcome.Published);
        Visible().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Revoked_access_asks_for_a_person()
    {
        var account = SecondAccount;
        await Sandbox.ChangeTokensAsync(name, account.Id, "revoke");

        var refused = await SendAsync(PartOf("Never seen"), account);
        refused.Outcome.ShouldBe(TellsRevoked ? Outcome.SignInNeeded : Outcome.NotNow, refused.ToString());
        if (Platform is IRefreshTokens refreshing)
        {
            var refresh = await refreshing.RefreshAsync(account, Cancel);
            refresh.Credentials.ShouldBeNull();
            refresh.Failure.ShouldNotBeNull().Outcome.ShouldBe(Outcome.SignInNeeded);
        }

        Sandbox.Posts(name).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_taken_back_opens_the_account_no_more(bool isLapsed)
    {
        if (Platform is not IRevoke revoking || (isLapsed && !TokensExpire))
        {
            Assert.Skip("The platform takes nothing back, or its tokens do not lapse.");
            return;
        }

        var account = SecondAccount;
        if (isLapsed)
        {
            await Sandbox.ChangeTokensAsync(name, account.Id, "expire");
        }

        (await revoking.RevokeAsync(account, Cancel)).ShouldBeNull();

        if (Platform is IRefreshTokens refreshing)
        {
            (await refreshing.RefreshAsync(account, Cancel)).Failure.ShouldNotBeNull().Outcome.ShouldBe(Outcome.SignInNeeded);
        }

        if (RevokingEndsAccess)
        {
            (await SendAsync(PartOf("Never seen"), account)).Outcome.ShouldBe(TellsRevoked ? Outcome.SignInNeeded : Outcome.NotNow);
            Sandbox.Posts(name).ShouldBeEmpty();
        }

        (await revoking.RevokeAsync(account, Cancel)).ShouldBeNull("what is gone already is gone");
    }

    [Fact]
    public async Task A_server_that_cannot_take_it_back_now_says_so()
    {
        if (Platform is not IRevoke revoking)
        {
            Assert.Skip("The platform takes nothing back.");
            return;
        }

        await SwitchOnAsync("status", on: "token", status: 503);

        var failure = (await revoking.RevokeAsync(Account, Cancel)).ShouldNotBeNull();
        $"{failure} {failure.Answer}".ShouldNotContain(Account.Credentials.Token.Value);
    }

    [Fact]
    public async Task A_refresh_the_server_cannot_answer_now_is_tried_later()
    {
        if (Platform is not IRefreshTokens refreshing)
        {
            Assert.Skip("Tokens of this platform do not lapse.");
            return;
        }

        await SwitchOnAsync("status", on: "token", status: 503);

        (await refreshing.RefreshAsync(Account, Cancel)).Failure.ShouldNotBeNull().Outcome.ShouldBe(Outcome.NotNow);
    }

    [Fact]
    public async Task No_result_carries_the_token()
    {
        var token = Account.Credentials.Token.Value;
        await Sandbox.SwitchOnAsync(new { platform = name, kind = "status", status = 403, body = $$"""{"error":"{{token}}","message":"{{token}}"}""" });

        var result = await SendAsync(PartOf("Echo"), Account);

        $"{result} {result.Answer} {Account}".ShouldNotContain(token);
    }

    // ---- a bad day ----

    [Fact]
    public async Task Too_many_calls_waits_as_long_as_the_platform_says()
    {
        if (WaitTwoMinutes is not { } headers)
        {
            Assert.Skip("The platform never says how long.");
            return;
        }

        await Sandbox.SwitchOnAsync(new { platform = name, kind = "status", status = 429, headers, retryAfter = headers.GetValueOrDefault("Retry-After") });

        var result = await SendAsync(PartOf("Later"), Account);

        result.Outcome.ShouldBe(Outcome.NotNow);
        result.Code.ShouldBe(Codes.RateLimited);
        result.RetryAfter.ShouldNotBeNull().ShouldBeInRange(TimeSpan.FromSeconds(50), TimeSpan.FromSeconds(121));
    }

    [Fact]
    public async Task Too_many_calls_without_a_wait_is_tried_later()
    {
        await SwitchOnAsync("status", status: 429);

        var result = await SendAsync(PartOf("Later"), Account);

        result.Outcome.ShouldBe(Outcome.NotNow);
        CheckUnsaidWait(result.RetryAfter);
        Sandbox.Posts(name).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task A_fault_of_the_server_during_the_visible_call_leaves_it_open(int status)
    {
        await SwitchOnAsync("status", status: status);

        var result = await SendAsync(PartOf("Perhaps"), Account);

        result.Outcome.ShouldBe(Outcome.Unclear, result.ToString());
        result.Status.ShouldBe(status);
        await CheckOneCreateCallAsync();
    }

    [Fact]
    public async Task A_fault_of_the_server_while_preparing_is_certain()
    {
        if (Platform is not IPrepare preparing)
        {
            Assert.Skip("The platform takes files with the post.");
            return;
        }

        await SwitchOnAsync("status", on: "media", status: 503);

        var result = await preparing.PrepareAsync(PartOf("x") with { Media = [FileToPrepare()] }, Prepared.Nothing, Account, Cancel);

        result.Failure.ShouldNotBeNull().Outcome.ShouldBe(Outcome.NotNow);
    }

    [Fact]
    public async Task A_slow_answer_is_waited_for()
    {
        await Sandbox.SwitchOnAsync(new { platform = name, kind = "delay", delayMs = 700 });

        await PublishAsync(PartOf("Slow but there"));

        Visible().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_call_that_is_cancelled_ends_and_is_not_repeated()
    {
        var part = PartOf("Too slow");
        var prepared = await PrepareAsync(part, Account);
        await Sandbox.SwitchOnAsync(new { platform = name, kind = "delay", delayMs = 60_000 });
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        soon.CancelAfter(TimeSpan.FromMilliseconds(300));

        await Should.ThrowAsync<OperationCanceledException>(() => Platform.PublishAsync(part, prepared, Account, soon.Token));

        await Sandbox.SwitchOffFaultsAsync();
        Sandbox.Posts(name).ShouldBeEmpty();
    }

    [Fact]
    public async Task Nothing_leaves_once_cancelled()
    {
        var part = PartOf("Never");
        var prepared = await PrepareAsync(part, Account);

        await Should.ThrowAsync<OperationCanceledException>(() => Platform.PublishAsync(part, prepared, Account, new CancellationToken(canceled: true)));

        (await Sandbox.CallsAsync(name, "create")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_wire_cut_before_the_post_leaves_nothing_and_is_not_repeated()
    {
        await SwitchOnAsync("cut-before");

        await Should.ThrowAsync<HttpRequestException>(() => SendAsync(PartOf("Lost"), Account));

        Sandbox.Posts(name).ShouldBeEmpty();
        await CheckOneCreateCallAsync();
    }

    [Fact]
    public async Task A_wire_cut_after_the_post_leaves_one_and_looking_finds_it()
    {
        await SwitchOnAsync("cut-after");
        var part = PartOf("Out, but nobody said so #answer");

        await Should.ThrowAsync<HttpRequestException>(() => SendAsync(part, Account));

        // Where a post is processed first, readers see it a moment later.
        await UntilAsync(() => Visible().Count == 1);
        var seen = Visible().ShouldHaveSingleItem();
        await CheckOneCreateCallAsync();
        await Sandbox.SwitchOffFaultsAsync();
        await CheckFoundAsync(part, seen.Id);
    }

    [Fact]
    public async Task A_time_out_of_theirs_may_show_the_post_later()
    {
        await Sandbox.SwitchOnAsync(new { platform = name, kind = "504-then-visible", seconds = 0.4 });
        var part = PartOf("Later than said");

        (await SendAsync(part, Account)).Outcome.ShouldBe(Outcome.Unclear);

        await UntilAsync(() => Visible().Count == 1);
        await CheckOneCreateCallAsync();
        await Sandbox.SwitchOffFaultsAsync();
        await CheckFoundAsync(part, Visible()[0].Id);
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("wrong-type")]
    public async Task An_answer_that_is_not_the_platforms_leaves_it_open(string kind)
    {
        await SwitchOnAsync(kind);

        var result = await SendAsync(PartOf("Who answered?"), Account);

        result.Outcome.ShouldBe(Outcome.Unclear, result.ToString());
        result.Post.ShouldBeNull();
        await CheckOneCreateCallAsync();
    }

    [Fact]
    public async Task The_same_part_sent_twice_is_one_post_or_says_so()
    {
        var part = PartOf("Once only");
        // A promise is about the same request, and so about what was prepared for it once.
        var prepared = RepeatSafeFor is null ? null : await PrepareAsync(part, Account);
        var first = await SendAsync(part, Account, prepared);
        first.Outcome.ShouldBe(Outcome.Published);

        var second = await SendAsync(part, Account, prepared);

        if (RepeatSafeFor is not null)
        {
            second.Outcome.ShouldBe(Outcome.Published, second.ToString());
            second.Post.ShouldBe(first.Post);
            Visible().ShouldHaveSingleItem();
        }
        else
        {
            await CheckRepeatAsync(first, second);
        }
    }

    // ---- looking ----

    [Fact]
    public async Task Looking_for_what_never_arrived_says_absent()
    {
        Assert.SkipUnless(Platform is IRecall && Platform.Info.CanProveAbsence, "The platform cannot show that a post is not there.");
        await PublishAsync(PartOf("Another post"));
        var part = PartOf("Never arrived") with { Media = Platform.Info.Limits.NeedsMedia ? [FileToPrepare()] : [] };
        await PrepareAsync(part, Account);

        var result = await FindAsync(part);

        result.Failure.ShouldBeNull();
        result.Matches.ShouldBeEmpty();
        result.IsComplete.ShouldBeTrue();
    }

    [Fact]
    public async Task Looking_too_early_finds_it_later()
    {
        Assert.SkipUnless(LooksInAListing, "No listing is read that could lag.");
        var part = PartOf("Shown late");
        var post = await PublishAsync(part);
        await Sandbox.SwitchOnAsync(new { platform = name, kind = "lagging-listing", seconds = 30 });
        (await FindAsync(part)).Matches.ShouldBeEmpty();

        await Sandbox.SwitchOffFaultsAsync();
        await CheckFoundAsync(part, post.Id);
    }

    [Theory]
    [InlineData("status")]
    [InlineData("garbage")]
    [InlineData("wrong-type")]
    public async Task Looking_that_fails_never_says_absent(string kind)
    {
        var part = PartOf("There all the time");
        await PublishAsync(part);
        await SwitchOnAsync(kind, on: "read", status: 503);

        var result = await FindAsync(part);

        (result.IsComplete && result.Failure is null).ShouldBeFalse();
        result.Matches.ShouldBeEmpty();
    }

    // ---- correcting ----

    [Fact]
    public async Task A_correction_shows_the_new_text_where_the_old_one_stood()
    {
        var (correcting, post, part) = await CorrectableAsync(NewFile("A bridge"));

        var result = await correcting.CorrectAsync(part, Account, Cancel);

        result.Outcome.ShouldBe(Outcome.Published, result.ToString());
        result.Post.ShouldBe(post);
        var seen = Visible().ShouldHaveSingleItem();
        (seen.Id, new Uri(seen.Url)).ShouldBe((post.Id, post.Permalink));
        seen.Text.ShouldBe(Shown(part));
        seen.EditedAt.ShouldNotBeNull();
        seen.Media.ShouldHaveSingleItem().Alt.ShouldBe(ShownAlt(part.Media[0]));
        (await Sandbox.CallsAsync(name, "change")).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_correction_made_twice_leaves_what_it_left_once()
    {
        var (correcting, post, part) = await CorrectableAsync();

        await correcting.CorrectAsync(part, Account, Cancel);
        var again = await correcting.CorrectAsync(part, Account, Cancel);

        (again.Outcome, again.Post).ShouldBe((Outcome.Published, post));
        Visible().ShouldHaveSingleItem().Text.ShouldBe(Shown(part));
    }

    [Theory]
    [InlineData("cut-before", false)]
    [InlineData("cut-after", true)]
    public async Task A_correction_whose_wire_breaks_is_made_once_and_can_be_made_again(string fault, bool isThere)
    {
        var (correcting, _, part) = await CorrectableAsync();
        await SwitchOnAsync(fault, on: "change");

        await Should.ThrowAsync<HttpRequestException>(() => correcting.CorrectAsync(part, Account, Cancel));

        (Visible().ShouldHaveSingleItem().Text == Shown(part)).ShouldBe(isThere);
        (await Sandbox.CallsAsync(name, "change")).ShouldHaveSingleItem();
        await Sandbox.SwitchOffFaultsAsync();
        (await correcting.CorrectAsync(part, Account, Cancel)).Outcome.ShouldBe(Outcome.Published);
        Visible().ShouldHaveSingleItem().Text.ShouldBe(Shown(part));
    }

    [Theory]
    [InlineData("status", 503)]
    [InlineData("garbage", null)]
    [InlineData("wrong-type", null)]
    public async Task An_answer_to_a_correction_that_tells_nothing_leaves_it_open(string fault, int? status)
    {
        var (correcting, _, part) = await CorrectableAsync();
        await SwitchOnAsync(fault, on: "change", status: status);

        (await correcting.CorrectAsync(part, Account, Cancel)).Outcome.ShouldBe(Outcome.Unclear);

        (await Sandbox.CallsAsync(name, "change")).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_correction_with_an_expired_token_waits_for_a_fresh_one()
    {
        Assert.SkipUnless(TokensExpire, "Tokens of this platform do not lapse.");
        var (correcting, _, part) = await CorrectableAsync(account: SecondAccount);
        await Sandbox.ChangeTokensAsync(name, SecondAccount.Id, "expire");

        var refused = await correcting.CorrectAsync(part, SecondAccount, Cancel);

        (refused.Outcome, refused.Code).ShouldBe((Outcome.NotNow, PublishResult.TokenExpired));
        Visible().ShouldHaveSingleItem().EditedAt.ShouldBeNull();
        var fresh = (await ((IRefreshTokens)Platform).RefreshAsync(SecondAccount, Cancel)).Credentials.ShouldNotBeNull();
        (await correcting.CorrectAsync(part, SecondAccount with { Credentials = fresh }, Cancel)).Outcome.ShouldBe(Outcome.Published);
    }

    [Fact]
    public async Task A_post_that_is_gone_cannot_be_corrected_and_that_is_said()
    {
        var (correcting, post, part) = await CorrectableAsync();
        await ((IRetract)Platform).RetractAsync(post, Account, Cancel);

        var result = await correcting.CorrectAsync(part, Account, Cancel);

        (result.Outcome, result.Code).ShouldBe((Outcome.Rejected, Codes.PostGone));
        Visible().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_correction_that_is_too_long_changes_nothing()
    {
        ExpectsObjections = true;
        var (correcting, _, part) = await CorrectableAsync();

        var result = await correcting.CorrectAsync(part with { Text = TextOf(Account.Limits.Text + 1) }, Account, Cancel);

        (result.Outcome, result.Code).ShouldBe((Outcome.Rejected, Codes.TextTooLong));
        Visible().ShouldHaveSingleItem().EditedAt.ShouldBeNull();
    }

    // ---- taking back ----

    [Fact]
    public async Task A_post_can_be_taken_back_and_a_second_time_is_no_error()
    {
        if (Platform is not IRetract retracting)
        {
            Assert.Skip("The platform cannot delete.");
            return;
        }

        var post = await PublishAsync(PartOf("Soon gone"));

        (await retracting.RetractAsync(post, Account, Cancel)).Failure.ShouldBeNull();
        Visible().ShouldBeEmpty();
        (await retracting.RetractAsync(post, Account, Cancel)).Failure.ShouldBeNull();
    }

    [Fact]
    public async Task Taking_back_while_the_server_fails_is_tried_again()
    {
        if (Platform is not IRetract retracting)
        {
            Assert.Skip("The platform cannot delete.");
            return;
        }

        var post = await PublishAsync(PartOf("Still there"));
        await SwitchOnAsync("status", on: "change", status: 503);

        (await retracting.RetractAsync(post, Account, Cancel)).Failure.ShouldNotBeNull().Outcome.ShouldBe(Outcome.NotNow);
        Visible().ShouldHaveSingleItem();
    }

    // ---- what the screens rely on ----

    [Fact]
    public void What_the_screens_show_is_complete()
    {
        var info = Platform.Info;
        info.Name.ShouldBe(name);
        info.Color.ShouldMatch("^#[0-9a-f]{6}$");
        var readiness = info.Readiness.ShouldNotBeNull();
        foreach (var words in (Words[])[readiness.Needs, readiness.From, readiness.Takes, readiness.Costs])
        {
            words.English.ShouldNotBeNullOrWhiteSpace();
            words.German.ShouldNotBeNullOrWhiteSpace();
        }

        foreach (var option in info.Options)
        {
            option.Title.German.ShouldNotBeNullOrWhiteSpace();
            (option.Choices.Count == 0 || option.Choices.Any(choice => choice.Value == option.Default)).ShouldBeTrue(option.Name);
        }

        Platform.Check(PostOf(PartOf("") with { Media = [] })).Select(problem => problem.Code).ShouldContain("post.empty");
        Platform.Check(PostOf(PartOf("Fine"))).ShouldBeEmpty();
    }

    [Fact]
    public void Entities_stand_in_order_inside_the_text()
    {
        const string Text = "👩‍🚀 é @environment.example.gov see https://example.gov/a_(b), #Wasser and #1 (https://example.gov/ü) …#Ende";
        var end = 0;
        foreach (var entity in Platform.Info.Entities(Text))
        {
            entity.Start.ShouldBeGreaterThanOrEqualTo(end);
            entity.Length.ShouldBePositive();
            end = entity.Start + entity.Length;
            end.ShouldBeLessThanOrEqualTo(Text.Length);
        }
    }

    // ---- for the platforms' own tests ----

    protected Part PartOf(string text) => new()
    {
        Text = text,
        Language = "en",
        Media = Platform.Info.Limits.NeedsMedia ? [NewFile("")] : [],
        Options = Platform.Info.Options.ToDictionary(option => option.Name, option => option.Name == OptionField.TitleName ? "A title" : option.Default),
        Key = PartKey.New(Now),
        CreatedAt = Now,
    };

    protected Post PostOf(params Part[] parts) => new()
    {
        Platform = name,
        Server = Account.Server,
        AccountId = Account.Id,
        Parts = parts,
        Limits = Account.Limits,
    };

    protected async Task<RemotePost> PublishAsync(Part part)
    {
        var result = await SendAsync(part, Account);
        result.Outcome.ShouldBe(Outcome.Published, result.ToString());
        return result.Post.ShouldNotBeNull();
    }

    /// <summary>A live post with a typo, and the part that takes it out.</summary>
    private async Task<(ICorrect Correcting, RemotePost Post, Part Part)> CorrectableAsync(Media? file = null, Account? account = null)
    {
        Assert.SkipUnless(Platform is ICorrect, "The platform lets nobody change a post from outside.");
        var part = PartOf("The centre opens on Mnday at 9 #news");
        part = file is null ? part : part with { Media = [file] };
        var result = await SendAsync(part, account ?? Account);
        var post = result.Post.ShouldNotBeNull(result.ToString());
        return ((ICorrect)Platform, post, part with { Text = "The centre opens on Monday at 9 #news", Correction = new Correction(post with { Permalink = null }, CorrectionWay.Edit) });
    }

    /// <summary>Prepares what is not prepared, sends, and asks until the platform has done with it.</summary>
    protected async Task<PublishResult> SendAsync(Part part, Account account, Prepared? ready = null)
    {
        var (prepared, failure) = ready is null ? await TryPrepareAsync(part, account) : (ready, null);
        if (failure is not null)
        {
            return failure;
        }

        var result = await Platform.PublishAsync(part, prepared, account, Cancel);
        for (var turn = 0; turn < 100 && result is { Outcome: Outcome.Processing, Ticket: { } ticket }; turn++)
        {
            await Task.Delay(50, Cancel);
            result = await ((IFinishLater)Platform).AskAsync(ticket, part, account, Cancel);
        }

        return result;
    }

    protected async Task<Prepared> PrepareAsync(Part part, Account account)
    {
        var (prepared, failure) = await TryPrepareAsync(part, account);
        failure.ShouldBeNull();
        return prepared;
    }

    protected async Task<(Prepared Prepared, PublishResult? Failure)> TryPrepareAsync(Part part, Account account)
    {
        var prepared = Prepared.Nothing;
        if (Platform is not IPrepare preparing || !(Platform.Info.PreparesText || part.Files().Any()))
        {
            return (prepared, null);
        }

        for (var turn = 0; turn < 100; turn++)
        {
            var result = await preparing.PrepareAsync(part, prepared, account, Cancel);
            prepared = _brought[part.Key] = result.Prepared;
            if (result.IsReady || result.Failure is not null)
            {
                return (prepared, result.Failure);
            }

            await Task.Delay(50, Cancel);
        }

        throw new TimeoutException("The files never got ready.");
    }

    /// <summary>A picture of a kind the platform takes.</summary>
    protected Media NewPicture(string alt) => Account.Limits.ImageTypes.Contains("image/png") ? Shelf.Picture(alt) : Shelf.Jpeg(alt);

    /// <summary>A picture, or a video where the platform takes no pictures.</summary>
    protected Media NewFile(string alt) => Account.Limits.Images > 0 ? NewPicture(alt) : Shelf.Video(alt);

    protected IReadOnlyList<SandboxPost> Visible() => [.. Sandbox.Posts(name).Where(post => post.DeletedAt is null && post.VisibleFrom <= Now)];

    /// <summary>An answer of the platform, given word for word, and what it must mean.</summary>
    protected async Task CheckAnswerAsync(int status, string body, Outcome outcome, string code)
    {
        await Sandbox.SwitchOnAsync(new { platform = name, kind = "status", status, body });

        var result = await SendAsync(PartOf("Answered"), Account);

        (result.Outcome, result.Code).ShouldBe((outcome, code), result.ToString());
        result.Status.ShouldBe(status);
        result.Answer.ShouldNotBeNull().ShouldBe(body);
        await CheckOneCreateCallAsync();
    }

    protected Task SwitchOnAsync(string kind, string? on = null, int? status = null) => Sandbox.SwitchOnAsync(new { platform = name, kind, on, status });

    protected async Task CheckOneCreateCallAsync() => (await Sandbox.CallsAsync(name, "create")).ShouldHaveSingleItem();

    protected static async Task UntilAsync(Func<bool> condition)
    {
        for (var turn = 0; !condition(); turn++)
        {
            turn.ShouldBeLessThan(200, "It never became true.");
            await Task.Delay(25, Cancel);
        }
    }

    protected static TimeWindow Window() => new(Now.AddMinutes(-1), Now.AddMinutes(1));

    private async Task CheckFoundAsync(Part part, string id)
    {
        if (Platform is not IRecall)
        {
            return;
        }

        var result = await FindAsync(part);

        result.Failure.ShouldBeNull();
        result.Matches.ShouldHaveSingleItem().Id.ShouldBe(id);
    }

    /// <summary>Looks for it with what was brought for it.</summary>
    protected async Task<RecallResult> FindAsync(Part part, TimeWindow? window = null)
    {
        Assert.SkipUnless(Platform is IRecall, "The platform cannot be asked.");
        return await ((IRecall)Platform).FindAsync(part, _brought.GetValueOrDefault(part.Key, Prepared.Nothing), window ?? Window(), Account, Cancel);
    }

    private Account AccountOf(SandboxAccount account) => new()
    {
        Platform = name,
        Server = new Uri(Sandbox.Address, $"{name}/"),
        Id = account.Id,
        Handle = account.Handle,
        DisplayName = account.DisplayName,
        Credentials = new Credentials
        {
            Token = new Secret(account.Token),
            RefreshToken = account.RefreshToken is { } refresh ? new Secret(refresh) : null,
            ClientId = account.ClientId,
            ClientSecret = account.ClientSecret is { } secret ? new Secret(secret) : null,
        },
        Limits = Platform.Info.Limits,
        RepeatSafeFor = RepeatSafeFor,
    };
}
