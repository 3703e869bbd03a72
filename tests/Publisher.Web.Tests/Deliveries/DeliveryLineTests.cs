using Publisher.Platforms;
using Publisher.Web.Deliveries;
using Publisher.Web.Messages;
using Publisher.Web.People;
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

    [Fact]
    public async Task Where_nobody_can_tell_the_manager_is_asked_and_the_officer_reads_who_decides()
    {
        await using var room = await SendingRoom.OpenAsync();
        var message = await UnclearAsync(room);

        (await SaidAsync(room, message, room.Manager)).ShouldContain("Look at the account and say what you see.");
        (await SaidAsync(room, message, room.Officer)).ShouldSatisfyAllConditions(
            said => said.ShouldContain("A manager looks at the account and says what is there."),
            said => said.ShouldNotContain("say what you see"));
    }

    [Fact]
    public async Task What_the_platform_does_not_take_says_how_to_begin_anew()
    {
        await using var room = await SendingRoom.OpenAsync();
        room.Platform.Next(PublishResult.Rejected(Codes.ContentRefused));
        var message = await room.ApproveAsync("Hello", Nine, [await room.AddChannelAsync()]);
        await room.WorkAsync();

        (await SaidAsync(room, message, room.Officer)).ShouldContain("Duplicate this message, change it, and have it approved.");
    }

    [Fact]
    public async Task A_sign_in_that_ended_says_who_connects_the_channel_and_how_long_it_waits()
    {
        await using var room = await SendingRoom.OpenAsync();
        room.Platform.Next(PublishResult.SignInNeeded(Codes.AccessRevoked));
        var message = await room.ApproveAsync("Hello", Nine, [await room.AddChannelAsync()]);
        await room.WorkAsync();

        (await SaidAsync(room, message, room.Officer)).ShouldSatisfyAllConditions(
            said => said.ShouldContain("An administrator connects the channel again; it waits until 10:10."),
            said => said.ShouldContain("href=\"channels\""));
    }

    [Fact]
    public async Task What_was_stopped_is_duplicated_once_a_manager_has_looked_at_the_channel()
    {
        await using var room = await SendingRoom.OpenAsync();
        var channel = await room.AddChannelAsync();
        var message = await room.ApproveAsync("Hello", Nine, [channel]);
        await room.SqlAsync($"UPDATE Deliveries SET Deadline = Deadline + 36000000000");
        await room.WorkAsync();
        (await SaidAsync(room, message, room.Officer)).ShouldContain("A manager looks at the channel first; then duplicate this message.");

        (await room.First.Desk.ClearAlarmAsync(room.Manager, channel.Id, SendingRoom.Ended)).Refusal.ShouldBeNull();

        (await SaidAsync(room, message, room.Officer)).ShouldContain("Duplicate this message and have it approved.");
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

    private static async Task<string> SaidAsync(SendingRoom room, Message message, Actor reader)
    {
        await using var line = await ShownLine.OpenAsync(room, message, reader);
        return await line.ReadAsync();
    }
}
