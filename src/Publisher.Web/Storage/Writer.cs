using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Publisher.Web.Storage;

/// <summary>
/// The one place in this process that writes. Steps queue up; whatever waits is done in one transaction with one durable
/// commit, and every caller is answered after the commit, never before. So a hundred deliveries that end together cost one
/// sync of the disk. Where a step fails, nothing of that transaction is kept, and all of it is done again with each step
/// behind a savepoint of its own: so it spoils no other, and steps that succeed, nearly all, pay for no savepoints.
/// A step reads and writes the database and nothing else: no network, no waiting for people. It may run more than once
/// before its commit, so what it adds it also makes.
/// </summary>
public sealed class Writer(IDbContextFactory<PublisherDb> databases, ILogger<Writer> logger) : BackgroundService
{
    /// <summary>Steps in one commit at most, so that the first of them does not wait for too long.</summary>
    private const int MostInOneCommit = 256;

    private const int MostDeadlocks = 4;

    private const string Savepoint = "step";

    private readonly Channel<Step> _steps = Channel.CreateUnbounded<Step>(new() { SingleReader = true });

    /// <summary>What keeps it from writing since it was told; only the loop knows it.</summary>
    private string? _trouble;

    /// <summary>After a commit, here or on another machine, with the messages its log entries are about. Handlers return at once and never throw.</summary>
    public event Action<IReadOnlyCollection<long>>? Committed;

    /// <summary>After a commit of this process alone, for whoever tells the other machines.</summary>
    public event Action<IReadOnlyCollection<long>>? CommittedHere;

    /// <summary>Another machine has committed something about these messages.</summary>
    public void Hear(IReadOnlyCollection<long> messages) => Committed?.Invoke(messages);

    /// <summary>Runs the step in a transaction, alone or with others, and answers after the commit.</summary>
    public Task<T> WriteAsync<T>(Func<PublisherDb, CancellationToken, Task<T>> step, CancellationToken cancellationToken) =>
        WriteAsync(step, isAlone: false, cancellationToken);

    /// <summary>As <see cref="WriteAsync"/>, for what a person decides: where another machine was quicker with the same row, they are asked to look again.</summary>
    public async Task<Answer<T>> DecideAsync<T>(Func<PublisherDb, CancellationToken, Task<Answer<T>>> step, CancellationToken cancellationToken)
    {
        try
        {
            return await WriteAsync(step, cancellationToken);
        }
        catch (Exception failure) when (WasQuicker(failure))
        {
            return Refusal.LookAgain;
        }
    }

    /// <summary>
    /// Runs the step in a transaction of its own: for one that takes a lock for itself alone, which others of its commit
    /// may already share with other machines.
    /// </summary>
    public Task<T> WriteAloneAsync<T>(Func<PublisherDb, CancellationToken, Task<T>> step, CancellationToken cancellationToken) =>
        WriteAsync(step, isAlone: true, cancellationToken);

