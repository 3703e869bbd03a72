using Publisher.Platforms;

namespace Publisher.Web.Messages;

/// <summary>What the author has to settle whatever the channels are. Each of these holds up the message.</summary>
internal static class MessageCheck
{
    public static IEnumerable<Problem> Check(MessageDraft message, Findings found)
    {
        if (message.Link.Trim().Length > 0 && WebAddress.Read(message.Link) is null)
        {
            yield return new Problem("link.not.web");
        }

        for (var at = 0; at < message.Media.Count; at++)
        {
            var media = message.Media[at];
            if (!found.Media.ContainsKey(media.MediaId) || media.Captions.Any(captions => !found.Media.ContainsKey(captions.MediaId))
                || (media.CoverId is { } cover && !found.Media.ContainsKey(cover)))
            {
                yield return new Problem("media.gone", $"{at + 1}");
            }
            else if (media.IsDecorative && string.IsNullOrWhiteSpace(media.DecorativeReason))
            {
                yield return new Problem("decorative.reason.missing", $"{at + 1}");
            }
            else if (!media.IsDecorative && string.IsNullOrWhiteSpace(media.AltText))
            {
                yield return new Problem("alt.missing", $"{at + 1}");
            }
        }

        if (message.Channels.Count == 0)
        {
            yield return new Problem("channels.none");
        }
    }

    /// <summary>What a correction needs beside: a follow-up where something can't be changed, and something to change.</summary>
    public static IEnumerable<Problem> CheckCorrection(MessageDraft message, IReadOnlyList<BuiltPost> posts)
    {
        if (message.Corrects is null || posts.Count == 0)
        {
            yield break;
        }

        if (posts.Any(post => post.Way is not CorrectionWay.Edit) && string.IsNullOrWhiteSpace(message.FollowUp))
        {
            yield return new Problem(PostBuilder.FollowUpMissing);
        }
        else if (posts.All(post => post.Problems.Any(problem => problem.Code == PostBuilder.Unchanged)))
        {
            yield return new Problem("correction.nothing");
        }
    }
}
