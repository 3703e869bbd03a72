using System.Globalization;
using System.Resources;
using Microsoft.Data.Sqlite;
using Npgsql;
using Publisher.Web.Shell;
using Publisher.Web.Storage;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Storage;

/// <summary>What databases really say when something around them is wrong, and the one sentence that comes of it on terminal and screen.</summary>
public sealed class DatabaseTroubleTests(PostgresServer postgres) : IClassFixture<PostgresServer>, IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("publisher-trouble-");

    private string Path => System.IO.Path.Combine(_root.FullName, "one.db");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public async Task A_database_that_may_not_grow_is_full()
    {
        await using var one = await OpenAsync(Path);
        await RunAsync(one, "CREATE TABLE T (X); PRAGMA max_page_count = 3");
        await ShouldBeAsync(() => RunAsync(one, "INSERT INTO T VALUES (zeroblob(100000))"), "full", "make room");
    }

    [Fact]
    public async Task A_database_that_another_program_holds_is_busy()
    {
        await using var one = await OpenAsync(Path);
        await using var other = await OpenAsync(Path);
        await RunAsync(other, "BEGIN IMMEDIATE");
        await ShouldBeAsync(() => RunAsync(one, "CREATE TABLE T (X)"), "busy", "Another program");
    }

    [Fact]
    public Task A_database_whose_folder_is_gone_is_closed() => ShouldBeAsync(() => OpenAsync(System.IO.Path.Combine(_root.FullName, "gone", "one.db")), "closed", "can't be opened");

    [Fact]
    public async Task A_server_that_is_gone_is_away_whether_it_was_asked_before_or_not()
    {
        await using var source = NpgsqlDataSource.Create(postgres.Database("postgres"));
        await using var asked = await source.OpenConnectionAsync(Stop);
        await postgres.StopAsync();
        await ShouldBeAsync(() => RunAsync(asked, "SELECT 1"), "away", "PostgreSQL");
        await ShouldBeAsync(async () => await source.OpenConnectionAsync(Stop), "away", "PostgreSQL");
        await postgres.StartAsync();
    }

    [Fact]
    public async Task A_server_that_says_its_disk_is_full_is_full_and_one_that_refuses_a_statement_is_none_of_them()
    {
        await using var source = NpgsqlDataSource.Create(postgres.Database("postgres"));
        await using var open = await source.OpenConnectionAsync(Stop);
        await ShouldBeAsync(() => RunAsync(open, "DO $$ BEGIN RAISE disk_full; END $$"), "full", "make room");
        // The one that said so is closed by then.
        await using var other = await source.OpenConnectionAsync(Stop);
        DatabaseTrouble.CodeOf(await Should.ThrowAsync<PostgresException>(() => RunAsync(other, "SELECT 1 / 0"))).ShouldBeNull();
    }

    private static async Task ShouldBeAsync(Func<Task> step, string code, string said)
    {
        // As EF hands it on.
        var failure = new InvalidOperationException("A step failed.", await Should.ThrowAsync<Exception>(step));
        DatabaseTrouble.CodeOf(failure).ShouldBe(code);
        DatabaseTrouble.Say(code).ShouldContain(said);
        var (shown, notSaved) = (new ResourceManager(typeof(Words)), new ResourceManager(typeof(Publisher.Web.Messages.Words)));
        foreach (var language in new[] { "en", "de" })
        {
            shown.GetString($"error.trouble.{code}", CultureInfo.GetCultureInfo(language)).ShouldNotBeNullOrEmpty();
            notSaved.GetString($"refusal.not.saved.{code}", CultureInfo.GetCultureInfo(language)).ShouldNotBeNullOrEmpty();
        }
    }

    private static async Task<SqliteConnection> OpenAsync(string path)
    {
        var one = new SqliteConnection($"Data Source={path};Pooling=False;Default Timeout=1");
        await one.OpenAsync(Stop);
        return one;
    }

    private static async Task RunAsync(System.Data.Common.DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(Stop);
    }
}
