using System.Globalization;

namespace Publisher.Benchmarks;

/// <summary>How a figure is to be taken.</summary>
/// <param name="IsQuick">Only to try the program: so little is done that the figures say nothing.</param>
/// <param name="Seed">Whatever is chosen at random follows from it.</param>
internal sealed record Run(bool IsQuick, int Seed)
{
    /// <summary>From what follows the figure's name; null where it can't be read.</summary>
    public static Run? Read(ReadOnlySpan<string> arguments)
    {
        var run = new Run(false, Environment.ProcessId);
        while (arguments.Length > 0)
        {
            switch (arguments)
            {
                case ["--quick", ..]:
                    run = run with { IsQuick = true };
                    arguments = arguments[1..];
                    break;
                case ["--seed", var seed, ..] when int.TryParse(seed, NumberStyles.None, CultureInfo.InvariantCulture, out var chosen):
                    run = run with { Seed = chosen };
                    arguments = arguments[2..];
                    break;
                default:
                    return null;
            }
        }

        return run;
    }

    /// <summary>A whole second, at least that far away: what people approve for.</summary>
    public static DateTimeOffset SecondIn(TimeSpan ahead) => DateTimeOffset.FromUnixTimeSeconds((DateTimeOffset.UtcNow + ahead).ToUnixTimeSeconds() + 1);
}
