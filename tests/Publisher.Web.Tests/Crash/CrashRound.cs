using System.Diagnostics;
using System.Globalization;
using System.Text;
using Publisher.Web.Tests.Start;

namespace Publisher.Web.Tests.Crash;

/// <summary>
/// One office, one sandbox in another process, and machines that are killed, frozen and held again and again while they send. Then
/// they are let run until nothing is left to do, and what readers see is compared with what was approved.
/// </summary>
/// <param name="postgres">Null for SQLite, where one machine is all there can be.</param>
internal sealed class CrashRound(int seed, int kills, string root, string? postgres, int machines)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    /// <summary>So that there is something to send until the last of them: on a small machine a start takes seconds.</summary>
    private static readonly TimeSpan PerKill = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(4);

    private readonly Random _random = new(seed);
    private readonly StringBuilder _course = new();
    private readonly StringBuilder _said = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly StartedProduct?[] _machines = new StartedProduct?[machines];
    private readonly Task<StartedProduct>?[] _starting = new Task<StartedProduct>?[machines];
    private readonly HoldingHand _hand = new();
    private CrashPlace _place = null!;
    private StartedSandbox _sandbox = null!;
    private int _kills;
    private int _freezes;

    /// <summary>What is wrong, one line each; empty where all is well.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>What was done and when.</summary>
    public string Course => _course.ToString();

    /// <summary>What the product said, for whoever has to find out why.</summary>
    public string Said => _said.ToString();

    public async Task<CrashFigures> RunAsync(CancellationToken cancellationToken)
    {
        await using var sandbox = _sandbox = await StartedSandbox.OpenAsync(Path.Combine(root, "sandbox.json"), cancellationToken);
        await sandbox.SlowAllAsync(() => _random.Next(50, 350), cancellationToken);

        _place = new CrashPlace(Path.Combine(root, "data"), postgres, sandbox.Address);
        await using var office = await CrashOffice.OpenAsync(_place, _random, seed, messages: kills, over: kills * PerKill, cancellationToken);
        Tell($"{office.Approved.Sum(text => text.Parts.Count)} posts approved");
        try
        {
            while (_kills < kills && !await office.IsQuietAsync(cancellationToken))
            {
                await BeCruelAsync(await VictimAsync(), cancellationToken);
            }

            await StartAllAsync();
            await ReleaseAsync(cancellationToken);
            var late = _clock.Elapsed + Patience;
            while (!await office.IsQuietAsync(cancellationToken) && _clock.Elapsed < late)
            {
                await Task.Delay(200, cancellationToken);
            }

            Tell($"quiet: {await office.IsQuietAsync(cancellationToken)}");
            // Whatever would still come twice, comes now.
            await Task.Delay(1000, cancellationToken);
        }
        finally
        {
            _hand.Dispose();
            foreach (var machine in _machines.OfType<StartedProduct>())
            {
                await EndAsync(machine);
            }

            foreach (var starting in _starting.OfType<Task<StartedProduct>>())
            {
                await EndAsync(await starting);
            }
        }

        Faults.AddRange((await sandbox.ObjectionsAsync(cancellationToken)).Select(objection => $"{objection.Platform} objects to {objection.Method} {objection.Path}: {objection.What}"));
        var count = new CrashCount(await sandbox.PostsAsync(cancellationToken), await office.DeliveriesAsync(cancellationToken), _hand.Held);
        var figures = count.Take(office.Approved) with { Kills = _kills, Freezes = _freezes, Holds = _hand.Held.Count, Time = _clock.Elapsed };
        Faults.AddRange(count.Faults);
        return figures;
    }

    /// <summary>One that runs; the others may still be on their way back.</summary>
    private async Task<int> VictimAsync()
    {
        BeginAll();
        await Task.WhenAny(_starting.Zip(_machines, (starting, machine) => machine is null ? starting! : Task.CompletedTask));
        for (var number = 0; number < machines; number++)
        {
            if (_starting[number] is { IsCompleted: true } started)
            {
                (_machines[number], _starting[number]) = (await started, null);
            }
        }

        return Pick(Enumerable.Range(0, machines).Where(number => _machines[number] is not null));
    }

    private async Task BeCruelAsync(int victim, CancellationToken cancellationToken)
    {
        var chance = _random.Next(100);
        // Right when a post became visible, before its outcome can be saved, is the worst moment; the others are for what nobody thought of.
        var pause = _random.Next(3) == 0 ? _random.Next(0, 1500) : _random.Next(0, 30);
        if (_hand.IsHolding)
        {
            await Task.Delay(_random.Next(100, 800), cancellationToken);
            await ReleaseAsync(cancellationToken);
        }
        else
        {
            await WaitForAsync(_random.Next(1, 9), cancellationToken);
        }

        switch (chance)
        {
            case < 8:
                await Task.Delay(pause, cancellationToken);
                _machines[victim]!.Freeze();
                await Task.Delay(CrashPlace.Lease + CrashPlace.LongestCall + TimeSpan.FromMilliseconds(_random.Next(1000)), cancellationToken);
                _machines[victim]!.Thaw();
                _freezes++;
                Tell($"machine {victim} stood still");
                break;
            case < 16:
                await _hand.HoldAsync(AnyAddress, cancellationToken);
                Tell("held");
                await KillAsync(victim, pause, cancellationToken);
                break;
            case < 26:
                await KillAsync(victim, pause, cancellationToken);
                _machines[victim] = await StartedProduct.BeginAsync(_place.Folder, "--demo", _place.Environment);
                await KillAsync(victim, _random.Next(0, 1000), cancellationToken);
                break;
            default:
                await KillAsync(victim, pause, cancellationToken);
                break;
        }
    }

    private async Task WaitForAsync(int more, CancellationToken cancellationToken)
    {
        var before = await _sandbox.CountAsync(cancellationToken);
        var late = _clock.Elapsed + LongestWait;
        while (await _sandbox.CountAsync(cancellationToken) < before + more && _clock.Elapsed < late)
        {
            await Task.Delay(15, cancellationToken);
        }
    }

    private void BeginAll()
    {
        for (var number = 0; number < machines; number++)
        {
            if (_machines[number] is null)
            {
                _starting[number] ??= StartedProduct.OpenAsync(_place.Folder, "--demo", _place.Environment);
            }
        }
    }

    private async Task StartAllAsync()
    {
        BeginAll();
        for (var number = 0; number < machines; number++)
        {
            if (_starting[number] is { } starting)
            {
                (_machines[number], _starting[number]) = (await starting, null);
            }
        }
    }

    private async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        if (_hand.IsHolding)
        {
            await _hand.LiftAsync(AnyAddress, cancellationToken);
            Tell("let go");
        }
    }

    private Uri AnyAddress => _machines[Pick(Enumerable.Range(0, machines).Where(number => _machines[number] is not null))]!.Address;

    private int Pick(IEnumerable<int> numbers)
    {
        var list = numbers.ToList();
        return list[_random.Next(list.Count)];
    }

    private async Task KillAsync(int victim, int pause, CancellationToken cancellationToken)
    {
        await Task.Delay(pause, cancellationToken);
        var machine = _machines[victim]!;
        await machine.KillAsync();
        _kills++;
        Tell($"machine {victim} killed, {await _sandbox.CountAsync(cancellationToken)} posts");
        _machines[victim] = null;
        await EndAsync(machine);
    }

    private async Task EndAsync(StartedProduct machine)
    {
        _said.AppendLine(machine.Output).AppendLine(machine.Errors);
        await machine.DisposeAsync();
    }

    private void Tell(string what) => _course.AppendLine(CultureInfo.InvariantCulture, $"{_clock.Elapsed.TotalSeconds:0.0} s: {what}");
}
