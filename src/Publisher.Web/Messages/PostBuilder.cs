using System.Text;
using Publisher.Platforms;
using Publisher.Platforms.Text;
using Publisher.Web.Channels;
using Publisher.Web.Contacts;

namespace Publisher.Web.Messages;

/// <summary>
/// Computes what a channel gets from a message. Pure: the same message and findings give the same post, to the byte.
/// Runs with every key a person presses, so it asks nothing and allocates little.
/// </summary>
public sealed partial class PostBuilder(PlatformList platforms, IMediaFiles files)
{
    private const string PartMark = "---";

    /// <summary>One for every chosen channel that is given, in the order of the channels.</summary>
    public IReadOnlyList<BuiltPost> Build(MessageDraft message, IEnumerable<Channel> channels, Findings found)
    {
        var chosen = message.Channels.ToDictionary(channel => channel.ChannelId);
        var built = new List<BuiltPost>(chosen.Count);
        foreach (var channel in channels)
        {
            if (chosen.TryGetValue(channel.Id, out var choice) && platforms.TryGet(channel.Platform, out var platform))
            {
                built.Add(Build(message, choice, channel, platform!, found));
            }
        }

        return built;
    }

    private BuiltPost Build(MessageDraft message, DraftChannel choice, Channel channel, IPlatform platform, Findings found)
    {
        if (message.Corrects?.FirstOrDefault(post => post.ChannelId == channel.Id) is { } corrected)
        {
            return Build(message, choice, channel, platform, found, corrected);
        }

        var info = platform.Info;
        var problems = new List<Problem>();
        var variant = choice.Variant is { } place ? message.Variants[place] : null;
        var frame = new Frame(info, channel.Limits)
        {
            Language = message.Language,
            Link = WebAddress.Read(message.Link),
            Card = message.Card is { } card && card.Address == message.Link ? card : null,
            Media = MediaOf(message, variant, found, channel.Limits, problems),
            Options = OptionsOf(message, info, channel, choice, problems),
            Found = found,
        };

        var (taken, parts) = Take(message, variant, frame);
        var text = TextOf(message, variant, taken);
        parts = Mention(parts, platform, channel, found, problems);
        var post = new Post
        {
            Platform = channel.Platform,
            Server = channel.Server,
            AccountId = channel.AccountId,
            Limits = channel.Limits,
            Parts = parts,
        };

        var refused = platform.Check(post).ToList();
        if (refused.Exists(problem => problem.Code == "card.image.too.large"))
        {
            // A card without its picture is better than a channel without the message.
            post = post with { Parts = [.. parts.Select(part => part.Card is { } card ? part with { Card = card with { Thumb = null } } : part)] };
            parts = post.Parts;
            refused = [.. platform.Check(post)];
        }

        problems.AddRange(refused);
        Note(message, text, taken, frame, parts, problems);
        NoteContacts(info, text, found, problems);
        Note(channel, problems);
        CheckAddress(info, parts, problems);
        return Built(channel, platform, post, taken, problems);
    }

    private static BuiltPost Built(Channel channel, IPlatform platform, Post post, TextTaken taken, List<Problem> problems) => new(
        channel,
        platform,
        post,
        taken,
        [.. post.Parts.Select(part => platform.Info.Length(part, channel.Limits))],
        [.. problems.Where(problem => !problem.IsNote), .. problems.Where(problem => problem.IsNote)]);

    private static string TextOf(MessageDraft message, DraftVariant? variant, TextTaken taken) => taken switch
    {
        TextTaken.Variant => variant!.Text,
        TextTaken.Short => message.ShortText,
        TextTaken.FollowUp => message.FollowUp,
        _ => message.LongText,
    };

    /// <summary>The whole text as one, without the marks between the parts of a thread.</summary>
    internal static string Joined(string text) => string.Join("\n\n", Frame.Split(text));

