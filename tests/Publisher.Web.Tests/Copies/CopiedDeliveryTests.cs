using Microsoft.EntityFrameworkCore;
using Publisher.Platforms;
using Publisher.Web.Deliveries;
using Publisher.Web.Storage;
using Publisher.Web.Tests.Deliveries;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Copies;

/// <summary>What a copy does with the deliveries it has, once a manager says that the original is off.</summary>
public sealed class CopiedDeliveryTests
{
    private static readonly DateTimeOffset Nine = SendingRoom.Nine;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task What_the_original_sent_meanwhile_is_found_and_not_sent_again()
    {
        await using var room = await SendingRoom.OpenAsync();
        var message = await room.ApproveAsync("Hello", Nine, [await room.AddChannelAsync()]);
        await StoodStillAsync(room, from: Nine - Minute, over: 2 * Minute);
        Shown(room, "Hello");

        await room.GoOnAsync();
        await room.WorkUntilAsync(9 * Minute);

        room.Platform.Calls.ShouldBeEmpty();
        var delivery = await room.DeliveryAsync(message);
        delivery.State.ShouldBe(DeliveryState.Published);
        delivery.Parts[0].RemoteId.ShouldBe("one-1");
        (await room.LoggedAsync(message)).ShouldContain("delivery.unclear");
    }

    [Fact]
    public async Task What_the_original_did_not_send_goes_out_once_when_looking_has_shown_that()
    {
        await using var room = await SendingRoom.OpenAsync();
        var message = await room.ApproveAsync("Hello", Nine, [await room.AddChannelAsync()]);
        await StoodStillAsync(room, from: Nine - Minute, over: 2 * Minute);

        await room.GoOnAsync();
        await room.WorkUntilAsync(4 * Minute);
        room.Platform.Calls.ShouldBeEmpty();
        await room.WorkUntilAsync(9 * Minute);

        room.Platform.Calls.Count.ShouldBe(1);
        (await room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.Published);
    }

    [Fact]
    public async Task What_was_not_sent_and_is_over_meanwhile_is_missed()
    {
        await using var room = await SendingRoom.OpenAsync();
        var message = await room.ApproveAsync("Hello", Nine, [await room.AddChannelAsync()]);
        await StoodStillAsync(room, from: Nine - Minute, over: 25 * Minute);

        await room.GoOnAsync();
        await room.WorkUntilAsync(60 * Minute);

        room.Platform.Calls.ShouldBeEmpty();
        (await room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.Missed);
    }

    [Fact]
    public async Task What_was_over_before_the_copy_is_missed_without_a_look()
    {
        await using var room = await SendingRoom.OpenAsync();
        var message = await room.ApproveAsync("Hello", Nine, [await room.AddChannelAsync()]);
        await StoodStillAsync(room, from: Nine + (20 * Minute), over: 25 * Minute);

        await room.GoOnAsync();

        (await room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.Missed);
        room.Platform.Recalls.ShouldBe(0);
    }

    [Fact]
    public async Task What_is_not_due_yet_goes_out_at_its_time_without_a_look()
    {
        await using var room = await SendingRoom.OpenAsync();
        var message = await room.ApproveAsync("Hello", Nine + (5 * Minute), [await room.AddChannelAsync()]);
        await StoodStillAsync(room, from: Nine - Minute, over: 2 * Minute);

        await room.GoOnAsync();
        await room.WorkUntilAsync(4 * Minute);
        room.Platform.Calls.ShouldBeEmpty();
        await room.WorkUntilAsync(5 * Minute);

        room.Platform.Calls.Count.ShouldBe(1);
        room.Platform.Recalls.ShouldBe(0);
        (await room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.Published);
    }

