using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Npgsql;
using Publisher.Web.Tests.Start;
using Publisher.Web.Tests.Storage;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Health;

/// <summary>What the built product says about itself while things around it break and are mended.</summary>
public sealed class HealthTests(PostgresServer postgres) : IClassFixture<PostgresServer>, IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(3.5);

    private readonly HttpClient _http = new();
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("publisher-health-");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Folder => Path.Combine(_root.FullName, "data");

    public void Dispose()
    {
        _http.Dispose();
        _root.Delete(recursive: true);
    }

    [Fact]
    public async Task A_product_that_works_says_so_to_anybody_and_tells_nothing_else()
    {
        await using var product = await OpenAsync();
        // A product that was just started on a busy machine sends its first posts late, and says so.
        await UntilAsync(product, "scheduler", "healthy");

        (await AskAsync(product, "live")).ShouldBe(HttpStatusCode.OK, ["process: healthy"]);
        (await AskAsync(product, "ready")).ShouldBe(HttpStatusCode.OK,
        [
            "stopping: healthy", "database: healthy", "clock: healthy", "media: healthy", "disk: healthy", "standstill: healthy", "scheduler: healthy", "sweep: healthy",
        ]);
        var text = await _http.GetStringAsync(new Uri(product.Address, "health/ready"), Stop);
        text.ShouldNotContain(_root.FullName);
        text.ShouldNotContain("publisher.db");
        // No second clock: it must not claim that this one is right.
        text.ShouldContain("can't be known from here");
    }

    [Fact]
    public async Task A_database_that_goes_away_takes_readiness_with_it_in_every_role_and_brings_it_back()
    {
        var database = postgres.Database("health").Replace("Pooling=false", "Maximum Pool Size=12", StringComparison.Ordinal);
        await using var web = await OpenAsync(("Publisher__Database", database), ("Publisher__Role", "web"));
        await using var worker = await OpenAsync(("Publisher__Database", database), ("Publisher__Role", "worker"));
        foreach (var product in new[] { web, worker })
        {
            (await AskAsync(product, "ready")).Status.ShouldBe(HttpStatusCode.OK);
        }

        (await AskAsync(web, "ready")).Checks.Keys.ShouldNotContain("sweep");
        (await AskAsync(worker, "ready")).Checks.Keys.ShouldContain("sweep");

        await postgres.StopAsync();
        foreach (var product in new[] { web, worker })
        {
            await UntilAsync(product, "database", "unhealthy");
            var (dead, ready) = await TimedAsync(product);
            dead.ShouldBeLessThan(Soon);
            ready.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
            ready.Checks["clock"].Status.ShouldBe("unhealthy");
            ready.Checks["media"].Status.ShouldBe("healthy");
            (await AskAsync(product, "live")).Status.ShouldBe(HttpStatusCode.OK);
        }

        await postgres.StartAsync();
        await UntilAsync(web, "database", "healthy");
        await UntilAsync(worker, "database", "healthy");
    }

    [Fact]
    public async Task A_database_that_takes_a_question_and_never_answers_is_given_up_in_time()
    {
        var database = postgres.Database("health_hung");
        await using var product = await OpenAsync(("Publisher__Database", database));
        await using (await LockedAsync(database, "Settings"))
        {
            var (hung, ready) = await TimedAsync(product);

            hung.ShouldBeLessThan(Soon);
            ready.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
            ready.Checks["database"].Says.ShouldBe("The database does not answer in time.");
            (await AskAsync(product, "live")).Status.ShouldBe(HttpStatusCode.OK);
        }

        await UntilAsync(product, "database", "healthy");
    }

    [Fact]
    public async Task A_database_that_can_only_be_read_is_not_ready()
    {
        var database = postgres.Database("health_read_only");
        await using var product = await OpenAsync(("Publisher__Database", database));
        await product.SaysAsync("Nobody can sign in yet", Stop);
        await RunAsync(database, "ALTER DATABASE health_read_only SET default_transaction_read_only = on");

        await UntilAsync(product, "database", "unhealthy");

        (await AskAsync(product, "ready")).Checks["database"].Says.ShouldBe("The database can be read, but not written.");
    }

    [Fact]
    public async Task A_media_folder_that_can_t_be_written_is_named_until_it_can()
    {
        await using var product = await OpenAsync();
        var media = Path.Combine(Folder, "media");
        // A file in its place is refused to everyone, also to the almighty user of a container.
        Directory.Move(media, media + "-away");
        await File.WriteAllTextAsync(media, "", Stop);

        await UntilAsync(product, "media", "unhealthy");
        var ready = await AskAsync(product, "ready");
        ready.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        ready.Checks["database"].Status.ShouldBe("healthy");

        File.Delete(media);
        Directory.Move(media + "-away", media);
        await UntilAsync(product, "media", "healthy");
        Directory.GetFiles(media).ShouldBeEmpty("Looking leaves nothing behind.");
    }

    [Theory]
    [InlineData(2, "degraded", HttpStatusCode.OK)]
    [InlineData(1000, "unhealthy", HttpStatusCode.ServiceUnavailable)]
    public async Task Less_room_on_the_disk_than_wanted_is_said_before_it_is_gone(int times, string status, HttpStatusCode answer)
    {
        var wanted = new DriveInfo(_root.FullName).AvailableFreeSpace / 1_000_000_000 * times;
        await using var product = await OpenAsync(("Publisher__FreeDiskGigabytes", $"{wanted}"));

        var ready = await AskAsync(product, "ready");

        ready.Status.ShouldBe(answer);
        ready.Checks["disk"].Status.ShouldBe(status);
    }

    [Fact]
    public async Task A_sweep_that_does_not_end_is_not_ready_though_the_database_answers()
    {
        var database = postgres.Database("health_sweep");
        await using var product = await OpenAsync(("Publisher__Database", database));
        await using (await LockedAsync(database, "Messages"))
        {
            await UntilAsync(product, "sweep", "unhealthy");
            var ready = await AskAsync(product, "ready");

            ready.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
            ready.Checks["database"].Status.ShouldBe("healthy");
            (await AskAsync(product, "live")).Status.ShouldBe(HttpStatusCode.OK);
        }

        await UntilAsync(product, "sweep", "healthy");
    }

    private sealed record Said(string Status, string Says);

    private sealed record Health(HttpStatusCode Status, IReadOnlyDictionary<string, Said> Checks)
    {
        public void ShouldBe(HttpStatusCode status, string[] checks)
        {
            Checks.Select(check => $"{check.Key}: {check.Value.Status}").ShouldBe(checks);
            Status.ShouldBe(status);
            Checks.Values.ShouldAllBe(check => check.Says.EndsWith('.'));
        }
    }

    private sealed record Answer(string Status, Dictionary<string, Said> Checks);

    private async Task<Health> AskAsync(StartedProduct product, string what)
    {
        using var answer = await _http.GetAsync(new Uri(product.Address, $"health/{what}"), Stop);
        var said = JsonSerializer.Deserialize<Answer>(await answer.Content.ReadAsStringAsync(Stop), JsonSerializerOptions.Web)!;
        return new Health(answer.StatusCode, said.Checks);
    }

    private async Task<(TimeSpan Took, Health Ready)> TimedAsync(StartedProduct product)
    {
        var begun = Stopwatch.GetTimestamp();
        var ready = await AskAsync(product, "ready");
        return (Stopwatch.GetElapsedTime(begun), ready);
    }

    private async Task UntilAsync(StartedProduct product, string check, string status)
    {
        var until = TimeProvider.System.GetUtcNow().AddSeconds(120);
        while ((await AskAsync(product, "ready")).Checks[check].Status != status)
        {
            (TimeProvider.System.GetUtcNow() < until).ShouldBeTrue($"{check} does not become {status}: {product.Errors}");
            await Task.Delay(200, Stop);
        }
    }

    private async Task<StartedProduct> OpenAsync(params (string Name, string Value)[] settings)
    {
        var key = Path.Combine(_root.FullName, "master.key");
        if (!File.Exists(key))
        {
            await File.WriteAllTextAsync(key, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)), Stop);
            File.SetUnixFileMode(key, UnixFileMode.UserRead);
        }

        return await StartedProduct.OpenAsync(Folder, "", [("Publisher__MasterKey", key), .. settings]);
    }

    /// <summary>Nobody else reads or writes the table until the connection is closed.</summary>
    private static async Task<NpgsqlConnection> LockedAsync(string database, string table)
    {
        var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(Stop);
        await RunAsync(connection, $"BEGIN; LOCK TABLE \"{table}\" IN ACCESS EXCLUSIVE MODE");
        return connection;
    }

    private static async Task RunAsync(string database, string statement)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(Stop);
        await RunAsync(connection, statement);
    }

    private static async Task RunAsync(NpgsqlConnection connection, string statement)
    {
#pragma warning disable CA2100 // Only what stands in this file.
        await using var command = new NpgsqlCommand(statement, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(Stop);
    }
}
