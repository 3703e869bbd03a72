using Microsoft.EntityFrameworkCore;
using Publisher.Platforms;
using Publisher.Web.Messages;
using Publisher.Web.Storage;

namespace Publisher.Web.Deliveries;

/// <summary>
/// Asks once, some seconds after a part went out, what stands there now, and keeps it. Beside the lanes: no delivery waits for it, and
/// whatever it finds changes none. A difference is for people to see.
/// </summary>
internal sealed class ReadingBack(
    IDbContextFactory<PublisherDb> databases, Writer writer, Dossiers dossiers, PlatformList platforms, Calls calls, Accounts accounts, Standstill standstill, TimeProvider time,
    ILogger<ReadingBack> logger)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    /// <summary>Some platforms show a post to its author only a moment later.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(10);

    /// <summary>What went out before a longer standstill is not asked for any more: it may have been corrected since.</summary>
    private static readonly TimeSpan Latest = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // What is claimed is asked for once, and now nothing can be asked.
        if (standstill.IsOn)
        {
            return;
        }

        foreach (var (deliveryId, number) in await WaitingAsync(cancellationToken))
        {
            if (await TryClaimAsync(deliveryId, number, cancellationToken) && await dossiers.ReadAsync(deliveryId, cancellationToken) is { } dossier)
            {
                await ReadAsync(dossier, number, cancellationToken);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await timer.WaitForNextTickAsync(stoppingToken);
                await RunAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // What was not claimed is found again by the next turn; the loop must live.
                logger.LogError(failure, "Posts could not be read back");
            }
        }
    }

    private async Task<List<(long DeliveryId, int Part)>> WaitingAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var (from, to) = (now - Latest, now - Settled);
        var readable = platforms.All.Where(platform => platform is IReadBack).Select(platform => platform.Info.Name).ToList();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var parts = await db.DeliveryParts.AsNoTracking()
            .Where(part => part.PublishedAt >= from && part.PublishedAt <= to && part.RemoteId != null && part.RetractedAt == null)
            .Where(part => !db.ReadBacks.Any(known => known.DeliveryId == part.DeliveryId && known.Part == part.Number))
            // What has been corrected since says something else on purpose; it is read back for the correction.
            .Where(part => db.Deliveries.Any(delivery => delivery.Id == part.DeliveryId
                && db.Channels.Any(channel => channel.Id == delivery.ChannelId && readable.Contains(channel.Platform))
                && !db.Messages.Any(correction => correction.CorrectsMessageId == delivery.MessageId
                    && db.Deliveries.Any(edit => edit.MessageId == correction.Id && edit.ChannelId == delivery.ChannelId && edit.Way == CorrectionWay.Edit))))
            .OrderBy(part => part.PublishedAt)
            .Select(part => new { part.DeliveryId, part.Number })
            .ToListAsync(cancellationToken);
        return [.. parts.Select(part => (part.DeliveryId, part.Number))];
    }

    private async Task<bool> TryClaimAsync(long deliveryId, int part, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcTicks;
        return await writer.WriteAsync(
            // Two machines that insert the same would wait for each other's whole commit.
            async (db, cancellation) => await Claim.TryTakeAsync(db, deliveryId, cancellation) && await db.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO "ReadBacks" ("DeliveryId", "Part", "At", "Files", "Differs") VALUES ({deliveryId}, {part}, {now}, 0, {false})
                ON CONFLICT ("DeliveryId", "Part") DO NOTHING
                """,
                cancellation) == 1,
            cancellationToken);
    }

    private async Task ReadAsync(Dossier dossier, int number, CancellationToken cancellationToken)
    {
        var row = dossier.Delivery.Parts.Single(part => part.Number == number);
        if (dossier is not { Channel: { } channel, Frozen: { } frozen }
            || row.RemotePost is not { } post
            || !platforms.TryGet(channel.Platform, out var platform)
            || platform is not IReadBack readBack
            || accounts.Open(channel) is not { } account)
        {
            return;
        }

        var there = await calls.AsideAsync(platform, Longest, stop => readBack.ReadAsync(post, account, stop), ReadBackResult.Failed, cancellationToken);
        if (there.Text is not { } text)
        {
            logger.LogInformation("Part {Part} of delivery {Delivery} could not be read back: {Code}", number, dossier.Delivery.Id, there.Failure?.Code);
            return;
        }

        var sent = Seal.Thaw(frozen.Bytes, frozen.Format, platform.Info.Limits).Parts[number - 1];
        var differs = there.Differs(sent);
        await writer.WriteAsync(
            async (db, cancellation) =>
            {
                await db.ReadBacks.Where(known => known.DeliveryId == dossier.Delivery.Id && known.Part == number).ExecuteUpdateAsync(
                    set => set.SetProperty(known => known.Text, text).SetProperty(known => known.Files, there.Files).SetProperty(known => known.Differs, differs), cancellation);
                db.Append(dossier.Delivery.Entry(null, time.GetUtcNow(), differs ? "delivery.differs" : "delivery.read.back", part: row), differs ? text : null);
                return true;
            },
            CancellationToken.None);
    }
}
