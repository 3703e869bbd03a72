using System.Data.Common;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;

namespace Publisher.Web.Storage;

internal static class StorageSetup
{
    /// <summary>SQLite in the data folder, or PostgreSQL where Publisher:Database holds a connection string.</summary>
    public static void AddStorage(this IServiceCollection services, DataFolder folder, string? postgres)
    {
        services.AddSingleton(folder);
        // The model reads this, and is cached for the whole process by whoever comes first: so it stands where the database is.
        services.Configure<IdentityOptions>(options => options.Stores.SchemaVersion = IdentitySchemaVersions.Version3);
        services.AddDbContextFactory<PublisherDb>((provider, options) =>
        {
            options.UseApplicationServiceProvider(provider);
            if (postgres is null)
            {
                options.UseSqlite($"Data Source={folder.Database};Default Timeout=30").AddInterceptors(new SqliteSettings());
            }
            else
            {
                UsePostgres(options, postgres);
            }
        });
        services.AddSingleton<Writer>();
        services.AddSingleton<DatabaseClock>();
        services.AddSingleton<Standstill>();
        services.AddHostedService(provider => provider.GetRequiredService<Writer>());
    }

    /// <summary>Creates the database or brings it up to date, before anything else reads it. Of several machines that start at once, one after the other.</summary>
    /// <exception cref="StartRefused">It is of a newer version, of another master key or folder, can't be opened, or a former migration did not end.</exception>
    public static Task MigrateAsync(this IServiceProvider services, CancellationToken cancellationToken) => services.MigrateAsync(asOwner: null, cancellationToken);

    /// <param name="asOwner">Connection string of the PostgreSQL role that owns the tables and gives the running one its rights; null where they are the same, or where another start does it.</param>
    public static async Task MigrateAsync(this IServiceProvider services, string? asOwner, CancellationToken cancellationToken)
    {
        await using var running = await services.GetRequiredService<IDbContextFactory<PublisherDb>>().CreateDbContextAsync(cancellationToken);
        await using var db = asOwner is null ? running : OpenPostgres(services, asOwner);
        // A migration may take long, and so may the wait for another machine's.
        db.Database.SetCommandTimeout(TimeSpan.FromMinutes(10));
        try
        {
            await Migrating.CreateAsync(db, cancellationToken);
            await using var only = await OneMachine.EnterAsync(db, OneMachine.Begins, which: 1, cancellationToken);
            await Migrating.RunAsync(db, cancellationToken);
            if (asOwner is not null)
            {
                await RunningRole.GrantAsync(db, await RunningRole.NameAsync(running, cancellationToken), cancellationToken);
            }

            await services.GetRequiredService<MasterKey>().CheckAsync(running, cancellationToken);
            await services.GetRequiredService<DataFolder>().CheckAsync(running, cancellationToken);
            if (running.Database.IsNpgsql())
            {
                // The ring's first key too: two machines that each made one would not read each other's cookies.
                services.GetRequiredService<IDataProtectionProvider>().CreateProtector("Publisher.Start").Protect("");
            }
        }
        catch (DbException failure)
        {
            throw new StartRefused($"The database can't be opened: {Migrating.ReasonOf(failure)}");
        }
    }

    /// <summary>A PostgreSQL database other than the one this process runs on, or the same by another role.</summary>
    internal static PublisherDb OpenPostgres(IServiceProvider services, string connection)
    {
        var options = new DbContextOptionsBuilder<PublisherDb>().UseApplicationServiceProvider(services);
        UsePostgres(options, connection);
        return new PublisherDb((DbContextOptions<PublisherDb>)options.Options);
    }

    // By itself the provider hides a broken connection in an exception of another kind, and who waits for the database to come back would not know it.
    private static void UsePostgres(DbContextOptionsBuilder options, string connection) =>
        options.UseNpgsql(connection, npgsql => npgsql.ExecutionStrategy(dependencies => new NonRetryingExecutionStrategy(dependencies)));

    /// <summary>Write-ahead log, a commit that survives the loss of power, and letters of every alphabet made small.</summary>
    private sealed class SqliteSettings : DbConnectionInterceptor
    {
        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => Set(connection);

        public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            Set(connection);
            return Task.CompletedTask;
        }

        private static void Set(DbConnection connection)
        {
            using var command = connection.CreateCommand();
            // One that only asks whether there is a database could not switch a file that was copied without its log of writes.
            command.CommandText = connection.ConnectionString.Contains("Mode=ReadOnly", StringComparison.Ordinal)
                ? "PRAGMA schema_version"
                : "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA busy_timeout=30000;";
            command.ExecuteNonQuery();
            // Its own knows the letters of English only, and a search would miss a title that begins with another.
            ((SqliteConnection)connection).CreateFunction<string?, string?>("lower", text => text?.ToLowerInvariant(), isDeterministic: true);
        }
    }
}