    /// <summary>The longest text that fits. A text written for the channel itself is taken even where it doesn't: the author says what to cut.</summary>
    private static (TextTaken Taken, IReadOnlyList<Part> Parts) Take(MessageDraft message, DraftVariant? variant, Frame frame)
    {
        if (variant is not null && !string.IsNullOrWhiteSpace(variant.Text))
        {
            return (TextTaken.Variant, frame.Parts(variant.Text));
        }

        var whole = frame.Parts(message.LongText);
        if (string.IsNullOrWhiteSpace(message.ShortText) || (!string.IsNullOrWhiteSpace(message.LongText) && frame.Fits(whole)))
        {
            return (TextTaken.Long, whole);
        }

        return (TextTaken.Short, frame.Parts(message.ShortText));
    }

    private static Dictionary<string, string> OptionsOf(MessageDraft message, PlatformInfo info, Channel channel, DraftChannel choice, List<Problem> problems)
    {
        var options = new Dictionary<string, string>(info.Options.Count);
        foreach (var field in info.Options)
        {
            var value = choice.Options.TryGetValue(field.Name, out var own) && Allows(field, own) ? own
                : channel.Options.TryGetValue(field.Name, out var usual) && Allows(field, usual) ? usual
                : field.Default;
            // A title or a warning mentions nobody.
            value = ContactText.Plain(PlainText.Normalize(value).Trim());
            if (value.Length > field.MaxLength)
            {
                problems.Add(new Problem("option.too.long", field.Title.English, field.Title.German, $"{value.Length}", $"{field.MaxLength}"));
            }

            if (value.Length == 0 && field.Name == OptionField.TitleName && channel.Limits.Title is not null)
            {
                value = ContactText.Plain(PlainText.Normalize(message.Title).Trim());
            }

            if (value.Length > 0)
            {
                options[field.Name] = value;
            }
        }

        return options;
    }

    private static bool Allows(OptionField field, string value) => field.Choices.Count == 0 || field.Choices.Any(choice => choice.Value == value);

    /// <summary>Handles the platform links by an id get the id that was found; the others stay plain text, with a note.</summary>
    private static IReadOnlyList<Part> Mention(IReadOnlyList<Part> parts, IPlatform platform, Channel channel, Findings found, List<Problem> problems)
    {
        if (platform is not IResolveMentions)
        {
            return parts;
        }

        var done = new Part[parts.Count];
        for (var at = 0; at < parts.Count; at++)
        {
            var part = parts[at];
            if (!part.Text.Contains('@'))
            {
                done[at] = part;
                continue;
            }

            var mentions = new List<Mention>();
            foreach (var entity in platform.Info.Entities(part.Text))
            {
                if (entity.Kind != EntityKind.Mention || mentions.Exists(mention => mention.Handle == entity.Value))
                {
                    continue;
                }

                if (!found.Mentions.TryGetValue(new MentionKey(channel.Platform, channel.Server, entity.Value), out var id))
                {
                    problems.Add(new Problem("mention.open", entity.Value) { IsNote = true, Part = part.Number });
                }
                else if (id is null)
                {
                    problems.Add(new Problem("mention.unknown", entity.Value) { IsNote = true, Part = part.Number });
                }
                else
                {
                    mentions.Add(new Mention(entity.Value, id));
                }
            }

            done[at] = part with { Mentions = mentions };
        }

        return done;
    }

    /// <summary>What is the same whichever text is taken.</summary>
    private sealed class Frame(PlatformInfo info, Limits limits)
    {
        public PlatformInfo Info => info;

        public Limits Limits => limits;

        public bool CanContinue => limits.Parts > 1 && !info.PartPerFile;

        public required string Language { get; init; }

        public required Uri? Link { get; init; }

        public required MessageCard? Card { get; init; }

        public required IReadOnlyList<Platforms.Media> Media { get; init; }

        public required IReadOnlyDictionary<string, string> Options { get; init; }

        public required Findings Found { get; init; }

