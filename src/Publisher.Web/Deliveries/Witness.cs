using Microsoft.EntityFrameworkCore;
using Publisher.Web.Channels;
using Publisher.Web.Storage;

namespace Publisher.Web.Deliveries;

/// <summary>
/// With SQLite there is no second clock. When this machine's was set while it ran, platforms are asked what time it is with them, and nothing
/// is sent before one of them agrees: a machine that woke up goes on, and one that is wrong does not.
/// </summary>
internal sealed class Witness(IDbContextFactory<PublisherDb> databases, IHttpClientFactory clients, DatabaseClock clock, TimeProvider time, ILogger<Witness> logger)
{
    private const int Most = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Servers tell whole seconds, and their answer was under way.</summary>
    private static readonly TimeSpan Close = TimeSpan.FromSeconds(5);

    public async Task AskAsync(CancellationToken cancellationToken)
    {
        if (clock.SetBy is null)
        {
            return;
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (!db.Database.IsSqlite())
        {
            return;
        }

        var servers = await db.Channels.Where(row => row.Health == ChannelHealth.Working).Select(row => row.Server).Distinct().ToListAsync(cancellationToken);
        foreach (var server in servers.Select(server => new Uri(server, "/")).Distinct().OrderBy(_ => Random.Shared.Next()).Take(Most))
        {
            if (await DifferenceAsync(server, cancellationToken) is { } difference && difference.Duration() <= Close)
            {
                clock.Confirm();
                logger.LogWarning("{Server} says that this machine's clock is right: it sends again", server.Host);
                return;
            }
        }
    }

    private async Task<TimeSpan?> DifferenceAsync(Uri server, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stop.CancelAfter(Patience);
        try
        {
            using var question = new HttpRequestMessage(HttpMethod.Head, server);
            using var answer = await clients.CreateClient(OutboundClients.Platforms).SendAsync(question, stop.Token);
            return WireTap.DateOf(answer) - time.GetUtcNow();
        }
        catch (Exception failure) when (failure is HttpRequestException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }
}
