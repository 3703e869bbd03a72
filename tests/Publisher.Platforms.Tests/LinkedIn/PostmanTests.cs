using System.Text.Json;
using Shouldly;

namespace Publisher.Platforms.Tests.LinkedIn;

/// <summary>
/// LinkedIn publishes no description of its interface, only collections of example requests with paths, methods, header and
/// query names. What the adapter sends is held against those names.
/// </summary>
public sealed class PostmanTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_call_is_one_the_collections_know()
    {
        var known = Known();

        var exchanges = await UseEverythingAsync();

        exchanges.Count.ShouldBeGreaterThan(8);
        exchanges.Select(exchange => Problem(exchange, known)).OfType<string>().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_call_they_do_not_know_is_caught()
    {
        var known = Known();
        var exchange = (await UseEverythingAsync()).First(sent => sent.Method == "POST" && sent.Address.AbsolutePath.EndsWith("/posts", StringComparison.Ordinal));

        Problem(exchange, known).ShouldBeNull();
        Problem(exchange with { Method = "PUT" }, known).ShouldNotBeNull();
        Problem(exchange with { Address = new Uri(exchange.Address, "postings") }, known).ShouldNotBeNull();
        Problem(exchange with { Headers = new Dictionary<string, string>() }, known).ShouldNotBeNull();
    }

    private static string? Problem(Exchange exchange, HashSet<string> known)
    {
        var path = exchange.Address.AbsolutePath;
        path = path[(path.IndexOf("/rest/", StringComparison.Ordinal) + "/rest/".Length)..];
        var call = $"{exchange.Method} {Shape(path)}";
        if (!known.Contains(call))
        {
            return $"{call} stands in no collection";
        }

        return new[] { "LinkedIn-Version", "X-Restli-Protocol-Version" }.Where(name => !exchange.Headers.ContainsKey(name)).Select(name => $"{call}: {name} is missing").FirstOrDefault();
    }

    /// <summary>"posts/urn..." as "posts/*": the first segment names the resource, the rest is an id.</summary>
    private static string Shape(string path)
    {
        var segments = path.Trim('/').Split('/');
        return segments.Length == 1 ? segments[0] : $"{segments[0]}/*";
    }

    /// <summary>Method and shape of every request in the collections.</summary>
    private static HashSet<string> Known()
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in new[] { "content", "community" })
        {
            using var collection = JsonDocument.Parse(File.ReadAllText(Specs.Find($"linkedin/linkedin-marketing-{name}.postman_collection.json")));
            Collect(collection.RootElement, known);
        }

        // The collections hold the question about a video under the path of pictures.
        known.Add("GET videos/*");
        return known;
    }

    private static void Collect(JsonElement folder, HashSet<string> known)
    {
        foreach (var item in folder.GetProperty("item").EnumerateArray())
        {
            if (item.TryGetProperty("item", out _))
            {
                Collect(item, known);
                continue;
            }

            var request = item.GetProperty("request");
            var url = request.GetProperty("url");
            var raw = url.ValueKind == JsonValueKind.String ? url.GetString()! : url.GetProperty("raw").GetString()!;
            var path = raw.Replace("{{baseUrl}}", "", StringComparison.Ordinal).Split('?')[0].Replace("/rest/", "/", StringComparison.Ordinal);
            known.Add($"{request.GetProperty("method").GetString()} {Shape(path)}");
        }
    }

    /// <summary>Every versioned call of publishing, looking and taking back.</summary>
    private async Task<IReadOnlyList<Exchange>> UseEverythingAsync()
    {
        await sandbox.ResetAsync("linkedin");
        var shelf = new MediaShelf();
        var platform = new PlatformList(sandbox.Http, TimeProvider.System, shelf)["linkedin"];
        var known = Publisher.Sandbox.SandboxAccounts.Of("linkedin", "environment");
        var account = new Account
        {
            Platform = "linkedin",
            Server = new Uri(sandbox.Address, "linkedin/"),
            Id = known.Id,
            Handle = known.Handle,
            DisplayName = known.DisplayName,
            Credentials = new Credentials { Token = new Secret(known.Token) },
            Limits = platform.Info.Limits,
        };

        RemotePost? post = null;
        foreach (var media in new[] { shelf.Picture("alt"), shelf.Video("") })
        {
            var part = new Part { Text = $"With {media.Type}", Language = "en", Media = [media] };
            var prepared = PrepareResult.Working(Prepared.Nothing, TimeSpan.Zero);
            while (!prepared.IsReady)
            {
                prepared = await ((IPrepare)platform).PrepareAsync(part, prepared.Prepared, account, Cancel);
                prepared.Failure.ShouldBeNull();
                await Task.Delay(50, Cancel);
            }

            post = (await platform.PublishAsync(part, prepared.Prepared, account, Cancel)).Post.ShouldNotBeNull();
        }

        var window = new TimeWindow(DateTimeOffset.MinValue, DateTimeOffset.MaxValue);
        await ((IRecall)platform).FindAsync(new Part { Text = "x", Language = "en" }, Prepared.Nothing, window, account, Cancel);
        await ((ICorrect)platform).CorrectAsync(new Part { Text = "y", Language = "en", Correction = new Correction(post!, CorrectionWay.Edit) }, account, Cancel);
        await ((IRetract)platform).RetractAsync(post!, account, Cancel);
        return [.. sandbox.Exchanges.Where(exchange => exchange.Address.AbsolutePath.Contains("/rest/", StringComparison.Ordinal))];
    }
}
