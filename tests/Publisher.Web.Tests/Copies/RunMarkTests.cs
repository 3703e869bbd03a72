using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Publisher.Web.Copies;
using Publisher.Web.People;
using Publisher.Web.Storage;
using Publisher.Web.Tests.Storage;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Copies;

/// <summary>A start finds out whether database and folder belong together, and no healthy one is taken for a copy.</summary>
public sealed class RunMarkTests(PostgresServer postgres) : IClassFixture<PostgresServer>, IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("publisher-run-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Folder => Path.Combine(_root, "data");

    private string Database => Path.Combine(Folder, "publisher.db");

    private string Mark => Path.Combine(Folder, RunFile.Name);

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task However_often_it_starts_it_is_no_copy(bool onPostgres)
    {
        var database = onPostgres ? postgres.Database("often") : null;
        for (var start = 0; start < 3; start++)
        {
            (await StartAsync(database)).ShouldBeNull();
        }
    }

    [Fact]
    public async Task A_crash_before_the_database_has_the_new_number_is_no_copy()
    {
        await StartAsync();
        var settled = RunFile.Read(Mark)!;
        (settled with { Run = Guid.NewGuid(), Former = settled.Run, IsSettled = false }).Write(Mark);

        (await StartAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task A_crash_after_the_database_has_the_new_number_is_no_copy()
    {
        await StartAsync();
        var settled = RunFile.Read(Mark)!;
        (settled with { Former = Guid.NewGuid(), IsSettled = false }).Write(Mark);

        (await StartAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task A_crash_of_the_very_first_start_is_no_copy()
    {
        (await StartAsync(notice: false)).ShouldBeNull();
        new RunFile(Guid.NewGuid(), Former: null, IsSettled: false, Database: null, Inode: null).Write(Mark);

        (await StartAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task A_database_that_was_set_back_stands_still_and_goes_on_standing_still()
    {
        await StartAsync();
        var kept = await File.ReadAllBytesAsync(Database, Stop);
        await StartAsync();
        await File.WriteAllBytesAsync(Database, kept, Stop);

        (await StartAsync()).ShouldNotBeNull().Why.ShouldBe("differs");
        (await StartAsync()).ShouldNotBeNull().Why.ShouldBe("differs");
        (await NoticedAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_folder_that_was_set_back_stands_still()
    {
        await StartAsync();
        var former = RunFile.Read(Mark)!;
        await StartAsync();
        former.Write(Mark);

        (await StartAsync()).ShouldNotBeNull().Why.ShouldBe("differs");
    }

    [Fact]
    public async Task A_database_in_a_folder_that_does_not_know_it_stands_still()
    {
        await StartAsync();
        File.Delete(Mark);

        (await StartAsync()).ShouldNotBeNull().Why.ShouldBe("file.missing");
    }

    [Fact]
    public async Task A_mark_that_cannot_be_read_proves_nothing()
    {
        await StartAsync();
        await File.WriteAllTextAsync(Mark, "{\"Run\":", Stop);

        (await StartAsync()).ShouldNotBeNull().Why.ShouldBe("file.missing");
    }

    [Fact]
    public async Task A_folder_that_was_copied_as_a_whole_stands_still_and_its_original_goes_on()
    {
        await StartAsync();
        var copy = Path.Combine(_root, "copy");
        Directory.CreateDirectory(copy);
        foreach (var file in Directory.GetFiles(Folder))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        (await StartAsync(folder: copy)).ShouldNotBeNull().Why.ShouldBe("folder.copied");
        (await StartAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task A_database_that_is_set_back_while_it_is_used_is_noticed_by_the_next_look_with_the_time_up_to_which_it_knows()
    {
        (byte[] Database, DateTimeOffset Since, DateTimeOffset Until) kept = default;
        await RunAsync(null, Folder, async (look, _) =>
        {
            kept.Since = DateTimeOffset.UtcNow;
            (await look()).ShouldBeNull();
            kept.Until = DateTimeOffset.UtcNow;
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            kept.Database = await File.ReadAllBytesAsync(Database, Stop);
            (await look()).ShouldBeNull();
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            await File.WriteAllBytesAsync(Database, kept.Database, Stop);

            var mark = (await look()).ShouldNotBeNull();
            mark.Why.ShouldBe("differs");
            mark.From.ShouldBeInRange(kept.Since, kept.Until);
        });
    }

    [Fact]
    public async Task A_machine_that_was_set_back_as_a_whole_is_noticed_by_a_file_kept_elsewhere()
    {
        var elsewhere = Path.Combine(_root, "elsewhere.json");
        await StartAsync(runFile: elsewhere);
        var snapshot = await File.ReadAllBytesAsync(Database, Stop);
        await StartAsync(runFile: elsewhere);
        File.Exists(Mark).ShouldBeFalse();
        await File.WriteAllBytesAsync(Database, snapshot, Stop);

        (await StartAsync(runFile: elsewhere)).ShouldNotBeNull().Why.ShouldBe("differs");
    }

    [Fact]
    public async Task A_share_that_goes_is_no_copy_and_when_it_is_back_everything_is_as_before() => await RunAsync(postgres.Database("shared"), Folder, async (look, _) =>
    {
        (await look()).ShouldBeNull();
        Directory.Move(Folder, $"{Folder}.away");
        await Should.ThrowAsync<IOException>(look);
        // As an empty place where the share should be mounted.
        Directory.CreateDirectory(Folder);
        await Should.ThrowAsync<IOException>(look);
        Directory.Delete(Folder);
        Directory.Move($"{Folder}.away", Folder);

        (await look()).ShouldBeNull();
    });

    [Fact]
    public async Task Machines_that_share_a_database_never_take_each_other_for_a_copy()
    {
        var database = postgres.Database("three");
        await StartAsync(database);
        var looks = 0;

        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => RunAsync(database, Folder, async (look, _) =>
        {
            for (var time = 0; time < 10; time++)
            {
                (await look()).ShouldBeNull();
                Interlocked.Increment(ref looks);
            }
        })));

        looks.ShouldBe(30);
    }

    [Fact]
    public async Task A_folder_that_was_renamed_is_no_copy()
    {
        await StartAsync();
        var moved = Path.Combine(_root, "moved");
        Directory.Move(Folder, moved);

        (await StartAsync(folder: moved)).ShouldBeNull();
    }

    [Fact]
    public async Task A_copy_of_a_postgres_database_stands_still_in_the_folder_of_the_original()
    {
        var (original, copy) = (postgres.Database("run_original"), postgres.Database("run_copy"));
        await StartAsync(original);
        await ServerAsync("CREATE DATABASE run_copy TEMPLATE run_original");
        (await StartAsync(original)).ShouldBeNull();

        (await StartAsync(copy)).ShouldNotBeNull().Why.ShouldBe("differs");
        (await StartAsync(original)).ShouldBeNull();
    }

    [Fact]
    public async Task A_postgres_database_that_was_copied_together_with_its_folder_stands_still()
    {
        var (original, copy) = (postgres.Database("pair_original"), postgres.Database("pair_copy"));
        await StartAsync(original);
        await ServerAsync("CREATE DATABASE pair_copy TEMPLATE pair_original");
        var folder = Path.Combine(_root, "copy");
        Directory.CreateDirectory(Path.Combine(folder, "keys"));
        foreach (var file in Directory.GetFiles(Folder, "*", SearchOption.AllDirectories))
        {
            File.Copy(file, Path.Combine(folder, Path.GetRelativePath(Folder, file)));
        }

        (await StartAsync(copy, folder)).ShouldNotBeNull().Why.ShouldBe("database.copied");
        (await StartAsync(original)).ShouldBeNull();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_plain_role_is_enough_also_where_a_server_does_not_tell_which_one_it_is(bool tells)
    {
        var name = tells ? "told" : "untold";
        var database = postgres.Database(name);
        await ServerAsync($"CREATE ROLE {name} LOGIN", $"CREATE DATABASE {name} OWNER {name}");
        await ServerInAsync(name, tells ? "SELECT 1" : "REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC");
        var plain = new NpgsqlConnectionStringBuilder(database) { Username = name }.ToString();

        (await StartAsync(plain)).ShouldBeNull();
        RunFile.Read(Mark)!.Database!.Contains('/', StringComparison.Ordinal).ShouldBe(tells);
        (await StartAsync(plain)).ShouldBeNull();
    }

    [Fact]
    public async Task Once_a_manager_let_it_go_on_it_is_the_only_one_and_the_former_stands_still_where_both_write_the_same_file()
    {
        var (original, copy) = (postgres.Database("two_original"), postgres.Database("two_copy"));
        await StartAsync(original);
        await ServerAsync("CREATE DATABASE two_copy TEMPLATE two_original");
        (await StartAsync(original)).ShouldBeNull();
        (await StartAsync(copy)).ShouldNotBeNull();
        await OnAsync(copy, Folder, Mark, services => WithAsync(services, async db =>
        {
            await Standstill.EndAsync(db, DateTimeOffset.UtcNow, Stop);
            await db.SaveChangesAsync(Stop);
        }));

        (await StartAsync(copy)).ShouldBeNull();
        (await StartAsync(copy)).ShouldBeNull();
        (await StartAsync(original)).ShouldNotBeNull().Why.ShouldBe("differs");
    }

    [Fact]
    public async Task A_span_in_which_another_one_may_have_sent_is_kept_for_what_existed_then()
    {
        var (from, until) = (DateTimeOffset.UnixEpoch.AddDays(1), DateTimeOffset.UnixEpoch.AddDays(2));
        await StartAsync();
        await WithAsync(async db =>
        {
            await Standstill.BeginAsync(db, new CopyMark("backup", from), Stop);
            await db.SaveChangesAsync(Stop);
            (await Standstill.BeginAsync(db, new CopyMark("differs", until), Stop)).Why.ShouldBe("backup");
            (await Standstill.EndAsync(db, until, Stop)).ShouldBe(new CopyMark("backup", from));
            await db.SaveChangesAsync(Stop);

            (await Standstill.SpanForAsync(db, from.AddHours(-1), until, Stop)).ShouldBe(new CopySpan(from, until));
            (await Standstill.SpanForAsync(db, from.AddHours(1), until, Stop)).ShouldBeNull();
            (await Standstill.EndAsync(db, until, Stop)).ShouldBeNull();
        });
    }

    private async Task<CopyMark?> StartAsync(string? database = null, string? folder = null, bool notice = true, string? runFile = null)
    {
        CopyMark? mark = null;
        await RunAsync(database, folder ?? Folder, async (look, services) => mark = notice ? await look() : services.GetRequiredService<Standstill>().Mark, runFile);
        return mark;
    }

    /// <summary>A process that has started, and looks whenever it is told to.</summary>
    private static Task RunAsync(string? database, string folder, Func<Func<Task<CopyMark?>>, IServiceProvider, Task> work, string? runFile = null) =>
        OnAsync(database, folder, runFile ?? Path.Combine(folder, RunFile.Name), async services =>
        {
            await services.MigrateAsync(Stop);
            await work(
                async () =>
                {
                    await services.GetRequiredService<RunMark>().LookAsync(Stop);
                    return services.GetRequiredService<Standstill>().Mark;
                },
                services);
        });

    private async Task<int> NoticedAsync()
    {
        var noticed = 0;
        await WithAsync(async db => noticed = await db.Log.CountAsync(entry => entry.Action == "copy.noticed", Stop));
        return noticed;
    }

    private Task WithAsync(Func<PublisherDb, Task> work) => OnAsync(null, Folder, Mark, services => WithAsync(services, work));

    private static async Task WithAsync(IServiceProvider services, Func<PublisherDb, Task> work)
    {
        await using var db = await services.GetRequiredService<IDbContextFactory<PublisherDb>>().CreateDbContextAsync(Stop);
        await work(db);
    }

    private Task ServerAsync(params string[] statements) => ServerInAsync("postgres", statements);

    private async Task ServerInAsync(string database, params string[] statements)
    {
        await using var connection = new NpgsqlConnection(postgres.Database(database));
        await connection.OpenAsync(Stop);
        foreach (var statement in statements)
        {
            await using var command = new NpgsqlCommand(statement, connection);
            await command.ExecuteNonQueryAsync(Stop);
        }
    }

    private static async Task OnAsync(string? database, string root, string runFile, Func<IServiceProvider, Task> work)
    {
        using var folder = DataFolder.Open(root, asDemo: true, isShared: database is not null);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<IDataProtectionProvider>(new EphemeralDataProtectionProvider());
        services.AddStorage(folder, database);
        services.AddSingleton(MasterKey.Open(folder, null));
        services.AddCopies(runFile);
        await using (var provider = services.BuildServiceProvider())
        {
            await work(provider);
        }

        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
    }
}
