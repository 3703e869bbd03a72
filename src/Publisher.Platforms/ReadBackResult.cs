using Publisher.Platforms.Text;

namespace Publisher.Platforms;

/// <summary>A post as it was read back.</summary>
/// <param name="Text">Null where it could not be read.</param>
/// <param name="Files">Pictures and videos.</param>
/// <param name="Failure">Set where reading failed: nothing is known then, least of all a difference.</param>
public sealed record ReadBackResult(string? Text, int Files, PublishResult? Failure)
{
    public static ReadBackResult Read(string text, int files) => new(text, files, null);

    public static ReadBackResult Failed(PublishResult failure) => new(null, 0, failure);

    /// <summary>
    /// Whether words or files are missing, or others than were sent. Spaces do not count, for servers trim them, nor the sign of a hashtag,
    /// which is gone where it became a topic.
    /// </summary>
    public bool Differs(Part sent) => Text is not null && (Bare(Text) != Bare(sent.Text) || Files != sent.Media.Count);

    private static string Bare(string text) => string.Concat(PlainText.Normalize(text).Where(letter => letter != '#' && !char.IsWhiteSpace(letter)));
}
