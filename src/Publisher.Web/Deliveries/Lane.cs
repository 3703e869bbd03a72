using System.Diagnostics;

namespace Publisher.Web.Deliveries;

/// <summary>A delivery whose time has come.</summary>
internal sealed record DueDelivery(long Id, long MessageId, long ChannelId, DateTimeOffset Due, DateTimeOffset NextAt, DeliveryState State)
{
    /// <summary>Where its spans belong; empty where nobody traces.</summary>
    public ActivityContext Trace { get; init; }
}

/// <summary>What waits to be done for one channel, in order of due time: what is past due comes before what is only prepared.</summary>
/// <param name="width">How many are worked on at once; 1 where they are sent.</param>
internal sealed class Lane(int width)
{
    private readonly Lock _lock = new();
    private readonly SortedSet<DueDelivery> _waiting = new(Comparer<DueDelivery>.Create(
        (one, other) => one.Due != other.Due ? one.Due.CompareTo(other.Due) : one.Id.CompareTo(other.Id)));

    private int _running;

    /// <summary>Says whether the caller has to begin a run of the lane now.</summary>
    public bool Add(DueDelivery due)
    {
        lock (_lock)
        {
            _waiting.Add(due);
            if (_running == width)
            {
                return false;
            }

            _running++;
            return true;
        }
    }

    /// <summary>The next one, and some of those after it. Null ends the run.</summary>
    public DueDelivery? Take(int more, out IReadOnlyList<long> following)
    {
        lock (_lock)
        {
            var next = _waiting.Min;
            if (next is null)
            {
                _running--;
            }
            else
            {
                _waiting.Remove(next);
            }

            following = [.. _waiting.Take(more).Select(due => due.Id)];
            return next;
        }
    }
}
