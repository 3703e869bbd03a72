using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Publisher.Web.Health;

/// <summary>A process that was told to stop lets begun calls end, and should get no one new.</summary>
internal sealed class StoppingCheck(IHostApplicationLifetime lifetime, TimeProvider time) : Check(time)
{
    protected override string Silence => "The process has no thread free to answer.";

    protected override Task<HealthCheckResult> LookAsync(CancellationToken cancellationToken) => Task.FromResult(
        lifetime.ApplicationStopping.IsCancellationRequested ? HealthCheckResult.Unhealthy("The process stops and lets begun calls end.") : HealthCheckResult.Healthy("The process takes work."));
}
