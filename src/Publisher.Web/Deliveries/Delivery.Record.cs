using Publisher.Platforms;

namespace Publisher.Web.Deliveries;

/// <summary>The one place that decides what follows from an outcome.</summary>
public sealed partial class Delivery
{
    private static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LongestLook = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestProcessing = TimeSpan.FromHours(24);
    private static readonly TimeSpan LastTry = TimeSpan.FromSeconds(5);
    private const int AbsencesThatProve = 2;

    /// <summary>The part that comes next; null when all are out.</summary>
    public DeliveryPart? NextPart => Parts.Where(part => part.PublishedAt is null).MinBy(part => part.Number);

    private DateTimeOffset DeadlineIsOver => Deadline.AddMilliseconds(1);

    private bool SomethingIsOut => Parts.Exists(part => part.PublishedAt is not null);

    /// <summary>What came of one visible call.</summary>
    public void Record(Attempt attempt, PublishResult result, PlatformTerms terms, DateTimeOffset now)
    {
        attempt.EndedAt = now;
        attempt.Outcome = result.Outcome;
        attempt.Code = result.Code;
        attempt.Status = result.Status;
        attempt.Answer = result.Answer ?? "";
        attempt.RemoteId = result.Post?.Id;
        Say(result);

        var part = Parts.Single(row => row.Number == attempt.Part);
        switch (result)
        {
            case { Outcome: Outcome.Published, Post: { } post }:
                PartIsOut(part, post, now);
                break;
            // Whoever repeats after an unclear try and hears "you said that already" learns where it stands.
            case { Outcome: Outcome.Rejected, Code: Codes.Duplicate, Post: { } existing } when part.UnclearSince is not null:
                PartIsOut(part, existing, now);
                break;
            case { Outcome: Outcome.Processing, Ticket: { } ticket }:
                part.Ticket = ticket;
                State = DeliveryState.Processing;
                NextAt = now + (result.RetryAfter ?? FirstLook);
                break;
            case { Outcome: Outcome.ByHand }:
                State = DeliveryState.HandedOver;
                NextAt = DeadlineIsOver;
                break;
            case { Outcome: Outcome.Published or Outcome.Processing or Outcome.Unclear }:
                part.UnclearSince ??= attempt.StartedAt;
                LookLater(terms, now);
                break;
            // What refuses an edit now refused it before: nothing of it can be live.
            case { Outcome: Outcome.Rejected } when Way is CorrectionWay.Edit:
                End(DeliveryState.Rejected, now);
                break;
            // Only this try certainly failed; an earlier one may still be live.
            case var _ when part.UnclearSince is not null:
                Failures++;
                LookLater(terms, now);
                break;
            default:
                NothingWentOut(part, result, now);
                break;
        }
    }

    /// <summary>What bringing files and containers led to. Nothing of it is visible.</summary>
    public void RecordPreparation(DeliveryPart part, PrepareResult result, DateTimeOffset now)
    {
        part.Keep(result.Prepared);
        if (result.Failure is { } failure)
        {
            Say(failure);
            NothingWentOut(part, failure, now);
        }
        else if (result.AskAfter is { } wait)
        {
            WaitUntil(now + (wait < FirstLook / 3 ? FirstLook / 3 : wait), now);
        }
        else
        {
            part.PreparedAt = now;
            Failures = 0;
            State = DeliveryState.Waiting;
            NextAt = Due > now ? Due : now;
        }
    }

    /// <summary>What the platform says about a post it was still working on.</summary>
    public void RecordAnswer(DeliveryPart part, PublishResult result, PlatformTerms terms, DateTimeOffset now)
    {
        Say(result);
        var started = LastTryOf(part)?.StartedAt ?? now;
        switch (result)
        {
            case { Outcome: Outcome.Published, Post: { } post }:
                PartIsOut(part, post, now);
                break;
            case { Outcome: Outcome.Rejected }:
                End(DeliveryState.Rejected, now);
                break;
            // The platform gave up, and what was brought is used up with it: nothing of it will show, and it is sent again.
            case { Outcome: Outcome.NotNow, Code: Codes.MediaGone } when part.UnclearSince is null:
                part.Ticket = null;
                NothingWentOut(part, result, now);
                break;
            // The same, but an earlier try or another installation may have brought it to readers all the same.
            case { Outcome: Outcome.NotNow, Code: Codes.MediaGone }:
                part.Ticket = null;
                LookLater(terms, now);
                break;
            case { Outcome: Outcome.Unclear or Outcome.Published }:
                part.UnclearSince ??= started;
                LookLater(terms, now);
                break;
            case var _ when now > started + LongestProcessing:
                Stop(DeliveryState.CannotTell);
                break;
            default:
                Failures = result.Outcome == Outcome.Processing ? 0 : Failures + 1;
                var wait = BackOff(Failures);
                NextAt = now + (result.RetryAfter is { } said && said > wait ? said : wait);
                break;
        }
    }

