using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Publisher.Web.Channels;
using Publisher.Web.People;
using Publisher.Web.Storage;
using Xunit;

namespace Publisher.Web.Tests.People;

/// <summary>The desks on a fresh database in a folder of their own, without a web server; the clock stands until moved.</summary>
internal sealed class Office : IAsyncDisposable
{
    public const string Password = "correct horse battery";

    private readonly DirectoryInfo _root;
    private readonly ServiceProvider _services;

    private readonly Func<ServiceProvider> _build;
    private readonly List<ServiceProvider> _others = [];

    private Office(DirectoryInfo root, Func<ServiceProvider> build, ManualTime time)
    {
        _root = root;
        _build = build;
        _services = build();
        Time = time;
    }

    public ManualTime Time { get; }

    public IServiceProvider Services => _services;

    public DataFolder Folder => Get<DataFolder>();

    public long MinistryId { get; private set; }

    public long AgencyId { get; private set; }

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <param name="postgres">Null for SQLite.</param>
    public static async Task<Office> OpenAsync(bool demo = false, string? postgres = null)
    {
        var root = Directory.CreateTempSubdirectory("publisher-people-");
        var time = new ManualTime(DateTimeOffset.UtcNow);
        var folder = DataFolder.Open(Path.Combine(root.FullName, "data"), demo);
        var key = MasterKey.Open(folder, NewKey(root));
        var office = new Office(root, () => Build(folder, key, time, postgres), time);
        await office.Services.MigrateAsync(Stop);
        await office.Get<Writer>().StartAsync(Stop);
        await office.SeedSendersAsync();
        return office;
    }

    /// <summary>Another machine on the same database and folder.</summary>
    public async Task<IServiceProvider> AnotherMachineAsync()
    {
        _others.Add(_build());
        await _others[^1].GetRequiredService<Writer>().StartAsync(Stop);
        return _others[^1];
    }

    private static ServiceProvider Build(DataFolder folder, MasterKey key, ManualTime time, string? postgres)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(time);
        services.AddStorage(folder, postgres);
        services.AddKeyRing(folder, key);
        services.AddPeople();
        services.Configure<PasswordHasherOptions>(options => options.IterationCount = 1000);
        return services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true });
    }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public Task<PublisherDb> ReadAsync() => Get<IDbContextFactory<PublisherDb>>().CreateDbContextAsync(Stop);

    /// <summary>A person with a password, and an open session of theirs.</summary>
    public async Task<Actor> PersonAsync(string name, params NewGrant[] grants)
    {
        var person = PersonFields.Create(name, $"{name.ToLowerInvariant()}@office.example", Get<ILookupNormalizer>(), grants);
        person.PasswordHash = Get<IPasswordHasher<Person>>().HashPassword(person, Password);
        await using var db = await ReadAsync();
        db.Users.Add(person);
        await db.SaveChangesAsync(Stop);
        var session = Publisher.Web.People.Sessions.Start(db, person.Id, Time.GetUtcNow());
        await db.SaveChangesAsync(Stop);
        return new Actor(person.Id, session.Id);
    }

    public Task<Actor> AdministratorAsync(string name = "Ada") => PersonAsync(name, new NewGrant(Role.Administrator, null));

    /// <summary>Action and code of every log entry, oldest first.</summary>
    public async Task<List<(string Action, string? Code)>> LogAsync()
    {
        await using var db = await ReadAsync();
        // The clock stands, so neither times nor ids tell the order.
        return [.. (await db.Log.FromSql($"SELECT * FROM \"Log\" ORDER BY rowid").AsNoTracking().ToListAsync(Stop)).Select(entry => (entry.Action, entry.Code))];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var machine in _others.Append(_services))
        {
            await machine.GetRequiredService<Writer>().StopAsync(CancellationToken.None);
            await machine.DisposeAsync();
        }

        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _root.Delete(recursive: true);
    }

    /// <summary>A key file as an owner would make it.</summary>
    internal static string NewKey(DirectoryInfo beside)
    {
        var path = Path.Combine(beside.FullName, "master.key");
        File.WriteAllText(path, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return path;
    }

    private async Task SeedSendersAsync()
    {
        await using var db = await ReadAsync();
        var ministry = new Sender { Name = "Ministry", Initials = "MI", Accent = "#1d5bb8", TimeZone = "Europe/Berlin", Language = "en" };
        var agency = new Sender { Name = "Agency", Initials = "AG", Accent = "#17683a", TimeZone = "Europe/Berlin", Language = "en" };
        db.Senders.AddRange(ministry, agency);
        await db.SaveChangesAsync(Stop);
        (MinistryId, AgencyId) = (ministry.Id, agency.Id);
    }
}
