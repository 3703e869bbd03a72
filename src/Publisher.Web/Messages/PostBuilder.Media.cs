using Publisher.Platforms;
using Publisher.Platforms.Text;
using Publisher.Web.Media;

namespace Publisher.Web.Messages;

/// <summary>The files a channel gets, as its limits want them.</summary>
public sealed partial class PostBuilder
{
    private static List<Platforms.Media> MediaOf(MessageDraft message, DraftVariant? variant, Findings found, Limits limits, List<Problem> problems)
    {
        var media = new List<Platforms.Media>(message.Media.Count);
        foreach (var chosen in message.Media)
        {
            if (chosen.GoesTo(variant) && found.Media.TryGetValue(chosen.MediaId, out var file))
            {
                var sent = found.For(file, limits);
                if (sent != file)
                {
                    problems.Add(new Problem("image.fitted", $"{sent.Width}", $"{sent.Height}") { IsNote = true });
                }

                if (TextCard.IsOld(chosen, message))
                {
                    problems.Add(new Problem("card.text.old") { IsNote = true });
                }

                var (cover, moment) = CoverOf(chosen, found, limits, problems);
                media.Add(AsMedia(sent, chosen.IsDecorative ? "" : PlainText.Normalize(chosen.AltText).Trim(), PlainText.Normalize(chosen.Credit).Trim()) with
                {
                    Captions = CaptionsOf(chosen, found, limits, problems),
                    Cover = cover,
                    CoverAt = moment,
                });
            }
        }

        return media;
    }

    /// <summary>A picture where the platform takes one, else the moment where it cuts one out itself.</summary>
    private static (Platforms.Media? Cover, TimeSpan? At) CoverOf(DraftMedia chosen, Findings found, Limits limits, List<Problem> problems)
    {
        if (chosen.CoverId is not { } id || !found.Media.TryGetValue(id, out var still) || limits.Videos == 0)
        {
            return (null, null);
        }

        if (limits.CoverBytes > 0)
        {
            return (AsMedia(found.For(still, limits.ForCover()), "", ""), null);
        }

        if (limits.CoverMoment && chosen.CoverAt is { } moment)
        {
            return (null, moment);
        }

        problems.Add(new Problem(limits.CoverMoment ? "cover.moment.only" : "cover.not.sent") { IsNote = true });
        return (null, null);
    }

    private static IReadOnlyList<Platforms.Media> CaptionsOf(DraftMedia chosen, Findings found, Limits limits, List<Problem> problems)
    {
        if (chosen.Captions.Count > 0 && limits.Videos > 0 && limits.Captions == 0)
        {
            problems.Add(new Problem("captions.not.sent") { IsNote = true });
            return [];
        }

        return
        [
            .. from captions in chosen.Captions
               where found.Media.ContainsKey(captions.MediaId)
               select AsMedia(found.Media[captions.MediaId], "", "") with { Language = captions.Language },
        ];
    }

    private static Platforms.Media AsMedia(MediaFile file, string altText, string credit) => new()
    {
        Hash = file.Hash,
        Length = file.Length,
        Type = file.Type,
        Width = file.Width,
        Height = file.Height,
        Duration = file.Duration,
        AltText = altText,
        Credit = credit,
    };
}
