using Microsoft.EntityFrameworkCore;
using Publisher.Web.Storage;

namespace Publisher.Web.Channels;

/// <summary>A link that waits for its person, as the list shows it.</summary>
public sealed record ConsentRow(long Id, long SenderId, string Platform, string? Handle, string Person, string AskedBy, DateTimeOffset ExpiresAt)
{
    public static Task<List<ConsentRow>> ReadAsync(PublisherDb db, DateTimeOffset now, CancellationToken cancellationToken) =>
        db.ConsentLinks.AsNoTracking().Where(row => row.UsedAt == null && row.ExpiresAt > now).OrderBy(row => row.ExpiresAt)
            .Select(row => new ConsentRow(
                row.Id,
                row.SenderId,
                row.Platform,
                db.Channels.Where(channel => channel.Id == row.ChannelId).Select(channel => channel.Handle).FirstOrDefault(),
                db.Users.Where(person => person.Id == row.PersonId).Select(person => person.DisplayName).FirstOrDefault() ?? "",
                db.Users.Where(person => person.Id == row.AskedBy).Select(person => person.DisplayName).FirstOrDefault() ?? "",
                row.ExpiresAt))
            .ToListAsync(cancellationToken);
}
