using System.Globalization;

namespace Publisher.Benchmarks;

/// <summary>How long the demo takes from nothing to its first page, and what it holds in memory when nobody uses it: published as an operator gets it.</summary>
internal static class StartUp
{
    private static readonly TimeSpan _goal = TimeSpan.FromSeconds(3);
    private const double MemoryGoal = 200;

    public static async Task RunAsync(Run run)
    {
        var (runs, rest) = run.IsQuick ? (1, TimeSpan.FromSeconds(5)) : (5, TimeSpan.FromSeconds(60));
        using var http = new HttpClient();
        var (product, floor) = (new Sample(), new Sample());
        for (var turn = 0; turn < runs; turn++)
        {
            await using (var empty = await OpenEmptyAsync())
            {
                floor.Add(await empty.PageAsync(http, "/"), empty.Processor);
            }

            using var folder = new TemporaryFolder();
            await using var demo = await Published.OpenAsync(folder.Root, null);
            product.Add(await demo.PageAsync(http, "account/sign-in"), demo.Processor);
        }

        using var idle = new TemporaryFolder();
        await using var resting = await Published.OpenAsync(idle.Root, null);
        await using var none = await OpenEmptyAsync();
        await resting.PageAsync(http, "account/sign-in");
        await none.PageAsync(http, "/");
        await Task.Delay(rest);

        var table = new Table();
        table.Add(
            "start, first page of a new demo", $"{_goal.TotalSeconds:F0} s", Said(product), Said(floor), Table.Over(product.Median.TotalSeconds, floor.Median.TotalSeconds),
            Table.Below(product.Median.TotalSeconds, _goal.TotalSeconds, "s"));
        table.Add(
            $"start, memory {rest.TotalSeconds:F0} s later", $"< {MemoryGoal:F0} MB", $"{resting.Resident:F0} MB, {resting.Own:F0} MB of it its own", $"{none.Resident:F0} MB",
            Table.Over(resting.Resident, none.Resident), Table.Below(resting.Resident, MemoryGoal, "MB"));
        table.Print();
    }

    public static Task<StartedProgram> OpenEmptyAsync() => StartedProgram.OpenAsync(Path.Combine(AppContext.BaseDirectory, "Publisher.Benchmarks.dll"), ["empty"]);

    private static string Said(Sample sample) =>
        string.Create(CultureInfo.InvariantCulture, $"{sample.Median.TotalSeconds:F1} s, slowest {sample.At(1).TotalSeconds:F1} s, processor {sample.Processor.TotalSeconds:F1} s");
}
