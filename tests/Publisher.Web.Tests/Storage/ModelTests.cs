using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Publisher.Web.Log;
using Publisher.Web.People;
using Publisher.Web.Storage;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Storage;

/// <summary>The migration is written by hand: what it makes must be what the model says, on either database, with the log guarded.</summary>
public sealed class ModelTests(PostgresServer postgres) : IClassFixture<PostgresServer>, IAsyncLifetime
{
    private readonly string _root = Directory.CreateTempSubdirectory("publisher-model-").FullName;
    private readonly List<ServiceProvider> _opened = [];
    private readonly List<DataFolder> _folders = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var services in _opened)
        {
            await services.DisposeAsync();
        }

        _folders.ForEach(folder => folder.Dispose());
        Directory.Delete(_root, recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_migrated_database_is_the_model(bool onPostgres)
    {
        await using var migrated = await OpenAsync(onPostgres, "migrated");
        await Migrating.RunAsync(migrated, Stop);
        await using var created = await OpenAsync(onPostgres, "created");
        await created.Database.EnsureCreatedAsync(Stop);

        var (left, right) = (await Catalogue.ReadAsync(migrated, Stop), await Catalogue.ReadAsync(created, Stop));
        left.Count.ShouldBeGreaterThan(150);
        left.Except(right).Select(fact => $"only migrated: {fact}").Concat(right.Except(left).Select(fact => $"only in the model: {fact}")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_column_or_an_index_that_differs_would_be_seen(bool onPostgres)
    {
        await using var db = await OpenAsync(onPostgres, "altered");
        await db.Database.EnsureCreatedAsync(Stop);
        var before = await Catalogue.ReadAsync(db, Stop);

        await db.Database.ExecuteSqlRawAsync("ALTER TABLE \"Settings\" ADD COLUMN \"Extra\" TEXT NULL", Stop);
        await db.Database.ExecuteSqlRawAsync("DROP INDEX \"IX_Deliveries_Lane\"", Stop);
        var after = await Catalogue.ReadAsync(db, Stop);

        after.Except(before).ShouldHaveSingleItem().ShouldContain("Extra");
        before.Except(after).ShouldNotBeEmpty();
        before.Except(after).ShouldAllBe(fact => fact.Contains("IX_Deliveries_Lane"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_log_is_guarded_after_a_migration_and_again_after_the_next_start(bool onPostgres)
    {
        await using var db = await OpenAsync(onPostgres, "guarded");
        await Migrating.RunAsync(db, Stop);
        var raised = await Catalogue.TriggersAsync(db, Stop);
        raised.Count.ShouldBe(onPostgres ? 4 : 10);

        await db.Database.ExecuteSqlRawAsync(onPostgres ? "DROP TRIGGER log_no_change ON \"Log\"" : "DROP TRIGGER Log_no_update", Stop);
        await Migrating.RunAsync(db, Stop);
        (await Catalogue.TriggersAsync(db, Stop)).ShouldBe(raised);
    }

    [Theory]
    [InlineData(false, "UPDATE \"Log\" SET \"Action\" = 'sign.out'")]
    [InlineData(false, "DELETE FROM \"Log\"")]
    [InlineData(false, "INSERT OR REPLACE INTO \"Log\" SELECT * FROM \"Log\"")]
    [InlineData(false, "UPDATE \"LogPositions\" SET \"LeafHash\" = ''")]
    [InlineData(false, "DELETE FROM \"LogPositions\"")]
    [InlineData(true, "UPDATE \"Log\" SET \"Action\" = 'sign.out'")]
    [InlineData(true, "DELETE FROM \"Log\"")]
    [InlineData(true, "TRUNCATE \"Log\"")]
    [InlineData(true, "INSERT INTO \"Log\" SELECT * FROM \"Log\" ON CONFLICT (\"Id\") DO UPDATE SET \"Action\" = 'sign.out'")]
    [InlineData(true, "UPDATE \"LogPositions\" SET \"LeafHash\" = ''")]
    [InlineData(true, "DELETE FROM \"LogPositions\"")]
    [InlineData(true, "TRUNCATE \"LogPositions\"")]
    public async Task The_log_refuses_to_be_changed(bool onPostgres, string statement)
    {
        await using var db = await OpenAsync(onPostgres, "refusing");
        await Migrating.RunAsync(db, Stop);
        if (!await db.Log.AnyAsync(Stop))
        {
            var entry = new LogEntry(null, DateTimeOffset.UnixEpoch, "sign.in");
            db.Append(entry);
            db.LogPositions.Add(new LogPosition { Position = 1, EntryId = entry.Id, LeafHash = LogLeaf.Of(entry), At = entry.At, Action = entry.Action });
            await db.SaveChangesAsync(Stop);
        }

        (await Should.ThrowAsync<DbException>(() => db.Database.ExecuteSqlRawAsync(statement, Stop))).Message.ShouldContain("The log is never");
        (await db.Log.AsNoTracking().SingleAsync(Stop)).Action.ShouldBe("sign.in");
        (await db.LogPositions.AsNoTracking().SingleAsync(Stop)).LeafHash.ShouldNotBeEmpty();
    }

    private async Task<PublisherDb> OpenAsync(bool onPostgres, string name)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(TimeProvider.System);
        var folder = DataFolder.Open(Path.Combine(_root, name), asDemo: true);
        _folders.Add(folder);
        services.AddStorage(folder, onPostgres ? postgres.Database(name) : null);
        services.AddPeople();
        // The model as this container makes it, and not one that another test's container left in the cache.
        services.ConfigureDbContext<PublisherDb>(options => options.EnableServiceProviderCaching(false));
        var provider = services.BuildServiceProvider();
        _opened.Add(provider);
        return await provider.GetRequiredService<IDbContextFactory<PublisherDb>>().CreateDbContextAsync(Stop);
    }
}
