using Publisher.Platforms;
using Publisher.Web.Channels;
using Publisher.Web.Media;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Web.Messages;

/// <summary>
/// One open compose page: what was typed, what each channel would get, what is saved. Runs on the page's own dispatcher, so nothing here
/// happens at the same time as anything else.
/// </summary>
public sealed partial class Composition(ComposeRoom room, Actor actor, IReadOnlyList<Sender> senders) : IDisposable
{
    /// <summary>Of one message: as many pictures as most platforms show, or one video.</summary>
    public const int MostImages = 4;

    private readonly CancellationTokenSource _closed = new();
    private bool _isClosed;

    /// <summary>Somebody typed or chose something; the page computes and draws soon.</summary>
    public Action Edited { get; set; } = () => { };

    /// <summary>Something ended in the background; the page draws.</summary>
    public Action Moved { get; set; } = () => { };

    /// <summary>Something in the background broke in a way nobody has a sentence for; the page shows it as if it were its own.</summary>
    public Action<Exception> Failed { get; set; } = _ => { };

    public IReadOnlyList<Sender> Senders => senders;

    public Sender Sender { get; internal set; } = null!;

    public IReadOnlyList<Channel> Channels { get; internal set; } = [];

    public IReadOnlyList<ChannelSet> Sets { get; internal set; } = [];

    public MessageDraft Draft { get; private set; } = null!;

    public MessageState State { get; private set; }

    public Findings Found { get; private set; } = Findings.None;

    public IReadOnlyList<BuiltPost> Posts { get; private set; } = [];

    /// <summary>What holds up the message itself.</summary>
    public IReadOnlyList<Problem> Problems { get; private set; } = [];

    /// <summary>Why the reviewer sent it back; null where nobody did.</summary>
    public string? Reason { get; internal set; }

    public bool IsCorrection => Draft.Corrects is not null;

    /// <summary>Whether a channel shows the text itself; the others get only what follows.</summary>
    public bool TakesText => !IsCorrection || Posts.Count == 0 || FollowedUp.Count < Posts.Count;

    /// <summary>Where what is out can't be changed.</summary>
    public IReadOnlyList<BuiltPost> FollowedUp => [.. Posts.Where(post => post.Way is CorrectionWay.Reply or CorrectionWay.Link)];

    public bool IsOpen => State is MessageState.Draft or MessageState.Returned;

    public int Fitting => Posts.Count(post => !post.IsLeftOut);

    public DateTimeOffset Now => room.Time.GetUtcNow();

    public PlatformInfo InfoOf(Channel channel) => room.Platforms[channel.Platform].Info;

    /// <summary>Whether the platform's name alone does not say which account is meant.</summary>
    public bool IsOneOfSeveral(Channel channel) => Channels.Count(other => other.Platform == channel.Platform) > 1;

    public void Edit(Func<MessageDraft, MessageDraft> change)
    {
        Draft = change(Draft);
        _edits++;
        Edited();
        _ = BeginAsync(() => SaveSoonAsync(Pause));
        _ = BeginAsync(LookSoonAsync);
    }

    public void Rebuild()
    {
        Posts = room.Builder.Build(Draft, Channels, Found);
        Problems = [.. MessageCheck.Check(Draft, Found), .. MessageCheck.CheckCorrection(Draft, Posts)];
    }

    public bool IsChosen(Channel channel) => Draft.Channels.Any(chosen => chosen.ChannelId == channel.Id);

    public void Toggle(Channel channel) =>
        Choose(IsChosen(channel)
            ? Draft.Channels.Select(chosen => chosen.ChannelId).Where(id => id != channel.Id)
            : Draft.Channels.Select(chosen => chosen.ChannelId).Append(channel.Id));

    /// <summary>A set that is all chosen is taken out again; else what is missing of it is added.</summary>
    public void Toggle(IReadOnlyCollection<long> set)
    {
        var chosen = Draft.Channels.Select(channel => channel.ChannelId).ToList();
        Choose(IsChosen(set) ? chosen.Except(set) : chosen.Union(set));
    }

    public bool IsChosen(IReadOnlyCollection<long> set)
    {
        var there = set.Where(id => Channels.Any(channel => channel.Id == id)).ToList();
        return there.Count > 0 && there.TrueForAll(id => Draft.Channels.Any(channel => channel.ChannelId == id));
    }

    public void SetOption(string platform, string name, string value) => Edit(draft => draft with
    {
        Channels =
        [
            .. draft.Channels.Select(chosen => PlatformOf(chosen.ChannelId) == platform
                ? chosen with { Options = new Dictionary<string, string>(chosen.Options) { [name] = value } }
                : chosen),
        ],
    });

    /// <summary>What an option is for the chosen channels of a platform: the author's choice, the channel's, or the platform's.</summary>
    public string OptionOf(Channel channel, OptionField field) =>
        Draft.Channels.First(chosen => chosen.ChannelId == channel.Id).Options.TryGetValue(field.Name, out var own) ? own
        : channel.Options.TryGetValue(field.Name, out var usual) ? usual
        : field.Default;

