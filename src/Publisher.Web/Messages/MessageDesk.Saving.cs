using Microsoft.EntityFrameworkCore;
using NodaTime;
using Publisher.Platforms.Text;
using Publisher.Web.Media;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Web.Messages;

/// <summary>What may be saved, and how a draft becomes rows.</summary>
public sealed partial class MessageDesk
{
    public const int LongestTitle = 200;
    public const int LongestText = 50_000;
    public const int LongestLine = 2_000;
    public static readonly TimeSpan LongestGrace = TimeSpan.FromDays(1);

    private async Task<Refusal?> CheckAsync(PublisherDb db, Actor actor, Message message, MessageDraft draft, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (draft.Title.Length > LongestTitle || draft.LongText.Length > LongestText || draft.ShortText.Length > LongestText
            || draft.FollowUp.Length > LongestText || draft.Link.Length > LongestLine || draft.Label.Length > LongestTitle || draft.Variants.Any(variant => variant.Text.Length > LongestText)
            || draft.Media.Any(media => media.CardText.Length > LongestText || Math.Max(media.AltText.Length, Math.Max(media.Credit.Length, media.DecorativeReason.Length)) > LongestLine * 5))
        {
            return new Refusal("text.beyond");
        }

        if (draft.Grace < TimeSpan.Zero || draft.Grace > LongestGrace || DateTimeZoneProviders.Tzdb.GetZoneOrNull(draft.TimeZone) is null
            || draft.Channels.Any(channel => channel.Variant < 0 || channel.Variant >= draft.Variants.Count)
            || draft.Channels.Select(channel => channel.ChannelId).Distinct().Count() != draft.Channels.Count
            || draft.Media.Select(media => media.MediaId).Distinct().Count() != draft.Media.Count)
        {
            return Refusal.LookAgain;
        }

        // A correction goes where the first is out, with the files it has there.
        if (message.Corrects is { } corrects
            && (draft.SenderId != message.SenderId || draft.Media.Count > 0 || draft.Channels.Any(channel => corrects.TrueForAll(post => post.ChannelId != channel.ChannelId))))
        {
            return Refusal.LookAgain;
        }

        // Another sender's message, files and accounts are another matter, whatever the page sends.
        if (draft.SenderId != message.SenderId && (await Rights.LoadAsync(db, actor, now, cancellationToken))?.Can(Act.Draft, draft.SenderId) != true)
        {
            return Refusal.NotAllowed;
        }

        var channels = draft.Channels.Select(channel => channel.ChannelId).ToList();
        var files = draft.Files().Distinct().ToList();
        var kinds = await db.Media.Where(row => row.SenderId == draft.SenderId && files.Contains(row.Id)).ToDictionaryAsync(row => row.Id, row => row.Type, cancellationToken);
        return await db.Channels.CountAsync(row => row.SenderId == draft.SenderId && channels.Contains(row.Id), cancellationToken) != channels.Count || kinds.Count != files.Count ? Refusal.NotAllowed
            : draft.Media.All(media => IsRight(media, kinds)) ? null
            : Refusal.LookAgain;
    }

    /// <summary>Pictures and videos stand where they are shown, and beside a video a cover and captions: one file for each language.</summary>
    private static bool IsRight(DraftMedia media, Dictionary<long, string> kinds) =>
        kinds[media.MediaId] != MediaKind.WebVtt.Type
        && (media.CoverId is null || kinds[media.CoverId.Value].StartsWith("image/", StringComparison.Ordinal))
        && media.Captions.All(captions => kinds[captions.MediaId] == MediaKind.WebVtt.Type && Languages.IsKnown(captions.Language))
        && media.Captions.Select(captions => captions.Language).Distinct().Count() == media.Captions.Count;

    private static void Apply(PublisherDb db, Message message, MessageDraft draft, DateTimeOffset now)
    {
        message.SenderId = draft.SenderId;
        message.Title = draft.Title.Trim();
        message.LongText = PlainText.Normalize(draft.LongText);
        message.ShortText = PlainText.Normalize(draft.ShortText);
        message.Language = draft.Language;
        message.FollowUp = PlainText.Normalize(draft.FollowUp);
        message.Link = draft.Link.Trim();
        message.Card = draft.Card;
        message.Label = draft.Label.Trim();
        message.ProposedDue = draft.ProposedDue;
        message.TimeZone = draft.TimeZone;
        message.Grace = draft.Grace;
        message.IsEmbargoed = draft.IsEmbargoed;
        message.ChangedAt = now;

        var variants = message.Variants.OrderBy(variant => variant.Id).ToList();
        for (var at = 0; at < draft.Variants.Count; at++)
        {
            if (at == variants.Count)
            {
                variants.Add(new Variant { Text = "" });
                message.Variants.Add(variants[at]);
            }

            variants[at].Text = PlainText.Normalize(draft.Variants[at].Text);
            variants[at].MediaIds = draft.Variants[at].MediaIds?.ToList();
        }

        foreach (var channel in message.Channels.ToList())
        {
            if (draft.Channels.All(kept => kept.ChannelId != channel.ChannelId))
            {
                message.Channels.Remove(channel);
                db.Remove(channel);
            }
        }

        foreach (var chosen in draft.Channels)
        {
            var channel = message.Channels.Find(row => row.ChannelId == chosen.ChannelId);
            if (channel is null)
            {
                channel = new MessageChannel { ChannelId = chosen.ChannelId };
                message.Channels.Add(channel);
            }

            channel.Variant = chosen.Variant is { } place ? variants[place] : null;
            channel.VariantId = channel.Variant is { Id: > 0 } known ? known.Id : null;
            channel.Options = chosen.Options.ToDictionary();
        }

        foreach (var surplus in variants.Skip(draft.Variants.Count))
        {
            message.Variants.Remove(surplus);
            db.Remove(surplus);
        }

        foreach (var media in message.Media.ToList())
        {
            if (draft.Media.All(kept => kept.MediaId != media.MediaId))
            {
                message.Media.Remove(media);
                db.Remove(media);
            }
        }

        for (var at = 0; at < draft.Media.Count; at++)
        {
            var chosen = draft.Media[at];
            var media = message.Media.Find(row => row.MediaId == chosen.MediaId);
            if (media is null)
            {
                media = new MessageMedia { MediaId = chosen.MediaId };
                message.Media.Add(media);
            }

            media.Position = at;
            media.AltText = PlainText.Normalize(chosen.AltText);
            media.IsDecorative = chosen.IsDecorative;
            media.DecorativeReason = chosen.DecorativeReason;
            media.Credit = chosen.Credit;
            media.CardText = chosen.CardText;
            media.Captions = [.. chosen.Captions];
            media.CoverId = chosen.CoverId;
            media.CoverAt = chosen.CoverAt;
        }
    }
}
