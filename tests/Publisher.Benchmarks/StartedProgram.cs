using System.Diagnostics;
using System.Globalization;

namespace Publisher.Benchmarks;

/// <summary>A program of this solution as a process of its own, ended as the loss of power ends it when it is disposed.</summary>
internal sealed class StartedProgram : IAsyncDisposable
{
    private readonly Process _process;

    private StartedProgram(Process process, Uri address, long started)
    {
        _process = process;
        Address = address;
        Started = started;
    }

    public Uri Address { get; }

    /// <summary>The moment before its process was there, of <see cref="Stopwatch"/>.</summary>
    public long Started { get; }

    /// <summary>What it has had of the processor.</summary>
    public TimeSpan Processor => _process.TotalProcessorTime;

    /// <summary>Megabytes in memory now, shared code included.</summary>
    public double Resident => Kilobytes("VmRSS:") / 1024.0;

    /// <summary>Megabytes in memory that no file holds: what the system can't take back.</summary>
    public double Own => Kilobytes("RssAnon:") / 1024.0;

    /// <summary>Returns when it says at which address it can be reached.</summary>
    public static async Task<StartedProgram> OpenAsync(string program, IEnumerable<string> arguments, params (string Name, string? Value)[] settings)
    {
        var start = new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true, UseShellExecute = false, WorkingDirectory = Path.GetDirectoryName(program) };
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        var started = Stopwatch.GetTimestamp();
        var process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.IndexOf(" at http://", StringComparison.Ordinal) is >= 0 and var at)
            {
                _ = ListenAsync(process);
                return new StartedProgram(process, new Uri(line[(at + " at ".Length)..]), started);
            }
        }

        process.Dispose();
        throw new InvalidOperationException($"{Path.GetFileName(program)} ended before it was open.");
    }

    /// <summary>From the start of the process to the last byte of a page.</summary>
    public async Task<TimeSpan> PageAsync(HttpClient http, string path)
    {
        using var answer = await http.GetAsync(new Uri(Address, path));
        answer.EnsureSuccessStatusCode();
        return Stopwatch.GetElapsedTime(Started);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>Its output is read, or it would stop when the pipe is full. What it calls a failure is shown.</summary>
    private static async Task ListenAsync(Process process)
    {
        var output = process.StandardOutput;
        while (await output.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("fail:", StringComparison.Ordinal) || line.StartsWith("crit:", StringComparison.Ordinal))
            {
                await Console.Error.WriteLineAsync($"{line} {await output.ReadLineAsync()} {await output.ReadLineAsync()}");
            }
        }
    }

    private long Kilobytes(string name) => long.Parse(
        File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith(name, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2].Split('\t')[^1],
        CultureInfo.InvariantCulture);
}
