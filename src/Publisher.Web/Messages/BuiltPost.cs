using Publisher.Platforms;
using Publisher.Web.Channels;

namespace Publisher.Web.Messages;

/// <summary>Which text a channel got.</summary>
public enum TextTaken
{
    Long,
    Short,
    Variant,
    FollowUp,
}

/// <summary>What one channel would get, and what is to be said about it.</summary>
/// <param name="Lengths">Of each part, in the platform's unit.</param>
/// <param name="Problems">Problems first, then notes.</param>
public sealed record BuiltPost(Channel Channel, IPlatform Platform, Post Post, TextTaken Taken, IReadOnlyList<int> Lengths, IReadOnlyList<Problem> Problems)
{
    /// <summary>This channel can't take the message as it is: it is left out, and holds up no other.</summary>
    public bool IsLeftOut => Problems.Count > 0 && !Problems[0].IsNote;

    /// <summary>How it reaches the readers of what is out; null in a message of its own.</summary>
    public CorrectionWay? Way => Post.Parts[0].Correction?.Way;

    /// <summary>The part that is nearest to its limit: how long it is, and how long it may be.</summary>
    public (int Length, int Limit) Tightest =>
        Lengths.Zip(Post.Parts, (length, part) => (Length: length, Limit: Post.Limits.TextOf(part))).MaxBy(part => part.Length - part.Limit);
}
