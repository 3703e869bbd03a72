using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Publisher.Platforms;
using Publisher.Web.Approvals;
using Publisher.Web.Channels;
using Publisher.Web.Deliveries;
using Publisher.Web.Messages;
using Publisher.Web.Storage;
using Publisher.Web.Tests.Messages;
using Shouldly;

namespace Publisher.Web.Tests.Deliveries;

/// <summary>A message with a typo that is out on two platforms: "one" edits in place, "two" has threads and no edits.</summary>
internal sealed class CorrectionRoom : IAsyncDisposable
{
    public const string Typo = "The centre opens on Mnday.";
    public const string Right = "The centre opens on Monday.";
    public const string FollowUp = "Correction: it opens on Monday.";

    private CorrectionRoom(SendingRoom room, Channel editing, Channel answering, Message original)
    {
        Room = room;
        Editing = editing;
        Answering = answering;
        Original = original;
    }

    public SendingRoom Room { get; }

    public Channel Editing { get; }

    public Channel Answering { get; }

    public Message Original { get; }

    public CorrectingPlatform One => (CorrectingPlatform)Room.Platforms[0];

    public ScriptedPlatform Two => Room.Platforms[1];

    public static async Task<CorrectionRoom> OpenAsync(string text = Typo)
    {
        var room = await SendingRoom.OpenAsync(new CorrectingPlatform("one"), new ScriptedPlatform("two"));
        var (editing, answering) = (await room.AddChannelAsync("one"), await room.AddChannelAsync("two"));
        var original = await room.ApproveAsync(text, SendingRoom.Nine, [editing, answering]);
        await room.SqlAsync($"INSERT INTO MessageChannel (MessageId, ChannelId, Options) VALUES ({original.Id}, {editing.Id}, '{{}}'), ({original.Id}, {answering.Id}, '{{}}')");
        await room.WorkAsync();
        return new CorrectionRoom(room, editing, answering, original);
    }

    /// <summary>Begun by the officer.</summary>
    public async Task<Message> BeginAsync()
    {
        var begun = await Room.First.Desk.CorrectAsync(Room.Officer, Original.Id, SendingRoom.Ended);
        begun.Refusal.ShouldBeNull();
        return await MessageAsync(begun.Value);
    }

    public async Task<Message> MessageAsync(long id)
    {
        await using var db = await Room.ReadAsync();
        return await db.Messages.AsNoTracking().AsSplitQuery().Include(row => row.Variants).Include(row => row.Channels).Include(row => row.Contributors).SingleAsync(row => row.Id == id, SendingRoom.Ended);
    }

    /// <summary>Begun, written, approved by the manager, and planned for this time.</summary>
    public async Task<Message> CorrectAsync(string text = Right, DateTimeOffset? due = null)
    {
        var message = await BeginAsync();
        await using var db = await Room.ReadAsync();
        var now = Room.Time.GetUtcNow();
        var built = await BuildAsync(message, text);
        var tracked = await db.Messages.SingleAsync(row => row.Id == message.Id, SendingRoom.Ended);
        (tracked.LongText, tracked.FollowUp, tracked.State, tracked.Revision) = (text, FollowUp, MessageState.Approved, 1);
        db.Submissions.Add(new Submission
        {
            MessageId = message.Id, Revision = 1, SubmittedBy = Room.Officer.PersonId, SubmittedAt = now, Grace = message.Grace, Policy = ApprovalPolicy.Default, Contributors = [Room.Officer.PersonId],
        });
        var frozen = built.Where(post => !post.IsLeftOut).Select(post =>
        {
            var bytes = Seal.Freeze(post.Post, "salt");
            return new FrozenPost { MessageId = message.Id, Revision = 1, ChannelId = post.Channel.Id, Seal = Seal.Of(bytes), Format = Seal.Format, Bytes = bytes };
        }).ToList();
        db.FrozenPosts.AddRange(frozen);
        var approval = Room.Approve(message, Room.Manager, due ?? now, [.. frozen.Select(post => new ApprovedSeal(post.ChannelId, post.Seal))], now);
        db.Approvals.Add(approval);
        await db.SaveChangesAsync(SendingRoom.Ended);
        db.Deliveries.AddRange(frozen.Select(post => Delivery.Of(message, approval, post, post.ChannelId == Editing.Id ? One : Two, now)));
        await db.SaveChangesAsync(SendingRoom.Ended);
        return message;
    }

    public async Task<IReadOnlyList<BuiltPost>> BuildAsync(Message message, string text)
    {
        await using var db = await Room.ReadAsync();
        var draft = MessageDraft.Of(message) with { LongText = text, FollowUp = FollowUp };
        var builder = new PostBuilder(Room.First.Services.GetRequiredService<PlatformList>(), new KeptFiles());
        return builder.Build(draft, [Editing, Answering], await FitReader.FilesAsync(db, draft, SendingRoom.Ended));
    }

    /// <summary>What the page of the first message shows.</summary>
    public async Task<MessageStory> StoryAsync()
    {
        var services = Room.First.Services;
        var reader = new MessageReader(services.GetRequiredService<IDbContextFactory<PublisherDb>>(), services.GetRequiredService<PlatformList>(), Room.Time);
        return (await reader.ReadAsync(Room.Officer, Original.Id, SendingRoom.Ended)).Value!;
    }

    public ValueTask DisposeAsync() => Room.DisposeAsync();
}
