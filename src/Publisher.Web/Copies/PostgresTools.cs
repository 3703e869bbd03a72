using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Publisher.Web.Storage;

namespace Publisher.Web.Copies;

/// <summary>PostgreSQL's own programs, started with the address and password of the settings.</summary>
internal sealed class PostgresTools
{
    private readonly string _program;
    private readonly Dictionary<string, string?> _environment;

    private PostgresTools(string program, string postgres)
    {
        _program = program;
        var at = new NpgsqlConnectionStringBuilder(postgres);
        // By the environment and not as words: everybody on the machine sees the words of a process.
        _environment = new()
        {
            ["PGHOST"] = at.Host,
            ["PGPORT"] = at.Port.ToString(CultureInfo.InvariantCulture),
            ["PGUSER"] = at.Username,
            ["PGPASSWORD"] = at.Password,
            ["PGPASSFILE"] = at.Passfile,
            ["PGDATABASE"] = at.Database ?? at.Username,
            ["PGSSLMODE"] = at.SslMode switch { SslMode.VerifyCA => "verify-ca", SslMode.VerifyFull => "verify-full", var mode => mode.ToString().ToLowerInvariant() },
            ["PGSSLROOTCERT"] = at.RootCertificate,
            ["PGSSLCERT"] = at.SslCertificate,
            ["PGSSLKEY"] = at.SslKey,
            ["PGOPTIONS"] = at.SearchPath is { Length: > 0 } path ? $"-c search_path={path}" : null,
            ["PGCLIENTENCODING"] = "UTF8",
        };
    }

    /// <exception cref="StartRefused">It is not installed.</exception>
    public static PostgresTools Find(string program, string postgres)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return folders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists) is { } found
            ? new PostgresTools(found, postgres)
            : throw new StartRefused($"{program} is not installed, or not in PATH. It comes with PostgreSQL's client programs (Debian: postgresql-client), of the server's version or a later one.");
    }

    /// <exception cref="StartRefused">It failed; in its own words.</exception>
    public async Task RunAsync(IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(_program, words) { RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true };
        foreach (var (name, value) in _environment)
        {
            if (string.IsNullOrEmpty(value))
            {
                start.Environment.Remove(name);
            }
            else
            {
                start.Environment[name] = value;
            }
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        // Read, so that it never waits for a reader; psql shows what each statement answers.
        var shown = process.StandardOutput.ReadToEndAsync(cancellationToken);
        try
        {
            var said = await process.StandardError.ReadToEndAsync(cancellationToken);
            await shown;
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0)
            {
                var lines = said.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
                throw new StartRefused($"{Path.GetFileName(_program)} failed: {string.Join(" ", lines.Take(3))}");
            }
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    /// <summary>Counts the rows of a plain dump, table by table, and compares them with those of the snapshot it was made from.</summary>
    /// <exception cref="StartRefused">One differs.</exception>
    public static async Task CompareAsync(string dump, PublisherDb db, CancellationToken cancellationToken)
    {
        var dumped = await RowsOfAsync(dump, cancellationToken);
        var tables = await db.Database.SqlQueryRaw<string>("SELECT tablename::text AS \"Value\" FROM pg_tables WHERE schemaname = current_schema()").ToListAsync(cancellationToken);
        foreach (var table in tables)
        {
            var quoted = $"\"{table.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
#pragma warning disable EF1003 // The name comes from the catalogue and is quoted.
            var rows = (await db.Database.SqlQueryRaw<long>("SELECT count(*) AS \"Value\" FROM " + quoted).ToListAsync(cancellationToken))[0];
#pragma warning restore EF1003
            if (dumped.GetValueOrDefault(table, -1) is var found && found != rows)
            {
                throw new StartRefused($"The dump is not whole: {table} has {rows} rows, and {(found < 0 ? "none of its table" : $"{found} of them")} are in it.");
            }
        }
    }

    /// <summary>A dump writes each row as one line between "COPY schema.table (…) FROM stdin;" and "\.".</summary>
    private static async Task<Dictionary<string, long>> RowsOfAsync(string dump, CancellationToken cancellationToken)
    {
        var rows = new Dictionary<string, long>(StringComparer.Ordinal);
        string? table = null;
        var isWhole = false;
        await foreach (var line in File.ReadLinesAsync(dump, Encoding.UTF8, cancellationToken))
        {
            if (table is not null)
            {
                if (line == "\\.")
                {
                    table = null;
                }
                else
                {
                    rows[table]++;
                }
            }
            else if (line.StartsWith("COPY ", StringComparison.Ordinal) && line.EndsWith(" FROM stdin;", StringComparison.Ordinal))
            {
                table = line["COPY ".Length..line.IndexOf(" (", StringComparison.Ordinal)].Split('.')[^1].Trim('"');
                rows[table] = 0;
            }

            isWhole |= line == "-- PostgreSQL database dump complete";
        }

        return isWhole ? rows : throw new StartRefused($"{dump} breaks off.");
    }
}
