using Publisher.Platforms.Flickr;
using Shouldly;

namespace Publisher.Platforms.Tests.Flickr;

/// <summary>What every answer of Flickr means, row by row. Its failures come with status 200.</summary>
public sealed class FlickrAnswerTests
{
    private const string Ok = """{"photoid":{"_content":"77","secret":"ab","originalsecret":"cd"},"stat":"ok"}""";
    private const string NoPhotos = """{"photos":{"page":1,"pages":0,"perpage":500,"total":0,"photo":[]},"stat":"ok"}""";
    private const string Uploaded = """<?xml version="1.0" encoding="utf-8" ?><rsp stat="ok"><photoid>77</photoid></rsp>""";

    private static readonly MediaShelf Shelf = new();

    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(200, Ok, Outcome.Published, "published")]
    [InlineData(200, """{"stat":"ok"}""", Outcome.Published, "published")]
    [InlineData(200, """{"photoid":{"_content":"78"},"stat":"ok"}""", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, """{"photoid":{"_content":"77"}}""", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, """{"stat":"fail"}""", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, """jsonFlickrApi({"stat":"ok"})""", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, "<html>Welcome</html>", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, "[]", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, "", Outcome.Unclear, "answer.unreadable")]
    [InlineData(302, Ok, Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, """{"stat":"fail","code":1,"message":"Photo not found"}""", Outcome.NotNow, "media.gone")]
    [InlineData(200, """{"stat":"fail","code":2,"message":"Required arguments missing"}""", Outcome.Rejected, "refused")]
    [InlineData(200, """{"stat":"fail","code":95,"message":"SSL is required"}""", Outcome.Rejected, "refused")]
    [InlineData(200, """{"stat":"fail","code":96,"message":"Invalid signature"}""", Outcome.SignInNeeded, "access.revoked")]
    [InlineData(200, """{"stat":"fail","code":97,"message":"Missing signature"}""", Outcome.SignInNeeded, "access.revoked")]
    [InlineData(200, """{"stat":"fail","code":98,"message":"Invalid auth token"}""", Outcome.SignInNeeded, "access.revoked")]
    [InlineData(200, """{"stat":"fail","code":"98","message":"Invalid auth token"}""", Outcome.SignInNeeded, "access.revoked")]
    [InlineData(200, """<rsp stat="fail"><err code="98" msg="Invalid auth token" /></rsp>""", Outcome.SignInNeeded, "access.revoked")]
    [InlineData(200, """{"stat":"fail","code":99,"message":"Insufficient permissions"}""", Outcome.SignInNeeded, "permission.missing")]
    [InlineData(200, """{"stat":"fail","code":100,"message":"Invalid API Key"}""", Outcome.SignInNeeded, "access.revoked")]
    [InlineData(200, """{"stat":"fail","code":105,"message":"Service currently unavailable"}""", Outcome.Unclear, "server.error")]
    [InlineData(200, """{"stat":"fail","code":106,"message":"Write operation failed"}""", Outcome.Unclear, "server.error")]
    [InlineData(200, """{"stat":"fail","code":111,"message":"Format \"json\" not found"}""", Outcome.NotNow, "version.ended")]
    [InlineData(200, """{"stat":"fail","code":112,"message":"Method not found"}""", Outcome.NotNow, "version.ended")]
    [InlineData(200, """{"stat":"fail","code":116,"message":"Bad URL found"}""", Outcome.Rejected, "content.refused")]
    [InlineData(200, """{"stat":"fail","code":999,"message":"Something new"}""", Outcome.Rejected, "refused")]
    [InlineData(401, "oauth_problem=token_rejected", Outcome.SignInNeeded, "access.revoked")]
    [InlineData(401, "oauth_problem=signature_invalid&debug_sbs=POST&https%3A%2F%2Fapi", Outcome.SignInNeeded, "access.revoked")]
    [InlineData(401, "oauth_problem=timestamp_refused", Outcome.NotNow, "clock.differs")]
    [InlineData(401, "oauth_problem=nonce_used", Outcome.Unclear, "refused")]
    [InlineData(401, "", Outcome.SignInNeeded, "access.revoked")]
    [InlineData(404, "<html>Not here</html>", Outcome.Rejected, "refused")]
    [InlineData(408, "", Outcome.Unclear, "server.error")]
    [InlineData(429, "", Outcome.NotNow, "rate.limited")]
    [InlineData(500, """{"stat":"fail","code":1}""", Outcome.Unclear, "server.error")]
    [InlineData(503, "<html>Bad panda</html>", Outcome.Unclear, "server.error")]
    [InlineData(504, "", Outcome.Unclear, "server.error")]
    public async Task An_answer_to_opening_a_photo_means(int status, string body, Outcome outcome, string code)
    {
        var result = await Platform(Canned.Saying(status, body)).PublishAsync(PartOf(), new Prepared { Files = [new PreparedFile("77", "hash")] }, Account, Cancel);

        (result.Outcome, result.Code).ShouldBe((outcome, code));
        result.Status.ShouldBe(status);
        result.Answer.ShouldBe(body);
    }

    [Fact]
    public async Task Without_a_photo_nothing_leaves()
    {
        var server = Canned.Saying(200, Ok);

        (await Platform(server).PublishAsync(PartOf(), Prepared.Nothing, Account, Cancel)).Code.ShouldBe("media.gone");

        server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_token_that_flickr_repeats_is_not_shown()
    {
        var server = Canned.Saying(401, "oauth_problem=signature_invalid&debug_sbs=oauth_token%3D7-token%26photo_id%3D77");

        var result = await Platform(server).PublishAsync(PartOf(), new Prepared { Files = [new PreparedFile("77", "hash")] }, Account, Cancel);

        result.Answer.ShouldBe("oauth_problem=signature_invalid&debug_sbs=oauth_token%3D•••%26photo_id%3D77");
    }

    [Theory]
    [InlineData(200, """<rsp stat="fail"><err code="0" msg="Video uploads are disabled" /></rsp>""", Outcome.NotNow, "server.error")]
    [InlineData(200, """<rsp stat="fail"><err code="2" msg="No photo specified" /></rsp>""", Outcome.Rejected, "media.refused")]
    [InlineData(200, """<rsp stat="fail"><err code="3" msg="General upload failure" /></rsp>""", Outcome.NotNow, "server.error")]
    [InlineData(200, """<rsp stat="fail"><err code="4" msg="Filesize was zero" /></rsp>""", Outcome.Rejected, "media.refused")]
    [InlineData(200, """<rsp stat="fail"><err code="5" msg="Filetype was not recognised" /></rsp>""", Outcome.Rejected, "media.refused")]
    [InlineData(200, """<rsp stat="fail"><err code="6" msg="User exceeded upload limit" /></rsp>""", Outcome.NotNow, "quota.reached")]
    [InlineData(200, """<rsp stat="fail"><err code="7" msg="User exceeded video upload limit" /></rsp>""", Outcome.NotNow, "quota.reached")]
    [InlineData(200, """<rsp stat="fail"><err code="8" msg="Filesize was too large" /></rsp>""", Outcome.Rejected, "media.refused")]
    [InlineData(200, """<rsp stat="fail"><err code="9" msg="Duplicate" duplicate_photo_id="5" /></rsp>""", Outcome.Rejected, "duplicate")]
    [InlineData(200, """<rsp stat="fail"><err code="10" msg="Not a valid url to upload from" /></rsp>""", Outcome.Rejected, "refused")]
    [InlineData(200, """<rsp stat="fail"><err code="13" msg="The clone photo" /></rsp>""", Outcome.Rejected, "refused")]
    [InlineData(200, """<rsp stat="fail"><err code="14" msg="Wait" /></rsp>""", Outcome.NotNow, "rate.limited")]
    [InlineData(200, """<rsp stat="fail"><err code="98" msg="Invalid auth token" /></rsp>""", Outcome.SignInNeeded, "access.revoked")]
    [InlineData(200, """<rsp stat="fail"><err code="99" msg="Insufficient permissions" /></rsp>""", Outcome.SignInNeeded, "permission.missing")]
    [InlineData(200, """<rsp stat="fail"><err code="105" msg="Unavailable" /></rsp>""", Outcome.NotNow, "server.error")]
    [InlineData(200, """<rsp stat="fail"><err code="106" msg="Write failed" /></rsp>""", Outcome.NotNow, "server.error")]
    [InlineData(200, """<rsp stat="fail"><err code="116" msg="Bad URL found" /></rsp>""", Outcome.Rejected, "content.refused")]
    [InlineData(200, """<rsp stat="ok"><ticketid>5</ticketid></rsp>""", Outcome.NotNow, "answer.unreadable")]
    [InlineData(200, "<!DOCTYPE rsp [<!ENTITY a \"b\">]><rsp stat=\"ok\"><photoid>&a;</photoid></rsp>", Outcome.NotNow, "answer.unreadable")]
    [InlineData(200, "<html>Welcome", Outcome.NotNow, "answer.unreadable")]
    [InlineData(413, "<html>too large</html>", Outcome.Rejected, "media.refused")]
    [InlineData(429, "", Outcome.NotNow, "rate.limited")]
    [InlineData(502, "<html>bad gateway</html>", Outcome.NotNow, "server.error")]
    public async Task An_answer_to_an_upload_means(int status, string body, Outcome outcome, string code)
    {
        var result = await Platform(Canned.Saying(200, NoPhotos).Then(status, body)).PrepareAsync(PartOf(), Prepared.Nothing, Account, Cancel);

        (result.Failure.ShouldNotBeNull().Outcome, result.Failure.Code).ShouldBe((outcome, code));
        result.Failure.Answer.ShouldBe(body);
        result.Prepared.Files.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""<rsp stat="fail"><err code="14" msg="Wait" non_pro_desktop_upload_wait_time="90" /></rsp>""")]
    [InlineData("""<rsp stat="fail" non_pro_desktop_upload_wait_time="90"><err code="14" msg="Wait" /></rsp>""")]
    [InlineData("""<rsp stat="fail"><err code="14" msg="Wait" /><non_pro_desktop_upload_wait_time>90</non_pro_desktop_upload_wait_time></rsp>""")]
    public async Task A_wait_is_read_wherever_it_stands(string body)
    {
        var result = await Platform(Canned.Saying(200, NoPhotos).Then(200, body)).PrepareAsync(PartOf(), Prepared.Nothing, Account, Cancel);

        result.Failure.ShouldNotBeNull().RetryAfter.ShouldBe(TimeSpan.FromSeconds(90));
    }

    [Theory]
    [InlineData("""{"photo":{"id":"77"},"stat":"ok"}""", true, null)]
    [InlineData("""{"photo":{"id":"77","video":{"ready":1,"failed":0,"pending":0}},"stat":"ok"}""", true, null)]
    [InlineData("""{"photo":{"id":"77","video":{"ready":"0","failed":"0","pending":"1"}},"stat":"ok"}""", false, null)]
    [InlineData("""{"photo":{"id":"77","video":{"ready":0,"failed":1,"pending":0}},"stat":"ok"}""", false, "media.refused")]
    [InlineData("""{"photo":{"id":"77","title":{"_content":"A &amp; tit"}},"stat":"ok"}""", false, "text.too.long")]
    [InlineData("""{"photo":{"id":"77","title":{"_content":"A &amp; title"},"description":{"_content":"The <a href=\"https://example.gov\">https://exam"}},"stat":"ok"}""", false, "text.too.long")]
    [InlineData("""{"photo":{"id":"77","title":{"_content":""},"description":{"_content":"The <a href=\"https://example.gov\" rel=\"noreferrer nofollow\">https://example.gov</a><br>&lt;text&gt;"}},"stat":"ok"}""", true, null)]
    [InlineData("""{"photo":{"id":"77","title":{"_content":"Another title"},"description":{"_content":"Other words"}},"stat":"ok"}""", true, null)]
    [InlineData("""{"stat":"fail","code":1,"message":"Photo not found"}""", true, null)]
    [InlineData("""{"stat":"fail","code":105,"message":"Unavailable"}""", false, "server.error")]
    [InlineData("<html>Welcome</html>", false, "answer.unreadable")]
    public async Task What_flickr_made_of_the_file_decides_whether_it_is_ready(string info, bool isReady, string? code)
    {
        var part = PartOf() with { Text = "The https://example.gov\n<text>", Options = new Dictionary<string, string> { ["title"] = "A & title" } };

        var result = await Platform(Canned.Saying(200, NoPhotos).Then(200, Uploaded).Then(200, info)).PrepareAsync(part, Prepared.Nothing, Account, Cancel);

        (result.IsReady, result.Failure?.Code).ShouldBe((isReady, code));
        if (code != "media.refused")
        {
            // What was brought stays in the ticket, whatever became of looking at it.
            result.Prepared.Files.ShouldHaveSingleItem().ShouldBe(new PreparedFile("77", part.Media[0].Hash) { IsReady = isReady });
        }
    }

    [Fact]
    public async Task A_video_is_asked_about_until_it_is_ready_and_not_sent_again()
    {
        var part = PartOf() with { Media = [Shelf.Video("")] };
        var server = Canned.Saying(200, NoPhotos).Then(200, Uploaded).Then(200, """{"photo":{"video":{"pending":1}},"stat":"ok"}""").Then(200, """{"photo":{"video":{"pending":0}},"stat":"ok"}""");
        var platform = Platform(server);

        var first = await platform.PrepareAsync(part, Prepared.Nothing, Account, Cancel);
        var second = await platform.PrepareAsync(part, first.Prepared, Account, Cancel);

        first.AskAfter.ShouldNotBeNull().ShouldBeGreaterThan(TimeSpan.Zero);
        second.IsReady.ShouldBeTrue();
        server.Requests.Count(request => request.Method == "POST").ShouldBe(1);
    }

    [Fact]
    public async Task A_photo_that_carries_the_key_already_is_taken()
    {
        var server = Canned.Saying(200, """{"photos":{"page":1,"pages":"1","photo":[{"id":"5","machine_tags":"geo:lat=5"},{"id":"6","machine_tags":"geo:lat=5 publisher:part=key","ispublic":0}]},"stat":"ok"}""")
            .Then(200, """{"photo":{},"stat":"ok"}""");
        var part = PartOf();

        var result = await Platform(server).PrepareAsync(part, Prepared.Nothing, Account, Cancel);

        result.Prepared.Files.ShouldHaveSingleItem().ShouldBe(new PreparedFile("6", part.Media[0].Hash));
        server.Requests.ShouldAllBe(request => request.Method == "GET");
    }

    [Fact]
    public async Task Looking_reads_every_page()
    {
        var server = Canned.Saying(200, """{"photos":{"page":1,"pages":2,"photo":[{"id":"1","machine_tags":""}]},"stat":"ok"}""")
            .Then(200, """{"photos":{"page":2,"pages":2,"photo":[{"id":"2","machine_tags":"publisher:part=key","ispublic":1},{"id":"3","machine_tags":"publisher:part=key","ispublic":0}]},"stat":"ok"}""");

        var result = await Platform(server).FindAsync(PartOf(), Prepared.Nothing, Window, Account, Cancel);

        result.IsComplete.ShouldBeTrue();
        result.Matches.ShouldHaveSingleItem().ShouldBe(new RemotePost("2", new Uri("https://www.flickr.com/photos/1@N01/2")));
        server.Requests.Select(request => System.Web.HttpUtility.ParseQueryString(request.Address.Query)["page"]).ShouldBe(["1", "2"]);
    }

    [Fact]
    public async Task Looking_that_never_ends_proves_nothing()
    {
        var result = await Platform(Canned.Saying(200, """{"photos":{"page":1,"pages":1000,"photo":[]},"stat":"ok"}""")).FindAsync(PartOf(), Prepared.Nothing, Window, Account, Cancel);

        (result.IsComplete, result.Failure, result.Matches.Count).ShouldBe((false, null, 0));
    }

    [Theory]
    [InlineData("zzzzzzzzzzzzz", null)]
    [InlineData("key", null)]
    [InlineData("3jzfcijpj2z2a", "1688133781")]
    public async Task Looking_begins_where_the_key_was_made(string key, string? from)
    {
        var server = Canned.Saying(200, NoPhotos);

        await Platform(server).FindAsync(PartOf() with { Key = key }, Prepared.Nothing, Window, Account, Cancel);

        System.Web.HttpUtility.ParseQueryString(server.Requests.ShouldHaveSingleItem().Address.Query)["min_upload_date"].ShouldBe(from);
    }

    [Theory]
    [InlineData("""{"stat":"fail","code":98}""", Outcome.SignInNeeded)]
    [InlineData("""{"stat":"fail","code":116}""", Outcome.NotNow)]
    [InlineData("""{"photos":{"photo":[]},"stat":"ok"}""", Outcome.NotNow)]
    [InlineData("""{"photos":{"page":1,"pages":1},"stat":"ok"}""", Outcome.NotNow)]
    public async Task Looking_fails_for_good_only_without_a_sign_in(string body, Outcome outcome)
    {
        var result = await Platform(Canned.Saying(200, body)).FindAsync(PartOf(), Prepared.Nothing, Window, Account, Cancel);

        result.Failure.ShouldNotBeNull().Outcome.ShouldBe(outcome);
        result.IsComplete.ShouldBeFalse();
    }

    [Theory]
    [InlineData(200, """{"stat":"ok"}""", null)]
    [InlineData(200, """{"stat":"fail","code":1,"message":"Photo not found"}""", null)]
    [InlineData(200, """{"stat":"fail","code":99,"message":"Insufficient permissions"}""", "permission.missing")]
    [InlineData(200, """{"stat":"fail","code":105,"message":"Unavailable"}""", "server.error")]
    [InlineData(200, "<html>Welcome</html>", "answer.unreadable")]
    [InlineData(429, "", "rate.limited")]
    [InlineData(500, "", "server.error")]
    public async Task An_answer_to_deleting_means(int status, string body, string? code)
    {
        var result = await Platform(Canned.Saying(status, body)).RetractAsync(new RemotePost("77", null), Account, Cancel);

        result.Failure?.Code.ShouldBe(code);
        (result.Failure is null).ShouldBe(code is null);
        result.Failure?.Outcome.ShouldNotBe(Outcome.Unclear);
    }

    [Theory]
    [InlineData(200, """{"stat":"ok"}""", Outcome.Published, "published")]
    [InlineData(200, """{"stat":"fail","code":1,"message":"Photo not found"}""", Outcome.Rejected, "post.gone")]
    [InlineData(200, """{"stat":"fail","code":2,"message":"At least one of title or description must be set"}""", Outcome.Rejected, "refused")]
    [InlineData(200, """{"stat":"fail","code":98,"message":"Invalid auth token"}""", Outcome.SignInNeeded, "access.revoked")]
    [InlineData(200, """{"stat":"fail","code":99,"message":"Insufficient permissions"}""", Outcome.SignInNeeded, "permission.missing")]
    [InlineData(200, """{"stat":"fail","code":105,"message":"Service currently unavailable"}""", Outcome.Unclear, "server.error")]
    [InlineData(200, """{"stat":"fail","code":106,"message":"Write operation failed"}""", Outcome.Unclear, "server.error")]
    [InlineData(200, """{"stat":"fail","code":112,"message":"Method not found"}""", Outcome.NotNow, "version.ended")]
    [InlineData(200, """{"stat":"fail","code":116,"message":"Bad URL found"}""", Outcome.Rejected, "content.refused")]
    [InlineData(200, "<html>Welcome</html>", Outcome.Unclear, "answer.unreadable")]
    [InlineData(200, "", Outcome.Unclear, "answer.unreadable")]
    [InlineData(302, """{"stat":"ok"}""", Outcome.Unclear, "answer.unreadable")]
    [InlineData(401, "oauth_problem=nonce_used", Outcome.Unclear, "refused")]
    [InlineData(401, "oauth_problem=token_rejected", Outcome.SignInNeeded, "access.revoked")]
    [InlineData(413, "<html>too large</html>", Outcome.Rejected, "text.too.long")]
    [InlineData(429, "", Outcome.NotNow, "rate.limited")]
    [InlineData(500, """{"stat":"fail","code":1}""", Outcome.Unclear, "server.error")]
    public async Task An_answer_to_an_edit_means(int status, string body, Outcome outcome, string code)
    {
        var part = PartOf() with { Correction = new Correction(new RemotePost("77", null), CorrectionWay.Edit) };

        var result = await Platform(Canned.Saying(status, body)).CorrectAsync(part, Account, Cancel);

        (result.Outcome, result.Code, result.Answer).ShouldBe((outcome, code, body));
        result.Post.ShouldBe(outcome == Outcome.Published ? new RemotePost("77", new Uri("https://www.flickr.com/photos/1@N01/77")) : null);
    }

    [Theory]
    [InlineData(200, "oauth_token=7-a&oauth_token_secret=b", "answer.unreadable")]
    [InlineData(200, "<html>Welcome</html>", "answer.unreadable")]
    [InlineData(200, "oauth_problem=verifier_invalid", "sign.in.refused")]
    [InlineData(401, "oauth_problem=token_rejected", "sign.in.refused")]
    [InlineData(503, "", "server.error")]
    public async Task An_answer_to_the_verifier_means(int status, string body, string code)
    {
        var ticket = new Secret("""{"Server":"https://api.flickr.com/","ClientId":"k","ClientSecret":"s","Token":"t","TokenSecret":"u"}""");

        var result = await Platform(Canned.Saying(status, body)).FinishAsync(ticket, "verifier", new Uri("https://publisher.example/back"), Cancel);

        result.Problem.ShouldNotBeNull().Code.ShouldBe(code);
    }

    [Fact]
    public async Task An_account_that_says_nothing_of_its_limits_has_those_of_everyone()
    {
        var ticket = new Secret("""{"Server":"https://api.flickr.com/","ClientId":"k","ClientSecret":"s","Token":"t","TokenSecret":"u"}""");
        var server = Canned.Saying(200, "oauth_token=7-a&oauth_token_secret=b&user_nsid=1%40N01&username=&fullname=").Then(200, """{"stat":"fail","code":105}""");
        var platform = Platform(server);

        var account = (await platform.FinishAsync(ticket, "verifier", new Uri("https://publisher.example/back"), Cancel)).Accounts.ShouldHaveSingleItem();

        account.Limits.ShouldBe(platform.Info.Limits);
        (account.Id, account.Handle, account.DisplayName).ShouldBe(("1@N01", "1@N01", "1@N01"));
        account.Credentials.Token.Value.ShouldBe("7-a b");
    }

    private static TimeWindow Window => new(Start, Start.AddMinutes(5));

    private static FlickrPlatform Platform(Canned server) => new(new HttpClient(server), new FixedTime(Start), Shelf);

    private static Part PartOf() => new() { Text = "Text", Language = "en", Key = "key", Media = [Shelf.Picture("")] };

    private static Account Account { get; } = new()
    {
        Platform = "flickr",
        Server = new Uri("https://api.flickr.com/"),
        Id = "1@N01",
        Handle = "press",
        DisplayName = "Press office",
        Credentials = new Credentials { Token = new Secret("7-token secret"), ClientId = "key", ClientSecret = new Secret("client") },
        Limits = new FlickrPlatform(new HttpClient(), TimeProvider.System, Shelf).Info.Limits,
    };
}
