using Publisher.Platforms;
using Publisher.Web.Deliveries;
using Shouldly;
using Xunit;
using static Publisher.Web.Tests.Deliveries.SendingRoom;

namespace Publisher.Web.Tests.Deliveries;

public sealed class HandedOverTests
{
    [Fact]
    public async Task At_its_time_it_waits_for_a_person_who_says_where_it_stands()
    {
        await using var room = await OpenAsync();
        room.Platform.Next(PublishResult.ByHand());
        var message = await room.ApproveAsync("Hello", Nine, [await room.AddChannelAsync()]);

        await room.WorkAsync();
        var delivery = await room.DeliveryAsync(message);
        delivery.State.ShouldBe(DeliveryState.HandedOver);
        (await room.First.Desk.CloseByHandAsync(room.Officer, delivery.Id, "https://one.example/posts/by-hand", "", Ended)).Refusal.ShouldBeNull();

        delivery = await room.DeliveryAsync(message);
        delivery.State.ShouldBe(DeliveryState.OutByHand);
        delivery.Permalink.ShouldBe("https://one.example/posts/by-hand");
        room.Platform.Calls.Count.ShouldBe(1);
        (await room.LoggedAsync(message)).ShouldBe(["delivery.started", "delivery.handed.over", "delivery.by.hand"]);
    }

    [Fact]
    public async Task Nobody_is_asked_before_its_time_or_under_a_hold()
    {
        await using var room = await OpenAsync();
        room.Platform.Next(PublishResult.ByHand());
        var message = await room.ApproveAsync("Hello", Nine.AddMinutes(5), [await room.AddChannelAsync()]);

        await room.WorkUntilAsync(TimeSpan.FromMinutes(4));
        (await room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.Waiting);
        (await room.First.Holds.SetAsync(room.Manager, new(room.SenderId, null, ""), "Wait for the minister", Ended)).Refusal.ShouldBeNull();
        await room.WorkUntilAsync(TimeSpan.FromMinutes(6));

        room.Platform.Calls.ShouldBeEmpty();
        (await room.DeliveryAsync(message)).Code.ShouldBe(Delivery.Held);
    }

    [Fact]
    public async Task What_nobody_put_out_by_its_deadline_is_missed()
    {
        await using var room = await OpenAsync();
        room.Platform.Next(PublishResult.ByHand());
        var message = await room.ApproveAsync("Hello", Nine, [await room.AddChannelAsync()]);

        await room.WorkUntilAsync(TimeSpan.FromMinutes(20));

        (await room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.Missed);
        room.Platform.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task It_can_be_called_off_until_somebody_says_it_is_out()
    {
        await using var room = await OpenAsync();
        room.Platform.Next(PublishResult.ByHand());
        var message = await room.ApproveAsync("Hello", Nine, [await room.AddChannelAsync()]);
        await room.WorkAsync();

        (await room.First.Desk.CancelAsync(room.Manager, message.Id, null, Ended)).Value.ShouldBe(1);

        (await room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.Cancelled);
    }
}
