using System.Collections.Concurrent;

namespace Publisher.Platforms.Tests;

/// <summary>What went over the wire and came back, to be held against a platform's own description.</summary>
public sealed record Exchange(string Method, Uri Address, string? RequestType, byte[] Request, int Status, string? AnswerType, byte[] Answer)
{
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();
}

/// <summary>Keeps every exchange that passes.</summary>
internal sealed class Recorder(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private readonly ConcurrentQueue<Exchange> _exchanges = new();

    public IReadOnlyList<Exchange> Exchanges => [.. _exchanges];

    public void Clear() => _exchanges.Clear();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var sent = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        var response = await base.SendAsync(request, cancellationToken);
        var answer = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        _exchanges.Enqueue(new Exchange(
            request.Method.Method,
            request.RequestUri!,
            request.Content?.Headers.ContentType?.MediaType,
            sent,
            (int)response.StatusCode,
            response.Content.Headers.ContentType?.MediaType,
            answer)
        {
            Headers = request.Headers.ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase),
        });
        return response;
    }
}
