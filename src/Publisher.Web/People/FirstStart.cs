using Microsoft.EntityFrameworkCore;
using Publisher.Web.Storage;

namespace Publisher.Web.People;

/// <summary>A real folder starts with nobody in it and no default password: a one-time link in a file of the owner lets the first two people in.</summary>
public static class FirstStart
{
    private const string File = "first-start.txt";

    /// <summary>Where nobody exists yet, writes the link and says in which file it stands; else null.</summary>
    public static async Task<string?> PrepareAsync(IServiceProvider services, Uri address, CancellationToken cancellationToken)
    {
        var folder = services.GetRequiredService<DataFolder>();
        var time = services.GetRequiredService<TimeProvider>();
        if (folder.IsDemo)
        {
            return null;
        }

        // Of two machines that start at once the later one's link is the one that works and stands in the file.
        await using var waiting = await services.GetRequiredService<IDbContextFactory<PublisherDb>>().CreateDbContextAsync(cancellationToken);
        await using var only = await OneMachine.EnterAsync(waiting, OneMachine.Begins, which: 4, cancellationToken);
        var secret = await services.GetRequiredService<Writer>().WriteAsync(
            async (db, token) =>
            {
                if (await db.Users.AnyAsync(token))
                {
                    return null;
                }

                var now = time.GetUtcNow();
                // One link at a time: the one of an earlier start stops working.
                await db.Invitations.Where(row => row.PersonId == null && row.UsedAt == null && row.ExpiresAt > now)
                    .ExecuteUpdateAsync(set => set.SetProperty(row => row.ExpiresAt, now), token);
                var (row, made) = OneTimeLink.Create(now, personId: null, Role.Administrator);
                db.Invitations.Add(row);
                return made;
            },
            cancellationToken);
        if (secret is null)
        {
            RemoveFile(folder);
            return null;
        }

        var path = PathOf(folder);
        RemoveFile(folder);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            // From its first moment, not after writing.
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using var file = new StreamWriter(path, options);
        await file.WriteLineAsync(new Uri(address, $"account/first-start/{secret}").ToString());
        return path;
    }

    internal static void RemoveFile(DataFolder folder) => System.IO.File.Delete(PathOf(folder));

    private static string PathOf(DataFolder folder) => Path.Combine(folder.Root, File);
}
