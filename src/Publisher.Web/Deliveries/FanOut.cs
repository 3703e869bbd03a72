using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Publisher.Web.Storage;

namespace Publisher.Web.Deliveries;

/// <summary>
/// Hands what is due to the lanes and to the work beside them, and waits for no platform. A delivery is in at most one
/// place of this process; between processes the claims decide.
/// </summary>
internal sealed class FanOut(
    IDbContextFactory<PublisherDb> databases, Dossiers dossiers, Sending sending, Preparing preparing, Looking looking, Retracting retracting, Discarding discarding,
    Recovering recovering, Leases leases, DatabaseClock clock, Standstill standstill, TimeProvider time, ILogger<FanOut> logger) : IHostedService, IDisposable
{
    /// <summary>For a lane in which another machine sends.</summary>
    internal static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Dossiers read at once for a lane that has many waiting.</summary>
    private const int ReadAhead = 32;

    /// <summary>Prepared, asked about or looked for at once, for one channel. What waits holds no lease and no dossier.</summary>
    private const int BesideAtOnce = 8;

    private readonly ConcurrentDictionary<long, DueDelivery> _taken = new();
    private readonly ConcurrentDictionary<long, Lane> _lanes = new();
    private readonly ConcurrentDictionary<long, Lane> _beside = new();
    private readonly ConcurrentDictionary<Task, bool> _running = new();
    private readonly CancellationTokenSource _stopping = new();
    private int _isWanted;
    private int _isReading;

    /// <summary>A delivery of this message left this process's hands; its next wake is saved. Handlers return at once.</summary>
    public event Action<long>? Freed;

    /// <summary>Whether this process is busy with it, so that nobody needs to be woken for it.</summary>
    public bool IsTaken(long deliveryId) => _taken.ContainsKey(deliveryId);

    /// <summary>Takes everything that is due. Many callers at the same second share one read.</summary>
    public async Task TakeDueAsync(CancellationToken cancellationToken)
    {
        Interlocked.Exchange(ref _isWanted, 1);
        while (Volatile.Read(ref _isWanted) == 1 && Interlocked.CompareExchange(ref _isReading, 1, 0) == 0)
        {
            try
            {
                Interlocked.Exchange(ref _isWanted, 0);
                await ReadAsync(cancellationToken);
            }
            finally
            {
                Volatile.Write(ref _isReading, 0);
            }
        }
    }

    /// <summary>Returns when nothing is under way in this process.</summary>
    public async Task SettleAsync()
    {
        while (!_running.IsEmpty)
        {
            await Task.WhenAll(_running.Keys);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Claims nothing more, and lets started calls end.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await SettleAsync().WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // Not disposed: what was still under way when waiting for it ended asks for the token yet.
    public void Dispose() => _stopping.Cancel();

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        if (_stopping.IsCancellationRequested || !clock.IsRight || standstill.IsOn)
        {
            return;
        }

        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await standstill.IsInDoubtAsync(db, cancellationToken))
        {
            await standstill.LookAsync(cancellationToken);
            if (standstill.IsOn || await standstill.IsInDoubtAsync(db, cancellationToken))
            {
                return;
            }
        }

        var due = await db.Deliveries.AsNoTracking().Where(row => row.NextAt <= now).OrderBy(row => row.Due).ThenBy(row => row.Id)
            .Select(row => new DueDelivery(row.Id, row.MessageId, row.ChannelId, row.Due, row.NextAt!.Value, row.State))
            .ToListAsync(cancellationToken);
        var traces = new Dictionary<long, ActivityContext>();
        foreach (var row in due)
        {
            if (!_taken.TryAdd(row.Id, row))
            {
                continue;
            }

            var one = row with { Trace = TraceOf(row.MessageId, traces) };
            if (one.State is DeliveryState.Waiting && one.Due <= now)
            {
                ToLane(one);
            }
            else
            {
                Beside(one);
            }
        }
    }

    private static ActivityContext TraceOf(long messageId, Dictionary<long, ActivityContext> traces)
    {
        if (!traces.TryGetValue(messageId, out var trace))
        {
            using var span = Figures.FanOut(messageId);
            traces[messageId] = trace = span?.Context ?? default;
        }

        return trace;
    }

    private void ToLane(DueDelivery due)
    {
        var lane = _lanes.GetOrAdd(due.ChannelId, _ => new Lane(1));
        if (lane.Add(due))
        {
            Run(LaneAsync(lane));
        }
    }

    private void Beside(DueDelivery due)
    {
        var lane = _beside.GetOrAdd(due.ChannelId, _ => new Lane(BesideAtOnce));
        if (lane.Add(due))
        {
            Run(BesideAsync(lane));
        }
    }

    private async Task BesideAsync(Lane lane)
    {
        await Task.Yield();
        while (lane.Take(0, out _) is { } due)
        {
            await AsideAsync(due);
        }
    }

    private async Task LaneAsync(Lane lane)
    {
        // The caller is reading a list: it must not send the first of it.
        await Task.Yield();
        var former = Task.CompletedTask;
        IReadOnlyDictionary<long, Dossier> known = new Dictionary<long, Dossier>();
        while (lane.Take(ReadAhead, out var following) is { } due)
        {
            var (next, saved) = (NextPlace.Later, Task.CompletedTask);
            using var span = Figures.Deliver(due, "send");
            try
            {
                if (!known.ContainsKey(due.Id))
                {
                    known = await dossiers.ReadAsync([due.Id, .. following], _stopping.Token);
                }

                // Read before it was noticed: what waits in the lane stays where it is.
                if (known.TryGetValue(due.Id, out var dossier) && !standstill.IsOn)
                {
                    (next, saved) = await sending.SendAsync(dossier, former, _stopping.Token);
                }
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                // The process stops; the delivery is untouched.
            }
            catch (IOException failure)
            {
                // Its files can't be read at this moment, and nothing was started.
                logger.LogError("Delivery {Delivery} could not be sent now: {Reason}", due.Id, failure.Message);
            }
            catch (Exception failure)
            {
                // One delivery must not stop its lane. What was started and not saved becomes unclear when its lease ends.
                logger.LogError(failure, "Delivery {Delivery} could not be sent now", due.Id);
            }

            if (next is NextPlace.Lane)
            {
                // Another machine sends on this channel, and all that waits here waits with this one, which it may send as well.
                known = new Dictionary<long, Dossier>();
                await Task.Delay(Pause, time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            former = saved;
            Run(LeaveAsync(due, next, saved));
        }
    }

    private async Task AsideAsync(DueDelivery due)
    {
        var next = NextPlace.Later;
        using var span = Figures.Deliver(due, due.State is DeliveryState.Waiting ? "prepare" : "look after");
        try
        {
            if (await dossiers.ReadAsync(due.Id, _stopping.Token) is { } dossier)
            {
                next = dossier.Delivery.State switch
                {
                    _ when !IsDue(dossier) => NextPlace.Rest,
                    DeliveryState.Waiting => await preparing.RunAsync(dossier, _stopping.Token),
                    DeliveryState.Sending => await recovering.TakeOverAsync(dossier, _stopping.Token),
                    DeliveryState.Processing => await looking.AskAsync(dossier, _stopping.Token),
                    DeliveryState.Unclear => await looking.RecallAsync(dossier, _stopping.Token),
                    DeliveryState.SignInNeeded or DeliveryState.HandedOver => await recovering.ExpireAsync(dossier, _stopping.Token),
                    DeliveryState.Retracting => await retracting.RunAsync(dossier, _stopping.Token),
                    DeliveryState.Cancelled or DeliveryState.Missed or DeliveryState.Refused or DeliveryState.Rejected => await discarding.RunAsync(dossier, _stopping.Token),
                    _ => NextPlace.Later,
                };
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Nothing visible was under way; whoever starts next begins again.
        }
        catch (Exception failure)
        {
            logger.LogError(failure, "Delivery {Delivery} could not be worked on now", due.Id);
        }

        await LeaveAsync(due, next, Task.CompletedTask);
    }

    /// <summary>
    /// Between the list of what is due and its turn here another machine may have done the work: then its next time is another one, or it has none.
    /// Whoever looked again too early would take a listing's delay for a proof.
    /// </summary>
    private bool IsDue(Dossier dossier) => dossier.Delivery.NextAt <= time.GetUtcNow();

    private async Task LeaveAsync(DueDelivery due, NextPlace next, Task saved)
    {
        try
        {
            await saved;
        }
        catch (Exception failure)
        {
            logger.LogError(failure, "What became of delivery {Delivery} is not saved", due.Id);
            next = NextPlace.Later;
        }

        leases.Free(due.Id);
        if (next is NextPlace.Lane)
        {
            ToLane(due);
            return;
        }

        if (next is NextPlace.Aside)
        {
            Beside(due);
            return;
        }

        _taken.TryRemove(due.Id, out _);
        if (next is NextPlace.Rest)
        {
            Freed?.Invoke(due.MessageId);
        }
    }

    private void Run(Task task)
    {
        if (task.IsCompleted)
        {
            return;
        }

        _running.TryAdd(task, true);
        _ = task.ContinueWith(ended => _running.TryRemove(ended, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }
}
