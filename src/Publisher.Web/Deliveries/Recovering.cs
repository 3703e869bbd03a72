using Microsoft.EntityFrameworkCore;
using Publisher.Platforms;
using Publisher.Web.Storage;

namespace Publisher.Web.Deliveries;

/// <summary>Takes over what a process that is gone has left, and ends what waited in vain.</summary>
internal sealed class Recovering(Leases leases, Saving saving, PlatformList platforms, Writer writer, SendingTimes times, DatabaseClock clock)
{
    /// <summary>For a delivery in sending whose lease ended without an outcome.</summary>
    public async Task<NextPlace> TakeOverAsync(Dossier dossier, CancellationToken stopping)
    {
        var delivery = dossier.Delivery;
        if (delivery.NextPart is not { } row || !platforms.TryGet(dossier.Channel?.Platform ?? "", out var platform))
        {
            return NextPlace.Later;
        }

        var open = delivery.Attempts.Find(attempt => attempt.Outcome is null);
        var after = (delivery.LeaseEnd ?? DateTimeOffset.MinValue) + (open is null ? TimeSpan.Zero : times.CallLimit(platform!.Info));
        if (after > clock.Now)
        {
            // Its call may still be running somewhere.
            await leases.LeaveAsync(delivery, after, stopping);
            return NextPlace.Rest;
        }

        if (!await leases.TryClaimAsync(delivery, stopping))
        {
            return NextPlace.Rest;
        }

        delivery.RecordLost(PlatformTerms.Of(platform!, dossier.Channel!, delivery, times), clock.Now);
        await saving.SaveAsync(delivery, row, open, delivery.Entry(null, clock.Now, delivery.Led(row), open, row), null);
        return NextPlace.Rest;
    }

    /// <summary>For a delivery whose channel nobody connected again in time, or which nobody put out by hand.</summary>
    public async Task<NextPlace> ExpireAsync(Dossier dossier, CancellationToken stopping)
    {
        await writer.WriteAsync(
            async (db, cancellation) =>
            {
                var now = clock.Now;
                var row = await db.Deliveries.Include(found => found.Parts).SingleAsync(found => found.Id == dossier.Delivery.Id, cancellation);
                if (row.State is DeliveryState.SignInNeeded or DeliveryState.HandedOver && now > row.Deadline)
                {
                    row.Miss(now);
                    db.Append(row.Entry(null, now, row.State is DeliveryState.PartlyOut ? "delivery.partly.out" : "delivery.missed"));
                }

                return true;
            },
            stopping);
        return NextPlace.Rest;
    }
}
