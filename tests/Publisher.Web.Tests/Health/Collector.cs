using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Publisher.Web.Tests.Channels;

namespace Publisher.Web.Tests.Health;

/// <summary>A collector for figures and traces on this machine, by HTTP or by gRPC, that reads what it gets.</summary>
internal sealed class Collector : IAsyncDisposable
{
    // What spans and figures may be told apart by. Whoever adds one decides here that it tells nothing it should not.
    private static readonly HashSet<string> Allowed =
    [
        "publisher.message", "publisher.delivery", "publisher.channel", "publisher.part", "publisher.attempt", "publisher.platform", "publisher.outcome",
        "http.request.method", "http.response.status_code", "server.address", "error.type", "platform", "outcome", "state", "reason",
    ];

    private readonly ConcurrentQueue<Otlp> _received = new();
    private readonly string _protocol;
    private LoopbackServer _server = null!;

    private Collector(string protocol) => _protocol = protocol;

    public Uri Address => _server.Address;

    /// <summary>Spans and figures soon, not after minutes.</summary>
    public (string Name, string Value)[] Settings => SettingsFor(Address, _protocol);

    public IEnumerable<ReceivedSpan> Spans => _received.SelectMany(one => one.Spans);

    /// <summary>The last of each figure, which counts from the start of the process.</summary>
    public IEnumerable<ReceivedPoint> Points =>
        _received.SelectMany(one => one.Points).GroupBy(point => point.Metric + string.Join(",", point.Tags.OrderBy(tag => tag.Key).Select(tag => tag.Value))).Select(same => same.Last());

    public IEnumerable<string> Services => _received.Select(one => one.Resource.GetValueOrDefault("service.name", ""));

    public static (string Name, string Value)[] SettingsFor(Uri address, string protocol) =>
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", address.ToString()), ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol), ("OTEL_METRIC_EXPORT_INTERVAL", "1000"), ("OTEL_BSP_SCHEDULE_DELAY", "500"),
    ];

    public static async Task<Collector> OpenAsync(string protocol)
    {
        var collector = new Collector(protocol);
        collector._server = protocol == "grpc" ? await LoopbackServer.StartAsync(collector.TakeFrameAsync, HttpProtocols.Http2) : await LoopbackServer.StartAsync(collector.TakeAsync);
        return collector;
    }

    /// <summary>What came and should not have: a secret or an address anywhere, or something said that nobody decided may be.</summary>
    public IEnumerable<string> Leaks(IEnumerable<string> secrets)
    {
        var said = _received.SelectMany(one => one.Said).ToList();
        return secrets.Append("://").Where(secret => said.Exists(bytes => bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)) >= 0))
            .Concat(Spans.SelectMany(span => span.Tags.Keys).Concat(Points.SelectMany(point => point.Tags.Keys)).Where(key => !Allowed.Contains(key)).Distinct());
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        Keep(await BodyAsync(context), context.Request.Path);
        context.Response.ContentType = "application/x-protobuf";
    }

    private async Task TakeFrameAsync(HttpContext context)
    {
        // A byte that says whether it is compressed, and the length in four.
        Keep((await BodyAsync(context))[5..], context.Request.Path);
        context.Response.ContentType = "application/grpc";
        context.Response.DeclareTrailer("grpc-status");
        await context.Response.Body.WriteAsync(new byte[5]);
        context.Response.AppendTrailer("grpc-status", "0");
    }

    private void Keep(byte[] body, string path) => _received.Enqueue(Otlp.Read(body, path switch
    {
        "/v1/traces" or "/opentelemetry.proto.collector.trace.v1.TraceService/Export" => true,
        "/v1/metrics" or "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export" => false,
        _ => throw new InvalidDataException($"A collector has no {path}."),
    }));

    private static async Task<byte[]> BodyAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        return body.ToArray();
    }
}
