using System.Globalization;
using System.Security.Cryptography;
using Publisher.Web.Tests.Journeys;
using Publisher.Web.Tests.Storage;
using Xunit;

namespace Publisher.Web.Tests.Crash;

/// <summary>
/// The published product, killed as the loss of power does it while it fans out to every platform, and counted from outside. Every round
/// has a seed, which is printed; PUBLISHER_CRASH_SEED repeats from there, PUBLISHER_CRASH_KILLS says how many deaths.
/// </summary>
[Collection(nameof(OneAtATime))]
public sealed class CrashCampaignTests(PostgresServer postgres, ITestOutputHelper output) : IClassFixture<PostgresServer>
{
    private const int UsualKills = 200;

    private static int Seed => Setting("PUBLISHER_CRASH_SEED") ?? RandomNumberGenerator.GetInt32(1, 1_000_000);

    private static int Kills => Setting("PUBLISHER_CRASH_KILLS") ?? UsualKills;

    [Fact]
    public Task However_often_it_is_killed_a_reader_sees_every_approved_post_once() => RunAsync(_ => null, machines: 1, atOnce: 4, killsInARound: 25);

    [Fact]
    public Task However_often_one_of_three_machines_dies_or_hangs_a_reader_sees_every_approved_post_once() =>
        RunAsync(seed => postgres.Database($"crash_{seed}").Replace("Pooling=false", "Maximum Pool Size=20", StringComparison.Ordinal), machines: 3, atOnce: 3, killsInARound: 34);

    /// <param name="atOnce">Rounds at once: each mostly waits for its own processes to start.</param>
    private async Task RunAsync(Func<int, string?> database, int machines, int atOnce, int killsInARound)
    {
        var (seed, wanted) = (Seed, Kills);
        var (kills, rounds) = (0, 0);
        var all = CrashFigures.None;
        var faults = new List<string>();
        var gate = new Lock();
        await Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => Task.Run(async () =>
        {
            while (true)
            {
                int number, planned;
                lock (gate)
                {
                    planned = Math.Min(killsInARound, wanted - kills);
                    // A round that was out of posts before its last death leaves some to one more; with no end to that, the fault is the campaign's.
                    if (planned <= 0 || rounds >= 2 + (2 * wanted / killsInARound))
                    {
                        return;
                    }

                    kills += planned;
                    number = seed + rounds++;
                }

                var round = await RunAsync(number, planned, database, machines);
                lock (gate)
                {
                    kills -= planned - Math.Min(planned, round.Figures.Kills);
                    all += round.Figures;
                    faults.AddRange(round.Faults);
                }
            }
        })));
        output.WriteLine($"Altogether: {all}");
        Assert.True(faults.Count == 0, string.Join("\n", faults));
        Assert.True(all.Kills >= wanted, $"{all.Kills} kills in {rounds} rounds, {wanted} were wanted.");
    }

    private async Task<(CrashFigures Figures, IReadOnlyList<string> Faults)> RunAsync(int seed, int kills, Func<int, string?> database, int machines)
    {
        var root = Directory.CreateTempSubdirectory("publisher-crash-").FullName;
        var round = new CrashRound(seed, kills, root, database(seed), machines);
        var figures = await round.RunAsync(TestContext.Current.CancellationToken);
        output.WriteLine($"Seed {seed}: {figures}\n{round.Course}");
        if (round.Faults.Count == 0)
        {
            Directory.Delete(root, recursive: true);
            return (figures, []);
        }

        await File.WriteAllTextAsync(Path.Combine(root, "said.txt"), round.Said, TestContext.Current.CancellationToken);
        await File.WriteAllLinesAsync(Path.Combine(root, "faults.txt"), [$"{figures}", .. round.Faults], TestContext.Current.CancellationToken);
        return (figures, [$"PUBLISHER_CRASH_SEED={seed} PUBLISHER_CRASH_KILLS={kills} repeats it; its folder is kept at {root}.", .. round.Faults]);
    }

    private static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;
}
