using Publisher.Web.Deliveries;
using Publisher.Web.Messages;
using Publisher.Web.Schedule;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Deliveries;

/// <summary>Up to the deadline late is better than never, after it never is better than late; and the message's page says which it was.</summary>
public sealed class LateTests
{
    private static readonly DateTimeOffset Nine = SendingRoom.Nine;
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(10);

    [Theory]
    [InlineData(1, true)]
    [InlineData(0, true)]
    [InlineData(-1, false)]
    public async Task A_process_that_was_down_over_the_due_time_sends_up_to_the_deadline_and_not_a_moment_after(int ticksLeft, bool isSent)
    {
        await using var room = await SendingRoom.OpenAsync();
        var message = await room.ApproveAsync("Hello", Nine.AddMinutes(5), [await room.AddChannelAsync()]);
        (await SaidAsync(room, message)).ShouldSatisfyAllConditions(said => said.ShouldContain("Planned"), said => said.ShouldContain("Goes out Tue 24 Nov, 10:05 Berlin (UTC+1)."));

        room.Time.MoveTo(Nine.AddMinutes(5) + Grace - TimeSpan.FromTicks(ticksLeft));
        (await SaidAsync(room, message)).ShouldContain(isSent && ticksLeft > 0 ? "9 min late" : "10 min late");
        await room.StartProcessAsync();
        await room.WorkAsync();

        room.Platform.Calls.Count.ShouldBe(isSent ? 1 : 0);
        (await room.DeliveryAsync(message)).State.ShouldBe(isSent ? DeliveryState.Published : DeliveryState.Missed);
        var said = await SaidAsync(room, message);
        said.ShouldContain(isSent ? (ticksLeft > 0 ? "10:14:59.99" : "10:15:00.00") : "It could not go out before 10:15.");
        said.Contains("Send after all", StringComparison.Ordinal).ShouldBe(!isSent);
    }

    [Theory]
    [InlineData(9, true)]
    [InlineData(11, false)]
    public async Task A_hold_that_is_lifted_late_lets_go_only_what_is_still_in_time(int minutes, bool isSent)
    {
        await using var room = await SendingRoom.OpenAsync();
        var hold = (await room.First.Holds.SetAsync(room.Manager, new HoldScope(null, null, null), "Wait", SendingRoom.Ended)).Value!;
        var message = await room.ApproveAsync("Hello", Nine, [await room.AddChannelAsync()]);
        await room.WorkAsync();
        (await SaidAsync(room, message)).ShouldContain("10:10");

        await room.WorkUntilAsync(TimeSpan.FromMinutes(minutes));
        (await room.First.Holds.LiftAsync(room.Manager, hold.Id, "Go on", SendingRoom.Ended)).Refusal.ShouldBeNull();
        await room.WorkAsync();

        room.Platform.Calls.Count.ShouldBe(isSent ? 1 : 0);
        var said = await SaidAsync(room, message);
        said.ShouldContain(isSent ? "10:09:00.00" : "It could not go out before 10:10.");
        said.Contains("Send after all", StringComparison.Ordinal).ShouldBe(!isSent);
    }

    /// <summary>The line of the channel as the other manager reads it on the message's page.</summary>
    private static async Task<string> SaidAsync(SendingRoom room, Message message)
    {
        await using var line = await ShownLine.OpenAsync(room, message, room.OtherManager);
        return await line.ReadAsync();
    }
}
