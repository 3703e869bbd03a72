using Publisher.Sandbox;
using Publisher.Web.Channels;

namespace Publisher.Benchmarks;

/// <summary>
/// Messages to fourteen channels, each due at a second of its own: when the first byte of each call reached its platform, when readers saw the posts, and how far
/// the first and the last of fourteen were apart. Between them the bare calls, at seconds of their own.
/// </summary>
internal static class Lateness
{
    /// <summary>Seconds of one turn: the product to all platforms, bare calls to all, the product to channels that are alike, bare calls to them.</summary>
    private const int Turn = 4;

    /// <summary>Turns at the start that do not count: the first of everything is slower, and a process that has run for hours is meant.</summary>
    private const int Warming = 2;

    private static readonly TimeSpan _spreadGoal = TimeSpan.FromMilliseconds(50);

    public static Task RunOnSqliteAsync(Run run) => RunAsync(run, null);

    public static async Task RunOnPostgresAsync(Run run)
    {
        await using var postgres = await Postgres.OpenAsync();
        await RunAsync(run, postgres.Database);
    }

    private static async Task RunAsync(Run run, string? postgres)
    {
        var turns = Warming + (run.IsQuick ? 3 : 30);
        using var folder = new TemporaryFolder();
        await using var files = await OfficeFiles.OpenAsync(Path.Combine(folder.Root, "media"));
        await using var standIns = await StandIns.OpenAsync();
        await using var office = await SendingOffice.OpenAsync(folder.Root, standIns.Address, postgres, files);

        // Several turns at once: platforms take their time with what is brought.
        var bare = new (BareCalls All, BareCalls Alike)[turns];
        await Parallel.ForAsync(0, turns, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (turn, _) => bare[turn] = (
            await BareCalls.OfAsync(office, [new($"Bare {run.Seed} {turn}: the flood warning is lifted.", default, office.Fourteen, files)], files),
            await BareCalls.OfAsync(office, [new($"Bare {run.Seed} {turn}: the flood warning for the valley is lifted.", default, office.Alike)])));

        // On PostgreSQL another machine has armed nothing yet: it hears of every approval. On SQLite the product starts on what is approved.
        var product = postgres is null ? null : await Published.OpenAsync(folder.Root, standIns.Address, postgres);
        var first = Run.SecondIn(TimeSpan.FromSeconds(30 + (turns * 0.7)));
        DateTimeOffset Second(int turn, int place) => first.AddSeconds((turn * Turn) + place);
        await office.ApproveAsync([.. Enumerable.Range(0, turns).SelectMany(turn => new[]
        {
            new Approved($"Sent {run.Seed} {turn}: the flood warning is lifted.", Second(turn, 0), office.Fourteen, files),
            new Approved($"Sent {run.Seed} {turn}: the flood warning for the valley is lifted.", Second(turn, 2), office.Alike),
        })]);
        if (postgres is null)
        {
            await office.LeaveAsync();
            product = await Published.OpenAsync(folder.Root, standIns.Address);
        }

        await using (product)
        {
            await Task.Delay(TimeSpan.FromTicks(Math.Max(0, (first.AddSeconds(-2) - DateTimeOffset.UtcNow).Ticks)));
            if (await office.UnpreparedAsync(Second(turns, 0)) is > 0 and var unprepared)
            {
                Console.WriteLine($"{unprepared} deliveries are not prepared two seconds before the first is due: the machine is too busy, and their lateness is that of their files.");
            }

            for (var turn = 0; turn < turns; turn++)
            {
                await bare[turn].All.SendAsync(Second(turn, 1));
                await bare[turn].Alike.SendAsync(Second(turn, 3));
            }

            // Platforms that still work on a film.
            await Task.Delay(TimeSpan.FromSeconds(4));
            var (calls, posts) = (await standIns.CallsAsync(), await standIns.PostsAsync());
            var table = new Table();
            var where = postgres is null ? "on SQLite" : "on PostgreSQL, approved by another machine";
            AddFirstBytes(table, $"lateness {where}, due second to first byte, one message to 14 platforms", calls, office.Fourteen, turns, Second, TimeSpan.FromMilliseconds(postgres is null ? 50 : 100));
            AddVisible(table, $"the same, to visible where the platform still works on it", posts, run, turns, Second);
            AddSpread(table, $"spread {where}, first to last of 14 channels that answer alike", calls, office.Alike, turns, Second);
            Console.WriteLine($"{turns - Warming} messages to 14 platforms and {turns - Warming} to 14 channels that answer alike; objections of the platforms {await standIns.ObjectionsAsync()}");
            table.Print();
        }
    }

