using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Publisher.Web.Log;
using Publisher.Web.Storage;

namespace Publisher.Web.People;

/// <summary>A link that was just made. The token is shown once.</summary>
public sealed record NewLink(long PersonId, string Token, DateTimeOffset ExpiresAt)
{
    public string Path => $"/account/link/{Token}";
}

/// <summary>Adds people, gives and takes roles, switches accounts off and on. For administrators.</summary>
public sealed class PeopleDesk(Writer writer, IPasswordHasher<Person> hasher, ILookupNormalizer normalizer, SessionBell bell, TimeProvider time)
{
    /// <summary>A new person, and the link by which they choose a password within 30 minutes.</summary>
    public async Task<Answer<NewLink>> InviteAsync(Actor actor, string name, string email, IReadOnlyCollection<NewGrant> grants, CancellationToken cancellationToken)
    {
        var answer = await writer.WriteAsync<(Person?, Invitation?, string, Refusal?)>(
            async (db, token) =>
            {
                var now = time.GetUtcNow();
                email = email.Trim();
                var rules = GrantRules.Check(grants);
                if (await MayAsync(db, actor, now, token) is { } no)
                {
                    return (null, null, "", no);
                }

                if ((PersonFields.CheckName(name) ?? PersonFields.CheckEmail(email) ?? rules.Refusal
                    ?? await CheckSendersAsync(db, grants, token) ?? await CheckFreeAsync(db, email, token)) is { } wrong)
                {
                    return (null, null, "", wrong);
                }

                var person = PersonFields.Create(name, email, normalizer, rules.Value!);
                db.Users.Add(person);
                await db.SaveChangesAsync(token);
                var (row, secret) = OneTimeLink.Create(now, person.Id);
                db.Invitations.Add(row);
                db.Append(new LogEntry(actor, now, "person.invited") { SubjectId = person.Id, Code = GrantRules.Code(rules.Value!) }, person.DisplayName);
                return (person, row, secret, null);
            },
            cancellationToken);
        return answer is (Person added, Invitation made, var link, _) ? new NewLink(added.Id, link, made.ExpiresAt) : answer.Item4!;
    }

    /// <summary>A new link for a person who lost the first one or the password. Former links stop working.</summary>
    public Task<Answer<NewLink>> ReinviteAsync(Actor actor, long personId, CancellationToken cancellationToken) =>
        writer.DecideAsync<NewLink>(
            async (db, token) =>
            {
                var now = time.GetUtcNow();
                if (await MayAsync(db, actor, now, token) is { } no)
                {
                    return no;
                }

                if (await db.Users.SingleOrDefaultAsync(row => row.Id == personId, token) is not { } person)
                {
                    return Refusal.NotFound;
                }

                if (person.IsOff)
                {
                    return new Refusal("person.is.off");
                }

                await CancelLinksAsync(db, personId, now, token);
                var (invitation, secret) = OneTimeLink.Create(now, personId);
                db.Invitations.Add(invitation);
                db.Append(new LogEntry(actor, now, "person.invited.again") { SubjectId = personId });
                return new NewLink(personId, secret, invitation.ExpiresAt);
            },
            cancellationToken);

    /// <summary>Uses a link: the person behind it gets this password. Does not sign in: the sign-in page asks for what the person chose.</summary>
    public async Task<Refusal?> AcceptAsync(string token, string password, CancellationToken cancellationToken)
    {
        if (PersonFields.CheckPassword(password) is { } weak)
        {
            return weak;
        }

        var hash = OneTimeLink.Hash(token);
        // Slow on purpose, so before the step.
        var hashed = hasher.HashPassword(null!, password);
        var (personId, refusal) = await writer.WriteAsync<(long, Refusal?)>(
            async (db, stop) =>
            {
                var now = time.GetUtcNow();
                var invitation = await db.Invitations.SingleOrDefaultAsync(row => row.TokenHash == hash, stop);
                var person = invitation?.PersonId is { } id ? await db.Users.SingleOrDefaultAsync(row => row.Id == id && !row.IsOff, stop) : null;
                // Taken by the database, so that two who click at once are not both first.
                if (person is null || await db.Invitations
                    .Where(row => row.Id == invitation!.Id && row.UsedAt == null && row.ExpiresAt > now)
                    .ExecuteUpdateAsync(set => set.SetProperty(row => row.UsedAt, now), stop) == 0)
                {
                    return (0, new Refusal("link.not.valid"));
                }

                person.PasswordHash = hashed;
                person.SecurityStamp = PersonFields.NewStamp();
                person.EmailConfirmed = true;
                person.AccessFailedCount = 0;
                person.LockoutEnd = null;
                await Sessions.EndAllAsync(db, person.Id, now, stop);
                db.Append(new LogEntry(null, now, "password.chosen") { PersonId = person.Id, SubjectId = person.Id });
                return (person.Id, null);
            },
            cancellationToken);
        if (refusal is null)
        {
            bell.SessionsOver(personId);
        }

        return refusal;
    }

