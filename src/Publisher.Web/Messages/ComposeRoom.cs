using Microsoft.EntityFrameworkCore;
using Publisher.Platforms;
using Publisher.Web.Channels;
using Publisher.Web.Contacts;
using Publisher.Web.Media;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Web.Messages;

/// <summary>Opens messages for composing, and holds what an open page works with.</summary>
public sealed class ComposeRoom(
    IDbContextFactory<PublisherDb> databases,
    PlatformList platforms,
    PostBuilder builder,
    MessageDesk desk,
    LinkReader links,
    MentionReader mentions,
    FitReader fits,
    MediaDesk media,
    TimeProvider time)
{
    public PlatformList Platforms => platforms;

    public PostBuilder Builder => builder;

    public MessageDesk Desk => desk;

    public LinkReader Links => links;

    public MentionReader Mentions => mentions;

    public FitReader Fits => fits;

    public MediaDesk Media => media;

    public TimeProvider Time => time;

    /// <summary>The sender in whose name this person wrote last, else the first they may write for.</summary>
    public async Task<Answer<long>> LastSenderAsync(Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await Rights.LoadAsync(db, actor, time.GetUtcNow(), cancellationToken) is not { } rights)
        {
            return Refusal.SignInAgain;
        }

        if (!rights.CanSomewhere(Act.Draft))
        {
            return Refusal.NotAllowed;
        }

        var senders = (await SendersAsync(db, rights, cancellationToken)).ConvertAll(sender => sender.Id);
        var last = await db.Messages.Where(row => row.CreatedBy == actor.PersonId && senders.Contains(row.SenderId))
            .OrderByDescending(row => row.Id).Select(row => row.SenderId).FirstOrDefaultAsync(cancellationToken);
        return last > 0 ? last : senders.Count > 0 ? senders[0] : new Refusal("no.sender");
    }

    public async Task<Answer<Composition>> OpenAsync(Actor actor, long messageId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var read = await ReadAsync(db, actor, messageId, cancellationToken);
        if (read.Refusal is { } refusal)
        {
            return refusal;
        }

        var (message, rights) = read.Value;
        var draft = MessageDraft.Of(message);
        var composition = new Composition(this, actor, await SendersAsync(db, rights, cancellationToken));
        await LoadSenderAsync(db, composition, draft.SenderId, cancellationToken);
        if (draft.Corrects is { } corrects)
        {
            composition.Channels = [.. composition.Channels.Where(channel => corrects.Any(post => post.ChannelId == channel.Id))];
        }

        composition.Take(draft, message.State, await FitReader.FilesAsync(db, draft, cancellationToken));
        composition.Reason = message.State == MessageState.Returned
            ? await db.Approvals.Where(row => row.MessageId == messageId && !row.IsYes).OrderByDescending(row => row.Id).Select(row => row.Reason).FirstOrDefaultAsync(cancellationToken)
            : null;
        return composition;
    }

    /// <summary>The message as it is now, after somebody else saved it.</summary>
    internal async Task<Answer<(MessageDraft Draft, MessageState State, Findings Found)>> AgainAsync(Actor actor, long messageId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var read = await ReadAsync(db, actor, messageId, cancellationToken);
        if (read.Refusal is { } refusal)
        {
            return refusal;
        }

        var draft = MessageDraft.Of(read.Value.Message);
        return (draft, read.Value.Message.State, await FitReader.FilesAsync(db, draft, cancellationToken));
    }

    internal async Task LoadSenderAsync(Composition composition, long senderId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await LoadSenderAsync(db, composition, senderId, cancellationToken);
    }

    internal async Task<MediaFile?> FileAsync(long id, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Media.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken);
    }

    internal async Task<IReadOnlyDictionary<string, Contact>> ContactsAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await Findings.ContactsAsync(db, cancellationToken);
    }

    private async Task LoadSenderAsync(PublisherDb db, Composition composition, long senderId, CancellationToken cancellationToken)
    {
        var channels = await db.Channels.AsNoTracking().Where(row => row.SenderId == senderId && row.Health != ChannelHealth.Disconnected)
            .OrderBy(row => row.Id).ToListAsync(cancellationToken);
        var order = platforms.All.Select((platform, place) => (platform.Info.Name, place)).ToDictionary(pair => pair.Name, pair => pair.place);
        composition.Sender = await db.Senders.AsNoTracking().SingleAsync(row => row.Id == senderId, cancellationToken);
        composition.Channels = [.. channels.Where(channel => order.ContainsKey(channel.Platform)).OrderBy(channel => order[channel.Platform])];
        composition.Sets = await db.ChannelSets.AsNoTracking().Where(row => row.SenderId == senderId).OrderBy(row => row.Id).ToListAsync(cancellationToken);
    }

    private async Task<Answer<(Message Message, Rights Rights)>> ReadAsync(PublisherDb db, Actor actor, long messageId, CancellationToken cancellationToken)
    {
        if (await Rights.LoadAsync(db, actor, time.GetUtcNow(), cancellationToken) is not { } rights)
        {
            return Refusal.SignInAgain;
        }

        var message = await db.Messages.AsNoTracking().Include(row => row.Variants).Include(row => row.Channels).Include(row => row.Media).AsSplitQuery()
            .SingleOrDefaultAsync(row => row.Id == messageId, cancellationToken);
        return message is null || !rights.Can(Act.ReadMessages, message.SenderId) ? Refusal.NotFound
            : rights.Can(Act.Draft, message.SenderId) ? (message, rights)
            : Refusal.NotAllowed;
    }

    private static Task<List<Sender>> SendersAsync(PublisherDb db, Rights rights, CancellationToken cancellationToken)
    {
        var allowed = rights.SendersFor(Act.Draft);
        return db.Senders.AsNoTracking().Where(row => allowed == null || allowed.Contains(row.Id)).OrderBy(row => row.Id).ToListAsync(cancellationToken);
    }
}
