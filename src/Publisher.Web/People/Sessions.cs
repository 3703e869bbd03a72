using Microsoft.EntityFrameworkCore;
using Publisher.Web.Storage;

namespace Publisher.Web.People;

/// <summary>Whether a sign-in still stands, asked at every request and every three seconds by every open page.</summary>
public sealed class Sessions(IDbContextFactory<PublisherDb> databases, Writer writer, TimeProvider time)
{
    /// <summary>Seen is noted once in this span at most, so that reading a page is not a write.</summary>
    private static readonly TimeSpan Grain = TimeSpan.FromMinutes(1);

    public async Task<bool> IsOpenAsync(Actor actor, CancellationToken cancellationToken) =>
        await FindOpenAsync(actor, cancellationToken) is not null;

    /// <summary>As <see cref="IsOpenAsync"/>, and notes that the person is still there.</summary>
    public async Task<bool> SeeAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (await FindOpenAsync(actor, cancellationToken) is not { } session)
        {
            return false;
        }

        var now = time.GetUtcNow();
        if (now - session.SeenAt >= Grain)
        {
            await writer.WriteAsync(
                (db, token) => db.Sessions
                    .Where(row => row.Id == session.Id && row.EndedAt == null && row.SeenAt < now)
                    .ExecuteUpdateAsync(set => set.SetProperty(row => row.SeenAt, now), token),
                cancellationToken);
        }

        return true;
    }

    /// <summary>Ends what is still open, inside the step of a desk. The bell is the desk's to ring, after the commit.</summary>
    internal static Task<int> EndAllAsync(PublisherDb db, long personId, DateTimeOffset now, CancellationToken cancellationToken, Guid? except = null) =>
        db.Sessions
            .Where(row => row.PersonId == personId && row.EndedAt == null && row.Id != except)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.EndedAt, now), cancellationToken);

    internal static Session Start(PublisherDb db, long personId, DateTimeOffset now)
    {
        var session = new Session { Id = Guid.NewGuid(), PersonId = personId, StartedAt = now, SeenAt = now };
        db.Sessions.Add(session);
        return session;
    }

    private async Task<Session?> FindOpenAsync(Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var session = await db.Sessions.AsNoTracking()
            .Where(row => row.Id == actor.SessionId && row.PersonId == actor.PersonId && db.Users.Any(person => person.Id == row.PersonId && !person.IsOff))
            .SingleOrDefaultAsync(cancellationToken);
        return session?.IsOpen(time.GetUtcNow()) == true ? session : null;
    }
}
