using System.Threading.RateLimiting;

namespace Publisher.Web.People;

/// <summary>Slows guessing before any password is looked at: per address, and per name from wherever.</summary>
public sealed class SignInLimit : IDisposable
{
    // A whole press office may sit behind one address.
    private readonly PartitionedRateLimiter<string> _addresses = Create(30);
    private readonly PartitionedRateLimiter<string> _names = Create(10);

    public bool Allows(string address, string name)
    {
        using var byAddress = _addresses.AttemptAcquire(address);
        using var byName = _names.AttemptAcquire(name);
        return byAddress.IsAcquired && byName.IsAcquired;
    }

    public void Dispose()
    {
        _addresses.Dispose();
        _names.Dispose();
    }

    private static PartitionedRateLimiter<string> Create(int perMinute) =>
        PartitionedRateLimiter.Create<string, string>(key => RateLimitPartition.GetSlidingWindowLimiter(key, _ => new SlidingWindowRateLimiterOptions
        {
            PermitLimit = perMinute,
            Window = TimeSpan.FromMinutes(1),
            SegmentsPerWindow = 6,
        }));
}
