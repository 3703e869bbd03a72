namespace Publisher.Web.Schedule;

/// <summary>When the scheduler last woke, and how late it was.</summary>
internal sealed class Beat(TimeProvider time)
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private (long Stamp, TimeSpan Late) _last = (time.GetTimestamp(), TimeSpan.Zero);
    private readonly Lock _lock = new();

    /// <summary>Of the last beat; where the next one does not come, how late that is by now.</summary>
    public TimeSpan Lateness
    {
        get
        {
            lock (_lock)
            {
                var overdue = time.GetElapsedTime(_last.Stamp) - Every;
                return overdue > _last.Late ? overdue : _last.Late;
            }
        }
    }

    public void Note(TimeSpan late)
    {
        lock (_lock)
        {
            _last = (time.GetTimestamp(), late > TimeSpan.Zero ? late : TimeSpan.Zero);
        }
    }
}
