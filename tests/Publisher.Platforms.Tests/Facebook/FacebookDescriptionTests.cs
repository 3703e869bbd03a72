using System.Text.Json;
using Publisher.Platforms.Tests.Meta;
using Publisher.Sandbox;
using Shouldly;

namespace Publisher.Platforms.Tests.Facebook;

/// <summary>
/// Meta's own description of pages, posts, photos and videos: what the adapter sends, and what the sandbox answers, is held against its
/// names and types.
/// </summary>
public sealed class FacebookDescriptionTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_call_and_every_answer_fits_the_description()
    {
        var description = new Description();

        var exchanges = await UseEverythingAsync();

        exchanges.Select(exchange => $"{exchange.Method} {exchange.Edge}").Distinct().Order(StringComparer.Ordinal)
            .ShouldBe(["DELETE ", "GET ", "GET accounts", "GET published_posts", "POST ", "POST feed", "POST photos", "POST videos"]);
        exchanges.SelectMany(description.Problems).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_broken_request_and_a_broken_answer_are_caught()
    {
        var description = new Description();
        var exchanges = await UseEverythingAsync();
        var post = exchanges.First(sent => sent.Edge == "feed");
        var video = exchanges.First(sent => sent.Edge == "videos");
        var edits = exchanges.Where(sent => sent is { Method: "POST", Edge: "" }).ToList();

        description.Problems(post).Concat(description.Problems(video)).Concat(edits.SelectMany(description.Problems)).ShouldBeEmpty();
        description.Problems(edits.First(sent => sent.Id.Contains('_')) with { Parameters = [("description", "a")] }).ShouldNotBeEmpty();
        description.Problems(edits.First(sent => !sent.Id.Contains('_')) with { Parameters = [("message", "a")] }).ShouldNotBeEmpty();
        description.Problems(post with { Parameters = [("text", "a")] }).ShouldNotBeEmpty();
        description.Problems(post with { Edge = "posting" }).ShouldNotBeEmpty();
        description.Problems(post with { Answer = JsonSerializer.SerializeToElement(new { post = "1" }) }).ShouldNotBeEmpty();
        description.Problems(video with { Parameters = [("upload_phase", "begin")] }).ShouldNotBeEmpty();
        description.Problems(video with { Parameters = [("file_size", "large")] }).ShouldNotBeEmpty();
    }

    /// <summary>Every call of connecting, publishing, looking, correcting and taking back.</summary>
    private async Task<IReadOnlyList<GraphExchange>> UseEverythingAsync()
    {
        await sandbox.ResetAsync("facebook");
        await using var shelf = new MediaShelf();
        var platform = new PlatformList(sandbox.Http, TimeProvider.System, shelf)["facebook"];
        var known = SandboxAccounts.Of("facebook", "environment");
        var redirect = new Uri("http://localhost/back");
        var app = new Dictionary<string, string> { ["clientId"] = known.ClientId!, ["clientSecret"] = known.ClientSecret!, ["server"] = new Uri(sandbox.Address, "facebook/").AbsoluteUri };
        var start = await ((IConnectByOAuth)platform).StartAsync(app, redirect, "s", Cancel);
        var code = await sandbox.ConsentAsync(start.Address!, known.Id, "s");
        var account = (await ((IConnectByOAuth)platform).FinishAsync(start.Ticket, code, redirect, Cancel)).Accounts[0];

        Media[][] choices = [[], [shelf.Picture("alt")], [shelf.Picture("one"), shelf.Picture("")], [shelf.Video("")]];
        foreach (var media in choices)
        {
            var part = new Part { Text = $"Read https://example.gov/{media.Length} now", Language = "en", Media = media };
            var prepared = await ((IPrepare)platform).PrepareAsync(part, Prepared.Nothing, account, Cancel);
            prepared.IsReady.ShouldBeTrue();
            var result = await platform.PublishAsync(part, prepared.Prepared, account, Cancel);
            for (var turn = 0; turn < 200 && result is { Outcome: Outcome.Processing, Ticket: { } ticket }; turn++)
            {
                await Task.Delay(25, Cancel);
                result = await ((IFinishLater)platform).AskAsync(ticket, part, account, Cancel);
            }

            var window = new TimeWindow(DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddMinutes(1));
            (await ((IRecall)platform).FindAsync(part, prepared.Prepared, window, account, Cancel)).Matches.ShouldNotBeEmpty();
            var post = result.Post.ShouldNotBeNull();
            (await ((ICorrect)platform).CorrectAsync(part with { Text = "Without the link", Correction = new Correction(post, CorrectionWay.Edit) }, account, Cancel)).Outcome.ShouldBe(Outcome.Published);
            (await ((IRetract)platform).RetractAsync(post, account, Cancel)).Failure.ShouldBeNull();
        }

        return [.. sandbox.Exchanges.Select(exchange => GraphExchange.Of(exchange, "v26.0")).OfType<GraphExchange>().Where(exchange => exchange.Id != "oauth")];
    }

    private sealed class Description
    {
        // What answers hold beside the object: the success of a call, the steps of an upload; and tasks, which are described in prose only.
        private static readonly string[] Steps = ["success", "video_id", "upload_session_id", "start_offset", "end_offset", "tasks"];

        private readonly GraphNode _page = GraphNode.Load("facebook", "Page");
        private readonly GraphNode _post = GraphNode.Load("facebook", "PagePost");
        private readonly GraphNode _photo = GraphNode.Load("facebook", "Photo");
        private readonly GraphNode _video = GraphNode.Load("facebook", "AdVideo");
        private readonly GraphNode _user = GraphNode.Load("facebook", "User");

        public IEnumerable<string> Problems(GraphExchange exchange)
        {
            // Bytes of a photo travel as "source", which the description leaves out; "since" is for every list with times.
            var parameters = exchange.Parameters.Where(parameter => parameter is not (("source", "(bytes)")) and not { Name: "since" });
            var (asked, answered) = exchange.Edge switch
            {
                "accounts" => (_user, _page),
                "feed" or "published_posts" => (_page, _post),
                "photos" => (_page, _photo),
                "videos" => (_page, _video),
                _ when exchange.Id.Contains('_') => (_post, _post),
                _ => (_video, _video),
            };
            return asked.Sent(exchange.Method, exchange.Edge, parameters).Concat(Objects(exchange).SelectMany(answered.Answered));
        }

        private static IEnumerable<JsonElement> Objects(GraphExchange exchange) =>
            (exchange.Answer.TryGetProperty("data", out var data) ? data.EnumerateArray() : (IEnumerable<JsonElement>)[exchange.Answer])
            .Select(one => JsonSerializer.SerializeToElement(one.EnumerateObject().Where(field => !Steps.Contains(field.Name)).ToDictionary(field => field.Name, field => field.Value)));
    }
}
