using System.Globalization;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Publisher.Web.Log;
using Publisher.Web.Storage;

namespace Publisher.Web.People;

/// <summary>Starts and ends sessions. Says the same no for an unknown name, a wrong password and a locked account.</summary>
public sealed class SignInDesk(
    IDbContextFactory<PublisherDb> databases,
    Writer writer,
    IPasswordHasher<Person> hasher,
    ILookupNormalizer normalizer,
    SignInLimit limit,
    IOptions<IdentityOptions> identity,
    DataFolder folder,
    SessionBell bell,
    TimeProvider time)
{
    /// <summary>Hashed where there is no person or no password, so that the answer takes as long as any other.</summary>
    private static readonly Person Somebody = new() { DisplayName = "" };
    private readonly Lazy<string> _noPassword = new(() => hasher.HashPassword(Somebody, Guid.NewGuid().ToString()));

    /// <param name="address">Of the browser, for the rate limit only.</param>
    public async Task<Answer<Actor>> WithPasswordAsync(string email, string password, string address, CancellationToken cancellationToken)
    {
        var typed = email.Length > 200 ? email[..200] : email;
        var name = normalizer.NormalizeName(typed.Trim());
        if (!limit.Allows(address, name))
        {
            return new Refusal("sign.in.too.often");
        }

        await using var reading = await databases.CreateDbContextAsync(cancellationToken);
        var known = await reading.Users.AsNoTracking().SingleOrDefaultAsync(row => row.NormalizedUserName == name, cancellationToken);
        // Slow on purpose, so outside the step: nothing else waits for it.
        var isRight = hasher.VerifyHashedPassword(known ?? Somebody, known?.PasswordHash ?? _noPassword.Value, password.Length > 200 ? "" : password)
            is not PasswordVerificationResult.Failed && known?.PasswordHash is not null;

        return await writer.DecideAsync<Actor>(
            async (db, token) =>
            {
                var now = time.GetUtcNow();
                var person = known is null ? null : await db.Users.SingleOrDefaultAsync(row => row.Id == known.Id, token);
                var why = person is null ? "unknown"
                    : person.IsOff ? "off"
                    : person.LockoutEnd > now ? "locked"
                    : !isRight || person.PasswordHash != known!.PasswordHash ? "password"
                    : null;
                if (why is null)
                {
                    return Start(db, person!, now);
                }

                if (why == "password")
                {
                    CountFailure(person!, now);
                }

                db.Append(new LogEntry(null, now, "sign.in.failed") { SubjectId = person?.Id, Code = why }, typed);
                return new Refusal(
                    "sign.in.wrong",
                    identity.Value.Lockout.MaxFailedAccessAttempts,
                    identity.Value.Lockout.DefaultLockoutTimeSpan.TotalMinutes.ToString("0", CultureInfo.InvariantCulture));
            },
            cancellationToken);
    }

    /// <summary>One click in a demo folder. A real folder has no such door.</summary>
    public Task<Answer<Actor>> AsDemoPersonAsync(long personId, CancellationToken cancellationToken) =>
        folder.IsDemo
            ? writer.DecideAsync<Actor>(
                async (db, token) =>
                {
                    var person = await db.Users.SingleOrDefaultAsync(row => row.Id == personId, token);
                    return person is not null && !person.IsOff && DemoPeople.Is(person) ? Start(db, person, time.GetUtcNow()) : Refusal.NotFound;
                },
                cancellationToken)
            : Task.FromResult<Answer<Actor>>(Refusal.NotFound);

    /// <summary>Ends this session, and with it every page that is open in it.</summary>
    public async Task<Refusal?> OutAsync(Actor actor, CancellationToken cancellationToken)
    {
        await writer.WriteAsync(
            async (db, token) =>
            {
                var now = time.GetUtcNow();
                var ended = await db.Sessions
                    .Where(row => row.Id == actor.SessionId && row.PersonId == actor.PersonId && row.EndedAt == null)
                    .ExecuteUpdateAsync(set => set.SetProperty(row => row.EndedAt, now), token);
                if (ended > 0)
                {
                    db.Append(new LogEntry(actor, now, "sign.out"));
                }

                return ended;
            },
            cancellationToken);
        bell.SessionsOver(actor.PersonId, actor.SessionId);
        return null;
    }

    private static Actor Start(PublisherDb db, Person person, DateTimeOffset now)
    {
        person.AccessFailedCount = 0;
        person.LockoutEnd = null;
        var session = Sessions.Start(db, person.Id, now);
        var actor = new Actor(person.Id, session.Id);
        db.Append(new LogEntry(actor, now, "sign.in"));
        return actor;
    }

    private void CountFailure(Person person, DateTimeOffset now)
    {
        person.AccessFailedCount++;
        if (person.AccessFailedCount >= identity.Value.Lockout.MaxFailedAccessAttempts)
        {
            person.AccessFailedCount = 0;
            person.LockoutEnd = now + identity.Value.Lockout.DefaultLockoutTimeSpan;
        }
    }
}
