using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Publisher.Sandbox;

/// <summary>What a call is about: faults are switched on for these.</summary>
internal enum CallKind
{
    Page,
    Read,
    Create,
    Change,
    Media,
    Token,
}

/// <summary>One request, read completely, so that it can be carried out after its connection is gone.</summary>
internal sealed class Call
{
    public required string Method { get; init; }

    /// <summary>Decoded path below the platform's prefix, without a leading slash.</summary>
    public required string Path { get; init; }

    /// <summary>The path and query as they came over the wire, still percent-encoded.</summary>
    public required string RawTarget { get; init; }

    public required IQueryCollection Query { get; init; }

    public required IHeaderDictionary Headers { get; init; }

    public required byte[] Body { get; init; }

    public required DateTimeOffset At { get; init; }

    public DateTimeOffset ReadAt { get; set; }

    public IFormCollection Form { get; set; } = FormCollection.Empty;

    /// <summary>The parts of a body that is multipart/related, with their types.</summary>
    public IReadOnlyList<(string Type, byte[] Bytes)> Related { get; private set; } = [];

    public JsonElement Json { get; set; }

    public IReadOnlyDictionary<string, string> Values { get; set; } = new Dictionary<string, string>();

    public Grant? Grant { get; set; }

    public SandboxAccount? Signed { get; set; }

    /// <summary>The signed-in account; only routes that need a sign-in may ask.</summary>
    public SandboxAccount Account => Signed ?? throw new InvalidOperationException("This route is open to everybody.");

    /// <summary>How far reads lag behind, because of a fault.</summary>
    public TimeSpan Lag { get; set; }

    public string ContentType => Headers.ContentType.ToString().Split(';')[0].Trim().ToLowerInvariant();

    /// <summary>The token where the platform wants it in the path; null elsewhere.</summary>
    public string? PathToken { get; set; }

    public string? Bearer => PathToken ?? (Headers.Authorization.ToString() is var value && value.StartsWith("Bearer ", StringComparison.Ordinal) ? value[7..] : null);

    public string this[string value] => Values[value];

    public static async Task<Call> ReadAsync(HttpContext context, string path, DateTimeOffset at, TimeProvider time)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var call = new Call
        {
            Method = context.Request.Method,
            Path = path,
            RawTarget = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? context.Request.Path,
            Query = context.Request.Query,
            Headers = new HeaderDictionary(context.Request.Headers.ToDictionary(h => h.Key, h => h.Value, StringComparer.OrdinalIgnoreCase)),
            Body = body.ToArray(),
            At = at,
        };
        if (call.ContentType is "application/x-www-form-urlencoded" or "multipart/form-data")
        {
            call.Form = await ReadFormAsync(call);
        }

        if (call.ContentType == "multipart/related")
        {
            call.Related = await ReadRelatedAsync(call);
        }

        call.ReadAt = time.GetUtcNow();
        return call;
    }

    /// <summary>The value of a form field or query parameter, null when absent.</summary>
    public string? Field(string name) => Form.TryGetValue(name, out var value) ? value.ToString() : null;

    /// <summary>A query parameter, null when absent.</summary>
    public string? Asked(string name) => Query.TryGetValue(name, out var value) ? value.ToString() : null;

    public byte[]? File(string name)
    {
        if (Form.Files.GetFile(name) is not { } file)
        {
            return null;
        }

        using var stream = file.OpenReadStream();
        using var copy = new MemoryStream((int)file.Length);
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    private static async Task<List<(string Type, byte[] Bytes)>> ReadRelatedAsync(Call call)
    {
        var parts = new List<(string, byte[])>();
        if (!MediaTypeHeaderValue.TryParse(call.Headers.ContentType.ToString(), out var type) || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 } boundary)
        {
            return parts;
        }

        try
        {
            var reader = new MultipartReader(boundary, new MemoryStream(call.Body));
            while (await reader.ReadNextSectionAsync() is { } section)
            {
                using var bytes = new MemoryStream();
                await section.Body.CopyToAsync(bytes);
                parts.Add((section.ContentType?.Split(';')[0] ?? "", bytes.ToArray()));
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            return [];
        }

        return parts;
    }

    private static async Task<IFormCollection> ReadFormAsync(Call call)
    {
        var context = new DefaultHttpContext();
        context.Request.Body = new MemoryStream(call.Body);
        context.Request.ContentType = call.Headers.ContentType;
        try
        {
            return await context.Request.ReadFormAsync(new FormOptions
            {
                BufferBody = true,
                MemoryBufferThreshold = int.MaxValue,
                BufferBodyLengthLimit = long.MaxValue,
                MultipartBodyLengthLimit = long.MaxValue,
                ValueLengthLimit = int.MaxValue,
            });
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            return FormCollection.Empty;
        }
    }
}
