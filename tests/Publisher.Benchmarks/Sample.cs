using System.Diagnostics;

namespace Publisher.Benchmarks;

/// <summary>Durations of the same thing, many times over.</summary>
internal sealed class Sample
{
    private readonly List<TimeSpan> _taken = [];

    public TimeSpan Median => At(0.5);

    /// <param name="share">0.95 for the duration that 95 of 100 stay within.</param>
    public TimeSpan At(double share)
    {
        _taken.Sort();
        return _taken[Math.Clamp((int)Math.Ceiling(_taken.Count * share) - 1, 0, _taken.Count - 1)];
    }

    public void Add(TimeSpan taken) => _taken.Add(taken);

    public void Time(Action work)
    {
        var started = Stopwatch.GetTimestamp();
        work();
        Add(Stopwatch.GetElapsedTime(started));
    }

    public async Task TimeAsync(Func<Task> work)
    {
        var started = Stopwatch.GetTimestamp();
        await work();
        Add(Stopwatch.GetElapsedTime(started));
    }
}
