using Publisher.Platforms;
using Publisher.Web.Storage;

namespace Publisher.Web.Deliveries;

/// <summary>Finds out what became of a part after its call: looks for it, or asks about it. Only reads.</summary>
internal sealed class Looking(
    Verification verification, Dossiers dossiers, Leases leases, Calls calls, Saving saving, TokenRefresh tokens, Accounts accounts, PlatformList platforms,
    SendingTimes times, DatabaseClock clock, TimeProvider time)
{
    /// <summary>For a part that may be live.</summary>
    public async Task<NextPlace> RecallAsync(Dossier dossier, CancellationToken stopping)
    {
        var delivery = dossier.Delivery;
        if (!platforms.TryGet(dossier.Channel?.Platform ?? "", out var platform) || delivery.NextPart is not { } row)
        {
            return NextPlace.Later;
        }

        var terms = PlatformTerms.Of(platform!, dossier.Channel!, delivery, times);
        var (post, mismatch) = verification.Check(dossier);
        // Where the platform has dropped the files meanwhile it would not be the same request.
        if (delivery.MayRepeat(row, terms, clock.Now) && (post is null || Preparing.IsReady(platform!, row, dossier.PartFor(post, row), clock.Now)))
        {
            return NextPlace.Lane;
        }

        if (!await leases.TryClaimAsync(delivery, stopping))
        {
            return NextPlace.Rest;
        }

        PublishResult? failure = null;
        if (post is not null && delivery.Way is CorrectionWay.Edit)
        {
            delivery.AskPerson("correction.unclear");
        }
        else if (post is null || platform is not IRecall recall || accounts.Open(dossier.Channel!) is not { } account)
        {
            delivery.AskPerson(mismatch ?? "recall.impossible");
        }
        else
        {
            var part = dossier.PartFor(post, row);
            var window = delivery.WindowOf(row, terms, clock.Now);
            var (begun, stamp) = (time.GetUtcNow(), time.GetTimestamp());
            Task<RecallResult> FindAsync(Prepared brought) => calls.QuietlyAsync(
                platform, platform.Info.CallLimit, stop => AtTheSameTimeAsync(() => recall.FindAsync(part, brought, window, account, stop), () => begun + time.GetElapsedTime(stamp)), broken => new RecallResult { Failure = broken }, stopping);
            var result = await FindAsync(row.PreparedSoFar);
            if (row.UnclearUntil is not null && result is { Failure: null, Ticket: null, Matches: [] })
            {
                // Another installation may have brought it anew and sent that: what was brought here proves nothing.
                result = await FindAsync(Prepared.Nothing);
            }

            failure = await RefreshAsync(dossier, result.Failure, stopping);
            var matches = await dossiers.UnclaimedAsync(delivery, row, result.Matches, stopping);
            delivery.RecordRecall(row, result with { Failure = failure, Matches = matches }, terms, clock.Now);
        }

        await saving.SaveAsync(delivery, row, null, delivery.Entry(null, clock.Now, delivery.State is DeliveryState.Unclear ? "delivery.looked" : delivery.Led(row), part: row), failure);
        return NextPlace.Rest;
    }

    /// <summary>For a part the platform accepted and still works on.</summary>
    public async Task<NextPlace> AskAsync(Dossier dossier, CancellationToken stopping)
    {
        var delivery = dossier.Delivery;
        if (!platforms.TryGet(dossier.Channel?.Platform ?? "", out var platform) || delivery.NextPart is not { } row || !await leases.TryClaimAsync(delivery, stopping))
        {
            return NextPlace.Later;
        }

        var (post, mismatch) = verification.Check(dossier);
        PublishResult? result = null;
        if (post is null || row.Ticket is not { } ticket || platform is not IFinishLater later || accounts.Open(dossier.Channel!) is not { } account)
        {
            delivery.AskPerson(mismatch ?? "ask.impossible");
        }
        else
        {
            var part = dossier.PartFor(post, row);
            result = await calls.QuietlyAsync(platform!, platform!.Info.CallLimit, stop => later.AskAsync(ticket, part, account, stop), broken => broken, stopping);
            result = await RefreshAsync(dossier, result, stopping) ?? result;
            delivery.RecordAnswer(row, result, PlatformTerms.Of(platform, dossier.Channel!, delivery, times), clock.Now);
        }

        await saving.SaveAsync(delivery, row, null, delivery.Entry(null, clock.Now, delivery.Led(row), part: row), result);
        return NextPlace.Rest;
    }

    /// <summary>
    /// That nothing is there is believed only where this machine and the platform agree on the time: else the post may stand outside the window that
    /// was looked at, and would be sent again.
    /// </summary>
    /// <param name="here">By the clock as it stood when the window was made: it may be set right while one looks.</param>
    private async Task<RecallResult> AtTheSameTimeAsync(Func<Task<RecallResult>> find, Func<DateTimeOffset> here)
    {
        var seen = WireTap.BeginForTime(time);
        var found = await find();
        return found is { Matches.Count: 0, Ticket: null, Failure: null } && seen.ThereNow is { } there && (there - here()).Duration() > Delivery.SameTime
            ? found with { Failure = PublishResult.NotNow(Codes.ClockDiffers) }
            : found;
    }

    // A lapsed token is exchanged; where that is refused, a person must sign in.
    private async Task<PublishResult?> RefreshAsync(Dossier dossier, PublishResult? result, CancellationToken stopping) =>
        result?.Code == PublishResult.TokenExpired && (await tokens.RefreshAsync(dossier.Channel!, stopping)).Failure is { Outcome: Outcome.SignInNeeded } revoked ? revoked : result;
}
