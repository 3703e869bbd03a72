using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Http;
using Publisher.Sandbox;
using Publisher.Web.Tests.Channels;
using Publisher.Web.Tests.Start;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Health;

/// <summary>What leaves for a collector, read byte by byte at a collector.</summary>
public sealed class TelemetryTests : IDisposable
{
    private static readonly string[] Metrics =
    [
        "publisher.first_byte.lateness", "publisher.prepare.duration", "publisher.attempts", "publisher.deliveries", "publisher.deliveries.due", "publisher.deliveries.unclear",
        "publisher.channels.closed", "publisher.holds", "publisher.standstill", "publisher.sweep.age", "publisher.scheduler.lateness",
    ];

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("publisher-telemetry-");
    private readonly ConcurrentQueue<(string Path, byte[] Body)> _received = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public async Task A_demo_s_posts_are_counted_and_traced_and_no_token_or_text_is_among_it()
    {
        await using var collector = await LoopbackServer.StartAsync(KeepAsync);
        await using (await StartedProduct.OpenAsync(
            Path.Combine(_root.FullName, "data"), "--demo",
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address.ToString()), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "1000"), ("OTEL_BSP_SCHEDULE_DELAY", "500")))
        {
            // Its token travels in the path of every request.
            var bot = Encoding.UTF8.GetBytes("telegram");
            await UntilAsync(() => Metrics.All(name => Has("/v1/metrics", name)) && _received.Any(one => one.Body.AsSpan().IndexOf(bot) >= 0 && one.Path == "/v1/traces"));
        }

        foreach (var span in new[] { "fan out", "send", "attempt", "HTTP POST", "server.address" })
        {
            Has("/v1/traces", span).ShouldBeTrue(span);
        }

        foreach (var account in SandboxAccounts.All)
        {
            foreach (var secret in new[] { account.Token, account.RefreshToken, account.AppPassword, account.ClientSecret }.OfType<string>().Where(secret => secret.Length > 0))
            {
                Has("", secret).ShouldBeFalse($"A secret of {account.Platform} was exported.");
            }
        }

        foreach (var trace in new[] { "url.full", "url.path", "url.query", "/bot", "sendMessage", "Authorization", "http://", "Flood", "Hochwasser", _root.FullName })
        {
            Has("/v1", trace).ShouldBeFalse($"{trace} was exported.");
        }
    }

    [Fact]
    public async Task Without_a_collector_nothing_of_it_is_loaded()
    {
        await using var product = await StartedProduct.OpenAsync(Path.Combine(_root.FullName, "quiet"), "--demo");

        var loaded = await File.ReadAllTextAsync($"/proc/{product.Id}/maps", Stop);

        loaded.ShouldContain("Publisher.Web.dll");
        loaded.ShouldNotContain("OpenTelemetry");
    }

    private bool Has(string path, string text)
    {
        var wanted = Encoding.UTF8.GetBytes(text);
        return _received.Any(one => one.Path.StartsWith(path, StringComparison.Ordinal) && one.Body.AsSpan().IndexOf(wanted) >= 0);
    }

    private async Task KeepAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, Stop);
        _received.Enqueue((context.Request.Path, body.ToArray()));
        context.Response.ContentType = "application/x-protobuf";
    }

    private async Task UntilAsync(Func<bool> there)
    {
        var until = TimeProvider.System.GetUtcNow().AddMinutes(3);
        while (!there())
        {
            var missing = Metrics.Where(name => !Has("/v1/metrics", name));
            (TimeProvider.System.GetUtcNow() < until).ShouldBeTrue($"After {_received.Count} answers these are missing, or the traces: {string.Join(", ", missing)}");
            await Task.Delay(300, Stop);
        }
    }
}
