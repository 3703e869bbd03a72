using Microsoft.EntityFrameworkCore;
using Publisher.Platforms;
using Publisher.Web.Deliveries;
using Publisher.Web.Messages;
using Publisher.Web.Schedule;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Deliveries;

public sealed class GateTests
{
    private static readonly DateTimeOffset Nine = SendingRoom.Nine;

    [Fact]
    public async Task Nothing_is_started_under_a_hold_and_lifting_it_sends_at_once()
    {
        await using var room = await SendingRoom.OpenAsync();
        var message = await room.ApproveAsync("Hello", Nine, [await room.AddChannelAsync()]);
        var hold = (await room.First.Holds.SetAsync(room.Manager, new HoldScope(null, null, null), "Wrong figures", SendingRoom.Ended)).Value!;

        await room.WorkUntilAsync(TimeSpan.FromMinutes(2));
        room.Platform.Calls.ShouldBeEmpty();
        (await room.DeliveryAsync(message)).Code.ShouldBe(Delivery.Held);
        (await room.First.Holds.LiftAsync(room.Officer, hold.Id, "Fine again", SendingRoom.Ended)).Refusal!.Code.ShouldBe("not.allowed");
        (await room.First.Holds.LiftAsync(room.Manager, hold.Id, "Fine again", SendingRoom.Ended)).Refusal.ShouldBeNull();
        await room.WorkAsync();

        room.Platform.Timeline.Count.ShouldBe(1);
        (await room.LoggedAsync(message)).ShouldBe(["delivery.held", "delivery.resumed", "delivery.started", "delivery.published"]);
    }

    [Fact]
    public async Task What_is_held_past_its_deadline_is_missed_and_does_not_go_out_when_the_hold_is_lifted()
    {
        await using var room = await SendingRoom.OpenAsync();
        var message = await room.ApproveAsync("Hello", Nine, [await room.AddChannelAsync()]);
        var hold = (await room.First.Holds.SetAsync(room.Manager, new HoldScope(null, null, null), "Wait", SendingRoom.Ended)).Value!;
        await room.WorkUntilAsync(TimeSpan.FromMinutes(11));
        (await room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.Missed);

        await room.First.Holds.LiftAsync(room.Manager, hold.Id, "Fine", SendingRoom.Ended);
        await room.WorkUntilAsync(TimeSpan.FromMinutes(12));

        room.Platform.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_thread_goes_on_under_a_hold_of_others_though_its_claim_is_renewed_between_two_parts()
    {
        await using var room = await SendingRoom.OpenAsync();
        var (channel, other) = (await room.AddChannelAsync(account: "one"), await room.AddChannelAsync(account: "other"));
        await room.First.Holds.SetAsync(room.Manager, new HoldScope(null, other.Id, null), "Account in doubt", SendingRoom.Ended);
        await room.ApproveAsync("One\n---\nTwo", Nine, [channel]);

        room.Committed = () => room.SqlAsync($"UPDATE Deliveries SET NextAt = NextAt + 1, LeaseEnd = LeaseEnd + 1 WHERE State = 'Sending'").GetAwaiter().GetResult();
        await room.WorkAsync();

        room.Platform.Timeline.Select(shown => shown.Text).ShouldBe(["One", "Two"]);
    }

    [Fact]
    public async Task A_hold_stops_only_what_it_covers()
    {
        await using var room = await SendingRoom.OpenAsync();
        var (one, other) = (await room.AddChannelAsync(account: "one"), await room.AddChannelAsync(account: "other"));
        await room.First.Holds.SetAsync(room.Officer, new HoldScope(null, one.Id, null), "Account in doubt", SendingRoom.Ended);
        await room.First.Holds.SetAsync(room.Officer, new HoldScope(room.SenderId, null, "Budget"), "Figures in doubt", SendingRoom.Ended);
        await room.ApproveAsync("Both", Nine, [one, other]);
        await room.ApproveAsync("Labelled", Nine, [other], label: "budget");

        await room.WorkAsync();

        room.Platform.Calls.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            call => call.Account.ShouldBe("other"),
            call => call.Part.Text.ShouldBe("Both"));
    }

    [Fact]
    public async Task A_thread_stops_between_its_parts_when_a_hold_comes()
    {
        await using var room = await SendingRoom.OpenAsync();
        room.Platform.Next(async part =>
        {
            await room.First.Holds.SetAsync(room.Manager, new HoldScope(null, null, null), "Stop", SendingRoom.Ended);
            return PublishResult.Published(room.Platform.Show(part));
        });
        var message = await room.ApproveAsync("One\n---\nTwo", Nine, [await room.AddChannelAsync()]);

        await room.WorkUntilAsync(TimeSpan.FromMinutes(20));

        room.Platform.Timeline.ShouldHaveSingleItem().Text.ShouldBe("One");
        (await room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.PartlyOut);
        var shown = (await room.HoldsAsync()).ShouldHaveSingleItem();
        shown.Started.ShouldHaveSingleItem().Title.ShouldBe("One\n---\nTwo");
    }

