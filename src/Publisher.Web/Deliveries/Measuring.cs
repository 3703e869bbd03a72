using Microsoft.EntityFrameworkCore;
using Publisher.Platforms;
using Publisher.Web.Channels;
using Publisher.Web.Storage;

namespace Publisher.Web.Deliveries;

/// <summary>
/// Reads for every channel that works how many follow it, and what readers did with what went out there lately. One channel after the
/// other, beside everything else: a reading that fails is counted and forgotten, and changes nothing of channels or deliveries.
/// </summary>
internal sealed class Measuring(
    IDbContextFactory<PublisherDb> databases, Writer writer, PlatformList platforms, Calls calls, TokenRefresh tokens, Accounts accounts, Standstill standstill, TimeProvider time,
    ILogger<Measuring> logger)
{
    private static readonly TimeSpan Lately = TimeSpan.FromDays(30);

    /// <summary>For all the questions about one channel.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    /// <summary>Of one channel, the newest first: platforms count the questions.</summary>
    private const int MostPosts = 200;

    /// <param name="leaveAlone">Channels read within this time today, by whichever machine, are not read again.</param>
    public async Task RunAsync(TimeSpan leaveAlone, CancellationToken cancellationToken)
    {
        // The day would be taken for read, although nothing can be asked.
        if (standstill.IsOn)
        {
            return;
        }

        var now = time.GetUtcNow();
        var day = DateOnly.FromDateTime(now.UtcDateTime);
        var fresh = now - leaveAlone;
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var channels = await db.Channels.AsNoTracking()
            .Where(row => row.Health == ChannelHealth.Working && (row.NotBefore == null || row.NotBefore < now))
            .Where(row => !db.ChannelMeasurements.Any(known => known.ChannelId == row.Id && known.Day == day && known.ClaimedAt >= fresh))
            .OrderBy(row => row.Id)
            .ToListAsync(cancellationToken);
        var (whole, broken) = (0, 0);
        foreach (var channel in channels)
        {
            if (platforms.TryGet(channel.Platform, out var platform) && platform is IMeasure measure && await TryClaimAsync(channel.Id, day, fresh, cancellationToken))
            {
                var isWhole = await ReadOrLeaveAsync(channel, platform, measure, day, cancellationToken);
                (whole, broken) = isWhole ? (whole + 1, broken) : (whole, broken + 1);
            }
        }

        if (whole + broken > 0)
        {
            logger.LogInformation("Followers and counts of {Whole} channels were read; {Broken} did not answer, or not in full", whole, broken);
        }
    }

    // A new row, or one whose reading is old enough; among several machines one statement succeeds.
    private async Task<bool> TryClaimAsync(long channelId, DateOnly day, DateTimeOffset fresh, CancellationToken cancellationToken)
    {
        var (now, before) = (time.GetUtcNow().UtcTicks, fresh.UtcTicks);
        return await writer.WriteAsync(
            (db, cancellation) => db.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO "ChannelMeasurements" ("ChannelId", "Day", "ClaimedAt") VALUES ({channelId}, {day}, {now})
                ON CONFLICT ("ChannelId", "Day") DO UPDATE SET "ClaimedAt" = excluded."ClaimedAt" WHERE "ChannelMeasurements"."ClaimedAt" < {before}
                """,
                cancellation),
            cancellationToken) == 1;
    }

    /// <summary>What a stop calls off is read after the next start, on the same day.</summary>
    private async Task<bool> ReadOrLeaveAsync(Channel channel, IPlatform platform, IMeasure measure, DateOnly day, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAsync(channel, platform, measure, day, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await writer.WriteAsync(
                (db, cancellation) => db.ChannelMeasurements.Where(row => row.ChannelId == channel.Id && row.Day == day)
                    .ExecuteUpdateAsync(set => set.SetProperty(row => row.ClaimedAt, DateTimeOffset.UnixEpoch), cancellation),
                CancellationToken.None);
            throw;
        }
    }

    private async Task<bool> ReadAsync(Channel channel, IPlatform platform, IMeasure measure, DateOnly day, CancellationToken cancellationToken)
    {
        var posts = await PostsAsync(channel.Id, cancellationToken);
        if (tokens.IsDue(channel, time.GetUtcNow()) && (await tokens.RefreshAsync(channel, cancellationToken)).Channel is { } renewed)
        {
            channel = renewed;
        }

        var measured = await AskAsync();
        if (measured.Failure?.Code == PublishResult.TokenExpired && (await tokens.RefreshAsync(channel, cancellationToken)).Channel is { } fresh)
        {
            channel = fresh;
            measured = await AskAsync();
        }

        await SaveAsync(channel.Id, day, posts, measured, cancellationToken);
        return measured.Failure is null;

        async Task<Measured> AskAsync() => accounts.Open(channel) is { } account
            ? await calls.AsideAsync(
                platform, Longest, stop => measure.MeasureAsync([.. posts.Select(one => one.Post).DistinctBy(post => post.Id)], account, stop), failure => new Measured { Failure = failure }, cancellationToken)
            : new Measured { Failure = PublishResult.NotNow("account.differs") };
    }

    // An edit is a delivery of its own, to a post that is already among them.
    private async Task<IReadOnlyList<(long DeliveryId, RemotePost Post)>> PostsAsync(long channelId, CancellationToken cancellationToken)
    {
        var since = time.GetUtcNow() - Lately;
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await db.DeliveryParts.AsNoTracking()
            .Where(part => part.Number == 1 && part.RemoteId != null && part.RetractedAt == null && part.PublishedAt >= since)
            .Where(part => db.Deliveries.Any(delivery => delivery.Id == part.DeliveryId && delivery.ChannelId == channelId))
            .OrderByDescending(part => part.PublishedAt)
            .Take(MostPosts)
            .ToListAsync(cancellationToken);
        return [.. rows.Select(part => (part.DeliveryId, part.RemotePost!))];
    }

    private Task SaveAsync(long channelId, DateOnly day, IReadOnlyList<(long DeliveryId, RemotePost Post)> posts, Measured measured, CancellationToken cancellationToken)
    {
        List<DeliveryMeasurement> rows =
        [
            .. from one in posts
               let counts = measured.Posts.GetValueOrDefault(one.Post.Id)
               where counts is not null
               select new DeliveryMeasurement { DeliveryId = one.DeliveryId, Day = day, Likes = counts.Likes, Shares = counts.Shares, Replies = counts.Replies, Views = counts.Views },
        ];
        var ids = rows.Select(row => row.DeliveryId).ToList();
        return writer.WriteAsync(
            async (db, cancellation) =>
            {
                if (measured.Followers is { } followers)
                {
                    await db.ChannelMeasurements.Where(row => row.ChannelId == channelId && row.Day == day)
                        .ExecuteUpdateAsync(set => set.SetProperty(row => row.Followers, followers), cancellation);
                }

                await db.DeliveryMeasurements.Where(row => row.Day == day && ids.Contains(row.DeliveryId)).ExecuteDeleteAsync(cancellation);
                db.DeliveryMeasurements.AddRange(rows);
                return true;
            },
            cancellationToken);
    }
}
