using Publisher.Platforms;
using Publisher.Web.Storage;

namespace Publisher.Web.Deliveries;

/// <summary>Deletes what is out, the last part first, so that no reply outlives what it replies to. May be repeated.</summary>
internal sealed class Retracting(Leases leases, Calls calls, Saving saving, TokenRefresh tokens, Accounts accounts, PlatformList platforms, DatabaseClock clock)
{
    public async Task<NextPlace> RunAsync(Dossier dossier, CancellationToken stopping)
    {
        var delivery = dossier.Delivery;
        var row = delivery.Parts.Where(part => part.RemoteId is not null && part.RetractedAt is null).MaxBy(part => part.Number);
        if (row is null || !platforms.TryGet(dossier.Channel?.Platform ?? "", out var platform) || !await leases.TryClaimAsync(delivery, stopping))
        {
            return NextPlace.Later;
        }

        var result = platform is IRetract retract && accounts.Open(dossier.Channel!) is { } account
            ? await calls.QuietlyAsync(platform, platform.Info.CallLimit, stop => retract.RetractAsync(row.RemotePost!, account, stop), broken => new RetractResult(broken), stopping)
            : new RetractResult(PublishResult.Rejected("retract.impossible"));
        if (result.Failure?.Code == PublishResult.TokenExpired && (await tokens.RefreshAsync(dossier.Channel!, stopping)).Failure is { } failure)
        {
            result = new RetractResult(failure);
        }

        delivery.RecordRetraction(row, result, clock.Now);
        await saving.SaveAsync(delivery, row, null, delivery.Entry(null, clock.Now, delivery.Led(row), part: row), result.Failure);
        return NextPlace.Rest;
    }
}
