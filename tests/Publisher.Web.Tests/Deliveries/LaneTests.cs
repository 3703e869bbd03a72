using Microsoft.EntityFrameworkCore;
using Publisher.Platforms;
using Publisher.Web.Deliveries;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Deliveries;

public sealed class LaneTests
{
    private static readonly DateTimeOffset Nine = SendingRoom.Nine;

    [Fact]
    public async Task A_channel_sends_in_order_of_due_time_and_one_that_waits_lets_the_others_pass()
    {
        await using var room = await SendingRoom.OpenAsync();
        var channel = await room.AddChannelAsync();
        await room.ApproveAsync("Third", Nine.AddSeconds(3), [channel]);
        await room.ApproveAsync("First", Nine.AddSeconds(1), [channel]);
        await room.ApproveAsync("Second", Nine.AddSeconds(2), [channel]);
        room.Platform.Next(PublishResult.NotNow("busy", TimeSpan.FromMinutes(1)));
        room.Time.MoveTo(Nine.AddSeconds(5));

        await room.WorkUntilAsync(TimeSpan.FromMinutes(2));

        room.Platform.Calls.Select(call => call.Part.Text).ShouldBe(["First", "Second", "Third", "First"]);
    }

    [Theory]
    [InlineData("cancelled")]
    [InlineData("out by hand")]
    [InlineData("tried by another machine")]
    public async Task What_was_decided_about_a_delivery_while_it_waited_for_its_turn_holds(string decided)
    {
        await using var room = await SendingRoom.OpenAsync();
        var (channel, answer) = (await room.AddChannelAsync(), new TaskCompletionSource<PublishResult>());
        room.Platform.Next(_ => answer.Task);
        await room.ApproveAsync("First", Nine, [channel]);
        await room.First.FanOut.TakeDueAsync(SendingRoom.Ended);
        await SendingRoom.UntilAsync(() => Task.FromResult(room.Platform.Calls.Count == 1));
        var second = await room.ApproveAsync("Second", Nine, [channel]);
        await room.First.FanOut.TakeDueAsync(SendingRoom.Ended);
        var id = (await room.DeliveryAsync(second)).Id;

        if (decided == "cancelled")
        {
            (await room.First.Desk.CancelAsync(room.Officer, second.Id, null, SendingRoom.Ended)).Refusal.ShouldBeNull();
        }
        else if (decided == "out by hand")
        {
            (await room.First.Desk.CloseByHandAsync(room.Officer, id, "https://one.example/posts/77", "", SendingRoom.Ended)).Refusal.ShouldBeNull();
        }
        else
        {
            await room.SqlAsync($"UPDATE Deliveries SET State = 'Unclear', Lease = 1, NextAt = {Nine.AddMinutes(1).UtcTicks} WHERE Id = {id}");
        }

        answer.SetResult(PublishResult.Published(new RemotePost("one-1", null)));
        await room.First.FanOut.SettleAsync().WaitAsync(TimeSpan.FromSeconds(20), SendingRoom.Ended);

        room.Platform.Calls.ShouldHaveSingleItem().Part.Text.ShouldBe("First");
    }

    [Fact]
    public async Task One_slow_platform_delays_no_other()
    {
        await using var room = await SendingRoom.OpenAsync(new ScriptedPlatform("slow"), new ScriptedPlatform("quick"));
        var answer = new TaskCompletionSource<PublishResult>();
        room.Platform.Next(_ => answer.Task);
        var (slow, quick) = (await room.AddChannelAsync("slow"), await room.AddChannelAsync("quick"));
        var message = await room.ApproveAsync("Hello", Nine, [slow, quick]);

        await room.First.FanOut.TakeDueAsync(SendingRoom.Ended);
        await SendingRoom.UntilAsync(async () =>
            (await room.DeliveryAsync(message, quick)).State is DeliveryState.Published && (await room.DeliveryAsync(message, slow)).State is DeliveryState.Sending);

        answer.SetResult(PublishResult.Published(new RemotePost("slow-1", null)));
        await room.First.FanOut.SettleAsync().WaitAsync(TimeSpan.FromSeconds(20), SendingRoom.Ended);
        (await room.DeliveryAsync(message, slow)).State.ShouldBe(DeliveryState.Published);
    }

    [Fact]
    public async Task What_another_machine_sent_while_it_stood_in_this_ones_lane_is_not_sent_again()
    {
        var platform = new ScriptedPlatform("one") { Info = ScriptedPlatform.InfoOf("one") with { CallsInFlight = 1 } };
        await using var room = await SendingRoom.OpenAsync(platform);
        var other = await room.StartProcessAsync();
        var (busy, channel) = (await room.AddChannelAsync(account: "busy"), await room.AddChannelAsync(account: "quiet"));
        var (called, answer) = (new TaskCompletionSource(), new TaskCompletionSource<PublishResult>());
        platform.Next(_ =>
        {
            called.SetResult();
            return answer.Task;
        });
        await room.ApproveAsync("Slow", Nine, [busy]);
        await room.First.FanOut.TakeDueAsync(SendingRoom.Ended);
        await called.Task.WaitAsync(TimeSpan.FromSeconds(20), SendingRoom.Ended);
        // Both stand in the lane of this machine, which may make one call at a time.
        var first = await room.ApproveAsync("First", Nine, [channel]);
        await room.First.FanOut.TakeDueAsync(SendingRoom.Ended);
        await Task.Delay(200, SendingRoom.Ended);
        var second = await room.ApproveAsync("Second", Nine, [channel]);
        await room.First.FanOut.TakeDueAsync(SendingRoom.Ended);

        platform.Next(PublishResult.Published(new RemotePost("first-1", null)));
        platform.Next(PublishResult.Processing("ticket", TimeSpan.FromHours(1)));
        await room.WorkAsync(other);
        (await room.DeliveryAsync(second)).State.ShouldBe(DeliveryState.Processing);
        answer.SetResult(PublishResult.Published(new RemotePost("slow-1", null)));
        await room.First.FanOut.SettleAsync().WaitAsync(TimeSpan.FromSeconds(20), SendingRoom.Ended);

        platform.Calls.Select(call => call.Part.Text).ShouldBe(["Slow", "First", "Second"]);
        (await room.DeliveryAsync(first)).State.ShouldBe(DeliveryState.Published);
        (await room.DeliveryAsync(second)).State.ShouldBe(DeliveryState.Processing);
    }

