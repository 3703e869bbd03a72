using System.Globalization;
using System.Runtime.InteropServices;

namespace Publisher.Benchmarks;

/// <summary>What a figure means nothing without.</summary>
internal static class Machine
{
    public static void Describe(Run run)
    {
        Console.WriteLine($"{DateTimeOffset.UtcNow.ToString("u", CultureInfo.InvariantCulture)} {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}, {Environment.ProcessorCount} cores; seed {run.Seed}{(run.IsQuick ? ", only to try the program: these are no figures" : "")}");
#if DEBUG
        Console.WriteLine("A DEBUG BUILD: these are no figures. Use -c Release.");
#endif
        DescribeLoad();
    }

    /// <summary>How many processes wanted a core: above their number, others ran beside the figure.</summary>
    public static void DescribeLoad()
    {
        const string Load = "/proc/loadavg";
        if (File.Exists(Load))
        {
            Console.WriteLine($"load (1, 5, 15 minutes): {string.Join(' ', File.ReadAllText(Load).Split(' ').Take(3))}");
        }
    }
}
