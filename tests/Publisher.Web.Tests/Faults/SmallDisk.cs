using System.Diagnostics;

namespace Publisher.Web.Tests.Faults;

/// <summary>A real disk of a few megabytes, in memory, which a test can fill to its last byte. Needs the right to mount one.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _folder;

    private SmallDisk(string folder) => _folder = folder;

    /// <summary>Null where this account may not mount.</summary>
    public static SmallDisk? At(string folder, int megabytes)
    {
        Directory.CreateDirectory(folder);
        return Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", folder) ? new SmallDisk(folder) : null;
    }

    public void Fill()
    {
        using var file = new FileStream(Filling, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        // Ever smaller pieces, so that no room is left between them.
        for (var size = 1 << 20; size > 0; size >>= 4)
        {
            try
            {
                while (true)
                {
                    file.Write(new byte[size]);
                }
            }
            catch (IOException)
            {
                // Full for this size.
            }
        }
    }

    public void MakeRoom() => File.Delete(Filling);

    // Lazily: who still has a file open there keeps it until they close it.
    public void Dispose() => Run("umount", "-l", _folder);

    private string Filling => Path.Combine(_folder, "filling");

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
