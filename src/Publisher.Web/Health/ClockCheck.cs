using System.Data.Common;
using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Publisher.Web.Storage;

namespace Publisher.Web.Health;

/// <summary>
/// This machine's clock against the database's. On SQLite there is no other clock to compare with, and nobody is called for it: seen is only that the clock was set
/// while the process ran, because time went by otherwise. Whether it is right can't be known then, and is not claimed.
/// </summary>
internal sealed class ClockCheck(DatabaseClock clock, TimeProvider time) : Check(time)
{
    protected override string Silence => "The database's clock could not be read in time.";

    protected override async Task<HealthCheckResult> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await clock.DifferenceAsync(cancellationToken) is not { } difference ? Alone()
                : DatabaseClock.IsWithin(difference) ? HealthCheckResult.Healthy($"This machine's clock is {Worded(difference)} off the database's.")
                : HealthCheckResult.Unhealthy($"This machine's clock is {Worded(difference)} off the database's: it sends nothing until that is mended.");
        }
        catch (Exception failure) when (failure is DbException or TimeoutException or InvalidOperationException)
        {
            return HealthCheckResult.Unhealthy("The database's clock can't be read.", failure);
        }
    }

    private HealthCheckResult Alone() => clock.SetBy is { } by
        ? HealthCheckResult.Unhealthy($"This machine's clock was set by {Worded(by)} while it ran: nothing is sent until it is set right, or until a platform says that it is right now.")
        : HealthCheckResult.Healthy("With SQLite there is no second clock: whether this machine's is right can't be known from here.");

    private static string Worded(TimeSpan difference) => string.Create(CultureInfo.InvariantCulture, $"{difference.TotalSeconds:0.0} s");
}