    [Fact]
    public async Task Where_looking_cannot_tell_a_person_decides()
    {
        await using var room = await SendingRoom.OpenAsync();
        room.Platform.Recall = _ => new RecallResult { IsComplete = false };
        // Also where the platform would have borne a repeat of what this installation itself had tried.
        var message = await room.ApproveAsync("Hello", Nine, [await room.AddChannelAsync(repeatSafeFor: TimeSpan.FromDays(100))]);
        await StoodStillAsync(room, from: Nine - Minute, over: 2 * Minute);

        await room.GoOnAsync();
        await room.WorkUntilAsync(9 * Minute);

        (await room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.CannotTell);
        room.Platform.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_part_of_a_thread_is_looked_for_until_one_is_not_there()
    {
        await using var room = await SendingRoom.OpenAsync();
        var message = await room.ApproveAsync("One\n---\nTwo\n---\nThree\n---\nFour", Nine, [await room.AddChannelAsync()]);
        // The copy was made between two parts; the original went on for one more.
        foreach (var text in new[] { "One", "Two" })
        {
            Shown(room, text);
        }

        await room.SqlAsync($"UPDATE Deliveries SET State = 'Sending', Lease = 1, Owner = {Guid.NewGuid()}, LeaseEnd = {Nine.UtcTicks}, NextAt = {Nine.UtcTicks} WHERE MessageId = {message.Id}");
        await room.SqlAsync($"UPDATE DeliveryParts SET PublishedAt = {Nine.UtcTicks}, RemoteId = 'one-1' WHERE Number = 1");
        await StoodStillAsync(room, from: Nine, over: Minute);

        await room.GoOnAsync();
        await room.WorkUntilAsync(9 * Minute);

        room.Platform.Calls.Select(call => call.Part.Text).ShouldBe(["Three", "Four"]);
        room.Platform.Timeline.Count.ShouldBe(4);
        (await room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.Published);
    }

    [Fact]
    public async Task An_attempt_that_was_open_when_it_was_copied_is_looked_for_from_its_start()
    {
        await using var room = await SendingRoom.OpenAsync();
        var message = await room.ApproveAsync("Hello", Nine, [await room.AddChannelAsync()]);
        await room.SqlAsync($"UPDATE Deliveries SET State = 'Sending', Lease = 1 WHERE MessageId = {message.Id}");
        await room.SqlAsync($"INSERT INTO Attempts (DeliveryId, Part, Number, Lease, StartedAt, Code, Answer) SELECT Id, 1, 1, 1, {Nine.UtcTicks}, '', '' FROM Deliveries");
        await StoodStillAsync(room, from: Nine.AddSeconds(3), over: Minute);

        await room.GoOnAsync();

        var delivery = await room.DeliveryAsync(message);
        delivery.State.ShouldBe(DeliveryState.Unclear);
        delivery.Parts[0].UnclearSince.ShouldBe(Nine);
        delivery.Attempts.ShouldHaveSingleItem().Outcome.ShouldBe(Outcome.Unclear);
    }

    [Theory]
    [InlineData(true, DeliveryState.Published)]
    [InlineData(false, DeliveryState.CannotTell)]
    public async Task What_the_platform_gave_up_after_the_copy_is_looked_for_because_the_original_may_have_brought_it_anew(bool isShown, DeliveryState state)
    {
        await using var room = await SendingRoom.OpenAsync();
        room.Platform.Next(PublishResult.Processing("ticket", TimeSpan.FromMinutes(5)));
        var message = await room.ApproveAsync("Hello", Nine, [await room.AddChannelAsync()]);
        await room.WorkUntilAsync(TimeSpan.Zero);
        room.Platform.Ask = () => PublishResult.NotNow(Codes.MediaGone);
        room.Platform.Recall = isShown ? null : _ => new RecallResult { IsComplete = false };
        await room.StandStillAsync(Nine.AddSeconds(1));
        if (isShown)
        {
            Shown(room, "Hello");
        }

        await room.GoOnAsync();
        await room.WorkUntilAsync(9 * Minute);

        room.Platform.Calls.Count.ShouldBe(1);
        (await room.DeliveryAsync(message)).State.ShouldBe(state);
    }

    [Fact]
    public async Task What_is_sent_after_all_is_looked_for_first()
    {
        await using var room = await SendingRoom.OpenAsync();
        var message = await room.ApproveAsync("Hello", Nine, [await room.AddChannelAsync()]);
        await room.SqlAsync($"UPDATE Deliveries SET State = 'Missed', NextAt = NULL WHERE MessageId = {message.Id}");
        await StoodStillAsync(room, from: Nine + (20 * Minute), over: 25 * Minute);
        // As a manager over there had decided.
        Shown(room, "Hello");
        await room.GoOnAsync();

        (await room.First.Desk.SendAfterAllAsync(room.Manager, (await room.DeliveryAsync(message)).Id, null, SendingRoom.Ended)).Refusal.ShouldBeNull();
        await room.WorkUntilAsync(60 * Minute);

        room.Platform.Calls.ShouldBeEmpty();
        (await room.DeliveryAsync(message)).Parts[0].RemoteId.ShouldBe("one-1");
    }

    [Fact]
    public async Task What_the_copy_itself_misses_and_is_sent_after_all_is_looked_for_first()
    {
        await using var room = await SendingRoom.OpenAsync();
        var message = await room.ApproveAsync("Hello", Nine, [await room.AddChannelAsync()]);
        // The original was off over the deadline, was copied, started again, missed it as well, and a manager over there sent it after all.
        await StoodStillAsync(room, from: Nine + (20 * Minute), over: 25 * Minute);
        Shown(room, "Hello");
        await room.GoOnAsync();

        (await room.First.Desk.SendAfterAllAsync(room.Manager, (await room.DeliveryAsync(message)).Id, null, SendingRoom.Ended)).Refusal.ShouldBeNull();
        await room.WorkUntilAsync(60 * Minute);

        room.Platform.Calls.ShouldBeEmpty();
        (await room.DeliveryAsync(message)).Parts[0].RemoteId.ShouldBe("one-1");
    }

    [Fact]
    public async Task What_is_approved_in_the_copy_and_was_written_before_it_is_looked_for_and_then_keeps_its_time()
    {
        await using var room = await SendingRoom.OpenAsync();
        var channel = await room.AddChannelAsync();
        var sent = await room.ApproveAsync("Sent over there", Nine + (10 * Minute), [channel], isPlanned: false);
        var open = await room.ApproveAsync("Not sent", Nine + (10 * Minute), [channel], isPlanned: false);
        await StoodStillAsync(room, from: Nine + Minute, over: 2 * Minute);
        Shown(room, "Sent over there");
        await room.GoOnAsync();

        await room.SweepAsync();
        await room.WorkUntilAsync(9 * Minute);
        room.Platform.Calls.ShouldBeEmpty();
        await room.WorkUntilAsync(10 * Minute);

        (await room.DeliveryAsync(sent)).Parts[0].RemoteId.ShouldBe("one-1");
        (await room.DeliveryAsync(open)).State.ShouldBe(DeliveryState.Published);
        room.Platform.Calls.ShouldHaveSingleItem().Part.Text.ShouldBe("Not sent");
    }

    [Fact]
    public async Task Only_a_manager_ends_it_with_a_reason_and_the_word_that_the_other_one_is_off()
    {
        await using var room = await SendingRoom.OpenAsync();
        await StoodStillAsync(room, from: Nine, over: Minute);
        var desk = CopyRoom.DeskOf(room);

        (await desk.EndAsync(room.Officer, isOff: true, "It is off", SendingRoom.Ended)).ShouldBe(Refusal.NotAllowed);
        (await desk.EndAsync(room.Manager, isOff: false, "It is off", SendingRoom.Ended))!.Code.ShouldBe("original.not.off");
        (await desk.EndAsync(room.Manager, isOff: true, " ", SendingRoom.Ended))!.Code.ShouldBe("reason.missing");
        (await desk.EndAsync(room.Manager, isOff: true, "It is off", SendingRoom.Ended)).ShouldBeNull();
        (await desk.EndAsync(room.Manager, isOff: true, "It is off", SendingRoom.Ended)).ShouldBe(Refusal.LookAgain);

        await using var db = await room.ReadAsync();
        var entry = await db.Log.SingleAsync(row => row.Action == "copy.ended", SendingRoom.Ended);
        entry.PersonId.ShouldBe(room.Manager.PersonId);
        (await db.LogTexts.SingleAsync(text => text.EntryId == entry.Id, SendingRoom.Ended)).Text.ShouldBe("It is off");
    }

    private static async Task StoodStillAsync(SendingRoom room, DateTimeOffset from, TimeSpan over)
    {
        await room.StandStillAsync(from);
        room.Time.Advance(over);
        await room.SweepAsync();
        await room.First.FanOut.SettleAsync();
        room.Platform.Calls.ShouldBeEmpty();
        room.Platform.Recalls.ShouldBe(0);
    }

    private static void Shown(SendingRoom room, string text) => room.Platform.Show(new Part { Number = 1, Text = text, Language = "en" });
}
