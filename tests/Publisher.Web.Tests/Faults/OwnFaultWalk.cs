using System.Data.Common;
using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Npgsql;
using Publisher.Web.Tests.Crash;
using Publisher.Web.Tests.Start;
using Publisher.Web.Tests.Storage;
using Xunit;

namespace Publisher.Web.Tests.Faults;

/// <summary>One office, one process of the built product, one of the platforms' stand-ins, and something that goes wrong while it sends.</summary>
/// <param name="server">Null for SQLite.</param>
internal sealed class OwnFaultWalk(OwnFault fault, int seed, PostgresServer? server)
{
    /// <summary>Messages of each of the two senders.</summary>
    private const int Messages = 5;

    /// <summary>Calls that had begun when it went wrong have ended by then.</summary>
    private static readonly TimeSpan CallsEnd = CrashPlace.LongestCall + TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(150);

    private readonly string _root = Directory.CreateTempSubdirectory("publisher-own-").FullName;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly List<string> _wrong = [];
    private StartedSandbox _sandbox = null!;
    private StartedProduct _product = null!;
    private Func<Task<StartedProduct>> _startAsync = null!;
    private string _formerly = "";
    private string? _database;

    /// <summary>Of the product; the stand-ins keep the machine's.</summary>
    public JumpingTime Clock { get; private set; } = null!;

    /// <summary>Null where this fault needs none, or none can be had here.</summary>
    public SmallDisk? Disk { get; private set; }

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    private string Data => Path.Combine(_root, "data");

    private string Said => _formerly + _product.Output + _product.Errors;

    /// <returns>What is wrong, one line each, and what was counted.</returns>
    public async Task<(IReadOnlyList<string> Wrong, string Told)> RunAsync()
    {
        try
        {
            return await WalkAsync();
        }
        finally
        {
            Disk?.Dispose();
            SqliteConnection.ClearAllPools();
            Directory.Delete(_root, recursive: true);
        }
    }

    /// <summary>Waits until the terminal shows the sentence.</summary>
    public async Task SaysAsync(string sentence)
    {
        var late = _clock.Elapsed + (Patience / 2);
        while (!Said.Contains(sentence, StringComparison.Ordinal) && _clock.Elapsed < late)
        {
            await Task.Delay(50, Ended);
        }
    }

    public async Task NothingLeavesAsync(TimeSpan during)
    {
        await Task.Delay(CallsEnd, Ended);
        var seen = await _sandbox.CountAsync(Ended);
        await Task.Delay(during, Ended);
        if (await _sandbox.CountAsync(Ended) is var now && now > seen)
        {
            _wrong.Add($"{now - seen} posts left meanwhile");
        }
    }

    public async Task LockAsync(TimeSpan during)
    {
        await using var other = new SqliteConnection($"Data Source={Path.Combine(Data, "publisher.db")};Pooling=False");
        await other.OpenAsync(Ended);
        await using var hold = other.CreateCommand();
        // SQLite's own waiting, which looks every few milliseconds: the product writes nearly all the time.
        hold.CommandText = "PRAGMA busy_timeout=20000; BEGIN IMMEDIATE";
        await hold.ExecuteNonQueryAsync(Ended);
        await NothingLeavesAsync(during - CallsEnd);
        // The product waits for half a minute itself before it says so.
        await SaysAsync(fault.Says);
    }

    public async Task TakeFilesAsync(TimeSpan during)
    {
        await _product.TakeFilesAsync();
        await Task.Delay(during, Ended);
        if (_product.HasEnded)
        {
            // As a service manager does it.
            _formerly = Said;
            await _product.DisposeAsync();
            _product = await _startAsync();
        }
        else
        {
            await _product.GiveFilesAsync();
        }
    }

    public async Task StopServerAsync(TimeSpan during)
    {
        await server!.StopAsync();
        using var http = new HttpClient();
        using var page = await http.GetAsync(new Uri(_product.Address, "account/sign-in"), Ended);
        var shown = await page.Content.ReadAsStringAsync(Ended);
        if (!shown.Contains(fault.Page!, StringComparison.Ordinal))
        {
            _wrong.Add($"the page says {page.StatusCode} {shown}");
        }

        await NothingLeavesAsync(during - CallsEnd);
        await server.StartAsync();
    }

