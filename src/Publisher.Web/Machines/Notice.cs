using System.Text.Json;
using Publisher.Web.People;

namespace Publisher.Web.Machines;

/// <summary>What one machine tells the others after its commits. Ids only: whoever hears it reads the database.</summary>
/// <param name="From">New for every process start, so that nobody listens to themselves.</param>
internal sealed record Notice(Guid From, IReadOnlyList<long> Messages, IReadOnlyList<SessionBell.Ring> Rings)
{
    /// <summary>Of the database's notifications; none of PostgreSQL's own and of no other program's.</summary>
    public const string Channel = "publisher_moved";

    /// <summary>PostgreSQL carries less than 8000 bytes at once. The longest ids and rings of one notice stay below that.</summary>
    private const int MostMessages = 300;
    private const int MostRings = 40;

    public static IEnumerable<string> Write(Guid from, IReadOnlyCollection<long> messages, IReadOnlyCollection<SessionBell.Ring> rings) =>
    [
        .. messages.Chunk(MostMessages).Select(some => JsonSerializer.Serialize(new Notice(from, some, []))),
        .. rings.Chunk(MostRings).Select(some => JsonSerializer.Serialize(new Notice(from, [], some))),
    ];

    /// <summary>Null where it is of a version that writes them otherwise.</summary>
    public static Notice? Read(string payload)
    {
        try
        {
            return JsonSerializer.Deserialize<Notice>(payload) is { Messages: not null, Rings: not null } notice ? notice : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
