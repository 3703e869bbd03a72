using System.Collections.Concurrent;

namespace Publisher.Sandbox;

/// <summary>Calls and objections, newest last, bounded. Never a token: paths only, without their query.</summary>
internal sealed class Journal
{
    private const int Bound = 20_000;
    private readonly ConcurrentQueue<SandboxCall> _calls = new();
    private readonly ConcurrentQueue<SandboxObjection> _objections = new();

    public IEnumerable<SandboxCall> Calls => _calls;

    public IEnumerable<SandboxObjection> Objections => _objections;

    public void Add(SandboxCall call) => Add(_calls, call);

    public void Add(SandboxObjection objection) => Add(_objections, objection);

    public void ClearObjections() => _objections.Clear();

    public void ClearCalls() => _calls.Clear();

    private static void Add<T>(ConcurrentQueue<T> queue, T item)
    {
        queue.Enqueue(item);
        while (queue.Count > Bound)
        {
            queue.TryDequeue(out _);
        }
    }
}
