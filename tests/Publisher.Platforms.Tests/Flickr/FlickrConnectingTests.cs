using System.Web;
using Publisher.Sandbox;
using Shouldly;

namespace Publisher.Platforms.Tests.Flickr;

/// <summary>How a person lets Publisher in, and how not.</summary>
public sealed class FlickrConnectingTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    private static readonly MediaShelf Shelf = new();

    private static readonly Uri Back = new("http://localhost:5000/channels/callback");

    private static readonly SandboxAccount Known = SandboxAccounts.Of("flickr", "environment");

    private readonly IPlatform _platform = new PlatformList(sandbox.Http, TimeProvider.System, Shelf)["flickr"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IConnectByOAuth Connecting => (IConnectByOAuth)_platform;

    [Fact]
    public async Task A_person_connects_an_account()
    {
        var start = await Connecting.StartAsync(App(), new Uri(Back, "?a=1"), "state & 1", Cancel);
        var verifier = await sandbox.ConsentAsync(start.Address.ShouldNotBeNull(), Known.Id, "state & 1");
        var account = (await Connecting.FinishAsync(start.Ticket, verifier, Back, Cancel)).Accounts.ShouldHaveSingleItem();

        (account.Id, account.Handle, account.DisplayName).ShouldBe((Known.Id, Known.Handle, Known.DisplayName));
        (account.Credentials.Expires, account.Credentials.RefreshToken).ShouldBe((null, null));
        (account.Limits.ImageBytes, account.Limits.VideoBytes, account.Limits.VideoLongest).ShouldBe((209_715_200, 1_073_741_824, TimeSpan.FromMinutes(10)));
        account.RepeatSafeFor.ShouldNotBeNull().ShouldBeGreaterThan(TimeSpan.FromDays(365));
        (await ((IRetract)_platform).RetractAsync(new RemotePost("1", null), account, Cancel)).Failure.ShouldBeNull();
        (await Connecting.FinishAsync(start.Ticket, verifier, Back, Cancel)).Problem.ShouldNotBeNull().Code.ShouldBe("sign.in.refused");
    }

    [Fact]
    public async Task A_wrong_verifier_opens_nothing()
    {
        var start = await Connecting.StartAsync(App(), Back, "s", Cancel);
        await sandbox.ConsentAsync(start.Address.ShouldNotBeNull(), Known.Id, "s");

        var result = await Connecting.FinishAsync(start.Ticket, "guessed", Back, Cancel);

        result.Problem.ShouldNotBeNull().Code.ShouldBe("sign.in.refused");
        result.Accounts.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_person_who_says_no_comes_back_without_a_verifier()
    {
        var start = await Connecting.StartAsync(App(), Back, "s", Cancel);
        var asked = HttpUtility.ParseQueryString(start.Address.ShouldNotBeNull().Query);
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var no = new FormUrlEncodedContent(new Dictionary<string, string> { ["oauth_token"] = asked["oauth_token"]!, ["perms"] = "delete", ["account"] = Known.Id, ["decision"] = "deny" });

        using var back = await client.PostAsync(new Uri(start.Address.GetLeftPart(UriPartial.Path)), no, Cancel);

        HttpUtility.ParseQueryString(back.Headers.Location.ShouldNotBeNull().Query).ShouldSatisfyAllConditions(
            query => query["state"].ShouldBe("s"),
            query => query["oauth_verifier"].ShouldBeNull());
        (await Connecting.FinishAsync(start.Ticket, "", Back, Cancel)).Problem.ShouldNotBeNull().Code.ShouldBe("sign.in.refused");
    }

    [Theory]
    [InlineData("clientId", "unknown", "sign.in.refused")]
    [InlineData("clientSecret", "wrong", "sign.in.refused")]
    [InlineData("clientSecret", " ", "app.fields.missing")]
    public async Task Wrong_app_fields_send_nobody_anywhere(string field, string value, string code)
    {
        var start = await Connecting.StartAsync(App((field, value)), Back, "s", Cancel);

        start.Address.ShouldBeNull();
        start.Problem.ShouldNotBeNull().Code.ShouldBe(code);
    }

    [Fact]
    public async Task The_person_is_sent_to_flickr_itself_where_no_other_server_is_given()
    {
        using var http = new HttpClient(Canned.Saying(200, "oauth_callback_confirmed=true&oauth_token=7-a&oauth_token_secret=b"));
        var connecting = (IConnectByOAuth)new PlatformList(http, TimeProvider.System, Shelf)["flickr"];

        var start = await connecting.StartAsync(new Dictionary<string, string> { ["clientId"] = "k", ["clientSecret"] = "s" }, Back, "state", Cancel);

        start.Address.ShouldBe(new Uri("https://www.flickr.com/services/oauth/authorize?oauth_token=7-a&perms=delete"));
    }

    private Dictionary<string, string> App(params (string Field, string Value)[] changes)
    {
        var app = new Dictionary<string, string> { ["clientId"] = "sandbox-flickr-key", ["clientSecret"] = "sandbox-flickr-secret", ["server"] = new Uri(sandbox.Address, "flickr/").AbsoluteUri };
        changes.ToList().ForEach(change => app[change.Field] = change.Value);
        return app;
    }
}
