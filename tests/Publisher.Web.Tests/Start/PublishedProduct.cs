using System.Diagnostics;

namespace Publisher.Web.Tests.Start;

/// <summary>The product as an operator installs it: published for this kind of machine, compiled ahead of time, once for all tests that ask.</summary>
internal static class PublishedProduct
{
    private static readonly Lazy<Task<string>> Published = new(PublishAsync);

    /// <summary>The folder it lies in.</summary>
    public static Task<string> FolderAsync() => Published.Value;

    private static async Task<string> PublishAsync()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "published");
        string[] arguments = ["publish", Path.Combine(StartedProduct.Root(), "src", "Publisher.Web"), "-c", "Release", "-r", "linux-x64", "-o", folder, "-nologo", "-v", "quiet", "-clp:NoSummary"];
        // No build server is left behind: it would keep the test run's output open.
        using var process = Process.Start(new ProcessStartInfo("dotnet", [.. arguments, "-nodeReuse:false", "-p:UseSharedCompilation=false"]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? folder : throw new InvalidOperationException($"The product could not be published: {said}");
    }
}
