using System.Globalization;

namespace Publisher.Benchmarks;

/// <summary>Finished rows for docs/performance.md.</summary>
internal sealed class Table
{
    private readonly List<string> _rows = [];

    public static string Ms(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:F0} ms");

    /// <summary>Of two figures, where more is worse.</summary>
    public static string Over(double measured, double floor) => floor > 0 ? (measured / floor).ToString("F1", CultureInfo.InvariantCulture) : "";

    /// <param name="goal">At most that.</param>
    public static string Below(double measured, double goal, string unit) =>
        measured < goal ? "met" : string.Create(CultureInfo.InvariantCulture, $"missed by {measured - goal:0.##} {unit}");

    /// <param name="goal">At least that.</param>
    public static string Above(double measured, double goal) =>
        measured >= goal ? "met" : string.Create(CultureInfo.InvariantCulture, $"missed by {goal - measured:0.00}");

    public void Add(string figure, string goal, string measured, string floor, string ratio, string met) => _rows.Add($"| {figure} | {goal} | {measured} | {floor} | {ratio} | {met} |");

    /// <summary>One where durations are to stay below a goal at p99.</summary>
    public void AddLate(string figure, Sample measured, Sample floor, TimeSpan goal) => Add(
        figure,
        $"p99 < {Ms(goal)}",
        $"p50 {Ms(measured.Median)}, p99 {Ms(measured.At(0.99))}",
        $"p50 {Ms(floor.Median)}, p99 {Ms(floor.At(0.99))}",
        Over(measured.At(0.99).TotalMilliseconds, floor.At(0.99).TotalMilliseconds),
        Below(measured.At(0.99).TotalMilliseconds, goal.TotalMilliseconds, "ms"));

    public void Print()
    {
        Console.WriteLine();
        Console.WriteLine("| Figure | Goal | Measured | Floor | Ratio | Met |");
        Console.WriteLine("|---|---|---|---|---|---|");
        _rows.ForEach(Console.WriteLine);
        Console.WriteLine();
    }
}
