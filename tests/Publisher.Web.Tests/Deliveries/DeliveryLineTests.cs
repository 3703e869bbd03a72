using Publisher.Platforms;
using Publisher.Web.Deliveries;
using Publisher.Web.Messages;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Deliveries;

/// <summary>What the message's page says of a channel that waits for somebody, and what a press there does.</summary>
public sealed class DeliveryLineTests
{
    private static readonly DateTimeOffset Nine = SendingRoom.Nine;

    [Fact]
    public async Task That_it_is_not_there_sends_nothing_before_it_is_said_a_second_time()
    {
        await using var room = await SendingRoom.OpenAsync();
        var message = await UnclearAsync(room);
        await using var line = await ShownLine.OpenAsync(room, message, room.Manager);

        await line.PressAsync("It is not there…");
        (await line.ReadAsync()).ShouldContain("It is sent again now, at most until 10:10. If it is there after all, readers see it twice.");
        (await room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.CannotTell);
        await line.PressAsync("Send it again");
        await room.WorkAsync();

        room.Platform.Calls.Count.ShouldBe(2);
        (await room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.Published);
    }

    [Fact]
    public async Task After_the_deadline_it_promises_to_send_nothing_and_sends_nothing()
    {
        await using var room = await SendingRoom.OpenAsync();
        var message = await UnclearAsync(room);
        room.Time.MoveTo(Nine.AddMinutes(11));
        await using var line = await ShownLine.OpenAsync(room, message, room.Manager);

        await line.PressAsync("It is not there…");
        (await line.ReadAsync()).ShouldSatisfyAllConditions(
            said => said.ShouldContain("Its deadline, 10:10, has passed, so nothing is sent now."),
            said => said.ShouldNotContain("Send it again"));
        await line.PressAsync("It is not there");
        await room.WorkAsync();

        room.Platform.Calls.Count.ShouldBe(1);
        (await room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.Missed);
    }

    /// <summary>Sent, not answered, and nobody can tell by looking; five minutes after its time.</summary>
    private static async Task<Message> UnclearAsync(SendingRoom room)
    {
        room.Platform.Recall = _ => new RecallResult { IsComplete = false };
        room.Platform.Next(_ => throw new HttpRequestException(HttpRequestError.ResponseEnded));
        var message = await room.ApproveAsync("Hello", Nine, [await room.AddChannelAsync()]);
        await room.WorkUntilAsync(TimeSpan.FromMinutes(5));
        (await room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.CannotTell);
        return message;
    }
}
