using Microsoft.Extensions.Diagnostics.HealthChecks;
using Publisher.Web.Storage;

namespace Publisher.Web.Health;

/// <summary>Whether anything may leave. While it may not, the pages must still be reached: a manager ends it there.</summary>
internal sealed class StandstillCheck(Standstill standstill, TimeProvider time) : Check(time)
{
    protected override string Silence => "Whether anything may be sent does not come in time.";

    protected override Task<HealthCheckResult> LookAsync(CancellationToken cancellationToken) => Task.FromResult(
        standstill.IsOn ? HealthCheckResult.Degraded("This may be a copy: it sends nothing until a manager decides.") : HealthCheckResult.Healthy("This installation may send."));
}