    /// <summary>What looking found. Matches are only those that no other delivery holds.</summary>
    public void RecordRecall(DeliveryPart part, RecallResult result, PlatformTerms terms, DateTimeOffset now)
    {
        Answer = result.Answer ?? result.Failure?.Answer ?? Answer;
        var ended = CanRunUntil(part, terms);
        var settled = ended + terms.SettleTime;
        switch (result)
        {
            case { Failure: { } failure }:
                Say(failure);
                Failures++;
                if (now > ended + LongestLook)
                {
                    Stop(DeliveryState.CannotTell);
                }
                else
                {
                    var wait = BackOff(Failures);
                    NextAt = now + (failure.RetryAfter is { } said && said > wait ? said : wait);
                }

                break;
            case { Matches: [var only] }:
                PartIsOut(part, only, now);
                Code = "recall.found";
                break;
            case { Matches.Count: > 1 }:
                Stop(DeliveryState.CannotTell, "recall.several");
                break;
            case { Ticket: { } ticket }:
                part.Ticket = ticket;
                Failures = 0;
                Absences = 0;
                State = DeliveryState.Processing;
                NextAt = now + FirstLook;
                break;
            case var _ when IsByClockAhead(part, now):
                Stop(DeliveryState.CannotTell, "recall.clock");
                break;
            case var _ when now < settled:
                var again = now + (now - ended > FirstLook ? now - ended : FirstLook);
                NextAt = again < settled ? again : settled;
                break;
            case { IsComplete: false }:
            case var _ when !terms.CanProveAbsence:
                Stop(DeliveryState.CannotTell, "recall.incomplete");
                break;
            default:
                Absences++;
                if (Absences < AbsencesThatProve)
                {
                    NextAt = now + terms.SecondAbsence;
                }
                else
                {
                    PartIsNotThere(part, now);
                }

                break;
        }
    }

    /// <summary>A former owner is gone. What it had started may be live; what it had not, was not.</summary>
    public void RecordLost(PlatformTerms terms, DateTimeOffset now)
    {
        if (Attempts.Find(attempt => attempt.Outcome is null) is { } open)
        {
            Record(open, PublishResult.Unclear("process.ended"), terms, now);
        }
        else
        {
            State = DeliveryState.Waiting;
            NextAt = now;
        }
    }

    /// <summary>A fence that grew old before its call: nothing left the house.</summary>
    public void RecordUnused(Attempt attempt, PlatformTerms terms, DateTimeOffset now)
    {
        attempt.EndedAt = now;
        attempt.Outcome = Outcome.NotNow;
        attempt.Code = "fence.old";
        if (Parts.Single(row => row.Number == attempt.Part).UnclearSince is null)
        {
            WaitUntil(now, now);
        }
        else
        {
            // It was to be repeated: an earlier try may be live as before.
            LookLater(terms, now);
        }
    }

    /// <summary>A claim that was overtaken turns out to have published this part: it is live, whatever was decided since.</summary>
    public void CountAnyway(DeliveryPart published)
    {
        var part = Parts.Single(row => row.Number == published.Number);
        if (part.RemoteId is not null)
        {
            return;
        }

        var decided = State is DeliveryState.OutByHand or DeliveryState.Cancelled || Code == ThreadLeft ? State : (DeliveryState?)null;
        EndClaim();
        PartIsOut(part, new RemotePost(published.RemoteId!, published.RemotePost!.Permalink, published.RemoteVersion), published.PublishedAt!.Value);
        if (decided is { } state && NextPart is not null)
        {
            // Nothing follows what a person has ended.
            Stop(state is DeliveryState.Cancelled ? DeliveryState.PartlyOut : state);
        }
    }

    /// <summary>The deadline passed before anything could be done.</summary>
    public void Miss(DateTimeOffset now)
    {
        EndClaim();
        End(DeliveryState.Missed, now);
    }

    /// <summary>Looking can't tell, or there is no way to look: a person decides.</summary>
    public void AskPerson(string code) => Stop(DeliveryState.CannotTell, code);

