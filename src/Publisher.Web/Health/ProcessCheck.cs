using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Publisher.Web.Health;

/// <summary>The process answers, by a thread of the pool that all its work shares. It depends on nothing outside: starting it again would mend nothing there.</summary>
internal sealed class ProcessCheck(TimeProvider time) : Check(time)
{
    protected override string Silence => "The process has no thread free to answer.";

    protected override Task<HealthCheckResult> LookAsync(CancellationToken cancellationToken) => Task.FromResult(HealthCheckResult.Healthy("The process runs."));
}
