using System.Globalization;
using Npgsql;
using Publisher.Sandbox;
using Publisher.Web.Tests.Crash;
using Publisher.Web.Tests.Journeys;
using Publisher.Web.Tests.Start;
using Publisher.Web.Tests.Storage;
using Xunit;

namespace Publisher.Web.Tests.Machines;

/// <summary>
/// One demo on several machines: processes of the built product, started at the same moment on one PostgreSQL database and one folder that did not
/// exist before, with the platforms' stand-ins in a process of their own and people at their browsers.
/// </summary>
public sealed class SeveralMachines(Browsers browsers) : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("publisher-machines-").FullName;
    private readonly PostgresServer _postgres = new();
    private readonly List<Seat> _seats = [];
    private readonly List<StartedProduct> _machines = [];
    private StartedSandbox? _sandbox;
    private string _database = "";

    /// <param name="roles">Of each of them, as in Publisher:Role.</param>
    public async Task OpenAsync(params string[] roles)
    {
        await browsers.OpenAsync();
        if (_machines.Count > 0)
        {
            return;
        }

        await _postgres.InitializeAsync();
        // As an office runs it: connections are kept and used again.
        _database = _postgres.Database("machines").Replace("Pooling=false", "Maximum Pool Size=12", StringComparison.Ordinal);
        _sandbox = await StartedSandbox.OpenAsync(Path.Combine(_folder, "stand-ins.json"), TestContext.Current.CancellationToken);
        _machines.AddRange(await Task.WhenAll(roles.Select(StartAsync)));
    }

    public Uri Address(int machine) => _machines[machine].Address;

    /// <summary>What each of them complained about on its terminal.</summary>
    public string Errors => string.Concat(_machines.Select(machine => machine.Errors));

    public Task KillAsync(int machine) => _machines[machine].KillAsync();

    /// <summary>A person signed in by one click on that machine.</summary>
    public async Task<Seat> SeatOfAsync(int machine, string person, int width = 1280)
    {
        var seat = await Seat.OpenAsync(await browsers.OpenAsync(), Address(machine), width, "en-GB", "light");
        _seats.Add(seat);
        await seat.SignInAsync(person);
        return seat;
    }

    /// <summary>Until the examples the demo opens with are all there.</summary>
    public async Task WaitForStoriesAsync()
    {
        var until = DateTime.UtcNow.AddMinutes(3);
        while (await NumberAsync("SELECT COUNT(*) FROM \"Settings\" WHERE \"Name\" = 'demo.told'") == 0)
        {
            Assert.True(DateTime.UtcNow < until, "The demo has not told its examples.");
            await Task.Delay(200);
        }
    }

    public Task<List<SandboxPost>> PostsAsync() => _sandbox!.PostsAsync(TestContext.Current.CancellationToken);

    public async Task<long> NumberAsync(string sql) => Convert.ToInt64(await ValueAsync(sql), CultureInfo.InvariantCulture);

    public async Task<string> TextAsync(string sql) => Convert.ToString(await ValueAsync(sql), CultureInfo.InvariantCulture)!;

    public async ValueTask DisposeAsync()
    {
        foreach (var (seat, number) in _seats.Select((seat, at) => (seat, at + 1)))
        {
            // What each of them saw last: the first thing to look at after a failure.
            await seat.Page.ScreenshotAsync(new() { Path = Path.Combine(StartedProduct.Root(), "tests", "results", "journeys", $"Machines-{number}.png"), FullPage = true });
            await seat.DisposeAsync();
        }

        foreach (var machine in _machines)
        {
            await machine.DisposeAsync();
        }

        if (_sandbox is not null)
        {
            await _sandbox.DisposeAsync();
        }

        NpgsqlConnection.ClearAllPools();
        await _postgres.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<object?> ValueAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_database);
        await connection.OpenAsync();
#pragma warning disable CA2100 // Only what stands in tests.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync();
    }

    private Task<StartedProduct> StartAsync(string role) => StartedProduct.OpenAsync(
        Path.Combine(_folder, "shared"), "--demo", ("ASPNETCORE_URLS", StartedProduct.FreeAddress()), ("Publisher__Database", _database), ("Publisher__Role", role),
        ("Publisher__Sandbox", _sandbox!.Address.ToString()));
}
