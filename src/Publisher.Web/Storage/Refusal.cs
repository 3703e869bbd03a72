namespace Publisher.Web.Storage;

/// <summary>
/// A no that a person can understand: a code the screens word (resource "refusal.CODE" of the feature, else of the
/// shell), and the values in its sentence.
/// </summary>
public sealed record Refusal(string Code, params IReadOnlyList<object> Values)
{
    /// <summary>The session is over, or the person is switched off.</summary>
    public static Refusal SignInAgain { get; } = new("sign.in.again");

    /// <summary>The person's roles don't allow it for this sender.</summary>
    public static Refusal NotAllowed { get; } = new("not.allowed");

    /// <summary>Someone changed it since it was shown.</summary>
    public static Refusal LookAgain { get; } = new("look.again");

    /// <summary>It doesn't exist, or is none of this person's business.</summary>
    public static Refusal NotFound { get; } = new("not.found");
}

/// <summary>A value, or why there is none.</summary>
public readonly record struct Answer<T>(T? Value, Refusal? Refusal)
{
    public static implicit operator Answer<T>(T value) => new(value, null);

    public static implicit operator Answer<T>(Refusal refusal) => new(default, refusal);
}
