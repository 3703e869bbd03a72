using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Web;
using Publisher.Sandbox;
using Shouldly;

namespace Publisher.Platforms.Tests.Flickr;

/// <summary>
/// Flickr's own description is of 2017, covers a part, and carries methods in query strings, which no tool reads. The names and
/// values that the adapter sends are held against it, and the names and types that the sandbox answers. What it has not:
/// setPerms, delete, getUploadStatus.
/// </summary>
public sealed partial class FlickrDescriptionTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    private static readonly string[] NotDescribed = ["flickr.photos.setPerms", "flickr.photos.delete", "flickr.people.getUploadStatus"];

    /// <summary>What every method takes besides its own arguments, and what pages of API documentation newer than the description name.</summary>
    private static readonly string[] Everywhere = ["method", "format", "nojsoncallback", "extras"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_call_and_every_answer_fits_flickrs_own_description()
    {
        using var description = Description();

        var exchanges = await UseEverythingAsync();

        var described = exchanges.Where(exchange => !NotDescribed.Contains(MethodOf(exchange))).ToList();
        described.Select(exchange => Called(exchange)).Distinct().Order().ShouldBe(
            ["/oauth/access_token", "/oauth/request_token", "/rest?method=flickr.people.getPhotos", "/rest?method=flickr.photos.getInfo", "/upload"]);
        described.SelectMany(exchange => Problems(exchange, description.RootElement)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_does_not_fit_is_caught()
    {
        using var description = Description();
        var exchanges = await UseEverythingAsync();
        var list = exchanges.First(exchange => MethodOf(exchange) == "flickr.people.getPhotos" && System.Text.Encoding.UTF8.GetString(exchange.Answer).Contains("\"pages\":1", StringComparison.Ordinal));
        var upload = exchanges.First(exchange => exchange.RequestType == "multipart/form-data");

        Problems(list with { Address = new Uri($"{list.Address}&colour=red") }, description.RootElement).ShouldBe(["/rest?method=flickr.people.getPhotos: colour is not described"]);
        Problems(list with { Address = new Uri(list.Address.AbsoluteUri.Replace("per_page=500", "per_page=many", StringComparison.Ordinal)) }, description.RootElement).ShouldHaveSingleItem().ShouldContain("per_page");
        Problems(list with { Headers = new Dictionary<string, string>() }, description.RootElement).ShouldHaveSingleItem().ShouldContain("api_key is missing");
        Problems(upload with { Request = Changed(upload.Request, "name=\"hidden\"\r\n\r\n1", "name=\"hidden\"\r\n\r\n9") }, description.RootElement).ShouldHaveSingleItem().ShouldContain("hidden");
        Problems(list with { Answer = Changed(list.Answer, "\"pages\":1", "\"pages\":\"1\"") }, description.RootElement).ShouldHaveSingleItem().ShouldContain("pages");
    }

    private static JsonDocument Description() => JsonDocument.Parse(File.ReadAllText(Specs.Find("flickr/swagger.json")));

    private static byte[] Changed(byte[] bytes, string from, string to)
    {
        // Latin1 keeps every byte of a picture. Part headers that come before a value are left out of the search.
        var text = System.Text.Encoding.Latin1.GetString(bytes);
        var changed = TypeHeader().Replace(text, "").Replace(from, to, StringComparison.Ordinal);
        changed.ShouldNotBe(TypeHeader().Replace(text, ""));
        return System.Text.Encoding.Latin1.GetBytes(changed);
    }

    private static string MethodOf(Exchange exchange) => exchange.RequestType == "application/x-www-form-urlencoded"
        ? HttpUtility.ParseQueryString(System.Text.Encoding.UTF8.GetString(exchange.Request))["method"] ?? ""
        : HttpUtility.ParseQueryString(exchange.Address.Query)["method"] ?? "";

    private static string Called(Exchange exchange)
    {
        var path = exchange.Address.AbsolutePath;
        path = path[(path.IndexOf("/services/", StringComparison.Ordinal) + "/services".Length)..].TrimEnd('/');
        return path == "/rest" ? $"/rest?method={MethodOf(exchange)}" : path;
    }

    private static IEnumerable<string> Problems(Exchange exchange, JsonElement description)
    {
        var called = Called(exchange);
        var operation = description.GetProperty("paths").GetProperty(called).GetProperty(exchange.Method.ToLowerInvariant());
        var known = operation.GetProperty("parameters").EnumerateArray().ToDictionary(parameter => parameter.GetProperty("name").GetString()!);
        var sent = Sent(exchange);
        foreach (var (name, value) in sent)
        {
            if (!known.TryGetValue(name, out var parameter))
            {
                if (!Everywhere.Contains(name) && !name.StartsWith("oauth_", StringComparison.Ordinal))
                {
                    yield return $"{called}: {name} is not described";
                }
            }
            else if (!Fits(parameter, value))
            {
                yield return $"{called}: {name} may not be '{value}'";
            }
        }

        foreach (var name in known.Values.Where(IsRequired).Select(parameter => parameter.GetProperty("name").GetString()!).Where(name => !sent.ContainsKey(name)))
        {
            yield return $"{called}: {name} is missing";
        }

        if (exchange.AnswerType == "application/json")
        {
            using var answer = JsonDocument.Parse(exchange.Answer);
            var schema = operation.GetProperty("responses").GetProperty("200").GetProperty("schema");
            var shown = called.EndsWith("getPhotos", StringComparison.Ordinal) ? Flattened(answer.RootElement) : answer.RootElement;
            foreach (var problem in Compared(shown, schema, description, ""))
            {
                yield return $"{called} answered {problem}";
            }
        }
    }

    private static bool IsRequired(JsonElement parameter) => parameter.TryGetProperty("required", out var required) && required.GetBoolean();

    private static bool Fits(JsonElement parameter, string value) =>
        (!parameter.TryGetProperty("enum", out var choices) || choices.EnumerateArray().Any(choice => choice.GetString() == value))
        && (!parameter.TryGetProperty("pattern", out var pattern) || Regex.IsMatch(value, pattern.GetString()!))
        && (parameter.GetProperty("type").GetString() != "number" || long.TryParse(value, out _));

    /// <summary>What a call carried: its query, its fields, and what stands in the signed header. The key there is the api_key of unsigned calls.</summary>
    private static Dictionary<string, string> Sent(Exchange exchange)
    {
        var query = HttpUtility.ParseQueryString(exchange.Address.Query);
        var sent = query.AllKeys.OfType<string>().ToDictionary(name => name, name => query[name]!);
        var header = exchange.Headers.GetValueOrDefault("Authorization", "");
        foreach (Match one in HeaderField().Matches(header))
        {
            sent[one.Groups[1].Value] = Uri.UnescapeDataString(one.Groups[2].Value);
        }

        if (sent.TryGetValue("oauth_consumer_key", out var key) && !Called(exchange).StartsWith("/oauth", StringComparison.Ordinal))
        {
            sent["api_key"] = key;
        }

        if (exchange.RequestType == "multipart/form-data")
        {
            UploadForm.Read(exchange).ToList().ForEach(field => sent[field.Key] = field.Value);
        }

        return sent;
    }

    /// <summary>
    /// The answer to a listing in the shape the description has for it, {"page":…,"photos":[…]} for {"photos":{"page":…,"photo":[…]}}. Of
    /// each photo only what a listing writes as the photo itself does: it is flat where that is not.
    /// </summary>
    private static JsonElement Flattened(JsonElement answer)
    {
        var photos = JsonObject.Create(answer.GetProperty("photos"))!;
        var list = photos["photo"]!.AsArray().Select(photo => new JsonObject(photo!.AsObject().Where(one => one.Key is "id" or "secret" or "server").Select(one => KeyValuePair.Create(one.Key, one.Value?.DeepClone()))));
        photos["photos"] = new JsonArray([.. list]);
        photos.Remove("photo");
        return JsonSerializer.SerializeToElement(photos);
    }

    /// <summary>
    /// Names and types of an answer, where the description has them. Numbers stand for its booleans: so every example of
    /// flickr.com/services/api writes them.
    /// </summary>
    private static IEnumerable<string> Compared(JsonElement value, JsonElement schema, JsonElement description, string path)
    {
        var known = Resolved(schema, description);
        var type = known.GetProperty("type").GetString();
        var fits = type switch
        {
            "object" => value.ValueKind == JsonValueKind.Object,
            "array" => value.ValueKind == JsonValueKind.Array,
            "string" => value.ValueKind == JsonValueKind.String,
            "number" or "integer" => value.ValueKind == JsonValueKind.Number,
            "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False || (value.ValueKind == JsonValueKind.Number && value.GetInt32() is 0 or 1),
            _ => true,
        };
        if (!fits)
        {
            yield return $"{path} is no {type}";
        }
        else if (value.ValueKind == JsonValueKind.Object && known.TryGetProperty("properties", out var properties))
        {
            foreach (var one in value.EnumerateObject())
            {
                foreach (var problem in properties.TryGetProperty(one.Name, out var inner) ? Compared(one.Value, inner, description, $"{path}/{one.Name}") : [])
                {
                    yield return problem;
                }
            }
        }
        else if (value.ValueKind == JsonValueKind.Array && known.TryGetProperty("items", out var item))
        {
            foreach (var problem in value.EnumerateArray().SelectMany(one => Compared(one, item, description, $"{path}[]")))
            {
                yield return problem;
            }
        }
    }

    private static JsonElement Resolved(JsonElement schema, JsonElement description) => schema.TryGetProperty("$ref", out var reference)
        ? description.GetProperty("definitions").GetProperty(reference.GetString()!.Split('/')[^1])
        : schema;

    /// <summary>Connecting, publishing a picture and a video, looking, and taking back.</summary>
    private async Task<IReadOnlyList<Exchange>> UseEverythingAsync()
    {
        await sandbox.ResetAsync("flickr");
        var shelf = new MediaShelf();
        var platform = new PlatformList(sandbox.Http, TimeProvider.System, shelf)["flickr"];
        var known = SandboxAccounts.Of("flickr", "environment");
        var back = new Uri("http://localhost/channels/callback");
        var connecting = (IConnectByOAuth)platform;
        var app = new Dictionary<string, string> { ["clientId"] = known.ClientId!, ["clientSecret"] = known.ClientSecret!, ["server"] = new Uri(sandbox.Address, "flickr/").AbsoluteUri };
        var start = await connecting.StartAsync(app, back, "s", Cancel);
        var verifier = await sandbox.ConsentAsync(start.Address!, known.Id, "s");
        var account = (await connecting.FinishAsync(start.Ticket, verifier, back, Cancel)).Accounts.ShouldHaveSingleItem();

        foreach (var media in new[] { shelf.Picture("A map"), shelf.Video("") })
        {
            var part = new Part
            {
                Text = "See https://example.gov/a?b=1&c=2",
                Language = "en",
                Media = [media],
                Key = PartKey.New(TimeProvider.System.GetUtcNow()),
                Options = platform.Info.Options.ToDictionary(option => option.Name, option => option.Default),
            };
            var prepared = await ((IPrepare)platform).PrepareAsync(part, Prepared.Nothing, account, Cancel);
            while (!prepared.IsReady)
            {
                prepared.Failure.ShouldBeNull();
                await Task.Delay(50, Cancel);
                prepared = await ((IPrepare)platform).PrepareAsync(part, prepared.Prepared, account, Cancel);
            }

            var post = (await platform.PublishAsync(part, prepared.Prepared, account, Cancel)).Post.ShouldNotBeNull();
            (await ((IRecall)platform).FindAsync(part, Prepared.Nothing, new TimeWindow(DateTimeOffset.MinValue, DateTimeOffset.MaxValue), account, Cancel)).Matches.ShouldHaveSingleItem().ShouldBe(post);
            (await ((IRetract)platform).RetractAsync(post, account, Cancel)).Failure.ShouldBeNull();
        }

        return sandbox.Exchanges;
    }

    [GeneratedRegex("([a-z_]+)=\"([^\"]*)\"")]
    private static partial Regex HeaderField();

    [GeneratedRegex("Content-Type: text/plain; charset=utf-8\r\n")]
    private static partial Regex TypeHeader();
}
