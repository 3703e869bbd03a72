namespace Publisher.Platforms.Text;

/// <summary>In which platforms that share twitter-text's idea of a link still differ.</summary>
internal sealed record LinkRules
{
    /// <summary>With their "://".</summary>
    public required IReadOnlyList<string> Schemes { get; init; }

    /// <summary>Whether "example.org" is a link.</summary>
    public required bool WithoutScheme { get; init; }

    public required Func<char, bool> IsPath { get; init; }

    public required Func<char, bool> IsPathEnd { get; init; }

    public required Func<char, bool> IsQuery { get; init; }

    public required Func<char, bool> IsQueryEnd { get; init; }
}
