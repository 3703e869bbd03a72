using System.Text;
using Publisher.Sandbox;
using Shouldly;

namespace Publisher.Platforms.Tests.Flickr;

public sealed class FlickrTests(SandboxFixture sandbox) : PlatformContract(sandbox, "flickr")
{
    protected override Counts? Told(SandboxCounts all) => new(all.Likes, Views: all.Views);

    protected override long? ToldFollowers(int all) => null;

    protected override TimeSpan? RepeatSafeFor => TimeSpan.FromDays(36_500);

    protected override bool TokensExpire => false;

    /// <summary>The title stands above the text, the alt text below it: a photo has no field for it.</summary>
    protected override string Shown(Part part) => $"{part.Title()}\n\n{Platform.Info.Shown(part)}".Trim();

    protected override string? ShownAlt(Media media) => null;

    [Fact]
    public async Task Nothing_is_public_before_the_visible_call()
    {
        var part = PartOf("Not yet");

        await PrepareAsync(part, Account);

        Sandbox.Posts("flickr").ShouldBeEmpty();
        var upload = Upload();
        (upload["is_public"], upload["is_friend"], upload["is_family"]).ShouldBe(("0", "0", "0"));
        (await FindAsync(part)).ShouldSatisfyAllConditions(
            found => found.Matches.ShouldBeEmpty(),
            found => found.IsComplete.ShouldBeTrue());
    }

    [Fact]
    public async Task Alt_text_stands_below_the_text_and_the_author_is_told()
    {
        var part = PartOf("The bridge is open.") with { Media = [Shelf.Jpeg("A bridge & “water” <at dawn>")] };

        Platform.Check(PostOf(part)).ShouldHaveSingleItem().ShouldBe(new Problem("alt.in.text") { Part = 1, IsNote = true }, new SameProblem());
        await PublishAsync(part);

        Visible().ShouldHaveSingleItem().Text.ShouldBe("A title\n\nThe bridge is open.\n\nA bridge & “water” <at dawn>");
    }

    [Fact]
    public async Task Alt_text_alone_is_the_whole_description()
    {
        await PublishAsync(PartOf("") with { Media = [Shelf.Picture("A map")] });

        Visible().ShouldHaveSingleItem().Text.ShouldBe("A title\n\nA map");
    }

    [Fact]
    public async Task Links_become_links_and_keep_their_words()
    {
        await PublishAsync(PartOf("See https://example.gov/a_(b)?c=1&d=ü, (https://example.gov/x). Not example.gov, not @water, not #1"));

        var seen = Visible().ShouldHaveSingleItem();
        seen.Links.Select(link => (seen.Text.Substring(link.Start, link.Length), link.Target)).ShouldBe(
        [
            ("https://example.gov/a_(b)?c=1&d=ü", "https://example.gov/a_(b)?c=1&d=ü"),
            ("https://example.gov/x", "https://example.gov/x"),
        ]);
        Upload()["description"].ShouldContain("""<a href="https://example.gov/x">https://example.gov/x</a>""");
    }

    [Theory]
    [InlineData("👩‍👩‍👧‍👦🏳️‍🌈", 39)]
    [InlineData("水と緑", 9)]
    [InlineData("a & b < c > d", 23)]
    [InlineData("مرحبا", 10)]
    [InlineData("https://example.gov/a", 57)]
    [InlineData("Ä\nÖ", 5)]
    public async Task Length_counts_the_bytes_of_what_is_sent(string text, int bytes)
    {
        var part = PartOf(text);

        await PublishAsync(part);

        Platform.Info.Length(part, Account.Limits).ShouldBe(bytes);
        Encoding.UTF8.GetByteCount(Upload()["description"]).ShouldBe(bytes);
        Visible().ShouldHaveSingleItem().Text.ShouldBe(Shown(part));
    }

    [Fact]
    public async Task Options_arrive()
    {
        var part = PartOf("With everything") with
        {
            Options = new Dictionary<string, string>
            {
                ["title"] = "Wasserstände & <mehr>",
                ["tags"] = "#Hochwasser, Federal Agency, say \"cheese\" , Elbe, elbe,,",
                ["comments"] = "0",
                ["hidden"] = "2",
                ["content_type"] = "3",
                ["safety_level"] = "2",
            },
        };

        var post = await PublishAsync(part);

        var upload = Upload();
        upload["title"].ShouldBe("Wasserstände & <mehr>");
        upload["tags"].ShouldBe($"Hochwasser \"Federal Agency\" say cheese Elbe publisher:part={part.Key}");
        (upload["hidden"], upload["content_type"], upload["safety_level"]).ShouldBe(("2", "3", "2"));
        var opening = Sandbox.Exchanges.Single(exchange => exchange.Method == "POST" && exchange.RequestType == "application/x-www-form-urlencoded");
        Encoding.UTF8.GetString(opening.Request).ShouldBe($"method=flickr.photos.setPerms&format=json&nojsoncallback=1&photo_id={post.Id}&is_public=1&is_friend=0&is_family=0&perm_comment=0");
        // Whatever suits not everyone is found by its owner all the same.
        (await FindAsync(part)).Matches.ShouldHaveSingleItem().ShouldBe(post);
    }

