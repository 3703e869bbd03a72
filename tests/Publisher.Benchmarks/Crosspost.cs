using System.Diagnostics;
using System.Globalization;
using Publisher.Sandbox;

namespace Publisher.Benchmarks;

/// <summary>The package @humanwhocodes/crosspost from npm, in a folder of its own that goes with it, called in a loop.</summary>
internal sealed class Crosspost : IDisposable
{
    public const string Version = "1.0.4";

    private readonly string _folder = Directory.CreateTempSubdirectory("publisher-figures-crosspost-").FullName;

    /// <summary>Null, with a word of why, where there is no npm or nothing to fetch it from.</summary>
    public static async Task<Crosspost?> InstallAsync()
    {
        var crosspost = new Crosspost();
        try
        {
            await File.WriteAllTextAsync(Path.Combine(crosspost._folder, "package.json"), "{\"private\":true}");
            await RunAsync("npm", crosspost._folder, "install", $"@humanwhocodes/crosspost@{Version}", "--no-fund", "--no-audit", "--loglevel=error");
            return crosspost;
        }
        catch (Exception failure) when (failure is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            Console.WriteLine($"crosspost can't be installed, so nothing is compared with it: {failure.Message}");
            crosspost.Dispose();
            return null;
        }
    }

    /// <summary>Answers how many posts failed.</summary>
    public async Task<int> SendAsync(StandIns standIns, string what, int messages, DateTimeOffset due)
    {
        var (mastodon, bluesky) = (SandboxAccounts.Of("mastodon", "environment"), SandboxAccounts.Of("bluesky", "environment"));
        var script = Path.Combine(Published.Root(), "tests", "Publisher.Benchmarks", "crosspost.mjs");
        var said = await RunAsync(
            "node", _folder, script, _folder, standIns.Address.AbsoluteUri, what, messages.ToString(CultureInfo.InvariantCulture), due.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
            mastodon.Token, bluesky.Handle, bluesky.AppPassword!);
        return int.Parse(said, CultureInfo.InvariantCulture);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<string> RunAsync(string program, string folder, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, WorkingDirectory = folder })!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? said : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {said}");
    }
}
