using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Data.Sqlite;

namespace Publisher.Web.Tests.Start;

/// <summary>The product, running as a process of its own until it is disposed.</summary>
internal sealed class StartedProduct : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();
    private readonly TaskCompletionSource<Uri> _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private StartedProduct(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Note(_output, line.Data);
        process.ErrorDataReceived += (_, line) => Note(_errors, line.Data);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => _open.TrySetException(new InvalidOperationException($"It ended with {process.ExitCode}: {Errors}"));
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public Uri Address { get; private set; } = null!;

    public string Output => Read(_output);

    public string Errors => Read(_errors);

    public static async Task<StartedProduct> OpenAsync(string folder, string arguments, params (string Name, string Value)[] settings) =>
        await OpenAsync(await PublishedProduct.FolderAsync(), folder, arguments, settings);

    /// <param name="program">The folder the product lies in.</param>
    public static async Task<StartedProduct> OpenAsync(string program, string folder, string arguments, (string Name, string Value)[] settings)
    {
        var product = new StartedProduct(Launch(program, folder, arguments, settings));
        try
        {
            product.Address = await product._open.Task.WaitAsync(TimeSpan.FromSeconds(150));
        }
        catch (TimeoutException)
        {
            await product.DisposeAsync();
            throw new InvalidOperationException($"It does not open: {product.Output}{product.Errors}");
        }
        catch
        {
            await product.DisposeAsync();
            throw;
        }

        return product;
    }

    /// <summary>Runs it until it ends by itself, and says how and what it said.</summary>
    public static async Task<(int Code, string Said, string Errors)> EndAsync(string folder, string arguments, params (string Name, string Value)[] settings)
    {
        using var process = Launch(await PublishedProduct.FolderAsync(), folder, arguments, settings);
        var said = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await said, errors);
    }

    /// <summary>An address nobody listens on, for who must know it before the start: live pages are answered under their own address only.</summary>
    public static string FreeAddress()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        return $"http://localhost:{((IPEndPoint)free.LocalEndpoint).Port}";
    }

    /// <summary>Started, and not waited for.</summary>
    public static async Task<StartedProduct> BeginAsync(string folder, string arguments, (string Name, string Value)[] settings) =>
        new(Launch(await PublishedProduct.FolderAsync(), folder, arguments, settings));

    private static Process Launch(string program, string folder, string arguments, (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo("dotnet", $"\"{Path.Combine(program, "Publisher.Web.dll")}\" {arguments}")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = program,
        };
        start.Environment["Publisher__DataFolder"] = folder;
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        start.Environment.Remove("Publisher__MasterKey");
        // Not compiled once more for speed: who lives for a minute has nothing of that, and it takes a good part of the processor.
        start.Environment["DOTNET_TC_CallCounting"] = "0";
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>What lies in the product's own output folder: that is what the first command starts.</summary>
    public static string Built => Path.Combine(Root(), "src", "Publisher.Web", "bin", Configuration(), "net10.0");

    /// <summary>How many rows there are in its SQLite file, whether it runs or not.</summary>
    public static async Task<long> CountAsync(string folder, string what)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "publisher.db")};Pooling=False;Mode=ReadOnly;Default Timeout=30");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Only what stands in the tests.
        command.CommandText = "SELECT count(*) FROM " + what;
#pragma warning restore CA2100
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Waits until the terminal shows the sentence.</summary>
    public async Task SaysAsync(string sentence, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (!Output.Contains(sentence, StringComparison.Ordinal))
        {
            await Task.Delay(20, limit.Token);
        }
    }

    /// <summary>As the loss of power does it.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>As a machine that hangs: it does nothing, and doesn't know that time passes.</summary>
    public void Freeze() => Kill(_process.Id, 19);

    public void Thaw() => Kill(_process.Id, 18);

    /// <summary>What it has open stays so, but no file and no connection can be opened until half of all are closed.</summary>
    public Task TakeFilesAsync() => LimitFilesAsync($"{Directory.GetFiles($"/proc/{_process.Id}/fd").Length / 2}:");

    /// <summary>Enough of them again.</summary>
    public Task GiveFilesAsync() => LimitFilesAsync("4096:");

    /// <summary>Whether it ended by itself.</summary>
    public bool HasEnded => _process.HasExited;

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            // SIGTERM: what a service manager sends.
            if (Kill(_process.Id, 15) != 0)
            {
                _process.Kill(entireProcessTree: true);
            }

            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private async Task LimitFilesAsync(string files)
    {
        using var limiting = Process.Start("prlimit", ["--pid", $"{_process.Id}", $"--nofile={files}"]);
        await limiting.WaitForExitAsync();
    }

    public static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Publisher.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The solution is not above the tests.");
        }

        return folder.FullName;
    }

    private static string Configuration() => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    private static string Read(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }

    private void Note(StringBuilder text, string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (text)
        {
            text.AppendLine(line);
        }

        const string Opening = "Publisher is open at ";
        if (text == _output && line.StartsWith(Opening, StringComparison.Ordinal))
        {
            _open.TrySetResult(new Uri(line[Opening.Length..]));
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
