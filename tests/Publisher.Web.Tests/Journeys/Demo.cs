using System.Globalization;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Microsoft.Playwright;
using Publisher.Sandbox;
using Publisher.Web.Tests.Start;
using Xunit;

namespace Publisher.Web.Tests.Journeys;

/// <summary>The built product as a demo in a fresh folder, with its people at their browsers, its database and its sandbox.</summary>
public sealed class Demo(Browsers browsers) : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("publisher-journey-").FullName;
    private readonly HttpClient _http = new();
    private readonly List<Seat> _seats = [];
    private IBrowser? _browser;
    private StartedProduct? _product;
    private string _name = "";

    public Uri Address => _product!.Address;

    public Uri Sandbox { get; private set; } = null!;

    public string Media => Path.Combine(_folder, "media");

    /// <summary>Asked for by each test rather than by the fixture, so that a missing browser skips the test with a sentence.</summary>
    public async Task OpenAsync([CallerFilePath] string journey = "")
    {
        _name = Path.GetFileNameWithoutExtension(journey);
        _browser = await browsers.OpenAsync();
        if (_product is not null)
        {
            return;
        }

        _product = await StartedProduct.OpenAsync(_folder, "--demo", ("ASPNETCORE_URLS", StartedProduct.FreeAddress()));
        var sandbox = await File.ReadAllTextAsync(Path.Combine(_folder, "sandbox.port"));
        Sandbox = new Uri($"http://localhost:{sandbox}/");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (seat, number) in _seats.Select((seat, at) => (seat, at + 1)))
        {
            // What each of them saw last: the first thing to look at after a failure.
            await seat.Page.ScreenshotAsync(new() { Path = Path.Combine(StartedProduct.Root(), "tests", "results", "journeys", $"{_name}-{number}.png"), FullPage = true });
            await seat.DisposeAsync();
        }

        if (_product is not null)
        {
            await _product.DisposeAsync();
        }

        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>An empty browser of its own, nobody signed in.</summary>
    public async Task<Seat> SeatAsync(int width = 1280, string language = "en-GB", string theme = "light")
    {
        var seat = await Seat.OpenAsync(_browser!, Address, width, language, theme);
        _seats.Add(seat);
        return seat;
    }

    /// <summary>A person signed in by one click, on the page they land on.</summary>
    public async Task<Seat> SeatOfAsync(string person, int width = 1280)
    {
        var seat = await SeatAsync(width);
        await seat.SignInAsync(person);
        return seat;
    }

    /// <summary>Until the examples the demo opens with are all there.</summary>
    public async Task WaitForStoriesAsync()
    {
        var until = DateTime.UtcNow.AddMinutes(3);
        while (await NumberAsync("SELECT COUNT(*) FROM Settings WHERE Name = 'demo.told'") == 0)
        {
            Assert.True(DateTime.UtcNow < until, "The demo has not told its examples.");
            await Task.Delay(200);
        }
    }

    public async Task<List<SandboxPost>> PostsAsync() => (await _http.GetFromJsonAsync<List<SandboxPost>>(new Uri(Sandbox, "_sandbox/posts")))!;

    public async Task<List<SandboxCall>> CallsAsync() => (await _http.GetFromJsonAsync<List<SandboxCall>>(new Uri(Sandbox, "_sandbox/calls")))!;

    public async Task<List<SandboxObjection>> ObjectionsAsync() => (await _http.GetFromJsonAsync<List<SandboxObjection>>(new Uri(Sandbox, "_sandbox/objections")))!;

    /// <summary>What a person's consent has given out is taken no more.</summary>
    public async Task LapseCodesAsync() => (await _http.PostAsync(new Uri(Sandbox, "_sandbox/codes"), null)).EnsureSuccessStatusCode();

    /// <summary>Does to an account's tokens what the passing of time or somebody at the platform would.</summary>
    public async Task ChangeTokensAsync(SandboxAccount account, string action) =>
        (await _http.PostAsJsonAsync(new Uri(Sandbox, "_sandbox/tokens"), new { platform = account.Platform, account = account.Id, action })).EnsureSuccessStatusCode();

    /// <summary>Past the product, as somebody does who has the database in their hands.</summary>
    public async Task SqlAsync(string sql, params (string Name, object Value)[] values)
    {
        await using var command = await CommandAsync(sql, values);
        await command.ExecuteNonQueryAsync();
        await command.Connection!.DisposeAsync();
    }

    public async Task<long> NumberAsync(string sql, params (string Name, object Value)[] values) =>
        Convert.ToInt64(await ValueAsync(sql, values), CultureInfo.InvariantCulture);

    public async Task<object?> ValueAsync(string sql, params (string Name, object Value)[] values)
    {
        await using var command = await CommandAsync(sql, values);
        var value = await command.ExecuteScalarAsync();
        await command.Connection!.DisposeAsync();
        return value;
    }

    private async Task<SqliteCommand> CommandAsync(string sql, (string Name, object Value)[] values)
    {
        var database = new SqliteConnection($"Data Source={Path.Combine(_folder, "publisher.db")};Pooling=False;Default Timeout=30");
        await database.OpenAsync();
        var command = database.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in values)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command;
    }
}
