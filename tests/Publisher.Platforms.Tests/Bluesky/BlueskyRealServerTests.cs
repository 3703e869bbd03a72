using System.Text;
using System.Text.Json;
using Publisher.Platforms.Bluesky;
using Shouldly;

namespace Publisher.Platforms.Tests.Bluesky;

/// <summary>The adapter against the real server: what the sandbox says about Bluesky is checked here by Bluesky's own code.</summary>
public sealed class BlueskyRealServerTests(RealBluesky server) : IClassFixture<RealBluesky>
{
    private static readonly MediaShelf Shelf = new();

    private readonly BlueskyPlatform _platform = new(server.Http, TimeProvider.System, Shelf);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task A_text_with_link_mention_hashtag_and_emoji_is_read_back_exactly()
    {
        var account = await server.ConnectAsync(_platform, "office");
        var other = await server.ConnectAsync(_platform, "other");
        var mention = await _platform.ResolveAsync(other.Handle, account, Cancel);
        mention.ShouldBe(new Mention(other.Handle, other.Id));
        (await _platform.ResolveAsync("nobody-has-this.test", account, Cancel)).ShouldBeNull();
        var part = PartOf($"👩‍🚀 Grüße @{other.Handle}, mehr: https://example.gov/ü?a=1 #Hochwasser 水") with { Mentions = [mention!] };

        var post = await PublishAsync(part, account);

        var record = (await RecordsAsync(account)).ShouldHaveSingleItem().GetProperty("value");
        record.GetProperty("text").GetString().ShouldBe(part.Text);
        record.GetProperty("langs")[0].GetString().ShouldBe("de");
        var bytes = Encoding.UTF8.GetBytes(part.Text);
        record.GetProperty("facets").EnumerateArray().Select(facet =>
        {
            var index = facet.GetProperty("index");
            return Encoding.UTF8.GetString(bytes[index.GetProperty("byteStart").GetInt32()..index.GetProperty("byteEnd").GetInt32()]);
        }).ShouldBe([$"@{other.Handle}", "https://example.gov/ü?a=1", "#Hochwasser"]);
        post.Permalink.ShouldBe(new Uri(account.Server, $"profile/{account.Id}/post/{part.Key}"));
    }

    [Fact]
    public async Task Two_pictures_keep_their_order_alt_texts_and_shape()
    {
        var account = await server.ConnectAsync(_platform, "office");
        var part = PartOf("Two pictures") with { Media = [Shelf.Picture("The bridge", 40, 30), Shelf.Picture("", 30, 60)] };

        await PublishAsync(part, account);

        var images = (await RecordsAsync(account)).ShouldHaveSingleItem().GetProperty("value").GetProperty("embed").GetProperty("images");
        images.EnumerateArray().Select(image => image.GetProperty("alt").GetString()).ShouldBe(["The bridge", ""]);
        images[1].GetProperty("aspectRatio").GetProperty("height").GetInt32().ShouldBe(60);
        images[0].GetProperty("image").GetProperty("size").GetInt64().ShouldBe(part.Media[0].Length);
    }

    [Fact]
    public async Task A_card_with_picture_is_accepted()
    {
        var account = await server.ConnectAsync(_platform, "office");
        var card = new LinkCard(new Uri("https://example.gov/bericht"), "Bericht", "Alle Zahlen") { Thumb = Shelf.Picture("") };

        await PublishAsync(PartOf("Card") with { Card = card }, account);

        var external = (await RecordsAsync(account)).ShouldHaveSingleItem().GetProperty("value").GetProperty("embed").GetProperty("external");
        external.GetProperty("uri").GetString().ShouldBe("https://example.gov/bericht");
        external.GetProperty("thumb").GetProperty("mimeType").GetString().ShouldBe("image/png");
    }

    [Fact]
    public async Task A_thread_names_its_root_and_parent()
    {
        var account = await server.ConnectAsync(_platform, "office");
        var first = await PublishAsync(PartOf("1/3"), account);
        var second = await PublishAsync(PartOf("2/3") with { Number = 2, Root = first, Parent = first }, account);
        await PublishAsync(PartOf("3/3") with { Number = 3, Root = first, Parent = second }, account);

        var reply = (await RecordsAsync(account)).Single(record => record.GetProperty("value").GetProperty("text").GetString() == "3/3").GetProperty("value").GetProperty("reply");
        reply.GetProperty("root").GetProperty("uri").GetString().ShouldBe(first.Id);
        reply.GetProperty("root").GetProperty("cid").GetString().ShouldBe(first.Version);
        reply.GetProperty("parent").GetProperty("uri").GetString().ShouldBe(second.Id);
    }

    [Fact]
    public async Task The_same_delivery_sent_twice_leaves_one_post()
    {
        var account = await server.ConnectAsync(_platform, "office");
        var part = PartOf("Once #only") with { Media = [Shelf.Picture("alt")] };
        var first = await PublishAsync(part, account);

        // Prepared anew, as after a crash.
        var second = await PublishAsync(part, account);

        second.ShouldBe(first);
        (await RecordsAsync(account)).ShouldHaveSingleItem();
        var changed = await _platform.PublishAsync(part with { Text = "Something else" }, await PrepareAsync(part, account), account, Cancel);
        changed.Outcome.ShouldBe(Outcome.Unclear, changed.ToString());
        (await RecordsAsync(account)).ShouldHaveSingleItem().GetProperty("value").GetProperty("text").GetString().ShouldBe(part.Text);
    }