    /// <param name="seen">The roles on the screen when the others were chosen.</param>
    public async Task<Refusal?> SetGrantsAsync(Actor actor, long personId, IReadOnlyCollection<NewGrant> seen, IReadOnlyCollection<NewGrant> grants, CancellationToken cancellationToken)
    {
        var refusal = await ChangeAsync(
            actor,
            personId,
            async (db, person, now, token) =>
            {
                var rules = GrantRules.Check(grants);
                if ((rules.Refusal ?? await CheckSendersAsync(db, grants, token)) is { } wrong)
                {
                    return wrong;
                }

                if (!rules.Value!.Any(grant => grant.Role == Role.Administrator) && await IsLastAdministratorAsync(db, person, token))
                {
                    return new Refusal("administrator.last");
                }

                // A second pair of eyes: nobody turns from running the place into publishing alone.
                if (personId == actor.PersonId)
                {
                    return new Refusal("own.roles");
                }

                var old = person.Grants.Select(grant => new NewGrant(grant.Role, grant.SenderId)).ToList();
                if (!old.ToHashSet().SetEquals(seen))
                {
                    return Refusal.LookAgain;
                }

                db.Grants.RemoveRange(person.Grants.Where(grant => !rules.Value!.Contains(new NewGrant(grant.Role, grant.SenderId))));
                person.Grants.AddRange(rules.Value!.Except(old).Select(grant => new Grant { Role = grant.Role, SenderId = grant.SenderId }));
                db.Append(new LogEntry(actor, now, "person.roles") { SubjectId = personId, Code = $"{GrantRules.Code(old)} > {GrantRules.Code(rules.Value!)}" });
                return null;
            },
            cancellationToken);
        if (refusal is null)
        {
            bell.RolesChanged(personId);
        }

        return refusal;
    }

    /// <summary>The account opens nothing any more, from now on and on every open page.</summary>
    public async Task<Refusal?> SwitchOffAsync(Actor actor, long personId, CancellationToken cancellationToken)
    {
        var refusal = await ChangeAsync(
            actor,
            personId,
            async (db, person, now, token) =>
            {
                if (await IsLastAdministratorAsync(db, person, token))
                {
                    return new Refusal("administrator.last");
                }

                if (personId == actor.PersonId)
                {
                    return new Refusal("own.account");
                }

                person.IsOff = true;
                person.LockoutEnd = DateTimeOffset.MaxValue;
                person.SecurityStamp = PersonFields.NewStamp();
                await Sessions.EndAllAsync(db, personId, now, token);
                await CancelLinksAsync(db, personId, now, token);
                db.Append(new LogEntry(actor, now, "person.switched.off") { SubjectId = personId });
                return null;
            },
            cancellationToken);
        if (refusal is null)
        {
            bell.SessionsOver(personId);
        }

        return refusal;
    }

    /// <summary>Also ends a lock after too many wrong passwords.</summary>
    public Task<Refusal?> SwitchOnAsync(Actor actor, long personId, CancellationToken cancellationToken) =>
        ChangeAsync(
            actor,
            personId,
            (db, person, now, _) =>
            {
                person.IsOff = false;
                person.LockoutEnd = null;
                person.AccessFailedCount = 0;
                db.Append(new LogEntry(actor, now, "person.switched.on") { SubjectId = personId });
                return Task.FromResult<Refusal?>(null);
            },
            cancellationToken);

