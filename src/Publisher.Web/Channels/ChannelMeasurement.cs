using Microsoft.EntityFrameworkCore;
using Publisher.Web.Storage;

namespace Publisher.Web.Channels;

/// <summary>How many followed a channel on one day. One row a day: the newest reading wins.</summary>
public sealed class ChannelMeasurement
{
    public required long ChannelId { get; init; }

    /// <summary>In UTC.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>When somebody last set out to read it, and with that kept the other machines from it.</summary>
    public required DateTimeOffset ClaimedAt { get; set; }

    /// <summary>Null where the platform does not say, or did not answer.</summary>
    public long? Followers { get; set; }
}

/// <summary>The newest number, and what became of it within a week.</summary>
/// <param name="Change">Null where there is no number of seven days before.</param>
public sealed record Following(long Followers, DateOnly Day, long? Change)
{
    private const int Week = 7;

    /// <summary>A number older than this says nothing about today.</summary>
    private const int Oldest = 30;

    public static async Task<Dictionary<long, Following>> ReadAsync(PublisherDb db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var from = DateOnly.FromDateTime(now.UtcDateTime).AddDays(-Oldest);
        var rows = await db.ChannelMeasurements.AsNoTracking().Where(row => row.Day >= from && row.Followers != null)
            .Select(row => new { row.ChannelId, row.Day, Followers = row.Followers!.Value }).ToListAsync(cancellationToken);
        return rows.GroupBy(row => row.ChannelId).ToDictionary(channel => channel.Key, channel =>
        {
            var newest = channel.MaxBy(row => row.Day)!;
            var before = channel.FirstOrDefault(row => row.Day == newest.Day.AddDays(-Week));
            return new Following(newest.Followers, newest.Day, newest.Followers - before?.Followers);
        });
    }
}
