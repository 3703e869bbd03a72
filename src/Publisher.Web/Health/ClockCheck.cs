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
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(10);

    private readonly TimeProvider _time = time;
    private (DateTimeOffset Clock, long Stamp) _last = (time.GetUtcNow(), time.GetTimestamp());
    private (TimeSpan By, long Stamp)? _set;

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

    private HealthCheckResult Alone()
    {
        var now = (Clock: _time.GetUtcNow(), Stamp: _time.GetTimestamp());
        var by = now.Clock - _last.Clock - _time.GetElapsedTime(_last.Stamp, now.Stamp);
        _last = now;
        if (!DatabaseClock.IsWithin(by))
        {
            _set = (by, now.Stamp);
        }

        return _set is { } set && _time.GetElapsedTime(set.Stamp, now.Stamp) < Remembered
            ? HealthCheckResult.Degraded($"This machine's clock was set by {Worded(set.By)} in the last minutes. Whether it is right now can't be known from here.")
            : HealthCheckResult.Healthy("With SQLite there is no second clock: whether this machine's is right can't be known from here.");
    }

    private static string Worded(TimeSpan difference) => string.Create(CultureInfo.InvariantCulture, $"{difference.TotalSeconds:0.0} s");
}
