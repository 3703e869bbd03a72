using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Publisher.Web.Health;

/// <summary>
/// One question about this process, answered within <see cref="Limit"/> whatever hangs. The answer is shared by all who ask within a second, and what hangs is asked
/// once: who asks often costs no more than who asks every second. Sentences hold no address, path or name; what failed exactly stands in the program's log.
/// </summary>
internal abstract class Check(TimeProvider time) : IHealthCheck
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private Task<HealthCheckResult>? _look;
    private long _begun;

    /// <summary>What is said where no answer comes in time.</summary>
    protected abstract string Silence { get; }

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            return await Look().WaitAsync(Limit, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return HealthCheckResult.Unhealthy(Silence);
        }
    }

    protected abstract Task<HealthCheckResult> LookAsync(CancellationToken cancellationToken);

    private Task<HealthCheckResult> Look()
    {
        lock (_lock)
        {
            if (_look is null || (_look.IsCompleted && time.GetElapsedTime(_begun) >= Fresh))
            {
                _begun = time.GetTimestamp();
                // Elsewhere: some of what is asked holds its thread, as a disk that is away does.
                _look = Task.Run(BoundAsync);
            }

            return _look;
        }
    }

    private async Task<HealthCheckResult> BoundAsync()
    {
        using var limit = new CancellationTokenSource(Limit, time);
        try
        {
            return await LookAsync(limit.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return HealthCheckResult.Unhealthy(Silence);
        }
        catch (Exception failure)
        {
            // Left to the library, its own words would stand in the answer.
            return HealthCheckResult.Unhealthy("It could not be looked at.", failure);
        }
    }
}