    [Fact]
    public async Task Never_more_calls_at_once_than_the_platform_takes()
    {
        var platform = new ScriptedPlatform("one") { Info = ScriptedPlatform.InfoOf("one") with { CallsInFlight = 2 } };
        await using var room = await SendingRoom.OpenAsync(platform);
        var (now, most) = (0, 0);
        var channels = new List<Publisher.Web.Channels.Channel>();
        for (var one = 0; one < 6; one++)
        {
            channels.Add(await room.AddChannelAsync(account: $"account-{one}"));
            platform.Next(async part =>
            {
                most = Math.Max(most, Interlocked.Increment(ref now));
                await Task.Yield();
                Interlocked.Decrement(ref now);
                return PublishResult.Published(platform.Show(part));
            });
        }

        await room.ApproveAsync("Hello", Nine, channels);
        await room.WorkAsync();

        most.ShouldBeInRange(1, 2);
        platform.Timeline.Count.ShouldBe(6);
    }

    [Fact]
    public async Task Files_are_brought_ten_minutes_before_and_only_the_visible_call_waits_for_due()
    {
        await using var room = await SendingRoom.OpenAsync(new PreparingPlatform("one"));
        var message = await room.ApproveAsync("Hello", Nine.AddMinutes(30), [await room.AddChannelAsync()], await room.AddMediaAsync("a picture"));
        var platform = (PreparingPlatform)room.Platform;

        await room.WorkUntilAsync(TimeSpan.FromMinutes(20) - TimeSpan.FromMilliseconds(1));
        platform.Preparations.ShouldBe(0);
        await room.WorkUntilAsync(TimeSpan.FromMinutes(20));
        platform.Preparations.ShouldBe(1);
        platform.Calls.ShouldBeEmpty();
        await room.WorkUntilAsync(TimeSpan.FromMinutes(30));

        (await room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.Published);
        platform.Preparations.ShouldBe(1);
    }

    [Fact]
    public async Task However_many_want_their_files_brought_only_a_few_are_claimed_and_what_is_due_comes_first()
    {
        await using var room = await SendingRoom.OpenAsync(new PreparingPlatform("one"));
        var (platform, channel, media, mayGo) = ((PreparingPlatform)room.Platform, await room.AddChannelAsync(), await room.AddMediaAsync("a picture"), new TaskCompletionSource());
        platform.Pause = () => mayGo.Task;
        for (var one = 0; one < 30; one++)
        {
            await room.ApproveAsync($"Message {one}", Nine.AddMinutes(5), [channel], media);
        }

        await room.First.FanOut.TakeDueAsync(SendingRoom.Ended);
        await SendingRoom.UntilAsync(() => Task.FromResult(platform.Preparations == 8));

        await using (var db = await room.ReadAsync())
        {
            (await db.Deliveries.CountAsync(row => row.Owner != null, SendingRoom.Ended)).ShouldBe(8);
        }

        var soonest = await room.ApproveAsync("Sooner", Nine.AddMinutes(1), [channel], media);
        await room.First.FanOut.TakeDueAsync(SendingRoom.Ended);
        var order = new List<string>();
        platform.Prepare = part =>
        {
            lock (order)
            {
                order.Add(part.Text);
            }

            return PrepareResult.Ready(new Prepared { Files = [new PreparedFile("file", media.Hash)] });
        };
        mayGo.SetResult();
        await room.First.FanOut.SettleAsync().WaitAsync(TimeSpan.FromSeconds(20), SendingRoom.Ended);

        order.Count.ShouldBe(31);
        order.IndexOf("Sooner").ShouldBeInRange(8, 15);
        (await room.DeliveryAsync(soonest)).Parts.ShouldHaveSingleItem().PreparedAt.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_preparation_that_takes_its_time_is_asked_again_until_it_is_ready()
    {
        await using var room = await SendingRoom.OpenAsync(new PreparingPlatform("one"));
        var platform = (PreparingPlatform)room.Platform;
        var media = await room.AddMediaAsync("a picture");
        platform.Prepare = _ => room.Time.GetUtcNow() < Nine.AddMinutes(2)
            ? PrepareResult.Working(new Prepared { Files = [new PreparedFile("file", media.Hash) { IsReady = false }] }, TimeSpan.FromSeconds(30))
            : PrepareResult.Ready(new Prepared { Files = [new PreparedFile("file", media.Hash)] });
        var message = await room.ApproveAsync("Hello", Nine, [await room.AddChannelAsync()], media);

        await room.WorkUntilAsync(TimeSpan.FromMinutes(3));

        (await room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.Published);
        platform.Preparations.ShouldBe(5);
    }
}
