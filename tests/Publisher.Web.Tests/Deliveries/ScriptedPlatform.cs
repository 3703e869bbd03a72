using System.Collections.Concurrent;
using Publisher.Platforms;

namespace Publisher.Web.Tests.Deliveries;

/// <summary>A platform that answers what a test tells it, keeps what became visible, and notes every call.</summary>
internal class ScriptedPlatform(string name) : IPlatform, IRecall, IRetract, IRefreshTokens, IFinishLater
{
    private readonly ConcurrentQueue<Func<Part, Task<PublishResult>>> _answers = new();

    public ConcurrentQueue<(string Account, Part Part)> Calls { get; } = new();

    /// <summary>What a reader would see.</summary>
    public ConcurrentQueue<(RemotePost Post, string Text)> Timeline { get; } = new();

    public ConcurrentQueue<string> Tokens { get; } = new();

    /// <summary>What passes between the first byte of a call and its answer.</summary>
    public Func<Task>? Pause { get; set; }

    public Func<Part, RecallResult>? Recall { get; set; }

    public Func<PublishResult>? Ask { get; set; }

    public Func<RefreshResult>? Refresh { get; set; }

    /// <summary>What passes between the first byte of an exchange and its answer.</summary>
    public Func<CancellationToken, Task>? RefreshPause { get; set; }

    public Func<RemotePost, RetractResult>? Retract { get; set; }

    public int Recalls { get; private set; }

    /// <summary>What had been brought for the part that was last looked for.</summary>
    public Prepared? RecalledWith { get; private set; }

    public int Refreshes { get; private set; }

    public PlatformInfo Info { get; init; } = InfoOf(name);

    public static PlatformInfo InfoOf(string name) => new(name, name)
    {
        Color = "#000000",
        Limits = new Limits { Text = 500, Parts = 10 },
        Length = (part, _) => part.Text.Length,
        Entities = _ => [],
    };

    /// <summary>The next call gets this result; without any it publishes.</summary>
    public void Next(PublishResult result) => _answers.Enqueue(_ => Task.FromResult(result));

    public void Next(Func<Part, Task<PublishResult>> answer) => _answers.Enqueue(answer);

    /// <summary>Becomes visible, and the answer is lost.</summary>
    public void NextPublishesAndBreaks() => Next(part =>
    {
        Show(part);
        throw new HttpRequestException(HttpRequestError.ResponseEnded);
    });

    public IEnumerable<Problem> Check(Post post) => [];

    public async Task<PublishResult> PublishAsync(Part part, Prepared prepared, Account account, CancellationToken cancellationToken)
    {
        Calls.Enqueue((account.Id, part));
        Tokens.Enqueue(account.Credentials.Token.Value);
        if (Pause is { } pause)
        {
            await pause();
        }

        return _answers.TryDequeue(out var answer) ? await answer(part) : PublishResult.Published(Show(part));
    }

    public RemotePost Show(Part part)
    {
        var post = new RemotePost($"{name}-{Timeline.Count + 1}", new Uri($"https://{name}.example/posts/{Timeline.Count + 1}"));
        Timeline.Enqueue((post, part.Text));
        return post;
    }

    public Task<RecallResult> FindAsync(Part part, Prepared prepared, TimeWindow window, Account account, CancellationToken cancellationToken)
    {
        Recalls++;
        RecalledWith = prepared;
        return Task.FromResult(Recall?.Invoke(part) ?? new RecallResult
        {
            Matches = [.. Timeline.Where(shown => shown.Text == part.Text).Select(shown => shown.Post)],
            IsComplete = true,
        });
    }

    public Task<PublishResult> AskAsync(string ticket, Part part, Account account, CancellationToken cancellationToken) =>
        Task.FromResult(Ask?.Invoke() ?? PublishResult.Published(Show(part)));

    public Task<RetractResult> RetractAsync(RemotePost post, Account account, CancellationToken cancellationToken) =>
        Task.FromResult(Retract?.Invoke(post) ?? RetractResult.Gone);

    public async Task<RefreshResult> RefreshAsync(Account account, CancellationToken cancellationToken)
    {
        Refreshes++;
        if (RefreshPause is { } pause)
        {
            await pause(cancellationToken);
        }

        return Refresh?.Invoke() ?? new RefreshResult(new Credentials { Token = new Secret($"fresh-{Refreshes}") }, null);
    }
}

/// <summary>One that wants its files first.</summary>
internal class PreparingPlatform(string name) : ScriptedPlatform(name), IPrepare
{
    private int _preparations;

    /// <summary>Where it reads them: the room's store.</summary>
    public IMediaFiles? Files { get; set; }

    public int Preparations => _preparations;

    public Func<Part, PrepareResult>? Prepare { get; set; }

    public async Task<PrepareResult> PrepareAsync(Part part, Prepared soFar, Account account, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _preparations);
        if (Pause is { } pause)
        {
            await pause();
        }

        if (Prepare is not null)
        {
            return Prepare(part);
        }

        var brought = new List<PreparedFile>();
        foreach (var media in part.Files())
        {
            await using var file = Files!.Open(media);
            brought.Add(new PreparedFile($"file-{brought.Count + 1}", Convert.ToHexStringLower(await System.Security.Cryptography.SHA256.HashDataAsync(file, cancellationToken))));
        }

        return PrepareResult.Ready(new Prepared { Files = brought });
    }
}

/// <summary>One whose account keeps what was brought until it is shown or removed.</summary>
internal sealed class KeepingPlatform(string name) : PreparingPlatform(name), IDiscard
{
    /// <summary>What each try to remove something brought.</summary>
    public ConcurrentQueue<Prepared> Discards { get; } = new();

    /// <summary>Without it everything can be removed.</summary>
    public Func<Task<PublishResult?>>? Discard { get; set; }

    public Task<PublishResult?> DiscardAsync(Prepared prepared, Account account, CancellationToken cancellationToken)
    {
        Discards.Enqueue(prepared);
        return Discard?.Invoke() ?? Task.FromResult<PublishResult?>(null);
    }
}
