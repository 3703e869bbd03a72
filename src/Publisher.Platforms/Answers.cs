using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Publisher.Platforms;

/// <summary>What a server answered, read to its end.</summary>
internal sealed record Answer(HttpStatusCode Status, string Body, HttpResponseHeaders Headers, string? Secret)
{
    /// <summary>Characters of an answer that a person gets to see.</summary>
    private const int Shown = 1000;

    public bool IsSuccess => (int)Status is >= 200 and < 300;

    public bool IsServerError => (int)Status >= 500;

    /// <summary>The answer's object, or null where it is none: proxies and sign-in walls answer pages.</summary>
    public JsonElement? Json() => Parse() is { ValueKind: JsonValueKind.Object } json ? json : null;

    /// <summary>The answer's list, or null where it is none.</summary>
    public IReadOnlyList<JsonElement>? JsonList() => IsSuccess && Parse() is { ValueKind: JsonValueKind.Array } json ? [.. json.EnumerateArray()] : null;

    /// <summary>What the server said about waiting, in either form of the header.</summary>
    public TimeSpan? RetryAfter(TimeProvider time) => Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > time.GetUtcNow() => date - time.GetUtcNow(),
        { Date: not null } => TimeSpan.Zero,
        _ => null,
    };

    /// <summary>The result with what the server said, for a person to read. A token the server echoed is blotted out.</summary>
    public PublishResult As(PublishResult result)
    {
        var body = string.IsNullOrEmpty(Secret) ? Body : Body.Replace(Secret, "•••", StringComparison.Ordinal);
        return result with { Status = (int)Status, Answer = body.Length > Shown ? body[..Shown] + "…" : body };
    }

    private JsonElement? Parse()
    {
        try
        {
            using var document = JsonDocument.Parse(Body);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>The one way requests leave, so that every adapter reads answers to their end and none without a limit.</summary>
internal static class Answers
{
    private const long MostBytes = 4 * 1024 * 1024;

    /// <summary>
    /// Sends once. A write always has a content object: the handler repeats a request without one by itself when the answer is lost.
    /// </summary>
    public static async Task<Answer> AskAsync(this HttpClient http, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Method != HttpMethod.Get)
        {
            request.Content ??= new ByteArrayContent([]);
        }

        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await response.Content.LoadIntoBufferAsync(MostBytes, cancellationToken);
        var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        return new Answer(response.StatusCode, Encoding.UTF8.GetString(bytes), response.Headers, request.Headers.Authorization?.Parameter);
    }

    /// <summary>A JSON body whose length is known before it leaves.</summary>
    public static HttpContent Content(JsonObject body)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.ToJsonString()));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    /// <summary>A text property, or null where it is missing or something else.</summary>
    public static string? Text(this JsonElement? element, string name) => element is { } there ? there.Text(name) : null;

    public static string? Text(this JsonElement element, string name) =>
        element.Get(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>How many there are, or null where that is missing or no such number: corrections leave some platforms below zero.</summary>
    public static long? Count(this JsonElement? element, string name) =>
        element.Get(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var count) && count >= 0 ? count : null;

    public static long? Count(this JsonElement element, string name) => ((JsonElement?)element).Count(name);

    /// <summary>A property, or null where it is missing.</summary>
    public static JsonElement? Get(this JsonElement? element, string name) => element is { } there ? there.Get(name) : null;

    public static JsonElement? Get(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
