using System.Collections.Concurrent;
using Publisher.Web.Storage;

namespace Publisher.Web.Deliveries;

/// <summary>Tells open pages that something about their message was committed, so that they look again.</summary>
public sealed class Live : IDisposable
{
    private readonly Writer _writer;
    private readonly ConcurrentDictionary<Subscription, long> _pages = new();

    public Live(Writer writer)
    {
        _writer = writer;
        _writer.Committed += Tell;
    }

    /// <summary>Calls back after every commit about the message, until disposed. The callback returns at once, as InvokeAsync does.</summary>
    public IDisposable Subscribe(long messageId, Action changed)
    {
        var page = new Subscription(this, changed);
        _pages[page] = messageId;
        return page;
    }

    public void Dispose() => _writer.Committed -= Tell;

    private void Tell(IReadOnlyCollection<long> messages)
    {
        foreach (var (page, message) in _pages)
        {
            if (messages.Contains(message) || messages.Contains(PublisherDb.EveryPage))
            {
                page.Changed();
            }
        }
    }

    private sealed class Subscription(Live live, Action changed) : IDisposable
    {
        public Action Changed { get; } = changed;

        public void Dispose() => live._pages.TryRemove(this, out _);
    }
}