    [Fact]
    public async Task The_accounts_own_choice_is_not_sent()
    {
        var post = await PublishAsync(PartOf("As usual"));

        var opening = Sandbox.Exchanges.Single(exchange => exchange.Method == "POST" && exchange.RequestType == "application/x-www-form-urlencoded");
        Encoding.UTF8.GetString(opening.Request).ShouldEndWith($"&photo_id={post.Id}&is_public=1&is_friend=0&is_family=0");
    }

    [Fact]
    public async Task Without_a_title_the_first_line_is_one()
    {
        await PublishAsync(PartOf("The first line\nand the second") with { Options = new Dictionary<string, string>() });

        Upload()["title"].ShouldBe("The first line");
    }

    [Theory]
    [InlineData(255, null)]
    [InlineData(256, "title.too.long")]
    [InlineData(0, "title.missing")]
    public void A_title_is_never_cut(int length, string? code)
    {
        var part = PartOf("") with { Options = new Dictionary<string, string> { ["title"] = new string('ä', length) } };

        Platform.Check(PostOf(part)).Select(problem => problem.Code).FirstOrDefault().ShouldBe(code);
    }

    [Theory]
    [InlineData(74, null)]
    [InlineData(75, "hashtags.too.many")]
    public async Task As_many_tags_as_there_is_room_for(int count, string? code)
    {
        ExpectsObjections = code is not null;
        var part = PartOf("Tagged") with { Options = new Dictionary<string, string> { ["title"] = "Tags", ["tags"] = string.Join(',', Enumerable.Range(1, count)) } };

        Platform.Check(PostOf(part)).FirstOrDefault()?.Code.ShouldBe(code);
        (await SendAsync(part, Account)).Outcome.ShouldBe(code is null ? Outcome.Published : Outcome.Rejected);
    }

    [Fact]
    public void Every_part_needs_one_file_and_takes_no_more()
    {
        Platform.Check(PostOf(PartOf("One"), PartOf("Two") with { Number = 2, Media = [] })).ShouldHaveSingleItem().ShouldBe(new Problem("media.needed") { Part = 2 }, new SameProblem());
        Platform.Check(PostOf(PartOf("x") with { Media = [Shelf.Picture(""), Shelf.Picture("")] })).ShouldHaveSingleItem().Code.ShouldBe("images.too.many");
        Platform.Check(PostOf([.. Enumerable.Range(1, 10).Select(number => PartOf("x") with { Number = number })])).ShouldBeEmpty();
        Platform.Check(PostOf([.. Enumerable.Range(1, 11).Select(number => PartOf("x") with { Number = number })])).ShouldHaveSingleItem().Code.ShouldBe("parts.too.many");
    }

