using System.Collections.Concurrent;
using Publisher.Platforms;
using Publisher.Web.Media;

namespace Publisher.Web.Deliveries;

/// <summary>
/// Every call to a platform runs here: within the platform's cap and its time limit, with broken wires read in one place.
/// </summary>
internal sealed class Calls(SendingTimes times, TimeProvider time, ILogger<Calls> logger)
{
    /// <summary>The bytes of a file are not those that were approved.</summary>
    public const string MediaAltered = "media.altered";

    private readonly ConcurrentDictionary<string, SemaphoreSlim> _visible = new();
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _others = new();

    /// <summary>A place among the platform's visible calls; give it back by disposing.</summary>
    public Task<IDisposable> SlotAsync(PlatformInfo info, CancellationToken cancellationToken) => TakeAsync(_visible, info, cancellationToken);

    /// <summary>
    /// The one visible call. It is never cancelled from outside: a call that has begun is let end. An adapter that does not
    /// obey its time limit is left behind, and what it did is unclear.
    /// </summary>
    public async Task<(PublishResult Result, WireRecord Seen)> PublishAsync(IPlatform platform, Func<CancellationToken, Task<PublishResult>> call)
    {
        var seen = WireTap.Begin(time);
        var limit = times.CallLimit(platform.Info);
        using var stop = new CancellationTokenSource(limit, time);
        try
        {
            return (await call(stop.Token).WaitAsync(limit + TimeSpan.FromSeconds(1), time, CancellationToken.None), seen);
        }
        catch (HttpRequestException failure) when (IsCertain(failure) && !seen.HasBegun)
        {
            return (PublishResult.NotNow("not.reached") with { Answer = failure.Message }, seen);
        }
        catch (Exception failure) when (IsAltered(failure) && seen is { Digest: null, Status: null })
        {
            // The file failed before its last byte, so the announced length never left and no server can have taken the request: not live.
            // The next attempt reads the file before its fence, and refuses.
            logger.LogWarning(failure, "A file changed while it was sent to {Platform}", platform.Info.Name);
            return (PublishResult.NotNow(MediaAltered) with { Answer = failure.Message }, seen);
        }
        catch (Exception failure)
        {
            // Whatever else broke, in the wire or in the adapter: the post may be live.
            logger.LogWarning(failure, "A visible call to {Platform} broke", platform.Info.Name);
            return (PublishResult.Unclear(stop.IsCancellationRequested ? "timed.out" : "wire.broken") with { Status = seen.Status, Answer = failure.Message }, seen);
        }
    }

    /// <summary>A call that changes nothing a reader sees, so whatever breaks may be tried again.</summary>
    public async Task<T> QuietlyAsync<T>(IPlatform platform, TimeSpan limit, Func<CancellationToken, Task<T>> call, Func<PublishResult, T> failed, CancellationToken cancellationToken)
    {
        using var slot = await TakeAsync(_others, platform.Info, cancellationToken);
        return await AsideAsync(platform, limit, call, failed, cancellationToken);
    }

    /// <summary>A quiet call for which no delivery waits: it takes none of the places they need.</summary>
    public async Task<T> AsideAsync<T>(IPlatform platform, TimeSpan limit, Func<CancellationToken, Task<T>> call, Func<PublishResult, T> failed, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(limit, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await call(stop.Token).WaitAsync(limit + TimeSpan.FromSeconds(1), time, cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            var code = IsAltered(failure) ? MediaAltered : failure is HttpRequestException wire && IsCertain(wire) ? "not.reached" : "wire.broken";
            logger.LogWarning(failure, "A call to {Platform} broke", platform.Info.Name);
            return failed(PublishResult.NotNow(code) with { Answer = failure.Message });
        }
    }

    // The stream of an approved file fails where the bytes are not those of its hash; the wire wraps what it threw.
    private static bool IsAltered(Exception? failure) => failure is MediaSwapped || (failure?.InnerException is { } inner && IsAltered(inner));

    /// <summary>Failures of a request that never reached the server.</summary>
    private static bool IsCertain(HttpRequestException failure) => failure.HttpRequestError
        is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError;

    private static async Task<IDisposable> TakeAsync(ConcurrentDictionary<string, SemaphoreSlim> slots, PlatformInfo info, CancellationToken cancellationToken)
    {
        var cap = slots.GetOrAdd(info.Name, _ => new SemaphoreSlim(info.CallsInFlight));
        await cap.WaitAsync(cancellationToken);
        return new Slot(cap);
    }

    private sealed class Slot(SemaphoreSlim cap) : IDisposable
    {
        public void Dispose() => cap.Release();
    }
}
