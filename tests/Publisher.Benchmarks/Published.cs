using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Publisher.Benchmarks;

/// <summary>The product as an operator gets it: published for linux-x64, compiled ahead of time.</summary>
internal static class Published
{
    private static readonly string _project = Path.Combine(Root(), "src", "Publisher.Web");
    private static readonly string _folder = Path.Combine(_project, "bin", "Release", "net10.0", "linux-x64", "publish");

    /// <summary>Publishes what the sources say now. Before the first figure, and never while one is taken.</summary>
    public static async Task MakeAsync()
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", ["publish", _project, "-c", "Release", "-r", "linux-x64", "--self-contained", "false", "-nologo", "-v", "quiet"])
        {
            RedirectStandardOutput = true,
        })!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"The product can't be published.\n{said}");
        }
    }

    /// <summary>A demo on this folder, which meets these stand-ins.</summary>
    /// <param name="standIns">Null for its own.</param>
    /// <param name="postgres">Null for SQLite in the folder.</param>
    public static Task<StartedProgram> OpenAsync(string folder, Uri? standIns, string? postgres = null, string role = "all") => StartedProgram.OpenAsync(
        Path.Combine(_folder, "Publisher.Web.dll"), ["--demo"], ("ASPNETCORE_URLS", FreeAddress()), ("Publisher__DataFolder", folder), ("Publisher__Sandbox", standIns?.AbsoluteUri),
        ("Publisher__Database", postgres), ("Publisher__Role", role), ("Publisher__MasterKey", null));

    public static Task<StartedProgram> OpenStandInsAsync() => StartedProgram.OpenAsync(Path.Combine(_folder, "Publisher.Sandbox.dll"), ["--port", "0"]);

    public static int FreePort()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        return ((IPEndPoint)free.LocalEndpoint).Port;
    }

    public static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Publisher.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The solution is not above this program.");
        }

        return folder.FullName;
    }

    // Live pages and files are answered under an address that is known before the start.
    private static string FreeAddress() => $"http://localhost:{FreePort()}";
}
