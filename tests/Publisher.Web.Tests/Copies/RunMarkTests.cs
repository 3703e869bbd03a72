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
        RunFile.Write(Mark, Guid.NewGuid(), former: settled.Run, isSettled: false);

        (await StartAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task A_crash_after_the_database_has_the_new_number_is_no_copy()
    {
        await StartAsync();
        var settled = RunFile.Read(Mark)!;
        RunFile.Write(Mark, settled.Run, former: Guid.NewGuid(), isSettled: false);

        (await StartAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task A_crash_of_the_very_first_start_is_no_copy()
    {
        (await StartAsync(notice: false)).ShouldBeNull();
        RunFile.Write(Mark, Guid.NewGuid(), former: null, isSettled: false);

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
        RunFile.Write(Mark, former.Run, former: null, isSettled: true);

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
        await using (var connection = new NpgsqlConnection(postgres.Database("postgres")))
        {
            await connection.OpenAsync(Stop);
            await using var command = new NpgsqlCommand("CREATE DATABASE run_copy TEMPLATE run_original", connection);
            await command.ExecuteNonQueryAsync(Stop);
        }

        (await StartAsync(original)).ShouldBeNull();
        (await StartAsync(copy)).ShouldNotBeNull().Why.ShouldBe("differs");
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

    private async Task<CopyMark?> StartAsync(string? database = null, string? folder = null, bool notice = true)
    {
        CopyMark? mark = null;
        await OnAsync(database, folder ?? Folder, async services =>
        {
            await services.MigrateAsync(Stop);
            if (notice)
            {
                await services.GetRequiredService<RunMark>().NoticeAsync(Stop);
            }

            mark = services.GetRequiredService<Standstill>().Mark;
        });
        return mark;
    }

    private async Task<int> NoticedAsync()
    {
        var noticed = 0;
        await WithAsync(async db => noticed = await db.Log.CountAsync(entry => entry.Action == "copy.noticed", Stop));
        return noticed;
    }

    private Task WithAsync(Func<PublisherDb, Task> work) => OnAsync(null, Folder, async services =>
    {
        await using var db = await services.GetRequiredService<IDbContextFactory<PublisherDb>>().CreateDbContextAsync(Stop);
        await work(db);
    });

    private static async Task OnAsync(string? database, string root, Func<IServiceProvider, Task> work)
    {
        using var folder = DataFolder.Open(root, asDemo: true);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<IDataProtectionProvider>(new EphemeralDataProtectionProvider());
        services.AddStorage(folder, database);
        services.AddSingleton(MasterKey.Open(folder, null));
        services.AddSingleton<RunMark>();
        await using (var provider = services.BuildServiceProvider())
        {
            await work(provider);
        }

        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
    }
}
