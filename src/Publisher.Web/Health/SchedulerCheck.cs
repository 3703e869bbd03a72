using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Publisher.Web.Schedule;

namespace Publisher.Web.Health;

/// <summary>How late the scheduler wakes for what it was told to wake for, seen by a job of its own.</summary>
internal sealed class SchedulerCheck(Beat beat, TimeProvider time) : Check(time)
{
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TooLate = TimeSpan.FromSeconds(10);

    protected override string Silence => "The scheduler does not answer.";

    protected override Task<HealthCheckResult> LookAsync(CancellationToken cancellationToken)
    {
        var late = beat.Lateness;
        var says = string.Create(CultureInfo.InvariantCulture, $"The scheduler was last {late.TotalSeconds:0.0} s late.");
        return Task.FromResult(late > TooLate ? HealthCheckResult.Unhealthy(says) : late > Late ? HealthCheckResult.Degraded(says) : HealthCheckResult.Healthy(says));
    }
}