    private async Task<T> WriteAsync<T>(Func<PublisherDb, CancellationToken, Task<T>> step, bool isAlone, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        for (var left = MostDeadlocks; ; left--)
        {
            var waiting = new Step<T>(step) { IsAlone = isAlone };
            if (!_steps.Writer.TryWrite(waiting))
            {
                throw new InvalidOperationException("The process is stopping: nothing is written any more.");
            }

            try
            {
                return await waiting.Answer.Task;
            }
            catch (Exception failure) when (left > 0 && IsDeadlock(failure))
            {
                // Two machines waited for each other and the database chose this step to give way: nothing of it is kept, so it is done again.
            }
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _steps.Writer.TryComplete();
        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // What was queued before the stop is still written: the loop ends when the queue is complete and empty.
        while (await _steps.Reader.WaitToReadAsync(CancellationToken.None))
        {
            var group = new List<Step>();
            while (TryTakeNext(group, out var step))
            {
                group.Add(step);
            }

            await WriteGroupAsync(group);
        }
    }

    // PostgreSQL: a row with this key is there by now, or two transactions waited for each other and this one was ended.
    private static bool WasQuicker(Exception failure) =>
        failure is DbUpdateConcurrencyException || IsDeadlock(failure) || SqlStateOf(failure) is PostgresErrorCodes.UniqueViolation;

    private static bool IsDeadlock(Exception failure) => SqlStateOf(failure) is PostgresErrorCodes.DeadlockDetected;

    private static string? SqlStateOf(Exception failure) => (failure as DbException ?? failure.InnerException as DbException)?.SqlState;

    private bool TryTakeNext(List<Step> group, [NotNullWhen(true)] out Step? step)
    {
        step = null;
        return group.Count < MostInOneCommit
            && group is not [{ IsAlone: true }, ..]
            && _steps.Reader.TryPeek(out var next)
            && !(next.IsAlone && group.Count > 0)
            && _steps.Reader.TryRead(out step);
    }

    private async Task WriteGroupAsync(List<Step> group)
    {
        var touched = new HashSet<long>();
        try
        {
            if (!await TryCommitAsync(group, touched, isApart: false))
            {
                touched.Clear();
                await TryCommitAsync(group, touched, isApart: true);
            }
        }
        catch (Exception failure)
        {
            // Nothing of this group is kept, and each of its callers hears why.
            Tell(failure, group.Count);
            group.ForEach(step => step.Fail(failure));
            return;
        }

        if (_trouble is not null)
        {
            _trouble = null;
            logger.LogWarning("The database can be written again");
        }

        // Answers first: a delivery waits for them with its call.
        group.ForEach(step => step.Finish());
        if (touched.Count > 0)
        {
            Committed?.Invoke(touched);
            CommittedHere?.Invoke(touched);
        }
    }

    /// <summary>Once, and in words for who can mend it; whatever is no such trouble, whole and each time.</summary>
    private void Tell(Exception failure, int steps)
    {
        var trouble = DatabaseTrouble.CodeOf(failure);
        if (trouble is null)
        {
            logger.LogError(failure, "A commit of {Steps} steps failed; nothing of it is kept", steps);
        }
        else if (trouble != _trouble)
        {
            logger.LogError("{Sentence} Until then nothing is sent and nothing is lost ({Reason})", DatabaseTrouble.Say(trouble), failure.GetBaseException().Message);
        }

        _trouble = trouble;
    }

    /// <param name="isApart">Whether each step has its savepoint; without one, the first that fails ends the transaction.</param>
    private async Task<bool> TryCommitAsync(List<Step> group, HashSet<long> touched, bool isApart)
    {
        await using var db = await databases.CreateDbContextAsync();
        db.Database.AutoSavepointsEnabled = false;
        await using var transaction = await db.Database.BeginTransactionAsync();
        if (group is not [{ IsAlone: true }])
        {
            await SendLock.ShareAsync(db, CancellationToken.None);
        }

        foreach (var step in group)
        {
            if (isApart)
            {
                await transaction.CreateSavepointAsync(Savepoint);
            }

            try
            {
                await step.RunAsync(db);
                await db.SaveChangesAsync();
                touched.UnionWith(db.Touched);
            }
            // What is wrong around the database is so for the whole commit, and there may be no connection left to go on with.
            catch (Exception failure) when (DatabaseTrouble.CodeOf(failure) is null)
            {
                if (!isApart)
                {
                    return false;
                }

                await transaction.RollbackToSavepointAsync(Savepoint);
                step.Spoil(failure);
            }
            finally
            {
                db.Clear();
            }
        }

        await transaction.CommitAsync();
        return true;
    }

    private abstract class Step
    {
        public bool IsAlone { get; init; }

        protected Exception? Failure { get; private set; }

        public abstract Task RunAsync(PublisherDb db);

        public abstract void Finish();

        public abstract void Fail(Exception failure);

        public void Spoil(Exception failure) => Failure = failure;
    }

    private sealed class Step<T>(Func<PublisherDb, CancellationToken, Task<T>> work) : Step
    {
        private T? _value;

        // Continuations run elsewhere: the loop must not wait for what a caller does next.
        public TaskCompletionSource<T> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override async Task RunAsync(PublisherDb db) => _value = await work(db, CancellationToken.None);

        public override void Finish()
        {
            if (Failure is null)
            {
                Answer.SetResult(_value!);
            }
            else
            {
                Answer.SetException(Failure);
            }
        }

        public override void Fail(Exception failure) => Answer.SetException(Failure ?? failure);
    }
}
