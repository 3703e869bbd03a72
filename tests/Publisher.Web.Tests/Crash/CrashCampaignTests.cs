using System.Globalization;
using System.Security.Cryptography;
using Xunit;

namespace Publisher.Web.Tests.Crash;

/// <summary>
/// The built product, killed as the loss of power does it while it fans out, and counted from outside. Every round has a
/// seed, which is printed; PUBLISHER_CRASH_SEED repeats from there, PUBLISHER_CRASH_ROUNDS says how many, however long they take.
/// </summary>
public sealed class CrashCampaignTests(ITestOutputHelper output)
{
    private const int UsualRounds = 5;

    /// <summary>After this no further round begins, unless their number was asked for.</summary>
    private static readonly TimeSpan UsualTime = TimeSpan.FromMinutes(3.5);

    [Fact]
    public async Task However_often_it_is_killed_a_reader_sees_every_approved_post_once()
    {
        var first = Setting("PUBLISHER_CRASH_SEED") ?? RandomNumberGenerator.GetInt32(1, 1_000_000);
        var asked = Setting("PUBLISHER_CRASH_ROUNDS");
        var rounds = 0;
        var all = new CrashFigures(0, 0, 0, 0, 0, 0, 0, 0, TimeSpan.Zero);
        for (var seed = first; asked is null ? rounds < UsualRounds && all.Time < UsualTime : rounds < asked; seed++)
        {
            var root = Directory.CreateTempSubdirectory("publisher-crash-").FullName;
            var round = new CrashRound(seed, root);
            var figures = await round.RunAsync(TestContext.Current.CancellationToken);
            all += figures;
            rounds++;
            output.WriteLine($"Seed {seed}: {figures}");
            output.WriteLine(round.Course);
            if (round.Faults.Count > 0)
            {
                Assert.Fail($"PUBLISHER_CRASH_SEED={seed} PUBLISHER_CRASH_ROUNDS=1 repeats it; its folder is kept at {root}.\n{string.Join("\n", round.Faults)}\n{round.Said}");
            }

            Directory.Delete(root, recursive: true);
        }

        output.WriteLine($"In {rounds} rounds: {all}");
    }

    private static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;
}