    private static void AddFirstBytes(Table table, string figure, List<SandboxCall> calls, IReadOnlyList<Channel> channels, int turns, Func<int, int, DateTimeOffset> second, TimeSpan goal)
    {
        var (late, floor) = (new Sample(), new Sample());
        var byPlatform = channels.ToDictionary(channel => channel.Platform, _ => new Sample());
        var (lost, early) = (0, 0);
        for (var turn = Warming; turn < turns; turn++)
        {
            foreach (var (arrival, channel) in StandIns.Arrivals(calls, channels, second(turn, 0), TimeSpan.FromSeconds(0.95)).Zip(channels))
            {
                lost += arrival is null ? 1 : 0;
                early += arrival < second(turn, 0) ? 1 : 0;
                if (arrival is { } at)
                {
                    late.Add(at - second(turn, 0));
                    byPlatform[channel.Platform].Add(at - second(turn, 0));
                }
            }

            StandIns.Arrivals(calls, channels, second(turn, 1), TimeSpan.FromSeconds(0.95)).ForEach(arrival => floor.Add((arrival ?? second(turn, 2)) - second(turn, 1)));
        }

        Console.WriteLine($"of {(turns - Warming) * channels.Count} calls {lost} did not come within a second, {early} came early; p50 by platform: "
            + string.Join(", ", byPlatform.Where(one => one.Value.Count > 0).Select(one => $"{one.Key} {Table.Ms(one.Value.Median)}")));
        if (late.Count > 0)
        {
            table.AddLate(figure, late, floor, goal);
        }
    }

    private static void AddVisible(Table table, string figure, List<SandboxPost> posts, Run run, int turns, Func<int, int, DateTimeOffset> second)
    {
        // The film is given longer than the rest of the post, and the bare call waits as long.
        var worked = posts.Where(post => post.VisibleFrom - post.At > TimeSpan.FromMilliseconds(500)).ToList();
        var (late, floor) = (new Sample(), new Sample());
        for (var turn = Warming; turn < turns; turn++)
        {
            foreach (var post in worked)
            {
                if (post.Text.Contains($"Sent {run.Seed} {turn}:", StringComparison.Ordinal))
                {
                    late.Add(post.VisibleFrom - second(turn, 0));
                }
                else if (post.Text.Contains($"Bare {run.Seed} {turn}:", StringComparison.Ordinal))
                {
                    floor.Add(post.VisibleFrom - second(turn, 1));
                }
            }
        }

        if (late.Count > 0 && floor.Count > 0)
        {
            table.Add(
                $"{figure} ({string.Join(", ", worked.Select(post => post.Platform).Distinct())})", "", $"p50 {Table.Ms(late.Median)}, p99 {Table.Ms(late.At(0.99))}",
                $"p50 {Table.Ms(floor.Median)}, p99 {Table.Ms(floor.At(0.99))}", Table.Over(late.At(0.99).TotalMilliseconds, floor.At(0.99).TotalMilliseconds), "");
        }
    }

    private static void AddSpread(Table table, string figure, List<SandboxCall> calls, IReadOnlyList<Channel> channels, int turns, Func<int, int, DateTimeOffset> second)
    {
        var (spread, floor) = (new Sample(), new Sample());
        for (var turn = Warming; turn < turns; turn++)
        {
            Add(spread, second(turn, 2));
            Add(floor, second(turn, 3));
        }

        table.AddLate(figure, spread, floor, _spreadGoal);

        void Add(Sample sample, DateTimeOffset due)
        {
            // One that did not come within the second counts as a whole one.
            var arrivals = StandIns.Arrivals(calls, channels, due, TimeSpan.FromSeconds(0.95)).ConvertAll(arrival => arrival ?? due.AddSeconds(1));
            sample.Add(arrivals.Max() - arrivals.Min());
        }
    }
}