    [Fact]
    public async Task Looking_finds_what_is_there_and_says_absent_for_what_is_not()
    {
        var account = await server.ConnectAsync(_platform, "office");
        var part = PartOf("There");
        var post = await PublishAsync(part, account);
        var window = new TimeWindow(Now.AddMinutes(-1), Now.AddMinutes(1));

        var found = await _platform.FindAsync(part, Prepared.Nothing, window, account, Cancel);
        var absent = await _platform.FindAsync(PartOf("Not there"), Prepared.Nothing, window, account, Cancel);

        found.Matches.ShouldHaveSingleItem().ShouldBe(post);
        absent.Failure.ShouldBeNull();
        absent.Matches.ShouldBeEmpty();
        absent.IsComplete.ShouldBeTrue();
    }

    [Fact]
    public async Task Taking_back_works_twice_and_leaves_nothing()
    {
        var account = await server.ConnectAsync(_platform, "office");
        var post = await PublishAsync(PartOf("Soon gone"), account);

        (await _platform.RetractAsync(post, account, Cancel)).Failure.ShouldBeNull();
        (await _platform.RetractAsync(post, account, Cancel)).Failure.ShouldBeNull();

        (await RecordsAsync(account)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_bad_token_asks_for_a_person_and_a_refresh_gives_a_new_pair()
    {
        var account = await server.ConnectAsync(_platform, "office");
        var bad = account with { Credentials = account.Credentials with { Token = new Secret("not.a.token"), RefreshToken = new Secret("not.a.token") } };

        (await _platform.PublishAsync(PartOf("No"), Prepared.Nothing, bad, Cancel)).Outcome.ShouldBe(Outcome.SignInNeeded);
        (await _platform.RefreshAsync(bad, Cancel)).Failure.ShouldNotBeNull().Outcome.ShouldBe(Outcome.SignInNeeded);

        var refreshed = await _platform.RefreshAsync(account, Cancel);
        refreshed.Failure.ShouldBeNull();
        refreshed.Credentials.ShouldNotBeNull().RefreshToken.ShouldNotBe(account.Credentials.RefreshToken);
        await PublishAsync(PartOf("With the new pair"), account with { Credentials = refreshed.Credentials });
    }

    [Fact]
    public async Task What_the_check_refuses_the_server_refuses_too()
    {
        var account = await server.ConnectAsync(_platform, "office");

        foreach (var text in new[] { new string('a', 301), string.Concat(Enumerable.Repeat("👨‍👩‍👧‍👧", 150)) })
        {
            var part = PartOf(text);
            _platform.Check(PostOf(part, account)).ShouldNotBeEmpty();
            var result = await _platform.PublishAsync(part, Prepared.Nothing, account, Cancel);
            (result.Outcome, result.Code).ShouldBe((Outcome.Rejected, Codes.ContentRefused));
        }

        var longest = PartOf(string.Concat(Enumerable.Repeat("👩‍🚀", 100)) + new string('a', 200));
        _platform.Check(PostOf(longest, account)).ShouldBeEmpty();
        await PublishAsync(longest, account);
    }

    [Fact]
    public async Task A_file_the_server_never_got_is_to_be_brought_again()
    {
        var account = await server.ConnectAsync(_platform, "office");
        var part = PartOf("Lost file") with { Media = [Shelf.Picture("x")] };
        var prepared = await PrepareAsync(part, account);
        var lost = prepared with { Files = [prepared.Files[0] with { Data = prepared.Files[0].Data!.Replace(prepared.Files[0].Id, "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku", StringComparison.Ordinal) }] };

        var result = await _platform.PublishAsync(part, lost, account, Cancel);

        (result.Outcome, result.Code).ShouldBe((Outcome.NotNow, Codes.MediaGone), result.ToString());
        await PublishAsync(part, account);
    }

    private static Part PartOf(string text) => new() { Text = text, Language = "de", Key = PartKey.New(Now), CreatedAt = Now };

    private static Post PostOf(Part part, Account account) => new()
    {
        Platform = account.Platform,
        Server = account.Server,
        AccountId = account.Id,
        Parts = [part],
        Limits = account.Limits,
    };

    private async Task<RemotePost> PublishAsync(Part part, Account account)
    {
        var result = await _platform.PublishAsync(part, await PrepareAsync(part, account), account, Cancel);
        result.Outcome.ShouldBe(Outcome.Published, result.ToString());
        return result.Post.ShouldNotBeNull();
    }

    private async Task<Prepared> PrepareAsync(Part part, Account account)
    {
        var result = await _platform.PrepareAsync(part, Prepared.Nothing, account, Cancel);
        result.Failure.ShouldBeNull();
        result.IsReady.ShouldBeTrue();
        return result.Prepared;
    }

    private async Task<IReadOnlyList<JsonElement>> RecordsAsync(Account account)
    {
        var address = new Uri(account.Server, $"xrpc/com.atproto.repo.listRecords?repo={account.Id}&collection=app.bsky.feed.post&limit=100");
        using var answer = JsonDocument.Parse(await server.Http.GetStringAsync(address, Cancel));
        return [.. answer.RootElement.GetProperty("records").EnumerateArray().Select(record => record.Clone())];
    }
}
