namespace Publisher.Benchmarks;

/// <summary>How long the demo takes from nothing to its first page, and what it holds in memory when nobody uses it.</summary>
internal static class StartUp
{
    private const int Runs = 5;
    private static readonly TimeSpan _rest = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _goal = TimeSpan.FromSeconds(3);
    private const double MemoryGoal = 200;

    public static async Task RunAsync()
    {
        using var http = new HttpClient();
        var (product, floor) = (new Sample(), new Sample());
        for (var run = 0; run < Runs; run++)
        {
            await using (var empty = await OpenEmptyAsync(http))
            {
                floor.Add(empty.FirstPage, empty.Processor);
            }

            await OpenDemoAsync(http, demo =>
            {
                product.Add(demo.FirstPage, demo.Processor);
                return Task.CompletedTask;
            });
        }

        Console.WriteLine($"first sign-in page of a new demo      p50 {product.Median.TotalMilliseconds:F0} ms, slowest of {Runs} {product.At(1).TotalMilliseconds:F0} ms, processor {product.Processor.TotalMilliseconds:F0} ms");
        Console.WriteLine($"floor: first page of an empty server  p50 {floor.Median.TotalMilliseconds:F0} ms, slowest {floor.At(1).TotalMilliseconds:F0} ms, processor {floor.Processor.TotalMilliseconds:F0} ms");
        Console.WriteLine($"goal, below {_goal.TotalSeconds:F0} s: {(product.Median < _goal ? "met" : "MISSED")}");

        var resident = 0.0;
        await OpenDemoAsync(http, async demo =>
        {
            await Task.Delay(_rest);
            resident = demo.Resident;
        });
        await using var idle = await OpenEmptyAsync(http);
        Console.WriteLine($"resident {_rest.TotalSeconds:F0} s later, idle: {resident:F0} MB; floor, the empty server: {idle.Resident:F0} MB");
        Console.WriteLine($"goal, below {MemoryGoal:F0} MB: {(resident < MemoryGoal ? "met" : "MISSED")}");
    }

    private static Task<StartedProgram> OpenEmptyAsync(HttpClient http) => StartedProgram.OpenAsync(http, Path.Combine(AppContext.BaseDirectory, "Publisher.Benchmarks.dll"), "empty", "/", null);

    private static async Task OpenDemoAsync(HttpClient http, Func<StartedProgram, Task> look)
    {
        var root = Directory.CreateTempSubdirectory("publisher-start-");
        try
        {
            await using var demo = await StartedProgram.OpenAsync(http, Product(), "--demo", "account/sign-in", Path.Combine(root.FullName, "data"));
            await look(demo);
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    /// <summary>Its own output folder, not this program's copy: that is what an operator starts.</summary>
    private static string Product()
    {
        var built = new DirectoryInfo(AppContext.BaseDirectory);
        var folder = built;
        while (!File.Exists(Path.Combine(folder.FullName, "Publisher.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The solution is not above this program.");
        }

        return Path.Combine(folder.FullName, "src", "Publisher.Web", "bin", built.Parent!.Name, built.Name, "Publisher.Web.dll");
    }
}
