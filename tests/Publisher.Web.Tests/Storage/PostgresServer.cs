using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using Xunit;

namespace Publisher.Web.Tests.Storage;

/// <summary>A PostgreSQL server of this test class's own: fresh, on loopback, in a folder that goes with it.</summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private const string Account = "postgres";

    private readonly string _folder = Directory.CreateTempSubdirectory("publisher-postgres-").FullName;
    private readonly string? _programs = Newest();
    private int _port;

    public async ValueTask InitializeAsync()
    {
        if (_programs is null)
        {
            return;
        }

        if (IsRoot)
        {
            // The server refuses to run as root, so its folder and its process belong to the account its package made.
            await RunAsync("chown", Account, _folder);
        }

        await RunServerProgramAsync("initdb", "-D", Data, "-U", "publisher", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync");
        _port = FreePort();
        await StartAsync();
    }

    /// <summary>Again, after it was stopped.</summary>
    public Task StartAsync() => RunServerProgramAsync(
        "pg_ctl", "start", "-w", "-t", "120", "-D", Data, "-l", Path.Combine(_folder, "log"), "-o", $"-h 127.0.0.1 -p {_port} -k {_folder} -c fsync=off -c max_connections=200");

    /// <summary>As a crash of it, which every connection notices.</summary>
    public Task StopAsync() => RunServerProgramAsync("pg_ctl", "stop", "-w", "-m", "immediate", "-D", Data);

    /// <summary>As it is now; while it is stopped.</summary>
    public Task KeepAsync() => RunAsync("cp", "-a", Data, Kept);

    /// <summary>To what was kept, as an operator sets a server back to a snapshot; while it is stopped.</summary>
    public async Task SetBackAsync()
    {
        Directory.Delete(Data, recursive: true);
        await RunAsync("mv", Kept, Data);
    }

    public async ValueTask DisposeAsync()
    {
        if (_programs is not null && File.Exists(Path.Combine(Data, "postmaster.pid")))
        {
            // Stops the process that this folder names, and no other.
            await StopAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Creates a database whose tables lie in that folder.</summary>
    public async Task PlaceAsync(string name, string folder)
    {
        if (IsRoot)
        {
            await RunAsync("chown", Account, folder);
        }

        // The account of the server must reach it.
        await RunAsync("chmod", "a+x", Path.GetDirectoryName(folder)!);
        await using var source = NpgsqlDataSource.Create(Database("postgres"));
        foreach (var statement in new[] { $"CREATE TABLESPACE {name} LOCATION '{folder}'", $"CREATE DATABASE {name} TABLESPACE {name}" })
        {
            await using var command = source.CreateCommand(statement);
            await command.ExecuteNonQueryAsync();
        }
    }

    /// <summary>For a database of this name. Where no server is installed the test is skipped, or fails where all must be there.</summary>
    public string Database(string name)
    {
        if (_programs is null)
        {
            const string missing = "PostgreSQL is not installed (/usr/lib/postgresql/*/bin): run install_postgres of tests/tools.sh.";
            if (Environment.GetEnvironmentVariable("PUBLISHER_REQUIRE_SERVERS") == "1")
            {
                Assert.Fail(missing);
            }

            Assert.Skip(missing);
        }

        return $"Host=127.0.0.1;Port={_port};Username=publisher;Database={name};Pooling=false";
    }

    private static bool IsRoot => Environment.UserName == "root";

    private string Kept => Path.Combine(_folder, "kept");

    private string Data => Path.Combine(_folder, "data");

    private static string? Newest() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).Where(programs => File.Exists(Path.Combine(programs, "initdb")))
            .OrderByDescending(programs => int.TryParse(Path.GetFileName(Path.GetDirectoryName(programs)), out var version) ? version : 0).FirstOrDefault()
        : null;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private Task RunServerProgramAsync(string program, params string[] arguments)
    {
        var path = Path.Combine(_programs!, program);
        return IsRoot ? RunAsync("runuser", ["-u", Account, "--", path, .. arguments]) : RunAsync(path, arguments);
    }

    private async Task RunAsync(string program, params string[] arguments)
    {
        // Into a file and not a pipe: a server that was started inherits it, and a pipe would never end.
        var said = Path.Combine(Path.GetTempPath(), $"{Path.GetFileName(_folder)}-said");
        var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = "/" };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("said=$1; shift; exec \"$@\" > \"$said\" 2>&1 < /dev/null");
        start.ArgumentList.Add("sh");
        start.ArgumentList.Add(said);
        start.ArgumentList.Add(program);
        Array.ForEach(arguments, start.ArgumentList.Add);
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        var text = await File.ReadAllTextAsync(said);
        File.Delete(said);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {text}");
        }
    }
}
