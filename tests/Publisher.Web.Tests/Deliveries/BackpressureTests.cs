using Microsoft.EntityFrameworkCore;
using Publisher.Web.Deliveries;
using Publisher.Web.Schedule;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Deliveries;

/// <summary>Much is due in one second, and one platform hardly answers.</summary>
public sealed class BackpressureTests
{
    private const int Messages = 60;
    private const int Platforms = 14;

    [Fact]
    public async Task A_platform_that_hardly_answers_lets_its_own_messages_wait_and_no_others()
    {
        var platforms = Enumerable.Range(0, Platforms).Select(number => new ScriptedPlatform($"platform-{number}")).ToArray();
        var (slow, quick, mayAnswer) = (platforms[0], platforms[1..], new TaskCompletionSource());
        slow.Pause = () => mayAnswer.Task;
        await using var room = await SendingRoom.OpenAsync(platforms);
        var channels = new List<Publisher.Web.Channels.Channel>();
        foreach (var platform in platforms)
        {
            channels.Add(await room.AddChannelAsync(platform.Info.Name));
        }

        for (var one = 0; one < Messages; one++)
        {
            await room.ApproveAsync($"Message {one:000}", SendingRoom.Nine, channels);
        }

        await room.First.FanOut.TakeDueAsync(SendingRoom.Ended);
        var most = 0;
        await SendingRoom.UntilAsync(async () =>
        {
            await using var watching = await room.ReadAsync();
            most = Math.Max(most, await watching.Deliveries.CountAsync(row => row.State == DeliveryState.Sending, SendingRoom.Ended));
            return await watching.Deliveries.CountAsync(row => row.State == DeliveryState.Published, SendingRoom.Ended) == Messages * quick.Length;
        }, seconds: 60);

        // Each channel in order, no channel before another's turn, and never more claimed than there are channels.
        quick.ShouldAllBe(platform => platform.Calls.Select(call => call.Part.Text).SequenceEqual(platform.Calls.Select(call => call.Part.Text).Order(StringComparer.Ordinal)));
        most.ShouldBeLessThanOrEqualTo(Platforms);
        slow.Calls.Count.ShouldBe(1);

        room.Time.Advance(TimeSpan.FromSeconds(1));
        // The brake works meanwhile: what the slow platform has begun ends, and nothing follows it.
        var hold = (await room.First.Holds.SetAsync(room.Manager, new HoldScope(null, null, null), "Enough", SendingRoom.Ended)).Value!;
        (await room.HoldsAsync()).Single(row => row.Id == hold.Id).Started.ShouldHaveSingleItem().Title.ShouldBe("Message 000");
        mayAnswer.SetResult();
        await room.First.FanOut.SettleAsync().WaitAsync(TimeSpan.FromSeconds(60), SendingRoom.Ended);

        slow.Calls.Count.ShouldBe(1);
        await using var db = await room.ReadAsync();
        (await db.Deliveries.CountAsync(row => row.Code == Delivery.Held, SendingRoom.Ended)).ShouldBe(Messages - 1);
    }
}
