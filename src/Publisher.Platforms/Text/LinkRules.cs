namespace Publisher.Platforms.Text;

/// <summary>In which platforms that share twitter-text's idea of a link still differ.</summary>
internal sealed record LinkRules
{
    /// <summary>Where a platform publishes no grammar of its own: only what names its scheme, up to a white space, and never the punctuation behind it.</summary>
    public static readonly LinkRules Plain = new()
    {
        Schemes = ["http://", "https://"],
        WithoutScheme = false,
        IsPath = letter => !char.IsWhiteSpace(letter) && letter is not ('<' or '>' or '(' or ')' or '?'),
        IsPathEnd = letter => !char.IsWhiteSpace(letter) && !"()?!*\"'<>;:=,.$%[]~&|@".Contains(letter),
        IsQuery = letter => !char.IsWhiteSpace(letter) && letter is not ('<' or '>'),
        IsQueryEnd = letter => char.IsLetterOrDigit(letter) || "_&=#/-".Contains(letter),
    };

    /// <summary>With their "://".</summary>
    public required IReadOnlyList<string> Schemes { get; init; }

    /// <summary>Whether "example.org" is a link.</summary>
    public required bool WithoutScheme { get; init; }

    public required Func<char, bool> IsPath { get; init; }

    public required Func<char, bool> IsPathEnd { get; init; }

    public required Func<char, bool> IsQuery { get; init; }

    public required Func<char, bool> IsQueryEnd { get; init; }
}
