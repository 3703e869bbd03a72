using System.Text;
using System.Text.Json.Nodes;
using Publisher.Sandbox;
using Shouldly;

namespace Publisher.Platforms.Tests;

/// <summary>
/// Adapter, platform's own description, sandbox in a row: what we send must be what the platform describes, and so must what the sandbox
/// answers, or the other tests would prove nothing.
/// </summary>
public sealed class DescriptionTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    private readonly MediaShelf _shelf = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("mastodon", "mastodon/openapi.publish.json")]
    [InlineData("x", "x/openapi.json")]
    public async Task Every_kind_of_post_fits_the_platforms_own_description(string name, string file)
    {
        var description = Usable(Specs.Find(file));
        var account = AccountOf(name);
        await using var prism = await Prism.StartAsync(description, account.Server);
        using var client = new Prism.Client(prism, account.Server, description);
        using var http = new HttpClient(client);
        var platform = new PlatformList(http, TimeProvider.System, _shelf)[name];

        var text = await PublishAsync(platform, account, PartOf(platform, "Text with a link https://example.gov/report, a tag #water and 🌊"));
        await PublishAsync(platform, account, PartOf(platform, "Four pictures") with { Media = [.. Enumerable.Range(1, 4).Select(number => _shelf.Picture($"Picture {number}"))] });
        await PublishAsync(platform, account, PartOf(platform, "A video") with { Media = [_shelf.Video("")] });
        var second = PartOf(platform, "The second part") with { Number = 2, Root = text, Parent = text };
        await PublishAsync(platform, account, second);
        var found = await ((IRecall)platform).FindAsync(second, Prepared.Nothing, new TimeWindow(DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddMinutes(1)), account, Cancel);
        found.Matches.Count.ShouldBe(1);
        if (platform is ICorrect correcting)
        {
            var corrected = PartOf(platform, "Text without the typo") with { Correction = new Correction(text, CorrectionWay.Edit) };
            (await correcting.CorrectAsync(corrected, account, Cancel)).Outcome.ShouldBe(Outcome.Published);
            client.Checked.ShouldContain(call => call.StartsWith("PUT"));
        }

        (await ((IRetract)platform).RetractAsync(text, account, Cancel)).Failure.ShouldBeNull();

        client.Violations.ShouldBeEmpty();
        client.Checked.ShouldContain(call => call.StartsWith("DELETE"));
        client.Checked.Count(call => call is "POST /api/v1/statuses" or "POST /2/tweets").ShouldBe(4);
        // Uploads carry bytes; Mastodon's file for publishing has no listing of an account and no source of a status.
        client.Past.Distinct().ShouldAllBe(call => call.Contains("/media") || (name == "mastodon" && call.StartsWith("GET") && (call.Contains("/accounts/") || call.EndsWith("/source"))));
    }

    [Theory]
    [InlineData("mastodon", "mastodon/openapi.publish.json", "api/v1/statuses", """{"status":"Text","visibility":"everyone"}""")]
    [InlineData("x", "x/openapi.json", "2/tweets", """{"text":"Text","media":{"media_ids":"7"}}""")]
    public async Task A_broken_request_is_caught(string name, string file, string path, string body)
    {
        var description = Usable(Specs.Find(file));
        var account = AccountOf(name);
        await using var prism = await Prism.StartAsync(description, account.Server);
        using var client = new Prism.Client(prism, account.Server, description);
        using var http = new HttpClient(client);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(account.Server, path)) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", account.Credentials.Token.Value);

        using var response = await http.SendAsync(request, Cancel);

        client.Violations.ShouldContain(violation => violation.Contains(": request."));
    }

    /// <summary>
    /// Mastodon's description says that a status is exactly one of text, media and poll, and so forbids the text beside pictures that its
    /// own source documents. Everything else in it is held as it stands.
    /// </summary>
    private static string Usable(string file)
    {
        var description = JsonNode.Parse(File.ReadAllText(file))!;
        var body = description["paths"]?["/api/v1/statuses"]?["post"]?["requestBody"]?["content"]?["application/json"]?["schema"]?.AsObject();
        if (body?["oneOf"] is not { } kinds)
        {
            return file;
        }

        body.Remove("oneOf");
        body["anyOf"] = kinds;
        var usable = Path.Combine(AppContext.BaseDirectory, Path.GetFileName(file));
        File.WriteAllText(usable, description.ToJsonString());
        return usable;
    }

    private async Task<RemotePost> PublishAsync(IPlatform platform, Account account, Part part)
    {
        var prepared = Prepared.Nothing;
        if (part.Media.Count > 0)
        {
            var result = await ((IPrepare)platform).PrepareAsync(part, prepared, account, Cancel);
            for (var turn = 0; !result.IsReady && turn < 100; turn++)
            {
                result.Failure.ShouldBeNull();
                await Task.Delay(100, Cancel);
                result = await ((IPrepare)platform).PrepareAsync(part, result.Prepared, account, Cancel);
            }

            prepared = result.Prepared;
        }

        var published = await platform.PublishAsync(part, prepared, account, Cancel);
        published.Outcome.ShouldBe(Outcome.Published, published.ToString());
        return published.Post.ShouldNotBeNull();
    }

    private static Part PartOf(IPlatform platform, string text) => new()
    {
        Text = text,
        Language = "en",
        Options = platform.Info.Options.ToDictionary(option => option.Name, option => option.Default),
        Key = PartKey.New(DateTimeOffset.UtcNow),
    };

    private Account AccountOf(string name)
    {
        var known = SandboxAccounts.Of(name, "environment");
        return new Account
        {
            Platform = name,
            Server = new Uri(sandbox.Address, $"{name}/"),
            Id = known.Id,
            Handle = known.Handle,
            DisplayName = known.DisplayName,
            Credentials = new Credentials { Token = new Secret(known.Token) },
            Limits = new PlatformList(sandbox.Http, TimeProvider.System, _shelf)[name].Info.Limits,
        };
    }
}