    private async Task<(IReadOnlyList<string> Wrong, string Told)> WalkAsync()
    {
        await PrepareAsync();
        if (fault.NeedsSmallDisk && Disk is null)
        {
            return ([], $"{fault.Does}: not walked, this account may not mount a small disk");
        }

        using var time = Clock = new JumpingTime(Path.Combine(_root, "clock"));
        await using var sandbox = _sandbox = await StartedSandbox.OpenAsync(Path.Combine(_root, "sandbox.json"), Ended);
        var random = new Random(seed);
        await sandbox.SlowAllAsync(() => random.Next(50, 350), Ended);

        var place = new CrashPlace(Data, _database, sandbox.Address);
        await using var office = await CrashOffice.OpenAsync(place, random, seed, Messages, over: TimeSpan.FromSeconds(11), Ended);
        var approved = office.Approved.Sum(text => text.Parts.Count);
        (string, string)[] clock = [("DOTNET_STARTUP_HOOKS", typeof(OwnFaultWalk).Assembly.Location), (StartupHook.ClockFile, Path.Combine(_root, "clock"))];
        _startAsync = () => StartedProduct.OpenAsync(place.Folder, "--demo", [.. place.Environment, .. clock]);
        _product = await _startAsync();
        try
        {
            await UntilAsync(async () => await sandbox.CountAsync(Ended) >= 6);
            var begun = (_clock.Elapsed, Seen: await sandbox.CountAsync(Ended));
            await fault.HappensAsync(this);
            var over = (_clock.Elapsed, Seen: await sandbox.CountAsync(Ended));
            await UntilAsync(() => office.IsQuietAsync(Ended));
            // Whatever would still come twice, comes now.
            await Task.Delay(1000, Ended);
            if (!Said.Contains(fault.Says, StringComparison.Ordinal))
            {
                _wrong.Add($"the terminal does not say \"{fault.Says}\"");
            }

            if (over.Seen >= approved)
            {
                _wrong.Add("everything was out before anything went wrong");
            }

            var objections = await sandbox.ObjectionsAsync(Ended);
            _wrong.AddRange(objections.Select(objection => $"{objection.Platform} objects to {objection.Method} {objection.Path}: {objection.What}"));
            var count = new CrashCount(await sandbox.PostsAsync(Ended), await office.DeliveriesAsync(Ended), []);
            var figures = count.Take(office.Approved);
            _wrong.AddRange(count.Faults);
            if (_wrong.Count > 0)
            {
                _wrong.Add(Said);
            }

            return (_wrong, $"{fault.Does}, from {begun.Elapsed.TotalSeconds:0} s with {begun.Seen} seen to {over.Elapsed.TotalSeconds:0} s with {over.Seen}, quiet at {_clock.Elapsed.TotalSeconds:0} s: {figures}");
        }
        finally
        {
            await _product.DisposeAsync();
        }
    }

    private async Task PrepareAsync()
    {
        if (server is null)
        {
            Disk = fault.NeedsSmallDisk ? SmallDisk.At(Data, 96) : null;
            return;
        }

        _database = server.Database($"own_{seed}").Replace("Pooling=false", "Maximum Pool Size=20", StringComparison.Ordinal);
        if (fault.NeedsSmallDisk && SmallDisk.At(Path.Combine(_root, "disk"), 96) is { } disk)
        {
            Disk = disk;
            // The database alone lies on it: what the server writes ahead goes elsewhere, and the server goes on.
            await server.PlaceAsync($"own_{seed}", Path.Combine(_root, "disk"));
        }
    }

    private async Task UntilAsync(Func<Task<bool>> condition)
    {
        var late = _clock.Elapsed + Patience;
        while (!await IsAsync(condition) && _clock.Elapsed < late)
        {
            await Task.Delay(100, Ended);
        }
    }

    private static async Task<bool> IsAsync(Func<Task<bool>> condition)
    {
        try
        {
            return await condition();
        }
        catch (DbException)
        {
            // A connection from before the server went.
            return false;
        }
    }
}
