using Publisher.Platforms;
using Publisher.Web.Storage;

namespace Publisher.Web.Deliveries;

/// <summary>
/// Removes what a stopped delivery has left in the account, on platforms that keep it for good. May be repeated: what is gone counts as removed,
/// and what others can see is left alone.
/// </summary>
internal sealed class Discarding(Leases leases, Calls calls, Saving saving, TokenRefresh tokens, Accounts accounts, PlatformList platforms, SendingTimes times, DatabaseClock clock)
{
    /// <summary>The code of a draft that a person must remove.</summary>
    public const string Failed = "discard.failed";

    /// <summary>The code of a draft that is gone.</summary>
    public const string Removed = "draft.removed";

    public async Task<NextPlace> RunAsync(Dossier dossier, CancellationToken stopping)
    {
        var delivery = dossier.Delivery;
        if (delivery.Draft is not { } row || !platforms.TryGet(dossier.Channel?.Platform ?? "", out var platform) || platform is not IDiscard discard)
        {
            await leases.LeaveAsync(delivery, null, stopping);
            return NextPlace.Rest;
        }

        // A process that is gone may have looked, and its call to delete may still be on its way: whoever sends after all must not meet it.
        if (delivery.LeaseEnd + times.CallLimit(platform.Info) is { } after && after > clock.Now)
        {
            await leases.LeaveAsync(delivery, after, stopping);
            return NextPlace.Rest;
        }

        if (!await leases.TryClaimAsync(delivery, stopping))
        {
            return NextPlace.Later;
        }

        var failure = accounts.Open(dossier.Channel!) is { } account
            ? await calls.QuietlyAsync(platform, platform.Info.CallLimit, stop => discard.DiscardAsync(row.PreparedSoFar, account, stop), broken => broken, stopping)
            : PublishResult.SignInNeeded("credentials.unreadable");
        if (failure?.Code == PublishResult.TokenExpired && (await tokens.RefreshAsync(dossier.Channel!, stopping)).Failure is { } refused)
        {
            failure = refused;
        }

        delivery.RecordDiscard(row, failure, clock.Now);
        var code = failure is null ? Removed : delivery.NextAt is not null || failure.Code == Codes.DraftVisible ? failure.Code : Failed;
        await saving.SaveAsync(delivery, row, null, delivery.Entry(null, clock.Now, failure is null ? "delivery.discarded" : "delivery.not.discarded", part: row, code: code), failure);
        return NextPlace.Rest;
    }
}
