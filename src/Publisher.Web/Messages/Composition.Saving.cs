using Publisher.Web.Storage;

namespace Publisher.Web.Messages;

/// <summary>Keeps what was typed on the server within two seconds, and tells where somebody else was faster.</summary>
public sealed partial class Composition
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(800);

    /// <summary>Until a database that did not work is asked again.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);

    private long _edits;
    private long _saved;
    private bool _isWaiting;
    private Task _saving = Task.CompletedTask;

    public bool IsDirty => _saved != _edits;

    public DateTimeOffset? SavedAt { get; private set; }

    /// <summary>What somebody else saved while this was typed. Nothing is saved until a person has chosen.</summary>
    public MessageDraft? Theirs { get; private set; }

    /// <summary>How often what is saved was taken in place of all that was typed. A choice that was begun before is over then.</summary>
    public int Reloads { get; private set; }

    /// <summary>Why the last save did not happen.</summary>
    public Refusal? NotSaved { get; private set; }

    /// <summary>Answers once everything typed until now is kept, or can't be.</summary>
    public async Task SaveAsync()
    {
        while (!_saving.IsCompleted)
        {
            await _saving;
        }

        if (IsDirty && Theirs is null)
        {
            _saving = SaveOnceAsync();
            await _saving;
        }
    }

    /// <summary>Their text is replaced by this one, knowingly.</summary>
    public async Task KeepMineAsync()
    {
        Draft = Draft with { Version = Theirs!.Version };
        Theirs = null;
        await SaveAsync();
    }

    /// <summary>This text is given up for theirs.</summary>
    public async Task TakeTheirsAsync()
    {
        Theirs = null;
        await ReloadAsync();
    }

    /// <summary>Hands the message in. What was typed is saved first.</summary>
    public async Task<Answer<Submitted>> SubmitAsync()
    {
        await SaveAsync();
        return Theirs is not null ? Refusal.LookAgain
            : NotSaved is { } refusal ? refusal
            : await room.Desk.SubmitAsync(actor, Draft.Id, Draft.Version, Closed);
    }

    /// <summary>Takes the message back from review. What was typed and is not saved stays: it is saved now, or chosen about as before.</summary>
    public async Task<Refusal?> WithdrawAsync()
    {
        var answer = await room.Desk.WithdrawAsync(actor, Draft.Id, Theirs?.Version ?? Draft.Version, Closed);
        if (!IsDirty && Theirs is null)
        {
            await ReloadAsync();
            return answer.Refusal;
        }

        if (answer.Refusal is not null)
        {
            await MeetAsync();
        }
        else
        {
            State = MessageState.Draft;
            NotSaved = null;
            (Draft, Theirs) = Theirs is null ? (Draft with { Version = answer.Value }, null) : (Draft, Theirs with { Version = answer.Value });
            await SaveAsync();
        }

        Moved();
        return answer.Refusal;
    }

    public async Task<Refusal?> DiscardAsync()
    {
        while (!_saving.IsCompleted)
        {
            await _saving;
        }

        return (await room.Desk.DiscardAsync(actor, Draft.Id, Draft.Version, Closed)).Refusal;
    }

    public Task<Answer<long>> DuplicateAsync() => room.Desk.DuplicateAsync(actor, Draft.Id, Closed);

    private async Task SaveSoonAsync(TimeSpan pause)
    {
        if (_isWaiting)
        {
            return;
        }

        _isWaiting = true;
        try
        {
            await Task.Delay(pause, room.Time, Closed);
        }
        finally
        {
            _isWaiting = false;
        }

        await SaveAsync();
    }

    private async Task SaveOnceAsync()
    {
        try
        {
            await SendAsync();
        }
        catch (Exception failure) when (DatabaseTrouble.CodeOf(failure) is not null)
        {
            // It passes, and what was typed is still here: said, and tried again without a click.
            NotSaved = new Refusal($"not.saved.{DatabaseTrouble.CodeOf(failure)}");
            _ = BeginAsync(() => SaveSoonAsync(Rest));
        }

        Moved();
    }

    private async Task SendAsync()
    {
        var (sent, edits) = (Draft, _edits);
        var answer = await room.Desk.SaveAsync(actor, sent, CancellationToken.None);
        if (answer.Refusal is null)
        {
            Draft = Draft with { Version = answer.Value };
            _saved = edits;
            SavedAt = Now;
            NotSaved = null;
        }
        else if (answer.Refusal == Refusal.LookAgain)
        {
            await MeetAsync();
        }
        else
        {
            NotSaved = answer.Refusal;
        }
    }

    /// <summary>Somebody else changed the message. Where both wrote the same there is nothing to ask.</summary>
    private async Task MeetAsync()
    {
        var again = await room.AgainAsync(actor, Draft.Id, Closed);
        NotSaved = again.Refusal;
        if (NotSaved is not null)
        {
            return;
        }

        var (theirs, state, found) = again.Value;
        State = state;
        if (theirs.SaysLike(Draft))
        {
            Take(theirs, state, found);
            _saved = _edits;
            Theirs = null;
        }
        else
        {
            Theirs = theirs;
        }
    }

    private async Task ReloadAsync()
    {
        var again = await room.AgainAsync(actor, Draft.Id, Closed);
        if (again.Refusal is null)
        {
            var (draft, state, found) = again.Value;
            if (draft.SenderId != Sender.Id)
            {
                await room.LoadSenderAsync(this, draft.SenderId, Closed);
                Reading = null;
            }

            Take(draft, state, found);
            _saved = _edits;
            Reloads++;
        }

        NotSaved = again.Refusal;
        Moved();
    }
}
