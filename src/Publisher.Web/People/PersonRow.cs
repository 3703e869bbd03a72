using Microsoft.EntityFrameworkCore;
using Publisher.Web.Storage;

namespace Publisher.Web.People;

/// <summary>A person as administrators see them.</summary>
public sealed record PersonRow(long Id, string Name, string Email, IReadOnlyList<NewGrant> Grants, bool IsOff, bool HasPassword, DateTimeOffset? LockedUntil, DateTimeOffset? LinkUntil)
{
    internal static async Task<List<PersonRow>> ReadAsync(PublisherDb db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var links = await db.Invitations.AsNoTracking().Where(row => row.UsedAt == null && row.ExpiresAt > now && row.PersonId != null).ToListAsync(cancellationToken);
        var people = await db.Users.AsNoTracking().Include(person => person.Grants).OrderBy(person => person.DisplayName).ToListAsync(cancellationToken);
        return
        [
            .. people.Select(person => new PersonRow(
                person.Id,
                person.DisplayName,
                person.Email ?? "",
                [.. person.Grants.Select(grant => new NewGrant(grant.Role, grant.SenderId)).OrderBy(grant => grant.Role).ThenBy(grant => grant.SenderId)],
                person.IsOff,
                person.PasswordHash is not null || DemoPeople.Is(person),
                person.LockoutEnd > now ? person.LockoutEnd : null,
                links.FirstOrDefault(link => link.PersonId == person.Id)?.ExpiresAt)),
        ];
    }
}
