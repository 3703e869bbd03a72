using Microsoft.EntityFrameworkCore;
using Publisher.Web.Channels;
using Publisher.Web.Storage;

namespace Publisher.Web.Deliveries;

/// <summary>
/// Goes the way of a delivery once at start, with nothing that could leave or be changed. The first one that is due would wait until its
/// queries are translated and its code is compiled; and where another machine has died, that one may be due in a second.
/// </summary>
internal sealed class Rehearsal(
    IDbContextFactory<PublisherDb> databases, Dossiers dossiers, Verification verification, Accounts accounts, Fence fence, IHttpClientFactory clients, ILogger<Rehearsal> logger)
    : BackgroundService
{
    /// <summary>The database gives its rows numbers from one upwards.</summary>
    private const long NoNumber = long.MinValue;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var client = clients.CreateClient(OutboundClients.Platforms);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var newest = await db.Deliveries.OrderByDescending(row => row.Id).Select(row => row.Id).FirstOrDefaultAsync(cancellationToken);
        if (await dossiers.ReadAsync(newest, cancellationToken) is { Channel: { } channel } dossier)
        {
            verification.Check(dossier);
            accounts.Open(channel);
        }

        var none = new Delivery { Id = NoNumber, MessageId = 0, SenderId = 0, ChannelId = 0, Label = "", FrozenPostId = 0, Seal = "", ApprovalId = 0, Due = default, Deadline = default };
        await fence.RehearseAsync(none, cancellationToken);

        none.Parts.Add(new DeliveryPart { Number = 1, Key = "" });
        var attempt = new Attempt { Part = 1, Number = 1, Lease = 0, StartedAt = default };
        none.Attempts.Add(attempt);
        Saving.Add(db, none, attempt, none.Entry(null, DateTimeOffset.UnixEpoch, "", attempt), null);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            // It found no row with that number, and took the whole of it back.
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await RunAsync(stoppingToken);
        }
        catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
        {
            // Then the first delivery takes a moment longer, and what is wrong tells itself to whoever needs it.
            logger.LogInformation("The way of a delivery could not be rehearsed: {Reason}", failure.Message);
        }
    }
}