    [Fact]
    public async Task A_cancelled_message_is_not_sent_and_what_has_started_can_not_be_cancelled()
    {
        await using var room = await SendingRoom.OpenAsync();
        var channel = await room.AddChannelAsync();
        var early = await room.ApproveAsync("Early", Nine, [channel]);
        var late = await room.ApproveAsync("Late", Nine.AddMinutes(5), [channel]);
        await room.WorkAsync();

        (await room.First.Desk.CancelAsync(room.Officer, early.Id, null, SendingRoom.Ended)).Refusal!.Code.ShouldBe("cancel.too.late");
        (await room.First.Desk.CancelAsync(room.Officer, late.Id, null, SendingRoom.Ended)).Value.ShouldBe(1);
        await room.WorkUntilAsync(TimeSpan.FromMinutes(10));

        room.Platform.Timeline.ShouldHaveSingleItem().Text.ShouldBe("Early");
        await using var db = await room.ReadAsync();
        (await db.Messages.SingleAsync(row => row.Id == late.Id, SendingRoom.Ended)).State.ShouldBe(MessageState.Cancelled);
    }

    [Fact]
    public async Task A_process_that_slept_past_the_deadline_sends_nothing()
    {
        await using var room = await SendingRoom.OpenAsync();
        var message = await room.ApproveAsync("Hello", Nine, [await room.AddChannelAsync()]);
        room.Time.Advance(TimeSpan.FromHours(9));

        await room.WorkAsync();

        room.Platform.Calls.ShouldBeEmpty();
        (await room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.Missed);
    }

    [Fact]
    public async Task A_missed_delivery_goes_out_only_by_a_new_yes_of_a_manager_who_did_not_write_it()
    {
        await using var room = await SendingRoom.OpenAsync();
        var message = await room.ApproveAsync("Hello", Nine, [await room.AddChannelAsync()]);
        room.Time.Advance(TimeSpan.FromMinutes(20));
        await room.WorkAsync();
        var id = (await room.DeliveryAsync(message)).Id;

        (await room.First.Desk.SendAfterAllAsync(room.Officer, id, null, SendingRoom.Ended)).Refusal!.Code.ShouldBe("not.allowed");
        (await room.First.Desk.SendAfterAllAsync(room.OtherManager, id, null, SendingRoom.Ended)).Refusal.ShouldBeNull();
        await room.WorkAsync();

        room.Platform.Timeline.Count.ShouldBe(1);
        (await room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.Published);
    }

    [Fact]
    public async Task What_was_put_out_by_hand_is_closed_with_its_address_and_not_sent()
    {
        await using var room = await SendingRoom.OpenAsync();
        var message = await room.ApproveAsync("Hello", Nine.AddMinutes(5), [await room.AddChannelAsync()]);
        var id = (await room.DeliveryAsync(message)).Id;

        (await room.First.Desk.CloseByHandAsync(room.Officer, id, "https://one.example/posts/77", "Posted on the phone", SendingRoom.Ended)).Refusal.ShouldBeNull();
        await room.WorkUntilAsync(TimeSpan.FromMinutes(10));

        room.Platform.Calls.ShouldBeEmpty();
        var delivery = await room.DeliveryAsync(message);
        (delivery.State, delivery.Permalink).ShouldBe((DeliveryState.OutByHand, "https://one.example/posts/77"));
    }

    [Fact]
    public async Task Retracting_deletes_every_part_the_last_first_and_keeps_what_was_approved()
    {
        await using var room = await SendingRoom.OpenAsync();
        var deleted = new List<string>();
        var isFirst = true;
        room.Platform.Retract = post =>
        {
            if (isFirst)
            {
                isFirst = false;
                return new RetractResult(PublishResult.NotNow(Codes.ServerError));
            }

            deleted.Add(post.Id);
            return RetractResult.Gone;
        };
        var message = await room.ApproveAsync("One\n---\nTwo", Nine, [await room.AddChannelAsync()]);
        await room.WorkAsync();
        var id = (await room.DeliveryAsync(message)).Id;

        (await room.First.Desk.RetractAsync(room.Officer, id, "Wrong", SendingRoom.Ended)).Refusal!.Code.ShouldBe("not.allowed");
        (await room.First.Desk.RetractAsync(room.Manager, id, " ", SendingRoom.Ended)).Refusal!.Code.ShouldBe("reason.missing");
        (await room.First.Desk.RetractAsync(room.Manager, id, "Wrong", SendingRoom.Ended)).Refusal.ShouldBeNull();
        await room.WorkUntilAsync(TimeSpan.FromMinutes(1));

        deleted.ShouldBe(["one-2", "one-1"]);
        (await room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.Retracted);
        await using var db = await room.ReadAsync();
        (await db.FrozenPosts.CountAsync(SendingRoom.Ended)).ShouldBe(1);
    }
}
