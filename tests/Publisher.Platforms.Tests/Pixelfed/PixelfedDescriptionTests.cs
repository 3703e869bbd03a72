using System.Text;
using System.Text.Json.Nodes;
using Publisher.Sandbox;
using Shouldly;

namespace Publisher.Platforms.Tests.Pixelfed;

/// <summary>
/// Pixelfed has no description of its own; it promises Mastodon's calls for publishing. So what is sent, and what the sandbox answers, is
/// held against Mastodon's description, except where Pixelfed is known to differ.
/// </summary>
public sealed class PixelfedDescriptionTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    private const string File = "mastodon/openapi.publish.json";

    private readonly MediaShelf _shelf = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Account Account
    {
        get
        {
            var known = SandboxAccounts.Of("pixelfed", "environment");
            return new Account
            {
                Platform = "pixelfed",
                Server = new Uri(sandbox.Address, "pixelfed/"),
                Id = known.Id,
                Handle = known.Handle,
                DisplayName = known.DisplayName,
                Credentials = new Credentials { Token = new Secret(known.Token) },
                Limits = new PlatformList(sandbox.Http, TimeProvider.System, _shelf)["pixelfed"].Info.Limits,
            };
        }
    }

    [Fact]
    public async Task Posts_comments_and_deletions_fit_the_description_it_shares()
    {
        var description = Usable(Specs.Find(File));
        await using var prism = await Prism.StartAsync(description, Account.Server);
        using var client = new Prism.Client(prism, Account.Server, description);
        using var http = new HttpClient(client);
        var platform = new PlatformList(http, TimeProvider.System, _shelf)["pixelfed"];

        var post = await PublishAsync(platform, PartOf("A picture, https://example.gov/report, #water and 🌊") with { Media = [_shelf.Picture("The dam")] });
        var album = PartOf("An album") with { Media = [_shelf.Picture("one"), _shelf.Picture("two")], Options = new Dictionary<string, string> { ["warning"] = "Flood", ["visibility"] = "unlisted" } };
        await PublishAsync(platform, album);
        await PublishAsync(platform, PartOf("The comment") with { Number = 2, Root = post, Parent = post });
        var corrected = PartOf("A picture without the typo") with { Correction = new Correction(post, CorrectionWay.Edit) };
        (await ((ICorrect)platform).CorrectAsync(corrected, Account, Cancel)).Outcome.ShouldBe(Outcome.Published);
        var measured = await ((IMeasure)platform).MeasureAsync([post], Account, Cancel);
        (measured.Failure, measured.Posts.Count).ShouldBe((null, 1));
        (await ((IRetract)platform).RetractAsync(post, Account, Cancel)).Failure.ShouldBeNull();

        // Of one's own account Pixelfed tells less than Mastodon. A deleted post comes back with "text" in place of "content".
        client.Violations.Where(violation => !(violation.StartsWith("GET /api/v1/accounts/verify_credentials: ", StringComparison.Ordinal) && violation.Contains("must have required property", StringComparison.Ordinal)))
            .ShouldBe([$"DELETE /api/v1/statuses/{post.Id}: response.body: Response body must have required property 'content'"]);
        client.Checked.ShouldBe(
        [
            "POST /api/v1/statuses", "POST /api/v1/statuses", "POST /api/v1/statuses", $"GET /api/v1/statuses/{post.Id}", $"PUT /api/v1/statuses/{post.Id}",
            "GET /api/v1/accounts/verify_credentials", $"DELETE /api/v1/statuses/{post.Id}",
        ]);
        // Uploads carry bytes; the description has no listing of an account.
        client.Past.Distinct().ShouldBe(["POST /api/v1/media", $"GET /api/v1/accounts/{Account.Id}/statuses"]);
    }

    [Theory]
    [InlineData("POST", "api/v1/statuses", """{"status":"Text","visibility":"everyone"}""")]
    [InlineData("PUT", "api/v1/statuses/57", """{"status":"Text","media_ids":"7"}""")]
    public async Task A_broken_request_is_caught(string method, string path, string body)
    {
        var description = Usable(Specs.Find(File));
        await using var prism = await Prism.StartAsync(description, Account.Server);
        using var client = new Prism.Client(prism, Account.Server, description);
        using var http = new HttpClient(client);
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(Account.Server, path)) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Accept.Add(new("application/json"));
        request.Headers.Authorization = new("Bearer", Account.Credentials.Token.Value);

        using var response = await http.SendAsync(request, Cancel);

        client.Violations.ShouldContain(violation => violation.Contains(": request."));
    }

    /// <summary>The description forbids a text beside pictures, against its own source, and asks for three properties of an account that Pixelfed does not tell.</summary>
    private static string Usable(string file)
    {
        var description = JsonNode.Parse(System.IO.File.ReadAllText(file))!;
        var body = description["paths"]!["/api/v1/statuses"]!["post"]!["requestBody"]!["content"]!["application/json"]!["schema"]!.AsObject();
        if (body["oneOf"] is { } kinds)
        {
            body.Remove("oneOf");
            body["anyOf"] = kinds;
        }

        var required = description["components"]!["schemas"]!["Account"]!["required"]!.AsArray();
        foreach (var untold in new[] { "group", "indexable", "uri" })
        {
            required.Remove(required.Single(name => name!.GetValue<string>() == untold));
        }

        var usable = Path.Combine(AppContext.BaseDirectory, "pixelfed." + Path.GetFileName(file));
        System.IO.File.WriteAllText(usable, description.ToJsonString());
        return usable;
    }

    private static Part PartOf(string text) => new() { Text = text, Language = "en", Key = PartKey.New(TimeProvider.System.GetUtcNow()) };

    private async Task<RemotePost> PublishAsync(IPlatform platform, Part part)
    {
        var prepared = await ((IPrepare)platform).PrepareAsync(part, Prepared.Nothing, Account, Cancel);
        prepared.IsReady.ShouldBeTrue();
        var result = await platform.PublishAsync(part, prepared.Prepared, Account, Cancel);
        result.Outcome.ShouldBe(Outcome.Published, result.ToString());
        return result.Post.ShouldNotBeNull();
    }
}
