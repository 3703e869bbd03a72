using System.Text.Json;
using System.Text.Json.Nodes;
using Publisher.Sandbox;
using Shouldly;

namespace Publisher.Platforms.Tests.Bluesky;

/// <summary>What the adapter sends and the sandbox answers, held against the protocol's lexicons by the protocol's own validator.</summary>
public sealed class LexiconTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    private static int _videos;

    private static readonly MediaShelf Shelf = new();
    private readonly IPlatform _platform = new PlatformList(sandbox.Http, TimeProvider.System, Shelf)["bluesky"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Requests_and_answers_satisfy_the_lexicons()
    {
        var (tools, lexicons) = Find();

        var exchanges = await UseEverythingAsync();

        exchanges.Select(exchange => exchange["nsid"]!.GetValue<string>()).Distinct().Count().ShouldBeGreaterThan(10);
        (await ValidateAsync(tools, lexicons, exchanges)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_broken_request_is_caught()
    {
        var (tools, lexicons) = Find();
        var exchanges = await UseEverythingAsync();
        var put = exchanges.First(exchange => exchange["input"]?["record"]?["embed"]?["images"] is not null);
        put["input"]!["record"]!["createdAt"] = "yesterday";
        put["input"]!["record"]!["embed"]!["images"]![0]!.AsObject().Remove("alt");
        put["output"]!.AsObject().Remove("cid");
        exchanges.First(exchange => exchange["nsid"]!.GetValue<string>().EndsWith("getRecord", StringComparison.Ordinal))["query"]!["rkey"] = "not a key";

        var problems = await ValidateAsync(tools, lexicons, exchanges);

        problems.Count.ShouldBe(3, string.Join('\n', problems));
        problems.ShouldContain(problem => problem.Contains("putRecord record", StringComparison.Ordinal));
        problems.ShouldContain(problem => problem.Contains("putRecord output", StringComparison.Ordinal));
        problems.ShouldContain(problem => problem.Contains("getRecord parameters", StringComparison.Ordinal));
    }

    private static (string Tools, string Lexicons) Find() =>
        (Tools.Npm("pds", "@atproto/dev-env"), Specs.Find("bluesky/lexicons"));

    /// <summary>Every call the adapter knows, once.</summary>
    private async Task<IReadOnlyList<JsonObject>> UseEverythingAsync()
    {
        await sandbox.ResetAsync("bluesky");
        var known = SandboxAccounts.Of("bluesky", "water");
        var form = new Dictionary<string, string>
        {
            ["server"] = new Uri(sandbox.Address, "bluesky/").AbsoluteUri,
            ["handle"] = known.Handle,
            ["password"] = known.AppPassword!,
        };
        var connected = await ((IConnectByForm)_platform).ConnectAsync(form, Cancel);
        var account = connected.Accounts.Single();
        account = account with { Credentials = (await ((IRefreshTokens)_platform).RefreshAsync(account, Cancel)).Credentials! };
        var handle = SandboxAccounts.KnownHandles.Keys.First();
        var mention = await ((IResolveMentions)_platform).ResolveAsync(handle, account, Cancel);

        var text = Part($"Hello @{handle}, see https://example.gov/ #tag 🌊") with
        {
            Mentions = [mention!],
            Options = new Dictionary<string, string> { ["labels"] = "graphic-media" },
        };
        var first = await SendAsync(text, account);
        await SendAsync(Part("Reply with pictures") with { Root = first, Parent = first, Media = [Shelf.Picture("one"), Shelf.Picture("two")] }, account);
        await SendAsync(Part("Card") with { Card = new LinkCard(new Uri("https://example.gov/a"), "Title", "Description") { Thumb = Shelf.Picture("") } }, account);
        // Another file each time: one that was uploaded before is ready at once, and its job is never asked about.
        await SendAsync(Part("Video") with { Media = [Shelf.Video("alt", 120_000 + Interlocked.Increment(ref _videos))] }, account);
        var window = new TimeWindow(DateTimeOffset.MinValue, DateTimeOffset.MaxValue);
        await ((IRecall)_platform).FindAsync(text, Prepared.Nothing, window, account, Cancel);
        await ((IRecall)_platform).FindAsync(Part("Absent"), Prepared.Nothing, window, account, Cancel);
        await ((IRetract)_platform).RetractAsync(first, account, Cancel);

        return [.. sandbox.Exchanges.Where(exchange => exchange.Address.AbsolutePath.Contains("/xrpc/", StringComparison.Ordinal)).Select(Describe)];
    }

    private async Task<RemotePost> SendAsync(Part part, Account account)
    {
        var prepared = PrepareResult.Working(Prepared.Nothing, TimeSpan.Zero);
        while (!prepared.IsReady)
        {
            prepared = await ((IPrepare)_platform).PrepareAsync(part, prepared.Prepared, account, Cancel);
            prepared.Failure.ShouldBeNull();
            await Task.Delay(20, Cancel);
        }

        return (await _platform.PublishAsync(part, prepared.Prepared, account, Cancel)).Post.ShouldNotBeNull();
    }

    private static Part Part(string text) => new() { Text = text, Language = "en", Key = PartKey.New(TimeProvider.System.GetUtcNow()), CreatedAt = TimeProvider.System.GetUtcNow() };

    private static JsonObject Describe(Exchange exchange)
    {
        var query = new JsonObject();
        foreach (var (name, value) in Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(exchange.Address.Query))
        {
            query[name] = value.ToString();
        }

        return new JsonObject
        {
            ["nsid"] = exchange.Address.Segments[^1],
            ["query"] = query,
            ["inputType"] = exchange.RequestType,
            ["input"] = exchange.RequestType == "application/json" ? JsonNode.Parse(exchange.Request) : null,
            ["status"] = exchange.Status,
            ["output"] = exchange.AnswerType == "application/json" && exchange.Answer.Length > 0 ? JsonNode.Parse(exchange.Answer) : null,
        };
    }

    private static async Task<IReadOnlyList<string>> ValidateAsync(string tools, string lexicons, IEnumerable<JsonObject> exchanges)
    {
        var input = new JsonArray([.. exchanges.Select(exchange => exchange.DeepClone())]).ToJsonString();
        var output = await Tools.RunAsync("node", [Tools.Script("lexicon.mjs"), tools, lexicons], input);
        return JsonSerializer.Deserialize<List<string>>(output) ?? [];
    }
}
