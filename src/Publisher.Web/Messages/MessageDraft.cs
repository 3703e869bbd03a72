using System.Text.Json;

namespace Publisher.Web.Messages;

/// <summary>A message as a person edits it: everything that is saved, with the version they saw.</summary>
public sealed record MessageDraft
{
    public required long Id { get; init; }

    public required int Version { get; init; }

    public required long SenderId { get; init; }

    public string Title { get; init; } = "";

    public string LongText { get; init; } = "";

    public string ShortText { get; init; } = "";

    public required string Language { get; init; }

    public string Link { get; init; } = "";

    public long? CorrectsMessageId { get; init; }

    /// <summary>Fixed when the correction was begun; null for a message of its own.</summary>
    public IReadOnlyList<CorrectedPost>? Corrects { get; init; }

    public string FollowUp { get; init; } = "";

    /// <summary>Holds for <see cref="Link"/> only while its address is the same.</summary>
    public MessageCard? Card { get; init; }

    public string Label { get; init; } = "";

    /// <summary>Null for "as soon as approved".</summary>
    public DateTimeOffset? ProposedDue { get; init; }

    public required string TimeZone { get; init; }

    public TimeSpan Grace { get; init; } = Message.UsualGrace;

    public bool IsEmbargoed { get; init; }

    public IReadOnlyList<DraftVariant> Variants { get; init; } = [];

    public IReadOnlyList<DraftChannel> Channels { get; init; } = [];

    /// <summary>In the order in which they are shown.</summary>
    public IReadOnlyList<DraftMedia> Media { get; init; } = [];

    public static MessageDraft Of(Message message)
    {
        var variants = message.Variants.OrderBy(variant => variant.Id).ToList();
        return new MessageDraft
        {
            Id = message.Id,
            Version = message.Version,
            SenderId = message.SenderId,
            Title = message.Title,
            LongText = message.LongText,
            ShortText = message.ShortText,
            Language = message.Language,
            Link = message.Link,
            Card = message.Card,
            CorrectsMessageId = message.CorrectsMessageId,
            Corrects = message.Corrects,
            FollowUp = message.FollowUp,
            Label = message.Label,
            ProposedDue = message.ProposedDue,
            TimeZone = message.TimeZone,
            Grace = message.Grace,
            IsEmbargoed = message.IsEmbargoed,
            Variants = [.. variants.Select(variant => new DraftVariant(variant.Text, variant.MediaIds))],
            Channels =
            [
                .. message.Channels.OrderBy(channel => channel.ChannelId).Select(channel => new DraftChannel(
                    channel.ChannelId,
                    variants.FindIndex(variant => variant.Id == channel.VariantId) is >= 0 and var place ? place : null,
                    channel.Options)),
            ],
            Media =
            [
                .. message.Media.OrderBy(media => media.Position)
                    .Select(media => new DraftMedia(media.MediaId, media.AltText, media.IsDecorative, media.DecorativeReason, media.Credit, media.CardText) { Captions = media.Captions, CoverId = media.CoverId, CoverAt = media.CoverAt }),
            ],
        };
    }

    /// <summary>Every file it names, by the number under which it is kept.</summary>
    public IReadOnlyList<long> Files() => [.. Media.Select(media => media.MediaId), .. Media.SelectMany(media => media.Captions).Select(captions => captions.MediaId), .. Media.Select(media => media.CoverId).OfType<long>(), .. Card?.MediaId is { } picture ? [picture] : Array.Empty<long>()];

    /// <summary>Whether a post computed from the other would differ from one computed from this, so that whoever made the difference wrote it.</summary>
    public bool SealsLike(MessageDraft other) => Sealed() == other.Sealed();

    /// <summary>Whether both would save the same, whichever version they began with.</summary>
    public bool SaysLike(MessageDraft other) => SealsLike(other) && Settings() == other.Settings();

    private (long, string, string, DateTimeOffset?, string, TimeSpan, bool) Settings() => (SenderId, Title.Trim(), Label.Trim(), ProposedDue, TimeZone, Grace, IsEmbargoed);

    private string Sealed() => JsonSerializer.Serialize(new
    {
        // Not only for the list: readers see it where a platform shows a title and the options give none.
        Title,
        LongText,
        ShortText,
        Language,
        Link,
        Card,
        FollowUp,
        Variants,
        Channels = Channels.OrderBy(channel => channel.ChannelId).Select(channel => new
        {
            channel.ChannelId,
            channel.Variant,
            Options = channel.Options.OrderBy(option => option.Key, StringComparer.Ordinal),
        }),
        Media,
    });
}

/// <param name="Text">"" where only the media or options differ.</param>
/// <param name="MediaIds">Null for all of the message's but its <see cref="TextCard"/>.</param>
public sealed record DraftVariant(string Text, IReadOnlyList<long>? MediaIds);

/// <param name="Variant">Place in <see cref="MessageDraft.Variants"/>; null for the master.</param>
public sealed record DraftChannel(long ChannelId, int? Variant, IReadOnlyDictionary<string, string> Options);

/// <param name="CardText">Of a <see cref="TextCard"/>: the text it shows. "" for every other picture or video.</param>
public sealed record DraftMedia(long MediaId, string AltText, bool IsDecorative, string DecorativeReason, string Credit, string CardText = "")
{
    /// <summary>Of a video, in the order in which they were added.</summary>
    public IReadOnlyList<CaptionsChoice> Captions { get; init; } = [];

    /// <summary>Of a video: the picture that stands for it; null where each platform chooses.</summary>
    public long? CoverId { get; init; }

    /// <summary>Where in the video that picture is; null for a picture of its own.</summary>
    public TimeSpan? CoverAt { get; init; }

    public bool IsTextCard => CardText.Length > 0;

    /// <summary>A text card goes only where it was chosen.</summary>
    /// <param name="variant">Null for the master.</param>
    public bool GoesTo(DraftVariant? variant) => variant?.MediaIds is { } only ? only.Contains(MediaId) : !IsTextCard;
}
