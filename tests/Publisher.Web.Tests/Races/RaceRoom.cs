using Microsoft.EntityFrameworkCore;
using Publisher.Web.Approvals;
using Publisher.Web.Channels;
using Publisher.Web.Deliveries;
using Publisher.Web.Messages;
using Publisher.Web.Storage;
using Publisher.Web.Tests.Deliveries;
using Shouldly;

namespace Publisher.Web.Tests.Races;

/// <summary>An office where two do something at the same moment: in one process on SQLite, or on two machines with one PostgreSQL database. Both send.</summary>
internal sealed class RaceRoom : IAsyncDisposable
{
    private RaceRoom(SendingRoom room, SendingRoom.Process other) => (Room, Other) = (room, other);

    public SendingRoom Room { get; }

    public SendingRoom.Process One => Room.First;

    /// <summary>The second machine; on SQLite there is one.</summary>
    public SendingRoom.Process Other { get; }

    private static CancellationToken Stop => SendingRoom.Ended;

    /// <param name="postgres">Null for SQLite.</param>
    public static async Task<RaceRoom> OpenAsync(string? postgres)
    {
        var room = postgres is null ? await SendingRoom.OpenAsync(isLive: true) : await SendingRoom.OpenOnAsync(postgres);
        return new RaceRoom(room, postgres is null ? room.First : await room.StartProcessAsync());
    }

    /// <summary>Both begin at once, each on a thread of its own.</summary>
    public static async Task<(TOne One, TOther Other)> AtOnceAsync<TOne, TOther>(Func<Task<TOne>> one, Func<Task<TOther>> other)
    {
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (first, second) = (BeginAsync(one), BeginAsync(other));
        start.SetResult();
        return (await first, await second);

        Task<T> BeginAsync<T>(Func<Task<T>> act) => Task.Run(
            async () =>
            {
                await start.Task;
                return await act();
            },
            Stop);
    }

    /// <summary>Exactly one of the two got what they wanted; the code of the sentence the other reads.</summary>
    public static string Loser(Refusal? one, Refusal? other)
    {
        new[] { one, other }.Count(refusal => refusal is null).ShouldBe(1, $"{one?.Code ?? "yes"} and {other?.Code ?? "yes"}");
        return (one ?? other)!.Code;
    }

    /// <summary>A message as an officer writes it and hands it in, to go out as soon as it is approved.</summary>
    public async Task<MessageDraft> HandInAsync(string text, Channel channel, string label = "")
    {
        var id = (await One.Messages.CreateAsync(Room.Officer, Room.SenderId, Stop)).Value;
        var draft = MessageDraft.Of(await MessageAsync(id)) with
        {
            LongText = text,
            Label = label,
            ProposedDue = null,
            Channels = [new DraftChannel(channel.Id, null, new Dictionary<string, string>())],
        };
        return await HandInAsync(draft);
    }

    public async Task<MessageDraft> HandInAsync(MessageDraft draft)
    {
        var saved = await One.Messages.SaveAsync(Room.Officer, draft, Stop);
        saved.Refusal.ShouldBeNull();
        (await One.Messages.SubmitAsync(Room.Officer, draft.Id, saved.Value, Stop)).Refusal.ShouldBeNull();
        return draft with { Version = saved.Value + 1 };
    }

    /// <summary>The form that a manager has on the screen.</summary>
    public async Task<Yes> FormAsync(MessageDraft draft)
    {
        var message = await MessageAsync(draft.Id);
        return new Yes(message.Id, message.Version, message.Revision, [.. draft.Channels.Select(channel => channel.ChannelId)], WhenChoice.AsProposed);
    }

    public async Task<Message> MessageAsync(long id)
    {
        await using var db = await Room.ReadAsync();
        return await db.Messages.AsNoTracking().Include(row => row.Variants).Include(row => row.Channels).Include(row => row.Media).Include(row => row.Contributors)
            .SingleAsync(row => row.Id == id, Stop);
    }

    /// <summary>Waits until this message is out or held.</summary>
    public Task HasSettledAsync(long messageId) => SendingRoom.UntilAsync(async () =>
    {
        await using var db = await Room.ReadAsync();
        return await db.Deliveries.AllAsync(
            row => row.MessageId != messageId || row.State == DeliveryState.Published || (row.State == DeliveryState.Waiting && row.Code == Delivery.Held), Stop);
    });

    /// <summary>Waits until nothing is on its way, and compares what readers see with what they are to see: these texts, each once.</summary>
    public async Task IsOutAsync(IEnumerable<string> texts)
    {
        await SendingRoom.UntilAsync(async () =>
        {
            await using var db = await Room.ReadAsync();
            var now = TimeProvider.System.GetUtcNow();
            return !await db.Deliveries.AnyAsync(row => row.State == DeliveryState.Sending || (row.State == DeliveryState.Waiting && row.NextAt <= now.AddMinutes(1)), Stop);
        });
        Room.Platform.Timeline.Select(shown => shown.Text).Order(StringComparer.Ordinal).ShouldBe(texts.Order(StringComparer.Ordinal));
        Room.Platform.Calls.Count.ShouldBe(Room.Platform.Timeline.Count);
    }

    public ValueTask DisposeAsync() => Room.DisposeAsync();
}
