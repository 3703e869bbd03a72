using Publisher.Platforms;
using Publisher.Web.Contacts;

namespace Publisher.Web.Messages;

/// <summary>What became of the contacts a text names.</summary>
public sealed partial class PostBuilder
{
    /// <summary>
    /// A name that nobody has would go out with the signs around it, and a handle that runs into the next word would mention somebody else:
    /// both hold up the post. A plain name is worth knowing.
    /// </summary>
    private static void NoteContacts(PlatformInfo info, string text, Findings found, List<Problem> problems)
    {
        var (made, named) = ContactText.For(info.Name, text, found.Contacts);
        if (named.Count == 0)
        {
            return;
        }

        var seen = info.Entities(made).Where(entity => entity.Kind == EntityKind.Mention).Select(entity => (entity.Start, entity.Value)).ToHashSet();
        foreach (var one in named.DistinctBy(one => (one.Name.ToUpperInvariant(), IsSeen(one))))
        {
            if (one.Contact is not { } contact)
            {
                problems.Add(new Problem("contact.unknown", one.Name));
            }
            else if (one.Handle is null)
            {
                problems.Add(new Problem("contact.plain", contact.Name) { IsNote = true });
            }
            else if (!IsSeen(one))
            {
                problems.Add(new Problem("contact.joined", contact.Name));
            }
        }

        bool IsSeen(NamedContact one) => one.Handle is { } handle && seen.Contains((one.At, handle));
    }
}
