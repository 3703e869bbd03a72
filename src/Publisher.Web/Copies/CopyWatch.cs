using Publisher.Web.Storage;

namespace Publisher.Web.Copies;

/// <summary>
/// Looks again and again whether this may be a copy, in every process, also in one that sends nothing: what it runs on may be set back or replaced while it runs,
/// another machine may have noticed, or a manager may have let it go on there.
/// </summary>
internal sealed class CopyWatch(RunMark run, Standstill standstill, Writer writer, TimeProvider time, ILogger<CopyWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _bell = new(0);
    private readonly SemaphoreSlim _one = new(1);

    /// <summary>What was last said, not what was last found: a look that broke off may have found it out, and the next one says it.</summary>
    private bool _told;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _told = standstill.IsOn;
        standstill.LookAsync = LookAsync;
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
        _one.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await _bell.WaitAsync(Every, stoppingToken);
                await LookAsync(stoppingToken);
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

    /// <summary>Looks now, and says what is new about it.</summary>
    private async Task LookAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            await run.LookAsync(cancellationToken);
            if (standstill.IsOn == _told)
            {
                return;
            }

            logger.LogWarning("{What}", standstill.Mark is { } mark ? $"This may be a copy ({mark.Why}): it opens no connection until a manager says that the other one is off." : "A manager has said that the other one is off: this one goes on.");
            // For the banners, and so that other machines look too.
            await writer.WriteAsync(
                (db, _) =>
                {
                    db.TouchEveryPage();
                    return Task.FromResult(true);
                },
                cancellationToken);
            _told = standstill.IsOn;
        }
        finally
        {
            _one.Release();
        }
    }

    // What every page shows changes rarely, ending a standstill is among it, and after a broken connection this is the first to be heard.
    private void Hear(IReadOnlyCollection<long> messages)
    {
        if (messages.Contains(PublisherDb.EveryPage) && _bell.CurrentCount == 0)
        {
            _bell.Release();
        }
    }
}
