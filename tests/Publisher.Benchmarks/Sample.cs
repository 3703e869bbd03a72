using System.Diagnostics;

namespace Publisher.Benchmarks;

/// <summary>Durations of the same thing, many times over, and what it cost the processor: that says little less on a machine that does other work beside.</summary>
internal sealed class Sample
{
    private readonly List<TimeSpan> _taken = [];
    private TimeSpan _processor;

    public int Count => _taken.Count;

    /// <summary>Time of all cores, on average, for one.</summary>
    public TimeSpan Processor => _processor / _taken.Count;

    public TimeSpan Median => At(0.5);

    /// <param name="share">0.95 for the duration that 95 of 100 stay within.</param>
    public TimeSpan At(double share)
    {
        _taken.Sort();
        return _taken[Math.Clamp((int)Math.Ceiling(_taken.Count * share) - 1, 0, _taken.Count - 1)];
    }

    public void Add(TimeSpan taken, TimeSpan processor = default)
    {
        _taken.Add(taken);
        _processor += processor;
    }

    public void Time(Action work)
    {
        var used = Environment.CpuUsage.TotalTime;
        var started = Stopwatch.GetTimestamp();
        work();
        Add(Stopwatch.GetElapsedTime(started), Environment.CpuUsage.TotalTime - used);
    }

    public async Task TimeAsync(Func<Task> work)
    {
        var used = Environment.CpuUsage.TotalTime;
        var started = Stopwatch.GetTimestamp();
        await work();
        Add(Stopwatch.GetElapsedTime(started), Environment.CpuUsage.TotalTime - used);
    }
}
