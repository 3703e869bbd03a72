using Microsoft.EntityFrameworkCore;
using Publisher.Web.Contacts;
using Publisher.Web.Media;
using Publisher.Web.Storage;

namespace Publisher.Web.Messages;

/// <summary>What was looked up outside the message before its posts are computed.</summary>
public sealed record Findings
{
    public static Findings None { get; } = new();

    /// <summary>The message's files, their captions and its card's picture, by id.</summary>
    public IReadOnlyDictionary<long, MediaFile> Media { get; init; } = new Dictionary<long, MediaFile>();

    /// <summary>Copies of pictures for limits they are over, by the picture's id and <see cref="Fit.Key"/>.</summary>
    public IReadOnlyDictionary<(long Id, string Fit), MediaFile> Fits { get; init; } = new Dictionary<(long, string), MediaFile>();

    /// <summary>The file as a channel with these limits gets it: a copy where one was made, else the file itself.</summary>
    public MediaFile For(MediaFile file, Platforms.Limits limits) => Fit.Of(file, limits) is { } fit && Fits.TryGetValue((file.Id, fit.Key), out var copy) ? copy : file;

    /// <summary>The posts a correction is about as they stand now, by channel.</summary>
    public IReadOnlyDictionary<long, Platforms.Post> Live { get; init; } = new Dictionary<long, Platforms.Post>();

    /// <summary>Ids of those who were found, null for handles nobody has. What is missing was not answered.</summary>
    public IReadOnlyDictionary<MentionKey, string?> Mentions { get; init; } = new Dictionary<MentionKey, string?>();

    /// <summary>Whom texts may name, by <see cref="Contact.Key"/>.</summary>
    public IReadOnlyDictionary<string, Contact> Contacts { get; init; } = new Dictionary<string, Contact>();

    internal static async Task<IReadOnlyDictionary<string, Contact>> ContactsAsync(PublisherDb db, CancellationToken cancellationToken) =>
        await db.Contacts.AsNoTracking().ToDictionaryAsync(row => row.Key, cancellationToken);
}

/// <summary>A handle at a server of a platform. Upper and lower case are the same person.</summary>
public readonly record struct MentionKey
{
    public MentionKey(string platform, Uri server, string handle)
    {
        Platform = platform;
        Server = server.AbsoluteUri;
        Handle = handle.ToLowerInvariant();
    }

    public string Platform { get; }

    public string Server { get; }

    public string Handle { get; }
}
