namespace Publisher.Web.Messages;

public enum StepKind
{
    None,

    /// <summary>Give the channel a text, media or handles of its own.</summary>
    Differ,

    /// <summary>Read the linked page once more.</summary>
    ReadLink,

    /// <summary>See to the channel itself.</summary>
    Channels,

    /// <summary>See to the contacts.</summary>
    Contacts,

    /// <summary>Draw the text on a picture, for channels that take none without one.</summary>
    DrawText,
}

/// <summary>What a person can do about a problem, offered beside it.</summary>
public sealed record Step(StepKind Kind, long ChannelId);
