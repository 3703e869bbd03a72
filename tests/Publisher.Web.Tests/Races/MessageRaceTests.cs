using Microsoft.EntityFrameworkCore;
using Publisher.Web.Deliveries;
using Publisher.Web.Messages;
using Publisher.Web.Schedule;
using Publisher.Web.Tests.Deliveries;
using Publisher.Web.Tests.Storage;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Races;

/// <summary>Two people and one message, at the same moment, again and again: what is sent is what was approved, once, and whoever comes second is told.</summary>
public sealed class MessageRaceTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    private const int Rounds = 50;

    private static CancellationToken Stop => SendingRoom.Ended;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_two_managers_who_approve_at_once_one_decides_and_the_message_goes_out_once(bool severalMachines)
    {
        await using var race = await OpenAsync(severalMachines, "approve_twice");
        var channel = await race.Room.AddChannelAsync();
        for (var round = 0; round < Rounds; round++)
        {
            var yes = await race.FormAsync(await race.HandInAsync($"Text {round}", channel));

            var (one, other) = await RaceRoom.AtOnceAsync(
                () => race.One.Approvals.ApproveAsync(race.Room.Manager, yes, Stop), () => race.Other.Approvals.ApproveAsync(race.Room.OtherManager, yes, Stop));

            RaceRoom.Loser(one.Refusal, other.Refusal).ShouldBe("look.again");
        }

        await race.IsOutAsync(Enumerable.Range(0, Rounds).Select(round => $"Text {round}"));
        await using var db = await race.Room.ReadAsync();
        (await db.Approvals.CountAsync(Stop)).ShouldBe(Rounds);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_yes_against_a_change_of_the_text_sends_the_text_that_was_read_or_nothing(bool severalMachines)
    {
        await using var race = await OpenAsync(severalMachines, "approve_change");
        var channel = await race.Room.AddChannelAsync();
        var approved = new List<string>();
        for (var round = 0; round < Rounds; round++)
        {
            var draft = await race.HandInAsync($"Read {round}", channel);
            var yes = await race.FormAsync(draft);

            var (manager, officer) = await RaceRoom.AtOnceAsync(
                () => race.One.Approvals.ApproveAsync(race.Room.Manager, yes, Stop), () => race.Other.Messages.WithdrawAsync(race.Room.Officer, draft.Id, draft.Version, Stop));

            RaceRoom.Loser(manager.Refusal, officer.Refusal).ShouldBe("look.again");
            if (manager.Refusal is null)
            {
                approved.Add($"Read {round}");
                continue;
            }

            // Handed in again with other words: the old form is of no use for them either.
            await race.HandInAsync(draft with { Version = officer.Value, LongText = $"Changed {round}" });
            (await race.One.Approvals.ApproveAsync(race.Room.Manager, yes, Stop)).Refusal!.Code.ShouldBe("look.again");
        }

        await race.IsOutAsync(approved);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_yes_against_a_hold_starts_nothing_after_the_hold_that_the_hold_does_not_name(bool severalMachines)
    {
        await using var race = await OpenAsync(severalMachines, "approve_hold");
        var channel = await race.Room.AddChannelAsync();
        for (var round = 0; round < Rounds; round++)
        {
            var yes = await race.FormAsync(await race.HandInAsync($"Text {round}", channel, $"label {round}"));

            var (approved, held) = await RaceRoom.AtOnceAsync(
                () => race.One.Approvals.ApproveAsync(race.Room.Manager, yes, Stop),
                async () =>
                {
                    // Where the yes is committed first, its send meets the hold.
                    await Task.Delay(TimeSpan.FromMilliseconds(round % 25), Stop);
                    return await race.Other.Holds.SetAsync(race.Room.OtherManager, new HoldScope(null, null, $"label {round}"), "Wait", Stop);
                });

            (approved.Refusal, held.Refusal).ShouldBe((null, null));
            await race.HasSettledAsync(yes.MessageId);
            await using (var db = await race.Room.ReadAsync())
            {
                var delivery = await db.Deliveries.AsNoTracking().Include(row => row.Attempts).SingleAsync(row => row.MessageId == yes.MessageId, Stop);
                var sent = delivery.Attempts.Find(attempt => attempt.Code != "fence.old");
                (delivery.State, sent is not null).ShouldBeOneOf((DeliveryState.Published, true), (DeliveryState.Waiting, false));
                (sent?.StartedAt > held.Value!.SetAt).ShouldBeFalse();
                // What was on its way is named to whoever held; what was over or had not begun is not.
                (await race.Room.HoldsAsync()).Single().Started.Count.ShouldBe(sent?.EndedAt >= held.Value.SetAt ? 1 : 0);
            }

            (await race.Other.Holds.LiftAsync(race.Room.Manager, held.Value!.Id, "Go on", Stop)).Refusal.ShouldBeNull();
        }

        await race.IsOutAsync(Enumerable.Range(0, Rounds).Select(round => $"Text {round}"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_cancelled_at_the_due_second_is_not_sent_and_what_is_sent_could_not_be_cancelled(bool severalMachines)
    {
        await using var race = await OpenAsync(severalMachines, "cancel_send");
        var channels = new List<Publisher.Web.Channels.Channel>();
        for (var one = 0; one < 10; one++)
        {
            channels.Add(await race.Room.AddChannelAsync(account: $"account-{one}"));
        }

        var sent = new List<string>();
        for (var round = 0; round < 8; round++)
        {
            var due = TimeProvider.System.GetUtcNow().AddSeconds(1);
            var messages = new List<Message>();
            foreach (var channel in channels)
            {
                messages.Add(await race.Room.ApproveAsync($"Text {round} {channel.AccountId}", due, [channel]));
            }

            var answers = await Task.WhenAll(messages.Select((message, at) => Task.Run(
                async () =>
                {
                    var left = due.AddMilliseconds(at * 3) - TimeProvider.System.GetUtcNow();
                    await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, Stop);
                    return await (at % 2 == 0 ? race.One : race.Other).Desk.CancelAsync(race.Room.Officer, message.Id, null, Stop);
                },
                Stop)));

            answers.ShouldAllBe(answer => answer.Refusal == null || answer.Refusal.Code == "cancel.too.late");
            sent.AddRange(messages.Where((_, at) => answers[at].Refusal is not null).Select(message => message.Title));
        }

        await race.IsOutAsync(sent);
        await using var db = await race.Room.ReadAsync();
        (await db.Deliveries.CountAsync(row => row.State == DeliveryState.Cancelled, Stop)).ShouldBe(80 - sent.Count);
        TestContext.Current.TestOutputHelper!.WriteLine($"{sent.Count} of 80 left before they were cancelled");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_two_tabs_that_save_the_same_message_one_is_told_and_nothing_is_mixed(bool severalMachines)
    {
        await using var race = await OpenAsync(severalMachines, "two_tabs");
        var channel = await race.Room.AddChannelAsync();
        var id = (await race.One.Messages.CreateAsync(race.Room.Officer, race.Room.SenderId, Stop)).Value;
        for (var round = 0; round < Rounds; round++)
        {
            var seen = MessageDraft.Of(await race.MessageAsync(id));
            var (left, right) = (
                seen with { LongText = $"Left {round}", Title = $"Left {round}", Channels = [] },
                seen with { LongText = $"Right {round}", Title = $"Right {round}", Channels = [new DraftChannel(channel.Id, null, new Dictionary<string, string>())] });

            var (one, other) = await RaceRoom.AtOnceAsync(() => race.One.Messages.SaveAsync(race.Room.Officer, left, Stop), () => race.Other.Messages.SaveAsync(race.Room.Officer, right, Stop));

            RaceRoom.Loser(one.Refusal, other.Refusal).ShouldBe("look.again");
            var now = MessageDraft.Of(await race.MessageAsync(id));
            var won = one.Refusal is null ? left : right;
            (now.Version, now.LongText, now.Title, now.Channels.Count).ShouldBe((seen.Version + 1, won.LongText, won.Title, won.Channels.Count));
        }
    }

    [Fact]
    public async Task A_save_that_waits_while_another_machine_saves_twice_takes_neither_back()
    {
        await using var race = await OpenAsync(severalMachines: true, "overtaken");
        var id = (await race.One.Messages.CreateAsync(race.Room.Officer, race.Room.SenderId, Stop)).Value;
        var seen = MessageDraft.Of(await race.MessageAsync(id));
        await using var other = await race.Room.ReadAsync();
        await using var saving = await other.Database.BeginTransactionAsync(Stop);
        await other.Messages.Where(row => row.Id == id).ExecuteUpdateAsync(set => set.SetProperty(row => row.Version, row => row.Version + 2).SetProperty(row => row.LongText, "Theirs"), Stop);

        // It has read the version that was on its screen, and stands before the row.
        var late = race.One.Messages.SaveAsync(race.Room.Officer, seen with { LongText = "Late" }, Stop);
        await SendingRoom.UntilAsync(async () =>
        {
            await using var db = await race.Room.ReadAsync();
            return await db.Database.SqlQuery<int>($"""SELECT COUNT(*)::int AS "Value" FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'""").SingleAsync(Stop) == 1;
        });
        await saving.CommitAsync(Stop);

        (await late).Refusal!.Code.ShouldBe("look.again");
        var now = await race.MessageAsync(id);
        (now.Version, now.LongText).ShouldBe((seen.Version + 2, "Theirs"));
    }

    private Task<RaceRoom> OpenAsync(bool severalMachines, string database) => RaceRoom.OpenAsync(severalMachines ? postgres.Database(database) : null);
}
