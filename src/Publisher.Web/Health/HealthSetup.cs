using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Publisher.Web.Health;

/// <summary>Two addresses for whoever starts processes and hands out traffic: does it live, may it get work.</summary>
internal static class HealthSetup
{
    private const string Live = "live";
    private const string Ready = "ready";

    // For a terminal: an apostrophe stays one. Only sentences of ours are in it.
    private static readonly JsonSerializerOptions Readable = new(JsonSerializerOptions.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="sends">Otherwise nothing that sends is asked about: it is not here.</param>
    public static void AddHealth(this IServiceCollection services, bool sends)
    {
        var checks = services.AddHealthChecks();
        Add<ProcessCheck>("process", Live);
        Add<StoppingCheck>("stopping", Ready);
        Add<DatabaseCheck>("database", Ready);
        Add<ClockCheck>("clock", Ready);
        Add<MediaCheck>("media", Ready);
        Add<DiskCheck>("disk", Ready);
        Add<StandstillCheck>("standstill", Ready);
        if (sends)
        {
            Add<SchedulerCheck>("scheduler", Ready);
            Add<SweepCheck>("sweep", Ready);
        }

        void Add<T>(string name, string tag)
            where T : Check
        {
            services.AddSingleton<T>();
            checks.AddCheck<T>(name, tags: [tag]);
        }
    }

    /// <summary>Before anything that asks who is there, and in every role: whoever asks has no account, and asks also when the database is away.</summary>
    public static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", Of(Live)).AllowAnonymous().ShortCircuit();
        app.MapHealthChecks("/health/ready", Of(Ready)).AllowAnonymous().ShortCircuit();
    }

    private static HealthCheckOptions Of(string tag) => new() { Predicate = check => check.Tags.Contains(tag), ResponseWriter = WriteAsync };

    // Never what an exception says: it names machines and paths.
    private static Task WriteAsync(HttpContext context, HealthReport report)
    {
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return context.Response.WriteAsJsonAsync(
            new
            {
                status = Worded(report.Status),
                checks = report.Entries.ToDictionary(entry => entry.Key, entry => new { status = Worded(entry.Value.Status), says = entry.Value.Description }),
            },
            Readable,
            context.RequestAborted);
    }

    private static string Worded(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => "healthy",
        HealthStatus.Degraded => "degraded",
        _ => "unhealthy",
    };
}
