using Publisher.Platforms;
using Publisher.Web.Channels;

namespace Publisher.Web.Messages;

/// <summary>What the author should know of a post beside what its platform would refuse.</summary>
public sealed partial class PostBuilder
{
    private static void Note(MessageDraft message, string text, TextTaken taken, Frame frame, IReadOnlyList<Part> parts, List<Problem> problems)
    {
        if (taken == TextTaken.Short && !string.IsNullOrWhiteSpace(message.LongText))
        {
            problems.Add(new Problem("text.short.taken") { IsNote = true });
        }

        if (!frame.CanContinue && Frame.Split(text).Length > 1)
        {
            problems.Add(new Problem("text.joined") { IsNote = true });
        }

        if (frame.Link is null)
        {
            return;
        }

        var media = frame.Media.Count > 0;
        var card = parts.FirstOrDefault(part => part.Card is not null)?.Card;
        if (frame.Info.LinkAsCard && media)
        {
            problems.Add(new Problem("card.or.media") { IsNote = true });
        }
        else if (card is not null && frame.Card is null)
        {
            problems.Add(new Problem("card.bare") { IsNote = true });
        }
        else if (card is { Thumb: null } && frame.Card?.MediaId is not null)
        {
            problems.Add(new Problem("card.without.picture") { IsNote = true });
        }

        if (frame.LinkPart(parts) is > 1 and var number)
        {
            problems.Add(new Problem("link.in.part", $"{number}") { IsNote = true });
        }
    }

    private static void Note(Channel channel, List<Problem> problems)
    {
        switch (channel.Health)
        {
            case ChannelHealth.Disconnected:
                problems.Add(new Problem("channel.disconnected"));
                break;
            case ChannelHealth.SignInNeeded:
                problems.Add(new Problem("channel.sign.in.needed") { IsNote = true });
                break;
            case ChannelHealth.Alarmed:
                problems.Add(new Problem("channel.alarmed") { IsNote = true });
                break;
        }
    }

    /// <summary>A platform that fetches files must be able to reach us.</summary>
    private void CheckAddress(PlatformInfo info, IReadOnlyList<Part> parts, List<Problem> problems)
    {
        if (parts.FirstOrDefault(part => part.Media.Any(media => media.IsVideo ? info.FetchesVideos : info.FetchesImages)) is { } fetched
            && files.AddressOf(fetched.Media[0], fetched) is null)
        {
            problems.Add(new Problem("address.missing"));
        }
    }
}
