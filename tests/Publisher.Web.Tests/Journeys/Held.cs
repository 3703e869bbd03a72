using System.Text;
using Microsoft.Playwright;

namespace Publisher.Web.Tests.Journeys;

/// <summary>The line between page and server, on which everything in one direction waits from a word on until it is let go.</summary>
internal sealed class Held(string word, bool isFromPage)
{
    private readonly List<byte[]> _waiting = [];
    private IWebSocketRoute? _to;
    private bool _isLetGo;

    public TaskCompletionSource Word { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Between(IWebSocketRoute page)
    {
        var server = page.ConnectToServer();
        var (from, to) = isFromPage ? (page, server) : (server, page);
        _to = to;
        from.OnMessage(frame =>
        {
            lock (_waiting)
            {
                if (frame.Binary is not { } bytes)
                {
                    to.Send(frame.Text!);
                }
                else if (!_isLetGo && (_waiting.Count > 0 || Encoding.Latin1.GetString(bytes).Contains(word, StringComparison.Ordinal)))
                {
                    _waiting.Add(bytes);
                    Word.TrySetResult();
                }
                else
                {
                    to.Send(bytes);
                }
            }
        });
    }

    public void LetGo()
    {
        lock (_waiting)
        {
            _isLetGo = true;
            _waiting.ForEach(_to!.Send);
        }
    }
}