    [Fact]
    public async Task An_upload_whose_answer_was_lost_is_found_again_and_not_made_twice()
    {
        await SwitchOnAsync("cut-after", on: "media");
        var part = PartOf("Brought once");
        await Should.ThrowAsync<HttpRequestException>(() => PrepareAsync(part, Account));
        await Sandbox.SwitchOffFaultsAsync();

        await PublishAsync(part);

        Visible().ShouldHaveSingleItem().Media.ShouldHaveSingleItem().Sha256.ShouldBe(part.Media[0].Hash);
        (await Sandbox.CallsAsync("flickr", "media")).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task The_same_ticket_opened_twice_is_one_photo()
    {
        var part = PartOf("Opened twice");
        var prepared = await PrepareAsync(part, Account);

        var first = await Platform.PublishAsync(part, prepared, Account, Cancel);
        var second = await Platform.PublishAsync(part, prepared, Account, Cancel);

        second.Post.ShouldBe(first.Post);
        Visible().ShouldHaveSingleItem().RequestCount.ShouldBe(2);
    }

    [Fact]
    public async Task A_photo_taken_away_before_it_was_opened_is_brought_again()
    {
        var part = PartOf("Taken away");
        var prepared = await PrepareAsync(part, Account);
        (await ((IRetract)Platform).RetractAsync(new RemotePost(prepared.Files[0].Id, null), Account, Cancel)).Failure.ShouldBeNull();

        var result = await Platform.PublishAsync(part, prepared, Account, Cancel);

        (result.Outcome, result.Code).ShouldBe((Outcome.NotNow, Codes.MediaGone));
        (await SendAsync(part, Account)).Outcome.ShouldBe(Outcome.Published);
    }

    [Theory]
    [InlineData("upload-limit", Codes.QuotaReached, null)]
    [InlineData("wait", Codes.RateLimited, 90)]
    public async Task A_full_account_waits(string fault, string code, int? seconds)
    {
        await SwitchOnAsync(fault, on: "media");

        var result = await SendAsync(PartOf("Later"), Account);

        (result.Outcome, result.Code).ShouldBe((Outcome.NotNow, code));
        result.RetryAfter.ShouldBe(seconds is { } some ? TimeSpan.FromSeconds(some) : null);
    }

    [Fact]
    public async Task A_corrected_text_keeps_its_title_its_tags_and_the_alt_text_below_it()
    {
        var part = PartOf("Mnday") with { Media = [Shelf.Picture("A bridge & “water”")], Options = new Dictionary<string, string> { ["title"] = "A & title", ["tags"] = "Elbe" } };
        var post = await PublishAsync(part);

        (await CorrectAsync(part with { Text = "Monday, see https://example.gov/a?b=1&c=2" }, post)).Post.ShouldBe(post);

        var seen = Visible().ShouldHaveSingleItem();
        (seen.Text, seen.EditedAt is null).ShouldBe(("A & title\n\nMonday, see https://example.gov/a?b=1&c=2\n\nA bridge & “water”", false));
        seen.Links.ShouldHaveSingleItem().Target.ShouldBe("https://example.gov/a?b=1&c=2");
        // The tag with its key is still there.
        (await ((IRecall)Platform).FindAsync(part, Prepared.Nothing, Window(), Account, Cancel)).Matches.ShouldHaveSingleItem().ShouldBe(post);
    }

    [Fact]
    public async Task A_title_that_is_the_first_line_is_corrected_with_it()
    {
        var part = PartOf("The dam hodls\nAll levels fall.") with { Options = new Dictionary<string, string>() };
        var post = await PublishAsync(part);

        await CorrectAsync(part with { Text = "The dam holds\nAll levels fall." }, post);

        Visible().ShouldHaveSingleItem().Text.ShouldBe("The dam holds\n\nThe dam holds\nAll levels fall.");
    }

    [Fact]
    public async Task A_permalink_stands_on_the_site_and_the_calls_go_to_their_own_hosts()
    {
        var server = Canned.Saying(200, """{"photos":{"page":1,"pages":0,"photo":[]},"stat":"ok"}""")
            .Then(200, """<rsp stat="ok"><photoid>77</photoid></rsp>""")
            .Then(200, """{"photo":{"id":"77"},"stat":"ok"}""")
            .Then(200, """{"stat":"ok"}""");
        using var http = new HttpClient(server);
        var platform = new PlatformList(http, TimeProvider.System, Shelf)["flickr"];
        var account = Account with { Server = platform.Info.Server! };
        var part = PartOf("Real");

        var prepared = await ((IPrepare)platform).PrepareAsync(part, Prepared.Nothing, account, Cancel);
        var result = await platform.PublishAsync(part, prepared.Prepared, account, Cancel);

        result.Post.ShouldNotBeNull().Permalink.ShouldBe(new Uri($"https://www.flickr.com/photos/{account.Id}/77"));
        server.Requests.Select(request => $"{request.Method} {request.Address.GetLeftPart(UriPartial.Path)}").ShouldBe(
        [
            "GET https://api.flickr.com/services/rest/",
            "POST https://up.flickr.com/services/upload/",
            "GET https://api.flickr.com/services/rest/",
            "POST https://api.flickr.com/services/rest/",
        ]);
        server.Requests.ShouldAllBe(request => !request.Address.AbsoluteUri.Contains("oauth_token"));
    }

    private Task<PublishResult> CorrectAsync(Part part, RemotePost post) =>
        ((ICorrect)Platform).CorrectAsync(part with { Correction = new Correction(post with { Permalink = null }, CorrectionWay.Edit) }, Account, Cancel);

    /// <summary>The fields of the only upload, as they came over the wire.</summary>
    private Dictionary<string, string> Upload() => UploadForm.Read(Sandbox.Exchanges.Single(exchange => exchange.RequestType == "multipart/form-data"));

    /// <summary>Records compare their lists by reference.</summary>
    private sealed class SameProblem : IEqualityComparer<Problem>
    {
        public bool Equals(Problem? x, Problem? y) => (x?.Code, x?.Part, x?.IsNote) == (y?.Code, y?.Part, y?.IsNote);

        public int GetHashCode(Problem obj) => obj.Code.GetHashCode(StringComparison.Ordinal);
    }
}
