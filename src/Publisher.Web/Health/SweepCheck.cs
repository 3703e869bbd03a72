using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Publisher.Web.Schedule;

namespace Publisher.Web.Health;

/// <summary>How long ago everything planned was last looked through to the end.</summary>
internal sealed class SweepCheck(Sweep sweep, TimeProvider time) : Check(time)
{
    /// <summary>One was left out, and the next is late too.</summary>
    private static readonly TimeSpan TooOld = Sweep.Every * 2;

    protected override string Silence => "The sweep does not answer.";

    protected override Task<HealthCheckResult> LookAsync(CancellationToken cancellationToken)
    {
        var age = sweep.Age;
        var says = string.Create(CultureInfo.InvariantCulture, $"The last sweep ended {age.TotalSeconds:0} s ago.");
        return Task.FromResult(age > TooOld ? HealthCheckResult.Unhealthy(says) : HealthCheckResult.Healthy(says));
    }
}
