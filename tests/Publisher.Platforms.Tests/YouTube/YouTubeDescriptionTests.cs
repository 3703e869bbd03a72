using System.Text;
using System.Text.Json;
using Publisher.Sandbox;
using Shouldly;

namespace Publisher.Platforms.Tests.YouTube;

/// <summary>Adapter, Google's own description, sandbox in a row: what is sent and what is answered must be what is described.</summary>
public sealed class YouTubeDescriptionTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    private readonly MediaShelf _shelf = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Uri Server => new(sandbox.Address, "youtube/");

    [Fact]
    public async Task Everything_about_a_video_fits_the_description()
    {
        var description = Specs.Find("youtube/openapi.json");
        await using var prism = await Prism.StartAsync(description, Server);
        using var client = new Prism.Client(prism, Server, description);
        using var http = new HttpClient(client);
        var platform = new PlatformList(http, TimeProvider.System, _shelf)["youtube"];
        var account = AccountOf(platform);
        var part = new Part
        {
            Text = "The new bridge is open: https://example.gov/bridge",
            Language = "en",
            Key = PartKey.New(DateTimeOffset.UtcNow),
            Media = [_shelf.Video("")],
            Options = platform.Info.Options.ToDictionary(option => option.Name, option => option.Name is "title" or "tags" ? "bridge, water" : option.Choices[^1].Value),
        };

        var prepared = await PrepareAsync((IPrepare)platform, part, account);
        var live = (await platform.PublishAsync(part, prepared, account, Cancel)).Post.ShouldNotBeNull();
        var window = new TimeWindow(DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddMinutes(1));
        (await ((IRecall)platform).FindAsync(part, prepared, window, account, Cancel)).Matches.ShouldBe([live]);
        var corrected = part with { Text = "The new bridge is open from Monday", Correction = new Correction(live, CorrectionWay.Edit) };
        (await ((ICorrect)platform).CorrectAsync(corrected, account, Cancel)).Outcome.ShouldBe(Outcome.Published);
        var measured = await ((IMeasure)platform).MeasureAsync([live], account, Cancel);
        (measured.Failure, measured.Posts.Count).ShouldBe((null, 1));
        (await ((IRetract)platform).RetractAsync(live, account, Cancel)).Failure.ShouldBeNull();

        // The description names a deletion's answer 200; developers.google.com/youtube/v3/docs/videos/delete says 204.
        client.Violations.Where(violation => !violation.StartsWith("DELETE", StringComparison.Ordinal)).ShouldBeEmpty();
        client.Checked.Distinct().ShouldBe(
            ["GET /youtube/v3/videos", "PUT /youtube/v3/videos", "GET /youtube/v3/channels", "DELETE /youtube/v3/videos"], ignoreOrder: true);
        // The description leaves uploads out: their paths stand beside it, and their metadata is what the visible call sends again.
        client.Past.Distinct().ShouldBe([$"POST {UploadPath()}", $"PUT {UploadPath()}"]);
    }

    [Fact]
    public async Task A_broken_update_is_caught()
    {
        string[] broken =
        [
            """{"id":"v1","status":{"privacyStatus":"everyone"}}""",
            """{"id":"v1","status":{"embeddable":"yes"}}""",
            """{"id":"v1","snippet":{"title":"Bridge","tags":"bridge"}}""",
            """{"id":"v1","snippet":{"title":"Bridge","categoryId":25}}""",
        ];
        var description = Specs.Find("youtube/openapi.json");
        await using var prism = await Prism.StartAsync(description, Server);
        using var client = new Prism.Client(prism, Server, description);
        using var http = new HttpClient(client);
        foreach (var body in broken)
        {
            client.Violations.Clear();
            using var request = new HttpRequestMessage(HttpMethod.Put, new Uri(Server, "youtube/v3/videos?part=snippet,status")) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
            request.Headers.Authorization = new("Bearer", SandboxAccounts.Of("youtube", "environment").Token);

            using var response = await http.SendAsync(request, Cancel);

            client.Violations.ShouldContain(violation => violation.Contains(": request.body"), body);
        }
    }

    private static string UploadPath()
    {
        using var uploads = JsonDocument.Parse(File.ReadAllText(Specs.Find("youtube/media-upload.json")));
        return uploads.RootElement.GetProperty("youtube.videos.insert").GetProperty("protocols").GetProperty("simple").GetProperty("path").GetString()!;
    }

    private static async Task<Prepared> PrepareAsync(IPrepare platform, Part part, Account account)
    {
        var result = await platform.PrepareAsync(part, Prepared.Nothing, account, Cancel);
        for (var turn = 0; !result.IsReady && turn < 100; turn++)
        {
            result.Failure.ShouldBeNull();
            await Task.Delay(100, Cancel);
            result = await platform.PrepareAsync(part, result.Prepared, account, Cancel);
        }

        return result.Prepared;
    }

    private Account AccountOf(IPlatform platform)
    {
        var known = SandboxAccounts.Of("youtube", "environment");
        return new Account
        {
            Platform = "youtube",
            Server = Server,
            Id = known.Id,
            Handle = known.Handle,
            DisplayName = known.DisplayName,
            Credentials = new Credentials { Token = new Secret(known.Token) },
            Limits = platform.Info.Limits,
        };
    }
}
