namespace Publisher.Sandbox;

/// <summary>One documented limit: so many calls in a span.</summary>
internal sealed record RateLimit(string Name, int Calls, TimeSpan Span);

/// <summary>Counts calls in fixed windows.</summary>
internal sealed class RateCounter
{
    private readonly Dictionary<string, (DateTimeOffset Ends, int Used)> _windows = [];
    private readonly Lock _gate = new();

    /// <summary>Counts one call.</summary>
    public (int Remaining, DateTimeOffset Reset, bool IsOver) Count(string account, RateLimit limit, DateTimeOffset now)
    {
        lock (_gate)
        {
            var key = account + "|" + limit.Name;
            if (!_windows.TryGetValue(key, out var window) || window.Ends <= now)
            {
                window = (now + limit.Span, 0);
            }

            window.Used++;
            _windows[key] = window;
            return (Math.Max(0, limit.Calls - window.Used), window.Ends, window.Used > limit.Calls);
        }
    }
}
