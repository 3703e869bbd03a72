using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Publisher.Web.Log;
using Publisher.Web.Storage;

namespace Publisher.Web.People;

/// <summary>One of the first two people. Without a password they get a link to choose one.</summary>
public sealed record FirstPerson(string Name, string Email, string? Password);

/// <summary>Lets the first administrator and the first manager in: two people, so that from the start nobody approves alone.</summary>
public sealed class FirstStartDesk(Writer writer, IPasswordHasher<Person> hasher, ILookupNormalizer normalizer, DataFolder folder, TimeProvider time)
{
    /// <returns>The manager's link where they have no password yet; a value of null where they have.</returns>
    public async Task<Answer<NewLink?>> BeginAsync(string token, FirstPerson administrator, FirstPerson manager, CancellationToken cancellationToken)
    {
        administrator = administrator with { Email = administrator.Email.Trim() };
        manager = manager with { Email = manager.Email.Trim() };
        if ((Check(administrator, needsPassword: true) ?? Check(manager, needsPassword: false)) is { } wrong)
        {
            return wrong;
        }

        if (normalizer.NormalizeName(administrator.Email) == normalizer.NormalizeName(manager.Email))
        {
            return new Refusal("first.start.two.people");
        }

        var hash = OneTimeLink.Hash(token);
        var first = Create(administrator, Role.Administrator);
        var second = Create(manager, Role.Manager);
        var answer = await writer.DecideAsync<NewLink?>(
            async (db, stop) =>
            {
                var now = time.GetUtcNow();
                if (await db.Users.AnyAsync(stop)
                    || await db.Invitations
                        .Where(row => row.TokenHash == hash && row.FirstRole != null && row.UsedAt == null && row.ExpiresAt > now)
                        .ExecuteUpdateAsync(set => set.SetProperty(row => row.UsedAt, now), stop) == 0)
                {
                    return new Refusal("link.not.valid");
                }

                db.Users.AddRange(first, second);
                await db.SaveChangesAsync(stop);
                foreach (var person in new[] { first, second })
                {
                    db.Append(
                        new LogEntry(null, now, "person.first") { SubjectId = person.Id, Code = GrantRules.Code(person.Grants.Select(grant => new NewGrant(grant.Role, null))) },
                        person.DisplayName);
                }

                if (manager.Password is not null)
                {
                    return new Answer<NewLink?>(null, null);
                }

                var (row, secret) = OneTimeLink.Create(now, second.Id);
                db.Invitations.Add(row);
                return new NewLink(second.Id, secret, row.ExpiresAt);
            },
            cancellationToken);
        if (answer.Refusal is null)
        {
            FirstStart.RemoveFile(folder);
        }

        return answer;
    }

    private static Refusal? Check(FirstPerson person, bool needsPassword) =>
        PersonFields.CheckName(person.Name) ?? PersonFields.CheckEmail(person.Email)
        ?? (needsPassword || person.Password is not null ? PersonFields.CheckPassword(person.Password ?? "") : null);

    private Person Create(FirstPerson from, Role role)
    {
        var person = PersonFields.Create(from.Name, from.Email, normalizer, [new NewGrant(role, null)]);
        person.PasswordHash = from.Password is { } password ? hasher.HashPassword(person, password) : null;
        return person;
    }
}
