using System.Data.Common;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

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
                options.UseSqlite($"Data Source={folder.Database};Default Timeout=30").AddInterceptors(new SqliteDurability());
            }
            else
            {
                options.UseNpgsql(postgres);
            }
        });
        services.AddSingleton<Writer>();
        services.AddSingleton<DatabaseClock>();
        services.AddHostedService(provider => provider.GetRequiredService<Writer>());
    }

    /// <summary>Creates the database or brings it up to date, before anything else reads it.</summary>
    /// <exception cref="StartRefused">It is of a newer version, of another master key, can't be opened, or a former migration did not end.</exception>
    public static async Task MigrateAsync(this IServiceProvider services, CancellationToken cancellationToken)
    {
        await using var db = await services.GetRequiredService<IDbContextFactory<PublisherDb>>().CreateDbContextAsync(cancellationToken);
        try
        {
            await Migrating.RunAsync(db, cancellationToken);
        }
        catch (DbException failure)
        {
            throw new StartRefused($"The database can't be opened: {failure.Message}");
        }

        await services.GetRequiredService<MasterKey>().CheckAsync(db, cancellationToken);
    }

    /// <summary>Write-ahead log, and a commit that survives the loss of power.</summary>
    private sealed class SqliteDurability : DbConnectionInterceptor
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
            command.CommandText = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA busy_timeout=30000;";
            command.ExecuteNonQuery();
        }
    }
}
