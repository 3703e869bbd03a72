using System.Collections.Concurrent;
using System.Security.Cryptography;
using Publisher.Platforms;
using Publisher.Web.People;

namespace Publisher.Web.Channels;

/// <summary>A connection on its way: begun by one person in one session, and gone when used or after a quarter of an hour.</summary>
/// <param name="ChannelId">The channel that is connected again; null for a new one.</param>
public sealed record Connection(Actor By, long SenderId, string Platform, long? ChannelId, DateTimeOffset BegunAt)
{
    /// <summary>The link it was begun with; null where an administrator connects.</summary>
    public LinkUse? Link { get; init; }

    /// <summary>What the adapter wants back, with verifier and app secret. Only while the person is at the platform.</summary>
    public Secret? Ticket { get; init; }

    /// <summary>What was found, with credentials. Only until the person says which one is meant.</summary>
    public IReadOnlyList<Account> Accounts { get; init; } = [];
}

/// <param name="Token">The link's secret, to find back to its page.</param>
public sealed record LinkUse(long Id, string Token, long AskedBy);

/// <summary>
/// Connections between their steps. In this process' memory alone: they hold secrets that are worth nothing later, and a browser comes back
/// to the process that holds its circuit.
/// </summary>
public sealed class Connections(TimeProvider time)
{
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(15);
    private readonly ConcurrentDictionary<string, Connection> _open = new(StringComparer.Ordinal);

    /// <summary>A name nobody can guess; it is the state on the way through the platform.</summary>
    public static string NewName() => RandomNumberGenerator.GetHexString(64, lowercase: true);

    public void Keep(string name, Connection connection)
    {
        foreach (var old in _open.Where(pair => IsOver(pair.Value)).Select(pair => pair.Key))
        {
            _open.TryRemove(old, out _);
        }

        _open[name] = connection;
    }

    /// <summary>Null where it is unknown, over, or of another session.</summary>
    public Connection? Look(Actor actor, string name) =>
        _open.TryGetValue(name, out var found) && found.By == actor && !IsOver(found) ? found : null;

    /// <summary>Once only.</summary>
    public Connection? Take(Actor actor, string name) => Look(actor, name) is { } found && _open.TryRemove(name, out _) ? found : null;

    private bool IsOver(Connection connection) => connection.BegunAt + Life <= time.GetUtcNow();
}
