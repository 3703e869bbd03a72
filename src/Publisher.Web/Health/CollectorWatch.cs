using System.Diagnostics.Tracing;

namespace Publisher.Web.Health;

/// <summary>
/// Says in the program's log that figures and traces do not arrive: the libraries that send them keep it to themselves. Only the name of what happened, because what they
/// say of it holds the collector's address; and seldom, because it happens every few seconds.
/// </summary>
internal sealed class CollectorWatch(TimeProvider time, ILogger<CollectorWatch> logger) : IHostedService, IDisposable
{
    private static readonly TimeSpan Seldom = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private Listener? _listener;
    private long? _said;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _listener = new Listener(Say);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _listener?.Dispose();

    private void Say(string what)
    {
        lock (_lock)
        {
            if (_said is { } before && time.GetElapsedTime(before) < Seldom)
            {
                return;
            }

            _said = time.GetTimestamp();
        }

        logger.LogWarning("Figures and traces do not reach the collector: {What}. This is said once in {Minutes} minutes at most", what, Seldom.TotalMinutes);
    }

    private sealed class Listener(Action<string> say) : EventListener
    {
        private const string TimedOut = "RequestTimedOut";

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name.StartsWith("OpenTelemetry-Exporter-", StringComparison.Ordinal))
            {
                EnableEvents(eventSource, EventLevel.Warning);
            }
        }

        // What is only a warning there is about settings and odd values, but for silence.
        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            if (eventData.Level <= EventLevel.Error || eventData.EventName == TimedOut)
            {
                say(eventData.EventName ?? $"event {eventData.EventId}");
            }
        }
    }
}