        public static string[] Split(string text)
        {
            text = PlainText.Normalize(text).Trim();
            if (!text.Contains(PartMark, StringComparison.Ordinal))
            {
                return [text];
            }

            var parts = new List<string>();
            var part = new StringBuilder();
            foreach (var line in text.Split('\n'))
            {
                if (line.Trim() == PartMark)
                {
                    parts.Add(part.ToString().Trim());
                    part.Clear();
                }
                else
                {
                    part.Append(line).Append('\n');
                }
            }

            parts.Add(part.ToString().Trim());
            parts.RemoveAll(one => one.Length == 0);
            return parts.Count > 0 ? [.. parts] : [""];
        }

        public IReadOnlyList<Part> Parts(string text)
        {
            var pieces = Split(ContactText.For(info.Name, text, Found.Contacts).Text);
            if (!CanContinue && pieces.Length > 1)
            {
                pieces = [string.Join("\n\n", pieces)];
            }

            var parts = new Part[pieces.Length];
            for (var at = 0; at < pieces.Length; at++)
            {
                parts[at] = new Part
                {
                    Number = at + 1,
                    Text = pieces[at],
                    Language = Language,
                    Options = Options,
                    Media = at == 0 ? Media : [],
                };
            }

            Place(parts);
            // A reader who meets one of the files must find with it all that there is to say.
            return info.PartPerFile && Media.Count > 1 ? [.. Media.Select((file, at) => parts[0] with { Number = at + 1, Media = [file] })] : parts;
        }

        public bool Fits(IReadOnlyList<Part> parts)
        {
            foreach (var part in parts)
            {
                if (!Fits(part))
                {
                    return false;
                }
            }

            // Too many files are no reason to take another text.
            return info.PartPerFile || parts.Count <= limits.Parts;
        }

        /// <summary>The number of the part whose text or card carries the link; 0 where none does.</summary>
        public int LinkPart(IReadOnlyList<Part> parts) => parts.FirstOrDefault(part => part.Card is not null || Holds(part.Text))?.Number ?? 0;

        /// <summary>
        /// A link that stands in the text is not written again. Where the platform shows a card of ours, the first part gets it; else the link
        /// follows on a line of its own in the first part that has room.
        /// </summary>
        private void Place(Part[] parts)
        {
            if (Link is null)
            {
                return;
            }

            if (info.LinkAsCard && Media.Count == 0)
            {
                parts[0] = parts[0] with { Card = MakeCard() };
                return;
            }

            if (Array.Exists(parts, part => Holds(part.Text)))
            {
                return;
            }

            for (var at = 0; at < parts.Length; at++)
            {
                var text = parts[at].Text;
                var longer = parts[at] with { Text = text.Length == 0 ? Link.OriginalString : $"{text}\n\n{Link.OriginalString}" };
                if (at == parts.Length - 1 || Fits(longer))
                {
                    parts[at] = longer;
                    return;
                }
            }
        }

        private LinkCard MakeCard()
        {
            if (Card is null)
            {
                return new LinkCard(Link!, WebAddress.Short(Link!), "");
            }

            return new LinkCard(Link!, Card.Title, Card.Description)
            {
                // A picture the platform would refuse is left off rather than holding up the post.
                Thumb = Card.MediaId is { } id && Found.Media.TryGetValue(id, out var file) && limits.ImageTypes.Contains(file.Type) && file.Length <= limits.ImageBytes
                    ? AsMedia(file, "", "")
                    : null,
            };
        }

        private bool Holds(string text)
        {
            var link = Link!.OriginalString;
            return text.Contains(link, StringComparison.Ordinal)
                && info.Entities(text).Any(entity => entity.Kind == EntityKind.Link && entity.Value.TrimEnd('/') == link.TrimEnd('/'));
        }

        private bool Fits(Part part) =>
            info.Length(part, limits) <= limits.TextOf(part) && (limits.TextBytes is not { } most || Encoding.UTF8.GetByteCount(part.Text) <= most);
    }
}
