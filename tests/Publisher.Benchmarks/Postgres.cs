using System.Diagnostics;

namespace Publisher.Benchmarks;

/// <summary>A PostgreSQL server of its own: fresh, on loopback, with its settings as they come, so that every commit is on the disk.</summary>
internal sealed class Postgres : IAsyncDisposable
{
    private const string Account = "postgres";

    private readonly string _folder = Directory.CreateTempSubdirectory("publisher-figures-postgres-").FullName;
    private readonly int _port = Published.FreePort();

    public string Database => $"Host=127.0.0.1;Port={_port};Username=publisher;Database=figures;Maximum Pool Size=20";

    private string Data => Path.Combine(_folder, "data");

    public static async Task<Postgres> OpenAsync()
    {
        var server = new Postgres();
        if (Environment.UserName == "root")
        {
            // The server refuses to run as root: its folder and its process belong to the account its package made.
            await RunAsync("chown", Account, server._folder);
        }

        await RunServerAsync("initdb", "-D", server.Data, "-U", "publisher", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8");
        await RunServerAsync("pg_ctl", "start", "-w", "-t", "120", "-D", server.Data, "-l", Path.Combine(server._folder, "log"), "-o", $"-h 127.0.0.1 -p {server._port} -k {server._folder}");
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        Npgsql.NpgsqlConnection.ClearAllPools();
        await RunServerAsync("pg_ctl", "stop", "-w", "-m", "immediate", "-D", Data);
        Directory.Delete(_folder, recursive: true);
    }

    private static Task RunServerAsync(string program, params string[] arguments)
    {
        var path = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Select(version => Path.Combine(version, "bin", program)).LastOrDefault(File.Exists)
            : null;
        return path is null
            ? throw new InvalidOperationException("PostgreSQL is not installed (/usr/lib/postgresql/*/bin): run install_postgres of tests/tools.sh.")
            : Environment.UserName == "root" ? RunAsync("runuser", ["-u", Account, "--", path, .. arguments]) : RunAsync(path, arguments);
    }

    // Its output goes nowhere: the server inherits it, and a pipe would never end. What went wrong stands in its log.
    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" > /dev/null < /dev/null", "sh", program, .. arguments]) { WorkingDirectory = "/" })!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
        }
    }
}
