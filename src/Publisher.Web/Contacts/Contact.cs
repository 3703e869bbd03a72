using Publisher.Platforms.Text;

namespace Publisher.Web.Contacts;

/// <summary>Somebody whom texts mention, and what they are called on each platform. One list for the whole installation.</summary>
public sealed class Contact
{
    public long Id { get; init; }

    public required string Name { get; set; }

    /// <summary>See <see cref="KeyOf"/>. No two contacts have the same.</summary>
    public required string Key { get; set; }

    /// <summary>By the platform's name, without the @.</summary>
    public required Dictionary<string, string> Handles { get; set; }

    public int Version { get; set; }

    /// <summary>By which a text finds its contact: upper and lower case are the same.</summary>
    public static string KeyOf(string name) => PlainText.Normalize(name).Trim().ToLowerInvariant();
}
