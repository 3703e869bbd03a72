using System.Text;
using Publisher.Sandbox;
using Shouldly;

namespace Publisher.Platforms.Tests.Pinterest;

/// <summary>What is sent, and what the sandbox answers, held against Pinterest's own description.</summary>
public sealed class PinterestDescriptionTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    private readonly MediaShelf _shelf = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_kind_of_pin_fits_the_description()
    {
        var description = Specs.Find("pinterest/openapi.json");
        await using var prism = await Prism.StartAsync(description, new Uri(Server, "v5"));
        using var client = new Prism.Client(prism, new Uri(Server, "v5/"), description);
        using var http = new HttpClient(client);
        var platform = new PlatformList(http, TimeProvider.System, _shelf)["pinterest"];
        var account = Account(platform);

        var pin = await PublishAsync(platform, account, PartOf("See https://example.gov/levels #water 🌊", _shelf.Picture("The river")));
        await PublishAsync(platform, account, PartOf("Five", [.. Enumerable.Range(1, 5).Select(number => _shelf.Jpeg($"Picture {number}"))]));
        await PublishAsync(platform, account, PartOf("Film", _shelf.Video("The dam")));
        var window = new TimeWindow(DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddMinutes(1));
        (await ((IRecall)platform).FindAsync(PartOf("Film", _shelf.Video("")), Prepared.Nothing, window, account, Cancel)).Matches.ShouldHaveSingleItem();
        var corrected = PartOf("See the levels #water", _shelf.Picture("The river")) with { Correction = new Correction(pin, CorrectionWay.Edit) };
        (await ((ICorrect)platform).CorrectAsync(corrected, account, Cancel)).Outcome.ShouldBe(Outcome.Published);
        (await ((IRetract)platform).RetractAsync(pin, account, Cancel)).Failure.ShouldBeNull();
        await ConnectAsync((IConnectByOAuth)platform);
        (await ((IRefreshTokens)platform).RefreshAsync(account, Cancel)).Failure.ShouldBeNull();

        client.Violations.ShouldBeEmpty();
        client.Checked.Count(call => call == "POST /pins").ShouldBe(3);
        client.Checked.ShouldContain(call => call.StartsWith("PATCH /pins/"));
        client.Checked.Distinct().Count().ShouldBeGreaterThanOrEqualTo(9);
        client.Past.Distinct().ShouldBe(["POST /pinterest/media-upload/"]);
    }

    [Theory]
    [InlineData("POST", "v5/pins", """{"board_id":"News","media_source":{"source_type":"image_base64","content_type":"image/png","data":"AAAA"}}""")]
    [InlineData("POST", "v5/pins", """{"board_id":"8","media_source":{"source_type":"image_base64","content_type":"image/webp","data":"AAAA"}}""")]
    [InlineData("POST", "v5/pins", """{"board_id":"8","media_source":{"source_type":"multiple_image_base64","items":[{"content_type":"image/png","data":"AAAA"}]}}""")]
    [InlineData("PATCH", "v5/pins/1", """{"description":5}""")]
    [InlineData("PATCH", "v5/pins/1", """{"board_id":"News"}""")]
    public async Task A_broken_request_is_caught(string method, string path, string body)
    {
        var description = Specs.Find("pinterest/openapi.json");
        await using var prism = await Prism.StartAsync(description, new Uri(Server, "v5"));
        using var client = new Prism.Client(prism, new Uri(Server, "v5/"), description);
        using var http = new HttpClient(client);
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(Server, path)) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", SandboxAccounts.Of("pinterest", "environment").Token);

        using var response = await http.SendAsync(request, Cancel);

        client.Violations.ShouldContain(violation => violation.Contains(": request."));
    }

    private Uri Server => new(sandbox.Address, "pinterest/");

    private async Task ConnectAsync(IConnectByOAuth connecting)
    {
        var known = SandboxAccounts.Of("pinterest", "water");
        var back = new Uri("http://localhost/back");
        var app = new Dictionary<string, string> { ["clientId"] = known.ClientId!, ["clientSecret"] = known.ClientSecret!, ["server"] = Server.AbsoluteUri };
        var start = await connecting.StartAsync(app, back, "s", Cancel);
        var code = await sandbox.ConsentAsync(start.Address!, known.Id, "s");
        (await connecting.FinishAsync(start.Ticket, code, back, Cancel)).Accounts.Count.ShouldBe(2);
    }

    private static async Task<RemotePost> PublishAsync(IPlatform platform, Account account, Part part)
    {
        var result = await ((IPrepare)platform).PrepareAsync(part, Prepared.Nothing, account, Cancel);
        for (var turn = 0; !result.IsReady && turn < 100; turn++)
        {
            result.Failure.ShouldBeNull();
            await Task.Delay(50, Cancel);
            result = await ((IPrepare)platform).PrepareAsync(part, result.Prepared, account, Cancel);
        }

        var published = await platform.PublishAsync(part, result.Prepared, account, Cancel);
        published.Outcome.ShouldBe(Outcome.Published, published.ToString());
        return published.Post.ShouldNotBeNull();
    }

    private static Part PartOf(string text, params Media[] media) => new() { Text = text, Language = "en", Media = media, Key = "key" };

    private Account Account(IPlatform platform)
    {
        var known = SandboxAccounts.Of("pinterest", "environment");
        return new Account
        {
            Platform = "pinterest",
            Server = Server,
            Id = known.Id,
            Handle = known.Handle,
            DisplayName = known.DisplayName,
            Credentials = new Credentials
            {
                Token = new Secret(known.Token),
                RefreshToken = new Secret(known.RefreshToken!),
                ClientId = known.ClientId,
                ClientSecret = new Secret(known.ClientSecret!),
            },
            Limits = platform.Info.Limits,
        };
    }
}
