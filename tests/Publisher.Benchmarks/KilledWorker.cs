namespace Publisher.Benchmarks;

/// <summary>
/// Two workers on one PostgreSQL database; one of them, chosen by the seed, is killed a second before messages are due, again and again. How late the
/// other one is with all of them.
/// </summary>
internal static class KilledWorker
{
    private const int Messages = 2;

    private static readonly TimeSpan _goal = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    public static async Task RunAsync(Run run)
    {
        var kills = run.IsQuick ? 2 : 10;
        var random = new Random(run.Seed);
        await using var postgres = await Postgres.OpenAsync();
        using var folder = new TemporaryFolder();
        await using var standIns = await StandIns.OpenAsync();
        await using var office = await SendingOffice.OpenAsync(folder.Root, standIns.Address, postgres.Database);
        var workers = await Task.WhenAll(OpenAsync(), OpenAsync());
        var (late, floor) = (new Sample(), new Sample());
        var (lost, twice, unprepared) = (0, 0, 0);
        for (var kill = 1; kill <= kills; kill++)
        {
            var bare = await BareCalls.OfAsync(office, Texts("Bare", kill, default));
            var bareDue = Run.SecondIn(TimeSpan.FromSeconds(0.5));
            await bare.SendAsync(bareDue);

            var due = Run.SecondIn(TimeSpan.FromSeconds(8));
            var sent = Texts("Sent", kill, due);
            await office.ApproveAsync(sent);
            await Task.Delay(due.AddSeconds(-1) - DateTimeOffset.UtcNow);
            unprepared += await office.UnpreparedAsync(due);
            var victim = random.Next(workers.Length);
            await workers[victim].DisposeAsync();
            await office.IsOutAsync(due, due + _patience);
            var posts = await standIns.PostsAsync();
            foreach (var (message, channel) in sent.SelectMany(message => message.Channels.Select(channel => (message, channel))))
            {
                var found = posts.Where(post => post.Platform == channel.Platform && post.Account == channel.AccountId && post.Text.Contains(message.Text, StringComparison.Ordinal)).ToList();
                lost += found.Count == 0 ? 1 : 0;
                twice += found.Count > 1 ? 1 : 0;
                late.Add((found.Count > 0 ? found[0].At : due + _patience) - due);
            }

            posts.Where(post => post.Text.Contains($"Bare {run.Seed} {kill}.", StringComparison.Ordinal)).ToList().ForEach(post => floor.Add(post.At - bareDue));
            workers[victim] = await OpenAsync();
        }

        foreach (var worker in workers)
        {
            await worker.DisposeAsync();
        }

        Console.WriteLine($"{kills} kills, {Messages} messages to {office.Alike.Count} channels each; not out within {_patience.TotalSeconds:F0} s {lost}, twice {twice}, not prepared at the kill {unprepared}, objections of the platforms {await standIns.ObjectionsAsync()}");
        var table = new Table();
        table.AddLate("one of two workers killed 1 s before due, due second to the platform", late, floor, _goal);
        table.Print();

        Task<StartedProgram> OpenAsync() => Published.OpenAsync(folder.Root, standIns.Address, postgres.Database, "worker");

        Approved[] Texts(string what, int kill, DateTimeOffset due) =>
            [.. Enumerable.Range(1, Messages).Select(number => new Approved($"{what} {run.Seed} {kill}.{number}: the flood warning is lifted.", due, office.Alike))];
    }
}
