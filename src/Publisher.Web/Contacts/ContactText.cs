using System.Text;
using System.Text.RegularExpressions;

namespace Publisher.Web.Contacts;

/// <summary>A contact that a text names.</summary>
/// <param name="Contact">Null where nobody is called so.</param>
/// <param name="Handle">Null where the contact has none on the platform.</param>
/// <param name="At">Where the handle or the name stands in the text that was made.</param>
public sealed record NamedContact(string Name, Contact? Contact, string? Handle, int At);

/// <summary>A text names a contact as "@{Name}", which means nothing on any platform. Each gets the handle there, or the plain name.</summary>
public static partial class ContactText
{
    private const string Open = "@{";

    /// <summary>The text as a platform gets it. A name nobody has stays as it was typed.</summary>
    /// <param name="contacts">By <see cref="Contact.Key"/>.</param>
    public static (string Text, IReadOnlyList<NamedContact> Named) For(string platform, string text, IReadOnlyDictionary<string, Contact> contacts)
    {
        var open = text.IndexOf(Open, StringComparison.Ordinal);
        if (open < 0)
        {
            return (text, []);
        }

        var made = new StringBuilder(text.Length);
        var named = new List<NamedContact>();
        var at = 0;
        for (; open >= 0; open = text.IndexOf(Open, at, StringComparison.Ordinal))
        {
            made.Append(text, at, open - at);
            // A name ends with its line: a brace that was forgotten does not swallow the text behind it.
            var close = text.AsSpan(open).IndexOfAny('}', '\n') is >= 0 and var length ? open + length : text.Length;
            var isClosed = close < text.Length && text[close] == '}';
            var name = text[(open + Open.Length)..close].Trim();
            var contact = isClosed ? contacts.GetValueOrDefault(Contact.KeyOf(name)) : null;
            var handle = contact?.Handles.GetValueOrDefault(platform);
            named.Add(new NamedContact(name, contact, handle, made.Length));
            at = isClosed ? close + 1 : close;
            _ = contact is null ? made.Append(text, open, at - open) : handle is null ? made.Append(contact.Name) : made.Append('@').Append(handle);
        }

        return (made.Append(text, at, text.Length - at).ToString(), named);
    }

    /// <summary>The text for people: names without the signs around them.</summary>
    public static string Plain(string text) => Name().Replace(text, "$1");

    [GeneratedRegex(@"@\{[ \t]*([^{}\r\n]*?)[ \t]*\}")]
    private static partial Regex Name();
}
