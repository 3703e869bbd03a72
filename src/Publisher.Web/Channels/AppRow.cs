using Microsoft.EntityFrameworkCore;
using Publisher.Web.Storage;

namespace Publisher.Web.Channels;

/// <summary>An app registration as the pages show it: that there is one, never what it holds.</summary>
public sealed record AppRow(long Id, string Platform, string Server, DateTimeOffset KeptAt, string KeptBy)
{
    public static Task<List<AppRow>> ReadAsync(PublisherDb db, CancellationToken cancellationToken) =>
        db.AppRegistrations.AsNoTracking().OrderBy(row => row.Platform).ThenBy(row => row.Server)
            .Select(row => new AppRow(
                row.Id, row.Platform, row.Server, row.KeptAt, db.Users.Where(person => person.Id == row.KeptBy).Select(person => person.DisplayName).FirstOrDefault() ?? ""))
            .ToListAsync(cancellationToken);
}
