using Microsoft.EntityFrameworkCore;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Web.Machines;

/// <summary>
/// Tells the other machines which messages moved and whose sessions ended, after the commit: at once after a quiet moment, and every 100 ms in a burst, because
/// the database lets one notifying commit after the other. What this process shows itself does not wait for it.
/// </summary>
internal sealed class Telling(Identity identity, Writer writer, SessionBell bell, IDbContextFactory<PublisherDb> databases, TimeProvider time, ILogger<Telling> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);

    private readonly Lock _door = new();
    private readonly HashSet<long> _messages = [];
    private readonly HashSet<SessionBell.Ring> _rings = [];
    private readonly SemaphoreSlim _something = new(0);

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        writer.CommittedHere += Note;
        bell.RangHere += Note;
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        writer.CommittedHere -= Note;
        bell.RangHere -= Note;
        // What the last commits moved: the others go on with it.
        await TellAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _something.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await _something.WaitAsync(stoppingToken);
                var isTold = await TellAsync(stoppingToken);
                await Task.Delay(isTold ? Pause : AfterFailure, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The rest is told by the stop.
        }
    }

    private async Task<bool> TellAsync(CancellationToken cancellationToken)
    {
        var (messages, rings) = Take();
        try
        {
            if (messages.Count + rings.Count > 0)
            {
                await using var db = await databases.CreateDbContextAsync(cancellationToken);
                await db.Database.OpenConnectionAsync(cancellationToken);
                foreach (var notice in Notice.Write(identity.Id, messages, rings))
                {
                    await db.Database.ExecuteSqlAsync($"SELECT pg_notify({Notice.Channel}, {notice})", cancellationToken);
                }
            }

            return true;
        }
        catch (Exception failure)
        {
            // Told again: hearing it twice costs a look, never hearing it leaves a page on another machine behind.
            Note(messages);
            rings.ForEach(Note);
            if (!cancellationToken.IsCancellationRequested)
            {
                logger.LogWarning(failure, "The other machines could not be told that {Messages} messages moved; trying again", messages.Count);
            }

            return false;
        }
    }

    private (List<long> Messages, List<SessionBell.Ring> Rings) Take()
    {
        lock (_door)
        {
            var taken = (_messages.ToList(), _rings.ToList());
            _messages.Clear();
            _rings.Clear();
            return taken;
        }
    }

    private void Note(IReadOnlyCollection<long> messages)
    {
        lock (_door)
        {
            _messages.UnionWith(messages);
        }

        Wake();
    }

    private void Note(SessionBell.Ring ring)
    {
        lock (_door)
        {
            _rings.Add(ring);
        }

        Wake();
    }

    private void Wake()
    {
        if (_something.CurrentCount == 0)
        {
            _something.Release();
        }
    }
}
