using System.Runtime.CompilerServices;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Publisher.Web.Deliveries;

namespace Publisher.Web.Health;

/// <summary>Figures and traces by OTLP, where OpenTelemetry's own settings name a collector. Only what <see cref="Figures"/> and <see cref="Counting"/> make: what libraries trace by themselves holds addresses.</summary>
internal static class TelemetrySetup
{
    public static void AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        if (!string.IsNullOrWhiteSpace(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            Add(services);
        }
    }

    // A method of its own, so that none of the libraries is loaded where nobody collects.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Add(IServiceCollection services)
    {
        services.AddHostedService<Counting>();
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("publisher"))
            .WithMetrics(metrics => metrics.AddMeter(Figures.Source).AddOtlpExporter())
            .WithTracing(traces => traces.AddSource(Figures.Source).AddOtlpExporter());
    }
}
