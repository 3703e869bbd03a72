using Publisher.Web.Channels;

namespace Publisher.Benchmarks;

/// <summary>
/// The same messages to the same channels, due at the same second, by the product and by what one would write without it: one save of EF for each step, jobs of
/// Quartz.NET on its clustered store, a loop over crosspost.
/// </summary>
internal static class Alternatives
{
    public static async Task RunAsync(Run run)
    {
        var messages = run.IsQuick ? 10 : 100;
        var table = new Table();
        using var crosspost = await Crosspost.InstallAsync();
        await using var standIns = await StandIns.OpenAsync();

        var (product, floor) = await ProductAsync(run, standIns, null, messages);
        var saves = await SavesAsync(run, standIns, messages);
        Add(table, "one EF save for each step, on SQLite", saves, product, floor);

        await using (var postgres = await Postgres.OpenAsync())
        {
            (product, floor) = await ProductAsync(run, standIns, postgres.Database, messages);
            var quartz = await QuartzAsync(run, standIns, postgres.Database, messages);
            Add(table, "plain jobs of Quartz.NET on its clustered store, PostgreSQL", quartz, product, floor);
        }

        if (crosspost is not null)
        {
            (product, floor) = await ProductAsync(run, standIns, null, messages * 5, two: true);
            var loop = await LoopAsync(run, standIns, crosspost, messages * 5);
            Add(table, $"a loop over crosspost {Crosspost.Version}, two channels, product on SQLite", loop, product, floor);
        }

        table.Print();
    }

    private static void Add(Table table, string figure, Burst.Sent other, Burst.Sent product, double floor)
    {
        Console.WriteLine($"{figure}: {other.Rate:F0}/s, lost {other.Lost}, twice {other.Twice}; product {product.Rate:F0}/s, lost {product.Lost}, twice {product.Twice}; bare calls {floor:F0}/s");
        table.Add($"against {figure}", "ahead", $"{product.Rate:F0} against {other.Rate:F0} deliveries/s", $"{floor:F0} calls/s", $"{product.Rate / other.Rate:F1} times as fast", product.Rate > other.Rate ? "met" : $"missed by {other.Rate - product.Rate:F0}/s");
    }

    private static async Task<(Burst.Sent Sent, double Floor)> ProductAsync(Run run, StandIns standIns, string? postgres, int messages, bool two = false)
    {
        using var folder = new TemporaryFolder();
        await using var office = await SendingOffice.OpenAsync(folder.Root, standIns.Address, postgres?.Replace("Database=figures", "Database=product", StringComparison.Ordinal));
        var channels = two ? Two(office) : office.Alike;
        var floor = await Burst.FloorAsync(office, run, messages, channels);
        await standIns.ForgetAsync();
        var sent = await Burst.SendAsync(office, standIns, folder.Root, postgres?.Replace("Database=figures", "Database=product", StringComparison.Ordinal), 1, $"Product {run.Seed}", messages, channels);
        await standIns.ForgetAsync();
        return (sent, floor);
    }

    private static Task<Burst.Sent> SavesAsync(Run run, StandIns standIns, int messages) => PlainlyAsync(run, standIns, null, messages, async (steps, lanes, due) =>
    {
        await Task.Delay(Until(due));
        await steps.SendAsync(lanes);
    });

    private static Task<Burst.Sent> QuartzAsync(Run run, StandIns standIns, string postgres, int messages) =>
        PlainlyAsync(run, standIns, postgres, messages, (steps, lanes, due) => PlainQuartz.SendAsync(postgres, steps, lanes, due));

    private static async Task<Burst.Sent> PlainlyAsync(Run run, StandIns standIns, string? postgres, int messages, Func<PlainSteps, List<List<long>>, DateTimeOffset, Task> send)
    {
        using var folder = new TemporaryFolder();
        await using var office = await SendingOffice.OpenAsync(folder.Root, standIns.Address, postgres);
        var steps = new PlainSteps(office);
        // The first of everything is slower.
        var past = Run.SecondIn(TimeSpan.FromSeconds(-2));
        await office.ApproveAsync(Burst.Texts($"Warm {run.Seed}", 20, past, office.Alike));
        await steps.SendAsync(await steps.PrepareAsync(past));

        var due = Run.SecondIn(TimeSpan.FromSeconds(5 + (messages * (postgres is null ? 0.1 : 0.35))));
        var texts = Burst.Texts($"Plain {run.Seed}", messages, due, office.Alike);
        await office.ApproveAsync(texts);
        await send(steps, await steps.PrepareAsync(due), due);
        var sent = Burst.Count(await standIns.PostsAsync(), texts, due);
        await standIns.ForgetAsync();
        return sent;
    }

    private static async Task<Burst.Sent> LoopAsync(Run run, StandIns standIns, Crosspost crosspost, int messages)
    {
        using var folder = new TemporaryFolder();
        await using var office = await SendingOffice.OpenAsync(folder.Root, standIns.Address);
        var due = Run.SecondIn(TimeSpan.FromSeconds(8));
        var failed = await crosspost.SendAsync(standIns, $"Loop {run.Seed}", messages, due);
        if (failed > 0)
        {
            Console.WriteLine($"{failed} posts of the loop failed");
        }

        return Burst.Count(await standIns.PostsAsync(), Burst.Texts($"Loop {run.Seed}", messages, due, Two(office)), due);
    }

    /// <summary>Those whose server it can be told.</summary>
    private static List<Channel> Two(SendingOffice office) => [.. office.Fourteen.Where(channel => channel.Platform is "mastodon" or "bluesky")];

    private static TimeSpan Until(DateTimeOffset due) => due > DateTimeOffset.UtcNow ? due - DateTimeOffset.UtcNow : TimeSpan.Zero;
}