    private void NothingWentOut(DeliveryPart part, PublishResult result, DateTimeOffset now)
    {
        if (result.Code == Codes.MediaGone)
        {
            part.Forget();
            result = PublishResult.NotNow(result.Code);
        }

        switch (result.Outcome)
        {
            case Outcome.Rejected:
                End(DeliveryState.Rejected, now);
                break;
            case Outcome.SignInNeeded:
                State = DeliveryState.SignInNeeded;
                NextAt = DeadlineIsOver;
                break;
            default:
                TryLater(result, now);
                break;
        }
    }

    private void TryLater(PublishResult result, DateTimeOffset now)
    {
        Failures++;
        // After the first refresh the next attempt comes at once; a token that lapses again and again waits like any failure.
        var wait = result.Code == PublishResult.TokenExpired && Failures == 1 ? TimeSpan.Zero : BackOff(Failures);
        if (result.RetryAfter is { } said)
        {
            WaitUntil(now + (Failures > 1 && wait > said ? wait : said), now);
            return;
        }

        // What only we chose to wait for leaves room for a last try.
        var last = Deadline - LastTry;
        WaitUntil(now + wait > last && now + LastTry < last ? last : now + wait, now);
    }

    private void WaitUntil(DateTimeOffset next, DateTimeOffset now)
    {
        if (next > Deadline)
        {
            End(DeliveryState.Missed, now);
        }
        else
        {
            State = DeliveryState.Waiting;
            NextAt = next;
        }
    }

    private void LookLater(PlatformTerms terms, DateTimeOffset now)
    {
        State = DeliveryState.Unclear;
        Absences = 0;
        if (terms.CanRecall)
        {
            NextAt = now + FirstLook + (Failures > 0 ? BackOff(Failures) : TimeSpan.Zero);
            return;
        }

        var part = NextPart!;
        var repeat = CanRunUntil(part, terms);
        repeat = repeat > now + FirstLook ? repeat : now + FirstLook;
        if (MayRepeat(part, terms, repeat))
        {
            NextAt = repeat;
        }
        else
        {
            Stop(DeliveryState.CannotTell);
        }
    }

    private void PartIsOut(DeliveryPart part, RemotePost post, DateTimeOffset now)
    {
        part.RemoteId = post.Id;
        part.RemoteVersion = post.Version;
        part.Permalink = post.Permalink?.AbsoluteUri;
        PartIsOut(part, now);
    }

    private void PartIsOut(DeliveryPart part, DateTimeOffset now)
    {
        part.PublishedAt = now;
        part.Clear();
        part.Ticket = null;
        Failures = 0;
        Absences = 0;
        Permalink ??= part.Permalink;
        if (NextPart is null)
        {
            State = DeliveryState.Published;
            PublishedAt = now;
            NextAt = null;
        }
        else if (part.RemoteId is null)
        {
            // A person said it is there; without its id nothing can follow it.
            Stop(DeliveryState.PartlyOut);
        }
        else
        {
            State = LookedForFirst ? DeliveryState.Unclear : DeliveryState.Waiting;
            NextAt = now;
        }
    }

    private void PartIsNotThere(DeliveryPart part, DateTimeOffset now)
    {
        // What would follow it can't be there either.
        Parts.Where(row => row.Number >= part.Number).ToList().ForEach(row => row.Clear());
        Absences = 0;
        Failures = 0;
        Code = "recall.absent";
        WaitUntil(Due > now ? Due : now, now);
    }

    private void Stop(DeliveryState state, string? code = null)
    {
        State = state is DeliveryState.Rejected or DeliveryState.Missed && SomethingIsOut ? DeliveryState.PartlyOut : state;
        Code = code ?? Code;
        NextAt = null;
    }

    private void Say(PublishResult result)
    {
        Code = result.Code;
        Answer = result.Answer ?? "";
    }

    private Attempt? LastTryOf(DeliveryPart part) => Attempts.Where(attempt => attempt.Part == part.Number).MaxBy(attempt => attempt.Number);

    private DateTimeOffset CanRunUntil(DeliveryPart part, PlatformTerms terms) =>
        part.UnclearUntil is { } elsewhere ? elsewhere + terms.CallLimit
        : LastTryOf(part) is { } last ? last.StartedAt + terms.CallLimit
        : Due;

    private static TimeSpan BackOff(int failures)
    {
        var seconds = Math.Min(120, 2 * Math.Pow(2, Math.Clamp(failures - 1, 0, 10)));
        return TimeSpan.FromSeconds(seconds * (0.75 + (Random.Shared.NextDouble() / 2)));
    }
}
