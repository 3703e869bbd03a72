using System.Runtime.CompilerServices;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Publisher.Web.Deliveries;
using Publisher.Web.Storage;

namespace Publisher.Web.Health;

/// <summary>Figures and traces by OTLP, where OpenTelemetry's own settings name a collector. Only what <see cref="Figures"/> and <see cref="Counting"/> make: what libraries trace by themselves holds addresses.</summary>
internal static class TelemetrySetup
{
    private const string Collector = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <exception cref="StartRefused">The collector's address is none; OpenTelemetry itself would take another one in silence.</exception>
    public static void AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        var named = configuration[Collector];
        if (string.IsNullOrWhiteSpace(named))
        {
            return;
        }

        // Not repeated in the sentence: it may hold a password.
        if (!Uri.TryCreate(named, UriKind.Absolute, out var address) || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
        {
            throw new StartRefused($"{Collector} is no address of a collector. It looks like http://localhost:4317.");
        }

        Add(services);
    }

    // A method of its own, so that none of the libraries is loaded where nobody collects.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Add(IServiceCollection services)
    {
        services.AddHostedService<Counting>();
        services.AddHostedService<CollectorWatch>();
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("publisher"))
            .WithMetrics(metrics => metrics.AddMeter(Figures.Source).AddOtlpExporter())
            .WithTracing(traces => traces.AddSource(Figures.Source).AddOtlpExporter());
    }
}
