using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Publisher.Web.Storage;

namespace Publisher.Web.Log;

/// <summary>Which entries to show or export. Lives in the address of the page, so that a view can be passed on.</summary>
public sealed record LogFilter
{
    /// <summary>How far an entry's position may lie from its time: the clocks of several machines, a commit that took long.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(10);

    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? To { get; init; }

    public long? Person { get; init; }

    public long? Channel { get; init; }

    public long? Message { get; init; }

    public string? Action { get; init; }

    public string? Text { get; init; }

    public bool IsEmpty => this == new LogFilter();

    /// <summary>The part of an address behind the question mark, without it.</summary>
    public string ToQuery()
    {
        var pairs = new (string Name, string? Value)[]
        {
            ("from", From?.UtcDateTime.ToString("o", CultureInfo.InvariantCulture)),
            ("to", To?.UtcDateTime.ToString("o", CultureInfo.InvariantCulture)),
            ("person", Person?.ToString(CultureInfo.InvariantCulture)),
            ("channel", Channel?.ToString(CultureInfo.InvariantCulture)),
            ("message", Message?.ToString(CultureInfo.InvariantCulture)),
            ("action", Action),
            ("text", Text),
        };
        return string.Join('&', pairs.Where(pair => !string.IsNullOrEmpty(pair.Value)).Select(pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value!)}"));
    }

    /// <summary>Positions that match, in no order yet.</summary>
    /// <param name="senders">What the reader may see; null for everything.</param>
    internal async Task<IQueryable<LogPosition>> ApplyAsync(PublisherDb db, IReadOnlyList<long>? senders, CancellationToken cancellationToken)
    {
        var positions = db.LogPositions.AsNoTracking();
        if (senders is not null)
        {
            positions = positions.Where(row => row.SenderId != null && senders.Contains(row.SenderId.Value));
        }

        positions = Person is { } person ? positions.Where(row => row.PersonId == person) : positions;
        positions = Channel is { } channel ? positions.Where(row => row.ChannelId == channel) : positions;
        positions = Message is { } message ? positions.Where(row => row.MessageId == message) : positions;
        positions = string.IsNullOrEmpty(Action) ? positions : positions.Where(row => row.Action == Action);
        if (!string.IsNullOrWhiteSpace(Text))
        {
            var found = LogSearch.Find(db, Text);
            positions = positions.Where(row => found.Contains(row.EntryId));
        }

        // Bounds by position first: a time long ago is then found without walking from the newest back to it.
        if (From is { } from)
        {
            var near = from - Slack;
            var first = await db.LogPositions.Where(row => row.At >= near).OrderBy(row => row.At).Select(row => (long?)row.Position).FirstOrDefaultAsync(cancellationToken);
            positions = positions.Where(row => row.At >= from && row.Position >= (first ?? long.MaxValue));
        }

        if (To is { } to)
        {
            var near = to + Slack;
            var last = await db.LogPositions.Where(row => row.At <= near).OrderByDescending(row => row.At).Select(row => (long?)row.Position).FirstOrDefaultAsync(cancellationToken);
            positions = positions.Where(row => row.At < to && row.Position <= (last ?? 0));
        }

        return positions;
    }
}
