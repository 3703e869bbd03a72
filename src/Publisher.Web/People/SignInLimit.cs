using System.Threading.RateLimiting;

namespace Publisher.Web.People;

/// <summary>Slows guessing before any password is looked at: per address, and per name from wherever.</summary>
public sealed class SignInLimit : IDisposable
{
    // A whole press office may sit behind one address.
    private readonly PartitionedRateLimiter<string> _addresses = Create(30);
    private readonly PartitionedRateLimiter<string> _names = Create(10);

    // The address first: what is refused there leaves the name's tries to whoever bears it.
    public bool Allows(string address, string name) => Takes(_addresses, address) && Takes(_names, name);

    public void Dispose()
    {
        _addresses.Dispose();
        _names.Dispose();
    }

    private static bool Takes(PartitionedRateLimiter<string> tries, string key)
    {
        using var one = tries.AttemptAcquire(key);
        return one.IsAcquired;
    }

    private static PartitionedRateLimiter<string> Create(int perMinute) =>
        PartitionedRateLimiter.Create<string, string>(key => RateLimitPartition.GetSlidingWindowLimiter(key, _ => new SlidingWindowRateLimiterOptions
        {
            PermitLimit = perMinute,
            Window = TimeSpan.FromMinutes(1),
            SegmentsPerWindow = 6,
        }));
}
