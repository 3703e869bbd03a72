using Publisher.Platforms;

namespace Publisher.Web.Tests.Deliveries;

/// <summary>One that tells what readers did, and gives back what stands there.</summary>
internal sealed class TellingPlatform(string name) : ScriptedPlatform(name), IMeasure, IReadBack
{
    private int _measured;
    private int _readBack;

    public Func<IReadOnlyList<RemotePost>, Measured> Measure { get; set; } = posts => new Measured
    {
        Followers = 1000,
        Posts = posts.ToDictionary(post => post.Id, _ => new Counts(12, 3)),
    };

    /// <summary>Before it answers.</summary>
    public Func<CancellationToken, Task> Meanwhile { get; set; } = _ => Task.CompletedTask;

    public Func<RemotePost, ReadBackResult>? Back { get; set; }

    public int Measurements => _measured;

    public int Readings => _readBack;

    public async Task<Measured> MeasureAsync(IReadOnlyList<RemotePost> posts, Account account, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _measured);
        await Meanwhile(cancellationToken);
        return Measure(posts);
    }

    public Task<ReadBackResult> ReadAsync(RemotePost post, Account account, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _readBack);
        return Task.FromResult(Back?.Invoke(post) ?? ReadBackResult.Read(Timeline.Single(shown => shown.Post.Id == post.Id).Text, 0));
    }
}
