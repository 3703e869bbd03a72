using System.Text.Json;
using Publisher.Platforms.Tests.Meta;
using Publisher.Sandbox;
using Shouldly;

namespace Publisher.Platforms.Tests.Instagram;

/// <summary>
/// Meta's own description of Instagram's objects: what the adapter sends, and what the sandbox answers, is held against its names and types.
/// </summary>
public sealed class InstagramDescriptionTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_call_and_every_answer_fits_the_description()
    {
        var description = new Description();

        var exchanges = await UseEverythingAsync();

        exchanges.Select(exchange => $"{exchange.Method} {exchange.Edge}").Distinct().Order(StringComparer.Ordinal).ShouldBe(["GET ", "GET media", "POST media", "POST media_publish"]);
        exchanges.SelectMany(description.Problems).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_broken_request_and_a_broken_answer_are_caught()
    {
        var description = new Description();
        var exchange = (await UseEverythingAsync()).First(sent => sent is { Method: "POST", Edge: "media" });

        description.Problems(exchange).ShouldBeEmpty();
        description.Problems(exchange with { Parameters = [("text", "a")] }).ShouldNotBeEmpty();
        description.Problems(exchange with { Parameters = [("is_carousel_item", "yes")] }).ShouldNotBeEmpty();
        description.Problems(exchange with { Edge = "posts" }).ShouldNotBeEmpty();
        description.Problems(exchange with { Answer = JsonSerializer.SerializeToElement(new { id = 1 }) }).ShouldNotBeEmpty();
    }

    /// <summary>Every call of publishing and looking.</summary>
    private async Task<IReadOnlyList<GraphExchange>> UseEverythingAsync()
    {
        await sandbox.ResetAsync("instagram");
        await using var shelf = new MediaShelf();
        var platform = new PlatformList(sandbox.Http, TimeProvider.System, shelf)["instagram"];
        var known = SandboxAccounts.Of("instagram", "environment");
        var redirect = new Uri("http://localhost/back");
        var app = new Dictionary<string, string> { ["clientId"] = known.ClientId!, ["clientSecret"] = known.ClientSecret!, ["server"] = new Uri(sandbox.Address, "instagram/").AbsoluteUri };
        var start = await ((IConnectByOAuth)platform).StartAsync(app, redirect, "s", Cancel);
        var code = await sandbox.ConsentAsync(start.Address!, known.Id, "s");
        var account = (await ((IConnectByOAuth)platform).FinishAsync(start.Ticket, code, redirect, Cancel)).Accounts.ShouldHaveSingleItem();

        Media[][] choices = [[shelf.Jpeg("alt")], [shelf.Video("")], [shelf.Jpeg("one"), shelf.Jpeg("")], [shelf.Video(""), shelf.Video("")]];
        foreach (var media in choices)
        {
            var part = new Part { Text = $"Text {media.Length} {media[0].Type}", Language = "en", Media = media };
            var prepared = PrepareResult.Working(Prepared.Nothing, TimeSpan.Zero);
            for (var turn = 0; turn < 200 && !prepared.IsReady; turn++)
            {
                prepared = await ((IPrepare)platform).PrepareAsync(part, prepared.Prepared, account, Cancel);
                prepared.Failure.ShouldBeNull();
                await Task.Delay(25, Cancel);
            }

            var post = (await platform.PublishAsync(part, prepared.Prepared, account, Cancel)).Post.ShouldNotBeNull();
            var window = new TimeWindow(DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddMinutes(1));
            (await ((IRecall)platform).FindAsync(part, Prepared.Nothing, window, account, Cancel)).Matches.ShouldHaveSingleItem().ShouldBe(post);
        }

        return [.. sandbox.Exchanges.Select(exchange => GraphExchange.Of(exchange, "v26.0")).OfType<GraphExchange>()];
    }

    private sealed class Description
    {
        // The description of this sign-in's user misspells media_publish; the other sign-in's has the same calls.
        private readonly GraphNode _calls = GraphNode.Load("instagram", "IGUser");
        private readonly GraphNode _user = GraphNode.Load("instagram", "IGUserForIGOnlyAPI");
        private readonly GraphNode _media = GraphNode.Load("instagram", "IGMediaForIGOnlyAPI");
        private readonly GraphNode _container = GraphNode.Load("instagram", "ShadowIGMediaBuilder");

        public IEnumerable<string> Problems(GraphExchange exchange)
        {
            var asked = exchange.Edge.Length > 0 ? _calls : Asked(exchange);
            return asked.Sent(exchange.Method, exchange.Edge, exchange.Parameters).Concat(Objects(exchange).SelectMany(one => (exchange.Edge.Length > 0 ? _media : asked).Answered(one)));
        }

        private GraphNode Asked(GraphExchange exchange) =>
            exchange.Id == "me" ? _user : exchange.Parameters.Any(parameter => parameter.Value.Contains("status", StringComparison.Ordinal)) ? _container : _media;

        private static IEnumerable<JsonElement> Objects(GraphExchange exchange) =>
            exchange.Answer.TryGetProperty("data", out var data) ? data.EnumerateArray() : [exchange.Answer];
    }
}
