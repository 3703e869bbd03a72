using System.Diagnostics;

namespace Publisher.Platforms.Tests;

/// <summary>What tests/tools.sh installs. Where it is absent a test says so and is skipped; under PUBLISHER_REQUIRE_SERVERS=1 it fails.</summary>
internal static class Tools
{
    public static string Folder { get; } = Environment.GetEnvironmentVariable("PUBLISHER_TOOLS") is { Length: > 0 } folder
        ? folder
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "publisher-tests");

    public static void Need(bool isThere, string missing)
    {
        if (isThere)
        {
            return;
        }

        if (Environment.GetEnvironmentVariable("PUBLISHER_REQUIRE_SERVERS") == "1")
        {
            Assert.Fail(missing);
        }

        Assert.Skip(missing);
    }

    /// <summary>The folder of a package from npm, with its node_modules.</summary>
    public static string Npm(string name, string package)
    {
        var folder = Path.Combine(Folder, name);
        Need(
            Directory.Exists(Path.Combine(folder, "node_modules", package)) && OnPath("node") is not null,
            $"{package} is not installed in {folder}: run install_{name} of tests/tools.sh.");
        return folder;
    }

    public static string? OnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, program))
        .FirstOrDefault(File.Exists);

    /// <summary>A script beside the test projects.</summary>
    public static string Script(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "tests", name);
            if (File.Exists(path))
            {
                return path;
            }
        }

        throw new FileNotFoundException($"tests/{name} is not above {AppContext.BaseDirectory}.");
    }

    public static Process Start(string program, params IEnumerable<string> arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    }) ?? throw new InvalidOperationException($"{program} did not start.");

    /// <summary>Runs a program to its end with this on its standard input and returns what it printed.</summary>
    public static async Task<string> RunAsync(string program, IEnumerable<string> arguments, string input)
    {
        using var process = Start(program, arguments);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {await errors}");
    }
}