    /// <param name="seen">The name on the screen when the other was typed.</param>
    public Task<Refusal?> RenameAsync(Actor actor, long personId, string seen, string name, CancellationToken cancellationToken) =>
        ChangeAsync(
            actor,
            personId,
            (db, person, now, _) =>
            {
                if ((PersonFields.CheckName(name) ?? (person.DisplayName == seen ? null : Refusal.LookAgain)) is { } wrong)
                {
                    return Task.FromResult<Refusal?>(wrong);
                }

                db.Append(new LogEntry(actor, now, "person.renamed") { SubjectId = personId }, $"{person.DisplayName} > {name.Trim()}");
                person.DisplayName = name.Trim();
                return Task.FromResult<Refusal?>(null);
            },
            cancellationToken);

    /// <summary>Ends a session: everyone their own, administrators anybody's.</summary>
    public async Task<Refusal?> EndSessionAsync(Actor actor, Guid sessionId, CancellationToken cancellationToken)
    {
        var (personId, refusal) = await writer.WriteAsync<(long, Refusal?)>(
            async (db, token) =>
            {
                var now = time.GetUtcNow();
                if (await Rights.LoadAsync(db, actor, now, token) is not { } rights)
                {
                    return (0, Refusal.SignInAgain);
                }

                var session = await db.Sessions.SingleOrDefaultAsync(row => row.Id == sessionId, token);
                if (session?.PersonId != actor.PersonId && !rights.CanForAll(Act.ManagePeople))
                {
                    return (0, Refusal.NotAllowed);
                }

                if (session is null)
                {
                    return (0, Refusal.NotFound);
                }

                if (session.EndedAt is null)
                {
                    session.EndedAt = now;
                    db.Append(new LogEntry(actor, now, "session.ended") { SubjectId = session.PersonId });
                }

                return (session.PersonId, null);
            },
            cancellationToken);
        if (refusal is null)
        {
            bell.SessionsOver(personId, sessionId);
        }

        return refusal;
    }

    private Task<Refusal?> ChangeAsync(
        Actor actor,
        long personId,
        Func<PublisherDb, Person, DateTimeOffset, CancellationToken, Task<Refusal?>> change,
        CancellationToken cancellationToken) =>
        writer.WriteAsync(
            async (db, token) =>
            {
                var now = time.GetUtcNow();
                if (await MayAsync(db, actor, now, token) is { } no)
                {
                    return no;
                }

                return await db.Users.Include(row => row.Grants).SingleOrDefaultAsync(row => row.Id == personId, token) is { } person
                    ? await change(db, person, now, token)
                    : Refusal.NotFound;
            },
            cancellationToken);

    private static async Task<Refusal?> MayAsync(PublisherDb db, Actor actor, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await OneAdministrator.TakeAsync(db, cancellationToken);
        var rights = await Rights.LoadAsync(db, actor, now, cancellationToken);
        return rights is null ? Refusal.SignInAgain : rights.CanForAll(Act.ManagePeople) ? null : Refusal.NotAllowed;
    }

    private async Task<Refusal?> CheckFreeAsync(PublisherDb db, string email, CancellationToken cancellationToken)
    {
        var normalized = normalizer.NormalizeName(email);
        return await db.Users.AnyAsync(row => row.NormalizedUserName == normalized, cancellationToken) ? new Refusal("email.taken") : null;
    }

    private static async Task<Refusal?> CheckSendersAsync(PublisherDb db, IReadOnlyCollection<NewGrant> grants, CancellationToken cancellationToken)
    {
        var ids = grants.Where(grant => grant.SenderId is not null).Select(grant => grant.SenderId!.Value).Distinct().ToList();
        return await db.Senders.CountAsync(row => ids.Contains(row.Id), cancellationToken) == ids.Count ? null : Refusal.NotFound;
    }

    private static Task<int> CancelLinksAsync(PublisherDb db, long personId, DateTimeOffset now, CancellationToken cancellationToken) =>
        db.Invitations
            .Where(row => row.PersonId == personId && row.UsedAt == null && row.ExpiresAt > now)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.ExpiresAt, now), cancellationToken);

    // Who never chose a password can't sign in, and so does not count.
    private static async Task<bool> IsLastAdministratorAsync(PublisherDb db, Person person, CancellationToken cancellationToken) =>
        person.Grants.Any(grant => grant.Role == Role.Administrator)
        && !await db.Users.AnyAsync(
            row => row.Id != person.Id && !row.IsOff && row.PasswordHash != null && row.Grants.Any(grant => grant.Role == Role.Administrator),
            cancellationToken);
}
