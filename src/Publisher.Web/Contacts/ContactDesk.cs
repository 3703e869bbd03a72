using Microsoft.EntityFrameworkCore;
using Publisher.Platforms;
using Publisher.Platforms.Text;
using Publisher.Web.Log;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Web.Contacts;

/// <summary>A contact as a person types it.</summary>
/// <param name="Handles">By the platform's name, with or without the @; "" for none.</param>
public sealed record ContactFields(string Name, IReadOnlyDictionary<string, string> Handles);

/// <summary>Keeps the list of contacts. For everybody who drafts, in whichever name. What is sealed holds handles, not contacts, so nothing here changes it.</summary>
public sealed class ContactDesk(Writer writer, PlatformList platforms, TimeProvider time)
{
    public const int LongestName = 100;
    private const int LongestHandle = 300;

    /// <param name="contactId">Null for a new one.</param>
    /// <param name="version">The one that was seen; of no meaning for a new one.</param>
    public Task<Answer<long>> SaveAsync(Actor actor, long? contactId, int version, ContactFields fields, CancellationToken cancellationToken) =>
        WriteAsync<long>(actor, async (db, now, token) =>
        {
            var name = PlainText.Normalize(fields.Name).Trim();
            if (name.Length is 0 or > LongestName || name.Any(letter => letter is '{' or '}' || char.IsControl(letter)))
            {
                return new Refusal("contact.name");
            }

            var handles = new Dictionary<string, string>();
            foreach (var info in platforms.All.Select(platform => platform.Info))
            {
                var handle = fields.Handles.GetValueOrDefault(info.Name, "").Trim().TrimStart('@');
                if (handle.Length > 0 && !IsHandle(info, handle))
                {
                    return new Refusal("contact.handle", info.Title, info.HandleExample ?? "");
                }

                if (handle.Length > 0)
                {
                    handles[info.Name] = handle;
                }
            }

            var key = Contact.KeyOf(name);
            if (await db.Contacts.AnyAsync(row => row.Key == key && row.Id != contactId, token))
            {
                return new Refusal("contact.twice", name);
            }

            var contact = contactId is null ? new Contact { Name = name, Key = key, Handles = handles } : await db.Contacts.SingleOrDefaultAsync(row => row.Id == contactId, token);
            if (contact is null)
            {
                return Refusal.NotFound;
            }

            if (contactId is null)
            {
                db.Contacts.Add(contact);
                await db.SaveChangesAsync(token);
                Append(db, new LogEntry(actor, now, "contact.added") { Code = $"contact:{contact.Id}" }, Said(contact));
                return contact.Id;
            }

            // The row's lock: of two who saw the same version one goes on, the other looks again, on any machine.
            if (await db.Contacts.Where(row => row.Id == contactId && row.Version == version).ExecuteUpdateAsync(set => set.SetProperty(row => row.Version, version + 1), token) == 0)
            {
                return Refusal.LookAgain;
            }

            var before = Said(contact);
            (contact.Name, contact.Key, contact.Handles, contact.Version) = (name, key, handles, version + 1);
            Append(db, new LogEntry(actor, now, "contact.changed") { Code = $"contact:{contact.Id}" }, $"{before}\n→ {Said(contact)}");
            return contact.Id;
        }, cancellationToken);

    /// <summary>Drafts that name the contact ask their author for another. What was submitted before stays as it is.</summary>
    public Task<Answer<bool>> RemoveAsync(Actor actor, long contactId, CancellationToken cancellationToken) =>
        WriteAsync<bool>(actor, async (db, now, token) =>
        {
            if (await db.Contacts.SingleOrDefaultAsync(row => row.Id == contactId, token) is not { } contact)
            {
                // Somebody was quicker: it is gone, as was asked.
                return true;
            }

            db.Contacts.Remove(contact);
            Append(db, new LogEntry(actor, now, "contact.removed") { Code = $"contact:{contact.Id}" }, Said(contact));
            return true;
        }, cancellationToken);

    /// <summary>Whether the platform sees the whole of it as one handle, and so mentions whom it says and nobody else.</summary>
    private static bool IsHandle(PlatformInfo info, string handle) =>
        info.HandleExample is not null && handle.Length <= LongestHandle
        && info.Entities($"@{handle}") is [{ Kind: EntityKind.Mention, Start: 0 } only] && only.Value == handle;

    private static string Said(Contact contact) => $"{contact.Name}: {string.Join(", ", contact.Handles.Select(handle => $"{handle.Key} @{handle.Value}"))}";

    private static void Append(PublisherDb db, LogEntry entry, string text)
    {
        db.Append(entry, text);
        // Whoever is writing meanwhile is offered what stands in the list now.
        db.TouchEveryPage();
    }

    private Task<Answer<T>> WriteAsync<T>(Actor actor, Func<PublisherDb, DateTimeOffset, CancellationToken, Task<Answer<T>>> change, CancellationToken cancellationToken) =>
        writer.DecideAsync<T>(
            async (db, token) =>
            {
                var now = time.GetUtcNow();
                return await Rights.LoadAsync(db, actor, now, token) is not { } rights ? Refusal.SignInAgain
                    : rights.CanSomewhere(Act.Draft) ? await change(db, now, token)
                    : Refusal.NotAllowed;
            },
            cancellationToken);
}
