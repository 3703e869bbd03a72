using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Publisher.Web.Log;
using Publisher.Web.Storage;

namespace Publisher.Web.People;

/// <summary>What everyone does with their own account.</summary>
public sealed class AccountDesk(IDbContextFactory<PublisherDb> databases, Writer writer, IPasswordHasher<Person> hasher, SessionBell bell, TimeProvider time)
{
    /// <summary>Ends the person's other sessions: whoever knew the old password is out.</summary>
    public async Task<Refusal?> ChangePasswordAsync(Actor actor, string current, string chosen, CancellationToken cancellationToken)
    {
        await using var reading = await databases.CreateDbContextAsync(cancellationToken);
        if (await Rights.LoadAsync(reading, actor, time.GetUtcNow(), cancellationToken) is null)
        {
            return Refusal.SignInAgain;
        }

        if (PersonFields.CheckPassword(chosen) is { } weak)
        {
            return weak;
        }

        var known = await reading.Users.AsNoTracking().SingleAsync(row => row.Id == actor.PersonId, cancellationToken);
        var isRight = known.PasswordHash is { } hash && current.Length <= 200
            && hasher.VerifyHashedPassword(known, hash, current) is not PasswordVerificationResult.Failed;
        var hashed = isRight ? hasher.HashPassword(known, chosen) : null;
        var (refusal, others) = await writer.WriteAsync<(Refusal?, List<Guid>)>(
            async (db, token) =>
            {
                var now = time.GetUtcNow();
                if (await Rights.LoadAsync(db, actor, now, token) is null)
                {
                    return (Refusal.SignInAgain, []);
                }

                var person = await db.Users.SingleAsync(row => row.Id == actor.PersonId, token);
                if (hashed is null || person.PasswordHash != known.PasswordHash)
                {
                    db.Append(new LogEntry(actor, now, "password.refused") { SubjectId = actor.PersonId });
                    return (new Refusal("password.current.wrong"), []);
                }

                person.PasswordHash = hashed;
                var open = await db.Sessions.Where(row => row.PersonId == person.Id && row.EndedAt == null && row.Id != actor.SessionId).Select(row => row.Id).ToListAsync(token);
                await Sessions.EndAllAsync(db, person.Id, now, token, except: actor.SessionId);
                db.Append(new LogEntry(actor, now, "password.changed") { SubjectId = actor.PersonId });
                return (null, open);
            },
            cancellationToken);
        others.ForEach(session => bell.SessionsOver(actor.PersonId, session));
        return refusal;
    }
}
