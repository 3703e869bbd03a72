using Microsoft.EntityFrameworkCore;
using Publisher.Web.Deliveries;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Web.Copies;

/// <summary>What the page about a copy shows.</summary>
/// <param name="LookedFor">Deliveries the other installation may have sent.</param>
/// <param name="Missed">Over before it was copied.</param>
/// <param name="Later">Not due yet: they go on as if nothing had been.</param>
public sealed record CopyBoard(CopyMark Mark, string Zone, bool MayEnd, int LookedFor, int Missed, int Later);

/// <summary>Reads what would follow from ending the standstill.</summary>
public sealed class CopyReader(IDbContextFactory<PublisherDb> databases, Standstill standstill, TimeProvider time)
{
    /// <summary>Null where this is no copy, or the sign-in is over.</summary>
    public async Task<CopyBoard?> ReadAsync(Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (standstill.Mark is not { } mark || await Rights.LoadAsync(db, actor, time.GetUtcNow(), cancellationToken) is not { } rights)
        {
            return null;
        }

        var now = time.GetUtcNow();
        var waiting = db.Deliveries.Where(row => row.State == DeliveryState.Waiting || row.State == DeliveryState.SignInNeeded);
        var missed = await waiting.CountAsync(row => row.Due <= now && row.Deadline < mark.From, cancellationToken);
        var later = await waiting.CountAsync(row => row.Due > now, cancellationToken);
        var underWay = await db.Deliveries.CountAsync(
            row => row.State == DeliveryState.Sending || row.State == DeliveryState.Unclear || row.State == DeliveryState.Processing, cancellationToken);
        var due = await waiting.CountAsync(row => row.Due <= now, cancellationToken);
        var zone = await db.Senders.OrderBy(sender => sender.Name).Select(sender => sender.TimeZone).FirstOrDefaultAsync(cancellationToken);
        return new CopyBoard(mark, zone ?? "UTC", rights.CanSomewhere(Act.EndStandstill), underWay + due - missed, missed, later);
    }
}
