using Publisher.Platforms;
using Publisher.Platforms.Text;
using Publisher.Web.Channels;
using Publisher.Web.Contacts;

namespace Publisher.Web.Messages;

/// <summary>What a channel gets from a correction: new words where the old ones stand, or a post that follows them.</summary>
public sealed partial class PostBuilder
{
    private static BuiltPost Build(MessageDraft message, DraftChannel choice, Channel channel, IPlatform platform, Findings found, CorrectedPost corrected)
    {
        var live = found.Live[channel.Id];
        var problems = new List<Problem>();
        var variant = choice.Variant is { } place ? message.Variants[place] : null;
        var way = corrected.Parts.Count == 0 ? CorrectionWay.Link
            : platform is ICorrect ? CorrectionWay.Edit
            : channel.Limits.Parts > 1 && !platform.Info.PartPerFile ? CorrectionWay.Reply
            : CorrectionWay.Link;
        var (taken, parts) = way == CorrectionWay.Edit
            ? Edit(message, variant, platform.Info, live, found, problems)
            : (TextTaken.FollowUp, FollowUp(message, platform.Info, live, found, way, corrected, problems));
        parts = Mention(parts, platform, channel, found, problems);
        if (way == CorrectionWay.Edit && parts.Count != corrected.Parts.Count)
        {
            problems.Add(new Problem("correction.parts", $"{corrected.Parts.Count}", $"{parts.Count}"));
            // Nothing is sealed of a channel with a problem; its preview still says how it would be reached.
            parts = [.. parts.Select(part => part with { Correction = new Correction(corrected.Parts[0], way) })];
        }
        else
        {
            var address = corrected.Address?.AbsoluteUri ?? "";
            parts = [.. parts.Select((part, at) => part with { Correction = new Correction(corrected.Parts.Count > 0 ? corrected.Parts[at] : new RemotePost(address, corrected.Address), way) })];
        }

        var post = live with { Limits = channel.Limits, Parts = parts };
        // A follow-up that is missing is not also told to be empty.
        problems.AddRange(platform.Check(post).Where(problem => problem.Code != "post.empty" || way == CorrectionWay.Edit));
        NoteContacts(platform.Info, TextOf(message, variant, taken), found, problems);
        Note(channel, problems);
        return Built(channel, platform, post, taken, problems);
    }

    /// <summary>Only the words are new: files, card and options are those of the live post.</summary>
    private static (TextTaken Taken, IReadOnlyList<Part> Parts) Edit(
        MessageDraft message, DraftVariant? variant, PlatformInfo info, Post live, Findings found, List<Problem> problems)
    {
        var first = live.Parts[0];
        var frame = new Frame(info, live.Limits)
        {
            Language = first.Language,
            Link = WebAddress.Read(message.Link),
            Card = null,
            // Where each file is a post of its own, every one of them gets the new words.
            Media = [.. live.Parts.SelectMany(part => part.Media)],
            Options = first.Options,
            Found = found,
        };
        var (taken, parts) = Take(message, variant, frame);
        if (first.Card is { } card && frame.Link?.OriginalString != card.Address.OriginalString)
        {
            problems.Add(new Problem("correction.card.stays") { IsNote = true });
        }

        if (parts.Select(part => part.Text).SequenceEqual(live.Parts.Select(part => part.Text), StringComparer.Ordinal))
        {
            problems.Add(new Problem(Unchanged) { IsNote = true });
        }
        else if (live.Parts.Any(part => part.Media.Any(media => media.AltText.Length > 0 && part.Text.Contains(media.AltText, StringComparison.Ordinal))))
        {
            // Its alt text says what the post said: a picture of the text.
            problems.Add(new Problem("correction.picture.stays") { IsNote = true });
        }

        return (taken, [.. parts.Select((part, at) => at < live.Parts.Count ? live.Parts[at] with { Text = part.Text } : part)]);
    }

    private static List<Part> FollowUp(MessageDraft message, PlatformInfo info, Post live, Findings found, CorrectionWay way, CorrectedPost corrected, List<Problem> problems)
    {
        var text = ContactText.For(info.Name, PlainText.Normalize(message.FollowUp).Trim(), found.Contacts).Text;
        if (text.Length == 0)
        {
            problems.Add(new Problem(FollowUpMissing));
        }

        var titles = info.Options.Where(option => option.Name == OptionField.TitleName).Select(option => option.Name);
        return
        [
            new Part
            {
                Text = way == CorrectionWay.Link && corrected.Address is { } address ? $"{text}\n\n{address.AbsoluteUri}".TrimStart() : text,
                Language = live.Parts[0].Language,
                Options = live.Parts[0].Options.Where(option => !titles.Contains(option.Key)).ToDictionary(),
            },
        ];
    }

    internal const string Unchanged = "correction.same";

    internal const string FollowUpMissing = "follow.up.missing";
}
