using System.Diagnostics;
using Publisher.Sandbox;
using Publisher.Web.Channels;

namespace Publisher.Benchmarks;

/// <summary>A thousand messages to fourteen channels, all due at the same second: how many deliveries leave a second, how late, and whether each left once.</summary>
internal static class Burst
{
    private const int Warming = 20;

    public static Task RunOnSqliteAsync(Run run) => RunAsync(run, null, [(1, 0.5)]);

    public static async Task RunOnPostgresAsync(Run run)
    {
        await using var postgres = await Postgres.OpenAsync();
        await RunAsync(run, postgres.Database, [(1, 0.4), (3, 0.6)]);
    }

    private static async Task RunAsync(Run run, string? postgres, (int Workers, double Goal)[] sets)
    {
        var messages = run.IsQuick ? 100 : 1000;
        var table = new Table();
        using var folder = new TemporaryFolder();
        await using var standIns = await StandIns.OpenAsync();
        foreach (var (workers, goal) in sets)
        {
            await using var office = await SendingOffice.OpenAsync(folder.Root, standIns.Address, postgres);
            var floor = await FloorAsync(office, run, messages, office.Alike);
            await standIns.ForgetAsync();
            var sent = await SendAsync(office, standIns, folder.Root, postgres, workers, $"Sent {run.Seed} by {workers}", messages, office.Alike);
            await standIns.ForgetAsync();
            // Before and after, because the machine is not the same in every minute.
            floor = (floor + await FloorAsync(office, run with { Seed = run.Seed + 1 }, messages, office.Alike)) / 2;
            await standIns.ForgetAsync();
            var where = postgres is null ? "SQLite, synchronous=FULL" : $"PostgreSQL, {workers} {(workers == 1 ? "worker" : "workers")}";
            Console.WriteLine($"{where}: {sent.Rate:F0} deliveries/s, bare calls {floor:F0}/s; lost {sent.Lost}, twice {sent.Twice}; processor of the product {sent.Processor.TotalMilliseconds / messages / office.Alike.Count:F2} ms a delivery");
            Console.WriteLine($"the last of each platform, after due: {string.Join(", ", sent.LastOf.OrderBy(one => one.Value).Select(one => $"{one.Key} {Table.Ms(one.Value)}"))}");
            table.Add($"burst on {where}, {messages} messages x {office.Alike.Count} channels at one second", $"at least {goal:F1} of the floor", $"{sent.Rate:F0} deliveries/s", $"{floor:F0} calls/s", $"{sent.Rate / floor:F2}", Table.Above(sent.Rate / floor, goal));
            table.Add("the same, due second to the platform", "", $"p50 {Table.Ms(sent.Late.Median)}, last {Table.Ms(sent.Late.At(1))}", $"last {Table.Ms(TimeSpan.FromSeconds(messages * office.Alike.Count / floor))}", "", "");
            table.Add("the same, lost and sent twice", "0 and 0", $"{sent.Lost} and {sent.Twice}", "", "", sent.Lost + sent.Twice == 0 ? "met" : "missed");
        }

        table.Print();
    }

    public static async Task<double> FloorAsync(SendingOffice office, Run run, int messages, IReadOnlyList<Channel> channels)
    {
        // The first of everything is slower.
        await (await BareCalls.OfAsync(office, Texts($"Warm {run.Seed}", Warming, default, channels))).SendAsync();
        return await (await BareCalls.OfAsync(office, Texts($"Bare {run.Seed}", messages, default, channels))).SendAsync();
    }

    public static Approved[] Texts(string what, int messages, DateTimeOffset due, IReadOnlyList<Channel> channels) =>
        [.. Enumerable.Range(1, messages).Select(number => new Approved($"{what}: the flood warning number {number} is lifted.", due, channels))];

    /// <summary>From the due second on, as the platforms saw it.</summary>
    public static Sent Count(IEnumerable<SandboxPost> posts, IReadOnlyCollection<Approved> messages, DateTimeOffset due)
    {
        var wanted = messages.ToDictionary(message => message.Text);
        var found = posts.Where(post => wanted.ContainsKey(post.Text)).ToList();
        var late = new Sample();
        found.ForEach(post => late.Add(post.At - due));
        var all = messages.Sum(message => message.Channels.Count);
        var different = found.DistinctBy(post => (post.Platform, post.Account, post.Text)).Count();
        return new Sent(late.Count == 0 ? 0 : different / late.At(1).TotalSeconds, late, all - different, found.Count - different)
        {
            LastOf = found.GroupBy(post => post.Platform).ToDictionary(some => some.Key, some => some.Max(post => post.At) - due),
        };
    }

    /// <summary>By the product, from approved messages on; the platforms say when they came.</summary>
    public static async Task<Sent> SendAsync(SendingOffice office, StandIns standIns, string folder, string? postgres, int workers, string what, int messages, IReadOnlyList<Channel> channels)
    {
        // On PostgreSQL they run while people approve, on SQLite the product starts on what is approved.
        var started = new List<StartedProgram>();
        try
        {
            for (var worker = 0; postgres is not null && worker < workers; worker++)
            {
                started.Add(await Published.OpenAsync(folder, standIns.Address, postgres, "worker"));
            }

            var clock = Stopwatch.StartNew();
            await office.ApproveAsync(Texts($"{what}, first", 1, DateTimeOffset.UtcNow.AddHours(20), channels));
            await office.ApproveAsync(Texts($"{what}, tried", Warming, DateTimeOffset.UtcNow.AddHours(20), channels));
            // What approving takes is known once some of it is done; all must be there, and prepared, before its second comes.
            var ahead = TimeSpan.FromSeconds(25) + (clock.Elapsed * (messages / (double)Warming));
            var (warm, due) = (Run.SecondIn(ahead - TimeSpan.FromSeconds(10)), Run.SecondIn(ahead));
            var (warming, texts) = (Texts($"{what}, warm", Warming, warm, channels), Texts(what, messages, due, channels));
            await office.ApproveAsync([.. warming, .. texts]);
            if (postgres is null)
            {
                await office.LeaveAsync();
                started.Add(await Published.OpenAsync(folder, standIns.Address));
            }

            await Task.Delay(TimeSpan.FromTicks(Math.Max(0, (due - DateTimeOffset.UtcNow).Ticks)));
            if (await office.UnpreparedAsync(due) is > 0 and var unprepared)
            {
                Console.WriteLine($"{unprepared} deliveries are not prepared at their second: the machine is too busy, and they are late for that.");
            }

            var before = started.Aggregate(TimeSpan.Zero, (all, one) => all + one.Processor);
            await office.IsOutAsync(due, due.AddMinutes(2));
            return Count(await standIns.PostsAsync(), texts, due) with { Processor = started.Aggregate(TimeSpan.Zero, (all, one) => all + one.Processor) - before };
        }
        finally
        {
            foreach (var worker in started)
            {
                await worker.DisposeAsync();
            }
        }
    }

    /// <param name="Rate">Deliveries a second, until the last of them.</param>
    public sealed record Sent(double Rate, Sample Late, int Lost, int Twice)
    {
        /// <summary>What the product had of all cores for the whole burst.</summary>
        public TimeSpan Processor { get; init; }

        /// <summary>When the last of each platform came, after due.</summary>
        public IReadOnlyDictionary<string, TimeSpan> LastOf { get; init; } = new Dictionary<string, TimeSpan>();
    }
}
