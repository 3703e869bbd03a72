using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Publisher.Sandbox;

/// <summary>The visible posts of one platform. Writers hold the platform's lock; readers need none.</summary>
internal sealed class Feed
{
    private readonly ConcurrentDictionary<string, SandboxPost> _byId = new();
    private readonly ConcurrentDictionary<string, ImmutableList<string>> _byAccount = new();
    private long _lastNumber;

    public IEnumerable<SandboxPost> All => _byId.Values.OrderBy(p => p.At).ThenBy(p => p.Id, StringComparer.Ordinal);

    public int Count => _byId.Count;

    public SandboxPost? Find(string? id) => id is not null && _byId.TryGetValue(id, out var post) ? post : null;

    public void Add(SandboxPost post)
    {
        var isNew = !_byId.ContainsKey(post.Id);
        _byId[post.Id] = post;

        // A record written again under its old key keeps its place.
        if (isNew)
        {
            _byAccount.AddOrUpdate(post.Account, _ => [post.Id], (_, ids) => ids.Add(post.Id));
        }
    }

    public SandboxPost Change(string id, Func<SandboxPost, SandboxPost> change)
    {
        return _byId[id] = change(_byId[id]);
    }

    /// <summary>One more create call ended at this post.</summary>
    public SandboxPost Repeat(string id) => Change(id, p => p with { RequestCount = p.RequestCount + 1 });

    /// <summary>Posts of an account that a read at this moment shows, newest first.</summary>
    public IEnumerable<SandboxPost> Newest(string account, DateTimeOffset until)
    {
        var ids = _byAccount.GetValueOrDefault(account, []);
        for (var i = ids.Count - 1; i >= 0; i--)
        {
            if (_byId.TryGetValue(ids[i], out var post) && post.DeletedAt is null && post.VisibleFrom <= until)
            {
                yield return post;
            }
        }
    }

    /// <summary>How many posts of an account are visible.</summary>
    public int CountOf(string account) => _byAccount.GetValueOrDefault(account, []).Count;

    /// <summary>A new number, growing with time, unique also when the clock stands still.</summary>
    public string NextNumber(DateTimeOffset now)
    {
        var wanted = (now.ToUnixTimeMilliseconds() - 1_288_834_974_657L) << 22;
        while (true)
        {
            var last = Interlocked.Read(ref _lastNumber);
            var next = Math.Max(last + 1, wanted);
            if (Interlocked.CompareExchange(ref _lastNumber, next, last) == last)
            {
                return next.ToString(System.Globalization.CultureInfo.InvariantCulture);
            }
        }
    }

    public void Clear()
    {
        _byId.Clear();
        _byAccount.Clear();
    }
}
