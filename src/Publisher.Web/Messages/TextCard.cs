using Publisher.Web.Contacts;

namespace Publisher.Web.Messages;

/// <summary>
/// A picture that shows the text, for channels that take no post without a picture. A message has at most one; it goes only to channels whose
/// variant names it, so the others stay without.
/// </summary>
public static class TextCard
{
    /// <summary>What it shows: the short text where there is one, else the long one, else a variant's; people by their names. "" where nothing is written.</summary>
    public static string TextOf(MessageDraft message) =>
        new[] { message.ShortText, message.LongText }.Concat(message.Variants.Select(variant => variant.Text)).FirstOrDefault(text => !string.IsNullOrWhiteSpace(text)) is { } text
            ? ContactText.Plain(PostBuilder.Joined(text))
            : "";

    /// <summary>Whether it shows the text as it was before.</summary>
    public static bool IsOld(DraftMedia media, MessageDraft message) => media.IsTextCard && media.CardText != TextOf(message);

    /// <summary>Gives the picture to these channels, and to those that had the one before it. Its alt text is the text itself.</summary>
    public static MessageDraft Put(MessageDraft message, long mediaId, string text, IReadOnlyCollection<long> channelIds)
    {
        var card = new DraftMedia(mediaId, text, false, "", "", text);
        var old = message.Media.FirstOrDefault(media => media.IsTextCard);
        var draft = message with
        {
            Media = old is null ? [.. message.Media, card] : [.. message.Media.Select(media => media == old ? card : media)],
            Variants = old is null ? message.Variants : [.. message.Variants.Select(variant => variant with { MediaIds = variant.MediaIds?.Select(id => id == old.MediaId ? mediaId : id).ToList() })],
        };
        foreach (var group in draft.Channels.Where(channel => channelIds.Contains(channel.ChannelId)).GroupBy(channel => channel.Variant).ToList())
        {
            draft = Give(draft, mediaId, group.Key, [.. group.Select(channel => channel.ChannelId)]);
        }

        return draft;
    }

    /// <summary>Its channels get again what the others get, but for texts of their own.</summary>
    public static MessageDraft Remove(MessageDraft message)
    {
        var card = message.Media.First(media => media.IsTextCard).MediaId;
        var variants = message.Variants.Select(variant => variant.MediaIds?.Contains(card) == true
            ? variant with { MediaIds = variant.MediaIds.Count == 1 ? null : [.. variant.MediaIds.Where(id => id != card)] }
            : variant).ToList();
        return message with
        {
            Media = [.. message.Media.Where(media => media.MediaId != card)],
            Variants = variants,
            Channels = [.. message.Channels.Select(channel => channel.Variant is { } place && variants[place] is { Text: "", MediaIds: null } ? channel with { Variant = null } : channel)],
        };
    }

    /// <param name="place">Of the variant these channels have now; null for the master.</param>
    private static MessageDraft Give(MessageDraft draft, long mediaId, int? place, IReadOnlyCollection<long> channelIds)
    {
        var variant = place is { } at ? draft.Variants[at] : new DraftVariant("", null);
        var with = variant with { MediaIds = [.. variant.MediaIds ?? [], mediaId] };
        // Where other channels share the text but not the need, these go on with a copy of it.
        return place is not null && draft.Channels.Count(channel => channel.Variant == place) == channelIds.Count
            ? draft with { Variants = [.. draft.Variants.Select((one, number) => number == place ? with : one)] }
            : draft with
            {
                Variants = [.. draft.Variants, with],
                Channels = [.. draft.Channels.Select(channel => channelIds.Contains(channel.ChannelId) ? channel with { Variant = draft.Variants.Count } : channel)],
            };
    }
}
