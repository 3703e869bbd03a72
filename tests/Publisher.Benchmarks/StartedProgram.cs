using System.Diagnostics;
using System.Globalization;

namespace Publisher.Benchmarks;

/// <summary>A program of this solution as a process of its own, ended when it is disposed.</summary>
internal sealed class StartedProgram : IAsyncDisposable
{
    private const string Opening = "open at ";

    private readonly Process _process;

    private StartedProgram(Process process) => _process = process;

    /// <summary>From the start of the process to the last byte of the first page.</summary>
    public TimeSpan FirstPage { get; private set; }

    /// <summary>What the processor had done by then.</summary>
    public TimeSpan Processor { get; private set; }

    /// <summary>Megabytes in memory now, shared code included.</summary>
    public double Resident => Kilobytes("VmRSS:") / 1024.0;

    public static async Task<StartedProgram> OpenAsync(HttpClient http, string program, string argument, string page, string? folder)
    {
        var start = new ProcessStartInfo("dotnet", [program, argument]) { RedirectStandardOutput = true, UseShellExecute = false, WorkingDirectory = Path.GetDirectoryName(program) };
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        start.Environment["Publisher__DataFolder"] = folder;
        var started = Stopwatch.GetTimestamp();
        var opened = new StartedProgram(Process.Start(start)!);
        var output = opened._process.StandardOutput;
        while (await output.ReadLineAsync() is { } line)
        {
            if (line.IndexOf(Opening, StringComparison.Ordinal) is >= 0 and var at)
            {
                var address = new Uri(line[(at + Opening.Length)..]);
                using var answer = await http.GetAsync(new Uri(address, page));
                answer.EnsureSuccessStatusCode();
                opened.FirstPage = Stopwatch.GetElapsedTime(started);
                opened.Processor = opened._process.TotalProcessorTime;
                // What else it says is read, or it would stop when the pipe is full.
                _ = output.ReadToEndAsync();
                return opened;
            }
        }

        await opened.DisposeAsync();
        throw new InvalidOperationException($"{Path.GetFileName(program)} ended before it was open.");
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

    private long Kilobytes(string name) => long.Parse(
        File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith(name, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2].Split('\t')[^1],
        CultureInfo.InvariantCulture);
}
