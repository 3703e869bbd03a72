using Microsoft.EntityFrameworkCore;
using Publisher.Platforms;
using Publisher.Web.Deliveries;
using Publisher.Web.Schedule;
using Publisher.Web.Storage;
using Publisher.Web.Tests.Deliveries;
using Publisher.Web.Tests.Storage;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Races;

/// <summary>Decisions that can't be taken back, pressed twice or by two at once: each happens once, is logged once, and the second is told.</summary>
public sealed class DeliveryRaceTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    private const int Rounds = 10;

    private static CancellationToken Stop => SendingRoom.Ended;

    public static TheoryData<bool, string, DeliveryState, string, string> Buttons()
    {
        var data = new TheoryData<bool, string, DeliveryState, string, string>();
        foreach (var severalMachines in new[] { false, true })
        {
            data.Add(severalMachines, "cancel", DeliveryState.Waiting, "delivery.cancelled", "cancel.too.late");
            data.Add(severalMachines, "it is there", DeliveryState.CannotTell, "delivery.found.by.person", "look.again");
            data.Add(severalMachines, "it is not there", DeliveryState.CannotTell, "delivery.absent.by.person", "look.again");
            data.Add(severalMachines, "out by hand", DeliveryState.Missed, "delivery.by.hand", "look.again");
            data.Add(severalMachines, "leave the thread", DeliveryState.PartlyOut, "delivery.left", "look.again");
            data.Add(severalMachines, "retract", DeliveryState.Published, "delivery.retracting", "look.again");
            data.Add(severalMachines, "send after all", DeliveryState.Missed, "delivery.sent.after.all", "look.again");
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Buttons))]
    public async Task A_button_that_is_pressed_twice_acts_once(bool severalMachines, string button, DeliveryState state, string action, string refused)
    {
        await using var race = await OpenAsync(severalMachines, $"twice_{button.Replace(' ', '_')}");
        var retracted = 0;
        race.Room.Platform.Retract = _ =>
        {
            Interlocked.Increment(ref retracted);
            return RetractResult.Gone;
        };
        foreach (var delivery in await DeliveriesAsync(race, state))
        {
            var (one, other) = await RaceRoom.AtOnceAsync(() => PressAsync(race.One, race.Room, button, delivery), () => PressAsync(race.Other, race.Room, button, delivery));

            // Cancelling what is cancelled is as late as cancelling what was sent.
            RaceRoom.Loser(one, other).ShouldBe(refused);
        }

        await SendingRoom.UntilAsync(async () =>
        {
            await using var waiting = await race.Room.ReadAsync();
            return !await waiting.Deliveries.AnyAsync(row => row.State == DeliveryState.Retracting || (button == "send after all" && row.State != DeliveryState.Published), Stop);
        });
        await using var db = await race.Room.ReadAsync();
        (await db.Log.CountAsync(entry => entry.Action == action, Stop)).ShouldBe(Rounds);
        retracted.ShouldBe(button == "retract" ? Rounds : 0);
        race.Room.Platform.Calls.Count.ShouldBe(button == "send after all" ? Rounds : 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_a_thread_that_one_continues_and_another_retracts_at_once_only_one_happens(bool severalMachines)
    {
        await using var race = await OpenAsync(severalMachines, "retract_continue");
        var deliveries = await DeliveriesAsync(race, DeliveryState.PartlyOut, dueIn: TimeSpan.FromSeconds(2));
        await SendingRoom.UntilAsync(() => Task.FromResult(TimeProvider.System.GetUtcNow() > deliveries[0].Due));
        foreach (var delivery in deliveries)
        {
            // The second part's call does not end before both have decided.
            var decided = new TaskCompletionSource();
            race.Room.Platform.Pause = () => decided.Task;

            var (continued, retracted) = await RaceRoom.AtOnceAsync(
                () => race.One.Desk.ContinueThreadAsync(race.Room.Manager, delivery.Id, Stop), () => race.Other.Desk.RetractAsync(race.Room.OtherManager, delivery.Id, "Wrong", Stop));

            decided.SetResult();
            RaceRoom.Loser(continued.Refusal, retracted.Refusal).ShouldBe("look.again");
            var ended = continued.Refusal is null ? DeliveryState.Published : DeliveryState.Retracted;
            await SendingRoom.UntilAsync(async () => await StateAsync(race, delivery.Id) == ended);
        }

        await using var db = await race.Room.ReadAsync();
        race.Room.Platform.Calls.Count.ShouldBe(await db.Deliveries.CountAsync(row => row.State == DeliveryState.Published, Stop));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_one_closes_by_hand_while_it_is_sent_is_out_once(bool severalMachines)
    {
        await using var race = await OpenAsync(severalMachines, "by_hand_send");
        var deliveries = await DeliveriesAsync(race, DeliveryState.Waiting, dueIn: TimeSpan.FromSeconds(2));

        var answers = await Task.WhenAll(deliveries.Select((delivery, at) => Task.Run(
            async () =>
            {
                var left = delivery.Due.AddMilliseconds(at * 4) - TimeProvider.System.GetUtcNow();
                await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, Stop);
                return await race.Other.Desk.CloseByHandAsync(race.Room.Officer, delivery.Id, $"https://one.example/posts/{1000 + at}", "By phone", Stop);
            },
            Stop)));

        answers.ShouldAllBe(answer => answer.Refusal == null || answer.Refusal.Code == "sending.now" || answer.Refusal.Code == "look.again");
        var byHand = deliveries.Where((_, at) => answers[at].Refusal is null).Select(delivery => delivery.Id).ToList();
        await SendingRoom.UntilAsync(async () =>
        {
            await using var db = await race.Room.ReadAsync();
            return await db.Deliveries.AllAsync(row => row.State == (byHand.Contains(row.Id) ? DeliveryState.OutByHand : DeliveryState.Published), Stop);
        });
        race.Room.Platform.Calls.Count.ShouldBe(Rounds - byHand.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_hold_that_is_set_twice_is_one_and_lifting_it_twice_lifts_it_once(bool severalMachines)
    {
        await using var race = await OpenAsync(severalMachines, "hold_twice");
        for (var round = 0; round < Rounds; round++)
        {
            var scope = new HoldScope(null, null, $"label {round}");
            var (one, other) = await RaceRoom.AtOnceAsync(
                () => race.One.Holds.SetAsync(race.Room.Manager, scope, "Wait", Stop), () => race.Other.Holds.SetAsync(race.Room.Manager, scope, "Wait", Stop));

            (one.Refusal, other.Refusal).ShouldBe((null, null));
            one.Value!.Id.ShouldBe(other.Value!.Id);
            var (lifted, again) = await RaceRoom.AtOnceAsync(
                () => race.One.Holds.LiftAsync(race.Room.Manager, one.Value.Id, "Go on", Stop), () => race.Other.Holds.LiftAsync(race.Room.OtherManager, one.Value.Id, "Go on", Stop));
            RaceRoom.Loser(lifted.Refusal, again.Refusal).ShouldBe("look.again");
        }

        await using var db = await race.Room.ReadAsync();
        (await db.Log.CountAsync(entry => entry.Action == "hold.set", Stop)).ShouldBe(Rounds);
        (await db.Log.CountAsync(entry => entry.Action == "hold.lifted", Stop)).ShouldBe(Rounds);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_message_that_is_handed_in_twice_or_corrected_by_two_at_once_becomes_one_review_and_one_correction(bool severalMachines)
    {
        await using var race = await OpenAsync(severalMachines, "submit_twice");
        var channel = await race.Room.AddChannelAsync();
        for (var round = 0; round < Rounds; round++)
        {
            var draft = await race.HandInAsync($"Text {round}", channel);
            var version = (await race.One.Messages.WithdrawAsync(race.Room.Officer, draft.Id, draft.Version, Stop)).Value;
            var (one, other) = await RaceRoom.AtOnceAsync(
                () => race.One.Messages.SubmitAsync(race.Room.Officer, draft.Id, version, Stop), () => race.Other.Messages.SubmitAsync(race.Room.Officer, draft.Id, version, Stop));
            RaceRoom.Loser(one.Refusal, other.Refusal).ShouldBe("look.again");

            (await race.One.Approvals.ApproveAsync(race.Room.Manager, await race.FormAsync(draft), Stop)).Refusal.ShouldBeNull();
            await race.HasSettledAsync(draft.Id);
            var (begun, same) = await RaceRoom.AtOnceAsync(
                () => race.One.Desk.CorrectAsync(race.Room.Officer, draft.Id, Stop), () => race.Other.Desk.CorrectAsync(race.Room.Manager, draft.Id, Stop));
            (begun.Refusal, same.Refusal).ShouldBe((null, null));
            begun.Value.ShouldBe(same.Value);
        }

        await race.IsOutAsync(Enumerable.Range(0, Rounds).Select(round => $"Text {round}"));
        await using var db = await race.Room.ReadAsync();
        (await db.Submissions.CountAsync(Stop)).ShouldBe(2 * Rounds);
        (await db.Messages.CountAsync(row => row.CorrectsMessageId != null, Stop)).ShouldBe(Rounds);
    }

    private static async Task<Refusal?> PressAsync(SendingRoom.Process machine, SendingRoom room, string button, Delivery delivery) => button switch
    {
        "cancel" => (await machine.Desk.CancelAsync(room.Officer, delivery.MessageId, delivery.Id, Stop)).Refusal,
        "it is there" => (await machine.Desk.DecideThereAsync(room.Manager, delivery.Id, "https://one.example/posts/77", Stop)).Refusal,
        "it is not there" => (await machine.Desk.DecideNotThereAsync(room.Manager, delivery.Id, Stop)).Refusal,
        "out by hand" => (await machine.Desk.CloseByHandAsync(room.Officer, delivery.Id, "https://one.example/posts/77", "", Stop)).Refusal,
        "leave the thread" => (await machine.Desk.LeaveThreadAsync(room.Manager, delivery.Id, Stop)).Refusal,
        "retract" => (await machine.Desk.RetractAsync(room.Manager, delivery.Id, "Wrong", Stop)).Refusal,
        "send after all" => (await machine.Desk.SendAfterAllAsync(room.OtherManager, delivery.Id, null, Stop)).Refusal,
        _ => throw new ArgumentException(button, nameof(button)),
    };

    /// <summary>One delivery on each of ten channels, in this state, and nobody's turn but a person's.</summary>
    private static async Task<List<Delivery>> DeliveriesAsync(RaceRoom race, DeliveryState state, TimeSpan? dueIn = null)
    {
        var channels = new List<Publisher.Web.Channels.Channel>();
        for (var one = 0; one < Rounds; one++)
        {
            channels.Add(await race.Room.AddChannelAsync(account: $"account-{one}"));
        }

        // Planned for later, so that no machine touches them before they are in the state that is wanted.
        var later = TimeProvider.System.GetUtcNow() + (dueIn ?? TimeSpan.FromHours(1));
        var message = await race.Room.ApproveAsync(state is DeliveryState.PartlyOut ? "One\n---\nTwo" : "Hello", later, channels);
        await using var db = await race.Room.ReadAsync();
        if (state is not DeliveryState.Waiting)
        {
            await db.Deliveries.ExecuteUpdateAsync(set => set.SetProperty(row => row.State, state).SetProperty(row => row.NextAt, (DateTimeOffset?)null), Stop);
        }

        if (state is DeliveryState.PartlyOut or DeliveryState.Published)
        {
            await db.DeliveryParts.Where(part => part.Number == 1)
                .ExecuteUpdateAsync(set => set.SetProperty(part => part.PublishedAt, later).SetProperty(part => part.RemoteId, part => "remote"), Stop);
        }

        return await db.Deliveries.AsNoTracking().Where(row => row.MessageId == message.Id).OrderBy(row => row.Id).ToListAsync(Stop);
    }

    private static async Task<DeliveryState> StateAsync(RaceRoom race, long deliveryId)
    {
        await using var db = await race.Room.ReadAsync();
        return await db.Deliveries.Where(row => row.Id == deliveryId).Select(row => row.State).SingleAsync(Stop);
    }

    private Task<RaceRoom> OpenAsync(bool severalMachines, string database) => RaceRoom.OpenAsync(severalMachines ? postgres.Database(database) : null);
}