    /// <summary>The channels get a text of their own, beginning with the one they have now. Answers its place.</summary>
    public int Differ(IReadOnlyCollection<long> channelIds)
    {
        var first = Posts.FirstOrDefault(post => channelIds.Contains(post.Channel.Id));
        var text = first is null ? Draft.LongText
            : Draft.Channels.First(chosen => chosen.ChannelId == first.Channel.Id).Variant is { } own ? Draft.Variants[own].Text
            : first.Taken == TextTaken.Short ? Draft.ShortText
            : Draft.LongText;
        Edit(draft => Prune(draft with
        {
            Variants = [.. draft.Variants, new DraftVariant(text, null)],
            Channels = [.. draft.Channels.Select(chosen => channelIds.Contains(chosen.ChannelId) ? chosen with { Variant = draft.Variants.Count } : chosen)],
        }));
        return Draft.Variants.Count - 1;
    }

    public void SetVariant(int place, Func<DraftVariant, DraftVariant> change) => Edit(draft => draft with
    {
        Variants = [.. draft.Variants.Select((variant, at) => at == place ? change(variant) : variant)],
    });

    /// <summary>Its channels get what all the others get.</summary>
    public void RemoveVariant(int place) => Edit(draft => Prune(draft with
    {
        Channels = [.. draft.Channels.Select(chosen => chosen.Variant == place ? chosen with { Variant = null } : chosen)],
    }));

    public IReadOnlyList<Channel> ChannelsOf(int variant) =>
        [.. Channels.Where(channel => Draft.Channels.Any(chosen => chosen.ChannelId == channel.Id && chosen.Variant == variant))];

    /// <summary>How many pictures may still be added. A picture of the text is none of them: it goes where there is no other.</summary>
    public int RoomForImages => MostImages - Draft.Media.Count(media => !media.IsTextCard);

    public bool HasRoomForMedia => RoomForImages > 0 && !Draft.Media.Any(media => FileOf(media)?.Duration is not null);

    public MediaFile? FileOf(DraftMedia media) => Found.Media.GetValueOrDefault(media.MediaId);

    public void SetMedia(long id, Func<DraftMedia, DraftMedia> change) => Edit(draft => draft with
    {
        Media = [.. draft.Media.Select(media => media.MediaId == id ? change(media) : media)],
    });

    public void RemoveMedia(long id) => Edit(draft => draft.Media.Any(media => media.MediaId == id && media.IsTextCard) ? Prune(TextCard.Remove(draft)) : draft with
    {
        Media = [.. draft.Media.Where(media => media.MediaId != id)],
        Variants = [.. draft.Variants.Select(variant => variant.MediaIds is { } only ? variant with { MediaIds = [.. only.Where(one => one != id)] } : variant)],
    });

    public void MoveMedia(int from, int to) => Edit(draft =>
    {
        var media = draft.Media.ToList();
        var moved = media[from];
        media.RemoveAt(from);
        media.Insert(to, moved);
        return draft with { Media = media };
    });

    /// <summary>
    /// Channels belong to a sender, so they are chosen anew. Files do too: a message with files stays where it is. The time keeps its place
    /// on the clock, and is meant in the sender's zone.
    /// </summary>
    public async Task SetSenderAsync(long senderId)
    {
        await room.LoadSenderAsync(this, senderId, Closed);
        Reading = null;
        Edit(draft => draft with
        {
            SenderId = senderId,
            Channels = [],
            Variants = [],
            Card = null,
            Language = Sender.Language,
            TimeZone = Sender.TimeZone,
            ProposedDue = draft.ProposedDue is { } due ? DueTime.Move(due, draft.TimeZone, Sender.TimeZone) : null,
        });
    }

    public void Dispose()
    {
        _isClosed = true;
        _closed.Cancel();
        _closed.Dispose();
    }

    private CancellationToken Closed => _isClosed ? new CancellationToken(canceled: true) : _closed.Token;

    internal void Take(MessageDraft draft, MessageState state, Findings found)
    {
        Draft = draft;
        State = state;
        Found = found with { Mentions = Found.Mentions };
        Rebuild();
    }

    /// <summary>Runs what nobody waits for.</summary>
    private async Task BeginAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (OperationCanceledException) when (_isClosed)
        {
            // The page is closed.
        }
        catch (Exception failure)
        {
            Failed(failure);
        }
    }

    private void Choose(IEnumerable<long> ids)
    {
        var wanted = ids.Where(id => Channels.Any(channel => channel.Id == id)).ToHashSet();
        Edit(draft => Prune(draft with
        {
            Channels =
            [
                .. wanted.Order().Select(id => draft.Channels.FirstOrDefault(chosen => chosen.ChannelId == id)
                    ?? new DraftChannel(id, null, new Dictionary<string, string>())),
            ],
        }));
    }

    /// <summary>A variant without channels is nobody's text: it goes, and those behind it move up.</summary>
    private static MessageDraft Prune(MessageDraft draft)
    {
        var used = draft.Channels.Where(chosen => chosen.Variant is not null).Select(chosen => chosen.Variant!.Value).Distinct().Order().ToList();
        return used.Count == draft.Variants.Count
            ? draft
            : draft with
            {
                Variants = [.. used.Select(place => draft.Variants[place])],
                Channels = [.. draft.Channels.Select(chosen => chosen with { Variant = chosen.Variant is { } place ? used.IndexOf(place) : null })],
            };
    }

    private string? PlatformOf(long channelId) => Channels.FirstOrDefault(channel => channel.Id == channelId)?.Platform;
}
