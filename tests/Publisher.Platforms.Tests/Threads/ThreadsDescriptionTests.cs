using System.Text.Json;
using System.Text.RegularExpressions;
using System.Web;
using Publisher.Sandbox;
using Shouldly;

namespace Publisher.Platforms.Tests.Threads;

/// <summary>
/// Meta describes the Threads API only by a collection of example requests and answers, without types. What the adapter sends, and what the
/// sandbox answers, is held against its names.
/// </summary>
public sealed partial class ThreadsDescriptionTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_call_and_every_answer_uses_only_names_of_the_collection()
    {
        var known = Known();

        var exchanges = await UseEverythingAsync();

        exchanges.Select(Shape).Distinct().Count().ShouldBeGreaterThanOrEqualTo(9);
        exchanges.SelectMany(exchange => Problems(exchange, known)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_name_it_does_not_know_is_caught()
    {
        var known = Known();
        var exchange = (await UseEverythingAsync()).First(sent => Shape(sent) == "POST */threads");

        Problems(exchange, known).ShouldBeEmpty();
        Problems(exchange with { Method = "PUT" }, known).ShouldNotBeEmpty();
        Problems(exchange with { Request = "media_type=TEXT&txt=a"u8.ToArray() }, known).ShouldNotBeEmpty();
        Problems(exchange with { Answer = """{"container":"1"}"""u8.ToArray() }, known).ShouldNotBeEmpty();
    }

    private static IEnumerable<string> Problems(Exchange exchange, Dictionary<string, (HashSet<string> Asked, HashSet<string> Answered)> known)
    {
        var shape = Shape(exchange);
        if (!known.TryGetValue(shape, out var names))
        {
            return [$"{shape} does not stand in the collection"];
        }

        var sent = HttpUtility.ParseQueryString(exchange.Address.Query).AllKeys.Concat(HttpUtility.ParseQueryString(System.Text.Encoding.UTF8.GetString(exchange.Request)).AllKeys).OfType<string>();
        // Which answer is described depends on the fields asked for, so every name of any answer will do; these two stand in prose only.
        var answered = known.Values.SelectMany(one => one.Answered).Append("error_message").Append("is_reply").ToHashSet();
        return sent.Where(name => !names.Asked.Contains(name) && name != "access_token").Select(name => $"{shape} asks with {name}")
            .Concat(Names(exchange.Answer).Where(name => !answered.Contains(name)).Select(name => $"{shape} answers {name}"));
    }

    private static IEnumerable<string> Names(byte[] answer)
    {
        using var document = JsonDocument.Parse(answer);
        return [.. All(document.RootElement)];

        static IEnumerable<string> All(JsonElement json) => json.ValueKind switch
        {
            JsonValueKind.Object => json.EnumerateObject().SelectMany(property => All(property.Value).Prepend(property.Name)),
            JsonValueKind.Array => json.EnumerateArray().SelectMany(All),
            _ => [],
        };
    }

    /// <summary>"GET */threads": an id or "me" is a star, the version is left out.</summary>
    private static string Shape(Exchange exchange) => Shape(exchange.Method, exchange.Address.AbsolutePath[(exchange.Address.AbsolutePath.IndexOf("/threads/", StringComparison.Ordinal) + "/threads/".Length)..]);

    private static string Shape(string method, string path)
    {
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(segment => segment != "v1.0").ToList();
        if (segments[0] == "me" || segments[0].StartsWith("{{", StringComparison.Ordinal) || segments[0].All(char.IsAsciiDigit))
        {
            segments[0] = "*";
        }

        return $"{method} {string.Join('/', segments)}";
    }

    private static Dictionary<string, (HashSet<string> Asked, HashSet<string> Answered)> Known()
    {
        var known = new Dictionary<string, (HashSet<string>, HashSet<string>)>(StringComparer.Ordinal);
        using var collection = JsonDocument.Parse(File.ReadAllText(Specs.Find("threads/postman_collection.json")));
        Collect(collection.RootElement, known);
        return known;
    }

    private static void Collect(JsonElement folder, Dictionary<string, (HashSet<string> Asked, HashSet<string> Answered)> known)
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
            var path = url.GetProperty("raw").GetString()!.Split('?')[0].Replace("{{api_host}}", "", StringComparison.Ordinal);
            var shape = Shape(request.GetProperty("method").GetString()!, path);
            known.TryAdd(shape, ([], []));
            if (url.TryGetProperty("query", out var query))
            {
                known[shape].Asked.UnionWith(query.EnumerateArray().Select(one => one.GetProperty("key").GetString()!));
            }

            // Some example answers are no valid JSON, so names are read from their text.
            foreach (var answer in item.GetProperty("response").EnumerateArray().Select(one => one.GetProperty("body").GetString()).OfType<string>())
            {
                known[shape].Answered.UnionWith(Name().Matches(answer).Select(match => match.Groups[1].Value));
            }
        }
    }

    /// <summary>Every call of connecting, publishing, looking and taking back.</summary>
    private async Task<IReadOnlyList<Exchange>> UseEverythingAsync()
    {
        await sandbox.ResetAsync("threads");
        await using var shelf = new MediaShelf();
        var platform = new PlatformList(sandbox.Http, TimeProvider.System, shelf)["threads"];
        var known = SandboxAccounts.Of("threads", "environment");
        var server = new Uri(sandbox.Address, "threads/");
        var redirect = new Uri("http://localhost/back");
        var app = new Dictionary<string, string> { ["clientId"] = known.ClientId!, ["clientSecret"] = known.ClientSecret!, ["server"] = server.AbsoluteUri };
        var start = await ((IConnectByOAuth)platform).StartAsync(app, redirect, "s", Cancel);
        var code = await sandbox.ConsentAsync(start.Address!, known.Id, "s");
        var account = (await ((IConnectByOAuth)platform).FinishAsync(start.Ticket, code, redirect, Cancel)).Accounts.ShouldHaveSingleItem();
        var options = new Dictionary<string, string> { ["replies"] = "followers_only", ["topic"] = "Water" };

        RemotePost? post = null;
        Media[][] choices = [[], [shelf.Picture("alt")], [shelf.Video("alt")], [shelf.Picture("one"), shelf.Picture("two")]];
        foreach (var media in choices)
        {
            var part = new Part { Text = "Text", Language = "en", Media = media, Parent = post, Options = options };
            var prepared = PrepareResult.Working(Prepared.Nothing, TimeSpan.Zero);
            for (var turn = 0; turn < 200 && !prepared.IsReady; turn++)
            {
                prepared = await ((IPrepare)platform).PrepareAsync(part, prepared.Prepared, account, Cancel);
                prepared.Failure.ShouldBeNull();
                await Task.Delay(25, Cancel);
            }

            post = (await platform.PublishAsync(part, prepared.Prepared, account, Cancel)).Post.ShouldNotBeNull();
            var window = new TimeWindow(DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddMinutes(1));
            (await ((IRecall)platform).FindAsync(part, Prepared.Nothing, window, account, Cancel)).Matches.ShouldContain(post);
        }

        (await ((IRetract)platform).RetractAsync(post!, account, Cancel)).Failure.ShouldBeNull();
        // The seeded token is old enough to be renewed, the new one is not.
        (await ((IRefreshTokens)platform).RefreshAsync(account with { Credentials = account.Credentials with { Token = new Secret(known.Token) } }, Cancel)).Failure.ShouldBeNull();
        return sandbox.Exchanges;
    }

    [GeneratedRegex("\"(\\w+)\"\\s*:")]
    private static partial Regex Name();
}
