using Microsoft.EntityFrameworkCore;
using Publisher.Web.Storage;

namespace Publisher.Web.Copies;

/// <summary>
/// Looks again what the database says, in every process, also in one that sends nothing: another machine may have found out that this is a copy, or a manager
/// may have let it go on there.
/// </summary>
internal sealed class CopyWatch(Standstill standstill, Writer writer, IDbContextFactory<PublisherDb> databases, TimeProvider time, ILogger<CopyWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _bell = new(0);

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        writer.Committed += Hear;
        return base.StartAsync(cancellationToken);
    }

    public override Task StopAsync(CancellationToken cancellationToken)
    {
        writer.Committed -= Hear;
        return base.StopAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _bell.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await _bell.WaitAsync(Every, stoppingToken);
                await using var db = await databases.CreateDbContextAsync(stoppingToken);
                await standstill.ReadAsync(db, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // What was known stays; the next look tells. The loop must live.
                logger.LogError(failure, "Whether this may be a copy could not be looked up");
                await Task.Delay(TimeSpan.FromSeconds(1), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // What every page shows changes rarely, and ending a standstill is among it.
    private void Hear(IReadOnlyCollection<long> messages)
    {
        if (messages.Contains(PublisherDb.EveryPage))
        {
            _bell.Release();
        }
    }
}
