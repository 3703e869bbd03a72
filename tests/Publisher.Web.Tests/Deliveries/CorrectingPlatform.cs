using System.Collections.Concurrent;
using Publisher.Platforms;

namespace Publisher.Web.Tests.Deliveries;

/// <summary>One that lets live posts be changed. What a test tells it to answer next is answered to edits.</summary>
internal sealed class CorrectingPlatform(string name) : ScriptedPlatform(name), ICorrect
{
    private readonly ConcurrentQueue<Func<PublishResult>> _answers = new();

    /// <summary>Every edit that was asked for: of which post, and what it is to say.</summary>
    public ConcurrentQueue<(string Id, string Text)> Edits { get; } = new();

    /// <summary>What a reader sees, where it is not what was published.</summary>
    public ConcurrentDictionary<string, string> Shown { get; } = new();

    public void NextEdit(Func<PublishResult> answer) => _answers.Enqueue(answer);

    public Task<PublishResult> CorrectAsync(Part part, Account account, CancellationToken cancellationToken)
    {
        var id = part.Correction!.Post.Id;
        Edits.Enqueue((id, part.Text));
        if (_answers.TryDequeue(out var answer))
        {
            return Task.FromResult(answer());
        }

        Shown[id] = part.Text;
        return Task.FromResult(PublishResult.Published(new RemotePost(id, new Uri($"https://{Info.Name}.example/posts/{id}"))));
    }
}
