using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Npgsql;
using Publisher.Web.Tests.Crash;
using Publisher.Web.Tests.Start;
using Publisher.Web.Tests.Storage;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Machines;

/// <summary>The built product moves from SQLite to PostgreSQL, as an operator does it.</summary>
public sealed class MovingTests(PostgresServer postgres, ITestOutputHelper output) : IClassFixture<PostgresServer>, IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("publisher-moving-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Folder => Path.Combine(_root, "data");

    private string File => Path.Combine(Folder, "publisher.db");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task What_was_moved_in_the_middle_of_sending_is_whole_and_every_post_goes_out_once()
    {
        var database = postgres.Database("moved");
        await using var sandbox = await StartedSandbox.OpenAsync(Path.Combine(_root, "stand-ins.json"), Stop);
        // One platform takes its time, so that much of it is still planned when the product is stopped.
        await sandbox.SlowAsync("mastodon", 2000, Stop);
        (string, string) stands = ("Publisher__Sandbox", sandbox.Address.AbsoluteUri);
        await using var office = await CrashOffice.OpenAsync(new CrashPlace(Folder, Postgres: null, sandbox.Address), new Random(7), seed: 7, messages: 6, over: TimeSpan.FromSeconds(6), Stop);
        await using (await StartedProduct.OpenAsync(Folder, "--demo", stands))
        {
            await UntilAsync(async () => await sandbox.CountAsync(Stop) >= 5);
        }

        var (file, left) = (await HashAsync(), await OldNumberAsync("SELECT count(*) FROM Deliveries WHERE State = 'Waiting'"));
        output.WriteLine($"Moved with {await sandbox.CountAsync(Stop)} posts out and {left} deliveries waiting.");
        left.ShouldBePositive();
        var (code, said, errors) = await StartedProduct.EndAsync(Folder, "move-to-postgres --demo", stands, ("Publisher__Database", database));

        errors.ShouldBe("");
        code.ShouldBe(0);
        output.WriteLine(said);
        said.ShouldContain("The log verifies: ");
        said.ShouldNotContain("fail:");
        (await HashAsync()).ShouldBe(file);
        foreach (var table in new[] { "Log", "LogPositions", "LogPending", "Messages", "Deliveries", "DeliveryParts", "Attempts", "AspNetUsers", "Channels", "FrozenPosts", "Settings" })
        {
            var rows = await OldNumberAsync($"SELECT count(*) FROM \"{table}\"");
            (await NumberAsync(database, $"SELECT count(*) FROM \"{table}\"")).ShouldBe(rows, table);
            said.ShouldContain($"{table}: {rows} rows");
        }

        (await RefusedAsync("--demo", stands)).ShouldContain("was moved to PostgreSQL");
        (await RefusedAsync("move-to-postgres --demo", stands, ("Publisher__Database", database))).ShouldContain("was moved to PostgreSQL");
        await using var product = await StartedProduct.OpenAsync(Folder, "--demo", stands, ("Publisher__Database", database));
        await UntilAsync(async () => await NumberAsync(database, "SELECT count(*) FROM \"Deliveries\" WHERE \"NextAt\" IS NOT NULL") == 0
            && await NumberAsync(database, "SELECT count(*) FROM \"LogPending\"") == 0);

        var posts = await sandbox.PostsAsync(Stop);
        office.Approved.ShouldAllBe(approved =>
            posts.Count(post => post.Platform == approved.Platform.Info.Name && post.Account == approved.Account && post.Text.Contains(approved.Words, StringComparison.Ordinal)) == approved.Parts.Count);
        posts.Count.ShouldBe(office.Approved.Sum(approved => approved.Parts.Count));
        (await NumberAsync(database, "SELECT max(\"Position\") - count(*) FROM \"LogPositions\"")).ShouldBe(0);
        product.Errors.ShouldBe("");
    }

    [Fact]
    public async Task It_refuses_a_folder_that_is_in_use_a_target_that_is_not_empty_and_a_log_that_was_altered()
    {
        var database = postgres.Database("refused");
        (string, string) target = ("Publisher__Database", database);
        await using (await StartedProduct.OpenAsync(Folder, "--demo"))
        {
            await UntilAsync(async () => await OldNumberAsync("SELECT count(*) FROM LogPositions") > 0);
            (await RefusedAsync("move-to-postgres --demo", target)).ShouldContain("in use by another process");
        }

        (await RefusedAsync("move-to-postgres --demo")).ShouldContain("Publisher__Database");
        (await RefusedAsync("move-to-nowhere --demo", target)).ShouldContain("There is no command");

        await OldRunAsync("DROP TRIGGER Log_no_update; UPDATE Log SET Action = 'nothing' WHERE Id = (SELECT EntryId FROM LogPositions LIMIT 1)");
        (await RefusedAsync("move-to-postgres --demo", target)).ShouldContain("does not have the hash it was placed with");
        (await NumberAsync(database, "SELECT count(*) FROM \"Log\"")).ShouldBe(0);

        await NumberAsync(database, "CREATE TABLE \"Guests\" (\"Id\" int)");
        (await RefusedAsync("move-to-postgres --demo", target)).ShouldContain("not empty");
        // Nothing was moved, so the folder is what it was.
        await using var again = await StartedProduct.OpenAsync(Folder, "--demo");
    }

    private async Task<string> HashAsync() => Convert.ToHexStringLower(SHA256.HashData(await System.IO.File.ReadAllBytesAsync(File, Stop)));

    private async Task<string> RefusedAsync(string arguments, params (string, string)[] settings)
    {
        var (code, said, errors) = await StartedProduct.EndAsync(Folder, arguments, settings);
        code.ShouldBe(1, said);
        errors.Trim().ShouldNotContain('\n');
        return errors;
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        var until = DateTime.UtcNow.AddMinutes(3);
        while (!await condition())
        {
            Assert.True(DateTime.UtcNow < until, "It takes too long.");
            await Task.Delay(200, Stop);
        }
    }

    private static async Task<long> NumberAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(Stop);
#pragma warning disable CA2100 // Only what stands in this file.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return Convert.ToInt64(await command.ExecuteScalarAsync(Stop), CultureInfo.InvariantCulture);
    }

    private async Task<long> OldNumberAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={File};Pooling=False;Mode=ReadOnly;Default Timeout=30");
        await connection.OpenAsync(Stop);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(await command.ExecuteScalarAsync(Stop), CultureInfo.InvariantCulture);
    }

    private async Task OldRunAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        await connection.OpenAsync(Stop);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(Stop);
    }
}
