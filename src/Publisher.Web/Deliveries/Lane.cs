namespace Publisher.Web.Deliveries;

/// <summary>A delivery whose time has come.</summary>
internal sealed record DueDelivery(long Id, long MessageId, long ChannelId, DateTimeOffset Due, DateTimeOffset NextAt, DeliveryState State);

/// <summary>What waits to be sent through one channel, one at a time, in order of due time.</summary>
internal sealed class Lane
{
    private readonly Lock _lock = new();
    private readonly SortedSet<DueDelivery> _waiting = new(Comparer<DueDelivery>.Create(
        (one, other) => one.Due != other.Due ? one.Due.CompareTo(other.Due) : one.Id.CompareTo(other.Id)));

    private bool _isRunning;

    /// <summary>Says whether the caller has to run the lane now.</summary>
    public bool Add(DueDelivery due)
    {
        lock (_lock)
        {
            _waiting.Add(due);
            var wasRunning = _isRunning;
            _isRunning = true;
            return !wasRunning;
        }
    }

    /// <summary>The next one, and some of those after it. Null ends the run.</summary>
    public DueDelivery? Take(int more, out IReadOnlyList<long> following)
    {
        lock (_lock)
        {
            var next = _waiting.Min;
            _isRunning = next is not null;
            if (next is not null)
            {
                _waiting.Remove(next);
            }

            following = [.. _waiting.Take(more).Select(due => due.Id)];
            return next;
        }
    }
}
