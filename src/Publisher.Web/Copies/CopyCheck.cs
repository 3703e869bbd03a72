using Microsoft.EntityFrameworkCore;
using Publisher.Platforms;
using Publisher.Web.Deliveries;
using Publisher.Web.Log;
using Publisher.Web.Messages;
using Publisher.Web.Storage;

namespace Publisher.Web.Copies;

/// <summary>Reads a database from end to end, to know that it is whole and what it names.</summary>
/// <param name="master">The key that should open it; null where it is not at hand.</param>
internal sealed class CopyCheck(PublisherDb db, MasterKey? master)
{
    private const int AtOnce = 5000;

    private readonly Terminal _terminal = new();
    private readonly List<string> _faults = [];

    /// <summary>What is not as it must be, a clause each.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>Every file that a message, a frozen post or the store of an office names, by its hash.</summary>
    public IReadOnlyCollection<string> Files { get; private set; } = [];

    public async Task<Holding> ReadAsync(CancellationToken cancellationToken)
    {
        await ReadPagesAsync(cancellationToken);
        if (master is not null && !await master.OpensAsync(db, cancellationToken))
        {
            _faults.Add("this master key is not the one the database was created with");
        }

        var entries = await ReadLogAsync(cancellationToken);
        Files = await NamedFilesAsync(cancellationToken);
        DeliveryState[] closed = [DeliveryState.Published, DeliveryState.Cancelled, DeliveryState.OutByHand, DeliveryState.Retracted, DeliveryState.Refused];
        return new Holding(
            await db.Messages.LongCountAsync(cancellationToken),
            await db.Deliveries.LongCountAsync(cancellationToken),
            await db.Deliveries.LongCountAsync(row => !closed.Contains(row.State), cancellationToken),
            entries,
            0,
            0);
    }

    private async Task ReadPagesAsync(CancellationToken cancellationToken)
    {
        if (!db.Database.IsSqlite())
        {
            return;
        }

        var said = await db.Database.SqlQueryRaw<string>("SELECT integrity_check AS Value FROM pragma_integrity_check").ToListAsync(cancellationToken);
        if (said is not ["ok"])
        {
            _faults.Add($"SQLite says: {string.Join("; ", said.Take(3))}");
        }

        var strays = await db.Database.SqlQueryRaw<string>("SELECT DISTINCT \"table\" AS Value FROM pragma_foreign_key_check").ToListAsync(cancellationToken);
        if (strays.Count > 0)
        {
            _faults.Add($"rows that belong to nothing in {string.Join(", ", strays)}");
        }
    }

    /// <summary>Every position has its entry, every entry the bytes it had when it got its position, and none is missing in between.</summary>
    private async Task<long> ReadLogAsync(CancellationToken cancellationToken)
    {
        var all = await db.Log.LongCountAsync(cancellationToken);
        var pending = await db.LogPending.LongCountAsync(cancellationToken);
        long last = 0;
        long placed = 0;
        while (true)
        {
            var page = await db.LogPositions.AsNoTracking().Where(row => row.Position > last).OrderBy(row => row.Position).Take(AtOnce)
                .Join(db.Log.AsNoTracking(), row => row.EntryId, entry => entry.Id, (row, entry) => new { row.Position, row.LeafHash, Entry = entry })
                .OrderBy(row => row.Position)
                .ToListAsync(cancellationToken);
            if (page.Count == 0)
            {
                break;
            }

            placed += page.Count;
            if (page.Find(row => row.LeafHash != LogLeaf.Of(row.Entry)) is { } altered)
            {
                _faults.Add($"the log entry at position {altered.Position} is not the one that was placed there");
            }

            last = page[^1].Position;
            _terminal.Say(() => $"Reading the log: {placed} of {all} entries");
        }

        if (placed != last || placed + pending != all)
        {
            _faults.Add($"the log has gaps: {all} entries, of which {placed} stand in {last} positions and {pending} wait for one");
        }

        return all;
    }

    private async Task<HashSet<string>> NamedFilesAsync(CancellationToken cancellationToken)
    {
        var named = (await db.Media.Select(media => media.Hash).Distinct().ToListAsync(cancellationToken)).ToHashSet(StringComparer.Ordinal);
        await foreach (var post in db.FrozenPosts.AsNoTracking().AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            named.UnionWith(Seal.Thaw(post.Bytes, post.Format, new Limits { Text = 0 }).Parts.SelectMany(part => part.Files()).Select(file => file.Hash));
        }

        return named;
    }
}
