using Publisher.Platforms;
using Publisher.Web.Deliveries;

namespace Publisher.Web.Tests.Faults;

/// <summary>What is left of a fault once nothing more happens by itself.</summary>
/// <param name="State">Of the delivery.</param>
/// <param name="Visible">Posts a reader sees.</param>
/// <param name="Code">Why, where the state alone does not say it.</param>
internal sealed record Cell(DeliveryState State, int Visible, string Code = "")
{
    /// <summary>Once the fault is gone and a person did what the screen asks: how many posts a reader sees. Null where the platform still keeps us waiting then.</summary>
    public int? InTheEnd { get; init; } = 1;
}

/// <summary>When the calls go wrong.</summary>
internal enum Stage
{
    /// <summary>The visible call.</summary>
    Sending,

    /// <summary>The calls that bring files and containers.</summary>
    Preparing,

    /// <summary>Between the two, or before both.</summary>
    Before,
}

/// <summary>One fault, as the stand-ins are told of it, and what follows from it on each platform.</summary>
/// <param name="Name">Short, for the table's head.</param>
/// <param name="Does">One sentence for the page.</param>
/// <param name="Follows">From what a platform says about itself.</param>
internal sealed record FaultColumn(string Name, Stage Stage, string Does, Func<IPlatform, Cell> Follows)
{
    /// <summary>Switched on before anything leaves; each for the account of its cell alone.</summary>
    public IReadOnlyList<FaultAsked> Faults { get; init; } = [];

    /// <summary>What happens to the account's tokens: "revoke" or "expire".</summary>
    public string? Tokens { get; init; }

    /// <summary>How long after due it may still go out: short where a fault has no end.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The one platform it is about; null where all know it.</summary>
    public string? Only { get; init; }

    /// <summary>Whether a file is sent where a text alone would do.</summary>
    public bool WithFile { get; init; }

    /// <summary>Whether that file is a video.</summary>
    public bool WithVideo { get; init; }

    /// <summary>Whom it can happen to, where that is not everybody.</summary>
    public Func<IPlatform, bool> Concerns { get; init; } = _ => true;

    /// <summary>Above 1 for a thread.</summary>
    public int Parts { get; init; } = 1;

    /// <summary>False where the fault is that less is shown than was sent.</summary>
    public bool ShowsAll { get; init; } = true;

    public bool Fits(IPlatform platform) => !platform.Info.IsByHand && (Only is null || Only == platform.Info.Name) && (Stage is not Stage.Preparing || platform is IPrepare) && Concerns(platform);
}

/// <summary>What is posted to the stand-ins' own calls, in their names.</summary>
internal sealed record FaultAsked(string Kind)
{
    /// <summary>create or media; null for what the kind usually hits.</summary>
    public string? On { get; init; }

    /// <summary>Null for as long as nobody clears it.</summary>
    public int? Times { get; init; } = 1;

    public int? Status { get; init; }

    public string? RetryAfter { get; init; }

    public int? DelayMs { get; init; }

    public double? Seconds { get; init; }
}
