using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;

namespace Publisher.Web.Storage;

/// <summary>
/// The one secret that lies in no backup of the folder or the database. It encrypts the key ring, and every other key of
/// this installation that must not be in the database is derived from it.
/// </summary>
public sealed class MasterKey
{
    /// <summary>Bytes.</summary>
    private const int Shortest = 32;

    private const string CheckSetting = "master.key.check";
    private const string HowTo = "Create one with: openssl rand -base64 32 > master.key && chmod 600 master.key, outside the data folder, and name it with Publisher__MasterKey.";

    private readonly byte[] _key;

    private MasterKey(byte[] key) => _key = key;

    /// <summary>The key file that was named; in a demo, where nothing is worth keeping, one in the folder.</summary>
    /// <exception cref="StartRefused">There is none, or it is not kept as a key should be.</exception>
    public static MasterKey Open(DataFolder folder, string? path)
    {
        if (folder.IsDemo)
        {
            return new MasterKey(ForDemo(folder));
        }

        if (string.IsNullOrWhiteSpace(path))
        {
            throw new StartRefused($"A real data folder needs a master key. {HowTo}");
        }

        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw new StartRefused($"There is no master key at {file.FullName}. {HowTo}");
        }

        // Where a link leads to counts, not where it lies.
        file = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
        if (file.FullName.StartsWith(folder.Root + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw new StartRefused($"The master key {file.FullName} lies in the data folder it protects, and in every backup of it. Move it elsewhere.");
        }

        if (!OperatingSystem.IsWindows()
            && (File.GetUnixFileMode(file.FullName) & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.GroupWrite)) != UnixFileMode.None)
        {
            throw new StartRefused($"Others can read or change the master key {file.FullName}. Close it with: chmod 600 {file.FullName}");
        }

        return new MasterKey(Read(file.FullName));
    }

    /// <summary>A key of its own for each purpose: none of them tells anything about another or about the master key.</summary>
    public byte[] Derive(string purpose) => HKDF.DeriveKey(HashAlgorithmName.SHA256, _key, 32, info: Encoding.UTF8.GetBytes(purpose));

    /// <summary>Compares with the key this database was first opened with: with another, no channel and no approval could be read.</summary>
    /// <exception cref="StartRefused">It is another.</exception>
    public async Task CheckAsync(PublisherDb db, CancellationToken cancellationToken)
    {
        if (!await OpensAsync(db, cancellationToken))
        {
            throw new StartRefused("This master key is not the one the database was created with. Name the former key file with Publisher__MasterKey.");
        }
    }

    /// <summary>Whether it is the one this database was first opened with. One that was never opened is from now on opened with this.</summary>
    public async Task<bool> OpensAsync(PublisherDb db, CancellationToken cancellationToken)
    {
        var check = Convert.ToHexStringLower(Derive("Publisher.Check"));
        var known = await db.Settings.AsNoTracking().SingleOrDefaultAsync(setting => setting.Name == CheckSetting, cancellationToken);
        if (known is null)
        {
            db.Settings.Add(new Setting { Name = CheckSetting, Value = check });
            await db.SaveChangesAsync(cancellationToken);
        }

        return known is null || CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(known.Value), Encoding.ASCII.GetBytes(check));
    }

    private static byte[] ForDemo(DataFolder folder)
    {
        const string Name = "demo.key";
        folder.Settle(Name, () => Convert.ToBase64String(RandomNumberGenerator.GetBytes(Shortest)));
        return Read(Path.Combine(folder.Root, Name));
    }

    private static byte[] Read(string path)
    {
        try
        {
            var key = Convert.FromBase64String(File.ReadAllText(path).Trim());
            return key.Length >= Shortest
                ? key
                : throw new StartRefused($"The master key {path} holds {key.Length} bytes and needs {Shortest}. {HowTo}");
        }
        catch (UnauthorizedAccessException)
        {
            throw new StartRefused($"The master key {path} can't be read by this user.");
        }
        catch (FormatException)
        {
            throw new StartRefused($"The master key {path} is not base64. {HowTo}");
        }
    }
}
