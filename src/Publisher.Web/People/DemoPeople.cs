using Microsoft.AspNetCore.Identity;
using Publisher.Web.Storage;

namespace Publisher.Web.People;

/// <summary>The people of a demo folder: no password, one click each. A real folder refuses them.</summary>
public static class DemoPeople
{
    // Of a domain that can never exist, so that nobody's address is one of these.
    private const string Domain = "@demo.invalid";

    public static bool Is(Person person) => person.Email?.EndsWith(Domain, StringComparison.Ordinal) == true;

    /// <summary>One person per role for all senders; a second officer and a second manager for the second sender only.</summary>
    /// <returns>Their ids by first name in lower case, such as "olivia".</returns>
    public static Task<IReadOnlyDictionary<string, long>> CreateAsync(
        Writer writer, DataFolder folder, ILookupNormalizer normalizer, long secondSenderId, CancellationToken cancellationToken)
    {
        if (!folder.IsDemo)
        {
            throw new InvalidOperationException("Demo people exist in a demo folder only.");
        }

        return writer.WriteAsync<IReadOnlyDictionary<string, long>>(
            async (db, token) =>
            {
                var people = new Dictionary<string, Person>
                {
                    ["olivia"] = New("Olivia Officer", "olivia", new NewGrant(Role.Officer, null)),
                    ["oscar"] = New("Oscar Officer", "oscar", new NewGrant(Role.Officer, secondSenderId)),
                    ["mara"] = New("Mara Manager", "mara", new NewGrant(Role.Manager, null)),
                    ["max"] = New("Max Manager", "max", new NewGrant(Role.Manager, secondSenderId)),
                    ["aude"] = New("Aude Auditor", "aude", new NewGrant(Role.Auditor, null)),
                    ["ada"] = New("Ada Administrator", "ada", new NewGrant(Role.Administrator, null)),
                };
                db.Users.AddRange(people.Values);
                await db.SaveChangesAsync(token);
                return people.ToDictionary(pair => pair.Key, pair => pair.Value.Id);
            },
            cancellationToken);

        Person New(string name, string mailbox, NewGrant grant) => PersonFields.Create(name, mailbox + Domain, normalizer, [grant]);
    }
}
