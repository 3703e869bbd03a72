using System.Diagnostics;

namespace Publisher.Benchmarks;

/// <summary>The same burst with ten thousand, a hundred thousand and a million deliveries of the past in the database, on SQLite.</summary>
internal static class Growth
{
    private const int Warming = 10;

    public static async Task RunAsync(Run run)
    {
        int[] sizes = run.IsQuick ? [1_000, 10_000] : [10_000, 100_000, 1_000_000];
        var (messages, bursts) = run.IsQuick ? (20, 1) : (100, 5);
        var table = new Table();
        using var folder = new TemporaryFolder();
        await using var standIns = await StandIns.OpenAsync();
        var least = 0.0;
        foreach (var size in sizes)
        {
            await using var office = await SendingOffice.OpenAsync(folder.Root, standIns.Address);
            var started = Stopwatch.GetTimestamp();
            await PastDeliveries.FillAsync(office, size);
            Console.WriteLine($"{size:N0} past deliveries, written in {Stopwatch.GetElapsedTime(started).TotalSeconds:F0} s");
            var floor = await Burst.FloorAsync(office, run with { Seed = run.Seed + size }, messages, office.Alike);
            var first = Run.SecondIn(TimeSpan.FromSeconds(run.IsQuick ? 15 : 25));
            var warming = Burst.Texts($"Warm {run.Seed} {size}", Warming, first.AddSeconds(-5), office.Alike);
            var texts = Enumerable.Range(0, bursts).Select(burst => Burst.Texts($"Sent {run.Seed} {size}.{burst}", messages, first.AddSeconds(8 * burst), office.Alike)).ToList();
            await office.ApproveAsync([.. warming, .. texts.SelectMany(some => some)]);
            await office.LeaveAsync();
            await using (await Published.OpenAsync(folder.Root, standIns.Address))
            {
                var last = texts[^1][0].Due;
                await Task.Delay(TimeSpan.FromTicks(Math.Max(0, (last - DateTimeOffset.UtcNow).Ticks)));
                await office.IsOutAsync(last, last.AddMinutes(1));
            }

            var posts = await standIns.PostsAsync();
            var counted = texts.ConvertAll(some => Burst.Count(posts, some, some[0].Due));
            var each = counted.Select(one => 1000 / one.Rate).Order().ElementAt(bursts / 2);
            least = size == sizes[0] ? each : least;
            var share = each / least;
            Console.WriteLine($"{size:N0} past deliveries, {new FileInfo(office.Folder.Database).Length / 1048576} MB: {each:F2} ms a delivery, bare {1000 / floor:F2} ms; lost {counted.Sum(one => one.Lost)}, twice {counted.Sum(one => one.Twice)}");
            table.Add(
                $"growth, time of a delivery with {size:N0} past ones", size == sizes[0] ? "" : $"within 10 % of that with {sizes[0]:N0}", $"{each:F2} ms", $"{1000 / floor:F2} ms",
                $"{each * floor / 1000:F1}", size == sizes[0] ? "" : share <= 1.1 ? $"met: {share - 1:+0 %;-0 %;0 %}" : $"missed: {share - 1:+0 %}");
            await standIns.ForgetAsync();
        }

        table.Print();
    }
}
