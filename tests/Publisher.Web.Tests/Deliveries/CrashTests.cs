using System.Data.Common;
using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Publisher.Platforms;
using Publisher.Web.Deliveries;
using Publisher.Web.Storage;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Deliveries;

/// <summary>Two starts of the product on the same data stand for a crash and its successor, or for two machines.</summary>
public sealed class CrashTests
{
    private static readonly DateTimeOffset Nine = SendingRoom.Nine;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_call_that_was_under_way_when_the_process_died_leads_to_exactly_one_post(bool becameVisible)
    {
        await using var room = await SendingRoom.OpenAsync();
        var never = new TaskCompletionSource<PublishResult>();
        var started = new TaskCompletionSource();
        room.Platform.Next(part =>
        {
            if (becameVisible)
            {
                room.Platform.Show(part);
            }

            started.SetResult();
            return never.Task;
        });
        var message = await room.ApproveAsync("Hello", Nine, [await room.AddChannelAsync()]);
        await room.First.FanOut.TakeDueAsync(SendingRoom.Ended);
        await started.Task.WaitAsync(TimeSpan.FromSeconds(20), SendingRoom.Ended);
        (await room.DeliveryAsync(message)).Attempts.ShouldHaveSingleItem().Outcome.ShouldBeNull();

        // The first process never hears of it again; its lease is not renewed.
        var second = await room.StartProcessAsync();
        await room.WorkUntilAsync(new SendingTimes().Lease + room.Platform.Info.CallLimit - TimeSpan.FromMilliseconds(1), second);
        room.Platform.Calls.Count.ShouldBe(1);
        await room.WorkUntilAsync(TimeSpan.FromMinutes(9), second);

        room.Platform.Timeline.Count.ShouldBe(1);
        var delivery = await room.DeliveryAsync(message);
        delivery.State.ShouldBe(DeliveryState.Published);
        delivery.Attempts.Count.ShouldBe(becameVisible ? 1 : 2);
        delivery.Attempts[0].Outcome.ShouldBe(Outcome.Unclear);
    }

    [Fact]
    public async Task Two_processes_that_wake_at_the_same_second_send_once()
    {
        await using var room = await SendingRoom.OpenAsync();
        var second = await room.StartProcessAsync();
        var channels = new List<Publisher.Web.Channels.Channel>();
        for (var one = 0; one < 8; one++)
        {
            channels.Add(await room.AddChannelAsync(account: $"account-{one}"));
        }

        var message = await room.ApproveAsync("Hello", Nine, channels);

        await Task.WhenAll(room.First.FanOut.TakeDueAsync(SendingRoom.Ended), second.FanOut.TakeDueAsync(SendingRoom.Ended));
        await Task.WhenAll(room.First.FanOut.SettleAsync(), second.FanOut.SettleAsync()).WaitAsync(TimeSpan.FromSeconds(30), SendingRoom.Ended);

        room.Platform.Calls.Select(call => call.Account).Order().ShouldBe(channels.Select(channel => channel.AccountId).Order());
        await using var db = await room.ReadAsync();
        (await db.Deliveries.CountAsync(row => row.MessageId == message.Id && row.State == DeliveryState.Published, SendingRoom.Ended)).ShouldBe(8);
        (await db.Attempts.CountAsync(SendingRoom.Ended)).ShouldBe(8);
    }

    [Fact]
    public async Task A_post_that_went_out_counts_even_when_its_claim_was_taken_over()
    {
        await using var room = await SendingRoom.OpenAsync();
        var message = await room.ApproveAsync("Hello", Nine, [await room.AddChannelAsync()]);
        room.Platform.Next(async part =>
        {
            await room.SqlAsync($"UPDATE Deliveries SET Lease = Lease + 1, State = 'Unclear', Owner = NULL");
            return PublishResult.Published(room.Platform.Show(part));
        });

        await room.First.FanOut.TakeDueAsync(SendingRoom.Ended);
        await room.First.FanOut.SettleAsync().WaitAsync(TimeSpan.FromSeconds(20), SendingRoom.Ended);

        var delivery = await room.DeliveryAsync(message);
        (delivery.State, delivery.Parts[0].RemoteId).ShouldBe((DeliveryState.Published, "one-1"));
    }

    [Fact]
    public async Task A_post_that_went_out_counts_when_its_claim_was_taken_over_and_the_database_was_away_on_top_of_that()
    {
        await using var room = await SendingRoom.OpenAsync(isLive: true);
        var (called, mayEnd) = (new TaskCompletionSource(), new TaskCompletionSource());
        room.Platform.Next(async part =>
        {
            called.SetResult();
            await mayEnd.Task;
            return PublishResult.Published(room.Platform.Show(part));
        });
        var message = await room.ApproveAsync("Hello", TimeProvider.System.GetUtcNow(), [await room.AddChannelAsync()]);
        await called.Task.WaitAsync(TimeSpan.FromSeconds(20), SendingRoom.Ended);

        await room.SqlAsync($"UPDATE Deliveries SET Lease = Lease + 1");
        await room.SqlAsync($"CREATE TRIGGER Away BEFORE UPDATE ON Deliveries BEGIN SELECT RAISE(ABORT, 'away'); END");
        mayEnd.SetResult();
        // Steps are written one after the other: while these fail, what is to be saved late fails too.
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < TimeSpan.FromSeconds(1.5))
        {
            await Should.ThrowAsync<DbException>(room.First.Services.GetRequiredService<Writer>().WriteAsync(
                (db, cancel) => db.Deliveries.ExecuteUpdateAsync(set => set.SetProperty(row => row.Answer, "late"), cancel), SendingRoom.Ended));
        }

        await room.SqlAsync($"DROP TRIGGER Away");
        await SendingRoom.UntilAsync(async () => (await room.DeliveryAsync(message)).State is DeliveryState.Published);

        (room.Platform.Calls.Count, room.Platform.Recalls).ShouldBe((1, 0));
        (await room.DeliveryAsync(message)).Parts[0].RemoteId.ShouldBe("one-1");
    }

    [Fact]
    public async Task An_outcome_whose_commit_nobody_heard_of_is_saved_once_and_frees_its_channel()
    {
        await using var room = await SendingRoom.OpenAsync();
        var channel = await room.AddChannelAsync();
        room.Platform.Next(part =>
        {
            room.Committed = () =>
            {
                room.Committed = null;
                throw new SqliteException("the line broke", 10);
            };
            return Task.FromResult(PublishResult.Published(room.Platform.Show(part)));
        });
        var message = await room.ApproveAsync("One\n---\nTwo", Nine, [channel]);

        await room.First.FanOut.TakeDueAsync(SendingRoom.Ended);
        // It is saved again a second later. Not more often than needed: in a second a fence grows old.
        var settled = room.First.FanOut.SettleAsync();
        for (var second = 0; second < 20 && await Task.WhenAny(settled, Task.Delay(1000, SendingRoom.Ended)) != settled; second++)
        {
            room.Time.Advance(TimeSpan.FromSeconds(1));
        }

        await settled.WaitAsync(TimeSpan.FromSeconds(1), SendingRoom.Ended);
        await room.WorkAsync();

        (await room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.Published);
        (await room.LoggedAsync(message)).Where(action => action is "delivery.part.published" or "delivery.published").ShouldBe(["delivery.part.published", "delivery.published"]);
        room.Platform.Timeline.Select(shown => shown.Text).ShouldBe(["One", "Two"]);
    }

    [Theory]
    [InlineData("OutByHand", "", DeliveryState.OutByHand)]
    [InlineData("Cancelled", "", DeliveryState.PartlyOut)]
    [InlineData("PartlyOut", Delivery.ThreadLeft, DeliveryState.PartlyOut)]
    public async Task Nothing_follows_a_late_part_of_a_thread_that_a_person_has_ended(string state, string code, DeliveryState becomes)
    {
        await using var room = await SendingRoom.OpenAsync();
        var message = await room.ApproveAsync("One\n---\nTwo", Nine, [await room.AddChannelAsync()]);
        room.Platform.Next(async part =>
        {
            await room.SqlAsync($"UPDATE Deliveries SET Lease = Lease + 1, State = {state}, Code = {code}, Owner = NULL, LeaseEnd = NULL, NextAt = NULL");
            return PublishResult.Published(room.Platform.Show(part));
        });

        await room.WorkAsync();

        var delivery = await room.DeliveryAsync(message);
        (delivery.State, delivery.NextAt, delivery.Parts.Single(part => part.Number == 1).RemoteId).ShouldBe((becomes, null, "one-1"));
        room.Platform.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_a_former_owner_has_to_say_about_a_failure_changes_nothing()
    {
        await using var room = await SendingRoom.OpenAsync();
        var message = await room.ApproveAsync("Hello", Nine, [await room.AddChannelAsync()]);
        room.Platform.Next(async _ =>
        {
            await room.SqlAsync($"UPDATE Deliveries SET Lease = Lease + 1, State = 'CannotTell', NextAt = NULL");
            return PublishResult.NotNow(Codes.ServerError);
        });

        await room.First.FanOut.TakeDueAsync(SendingRoom.Ended);
        await room.First.FanOut.SettleAsync().WaitAsync(TimeSpan.FromSeconds(20), SendingRoom.Ended);

        (await room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.CannotTell);
    }

    [Fact]
    public async Task A_lease_is_renewed_as_long_as_the_call_runs_so_that_nobody_takes_it_over()
    {
        await using var room = await SendingRoom.OpenAsync();
        var second = await room.StartProcessAsync();
        var answer = new TaskCompletionSource<PublishResult>();
        var started = new TaskCompletionSource();
        room.Platform.Next(_ =>
        {
            started.SetResult();
            return answer.Task;
        });
        var message = await room.ApproveAsync("Hello", Nine, [await room.AddChannelAsync()]);
        await room.First.FanOut.TakeDueAsync(SendingRoom.Ended);
        await started.Task.WaitAsync(TimeSpan.FromSeconds(20), SendingRoom.Ended);

        for (var seconds = 8; seconds <= 24; seconds += 8)
        {
            room.Time.MoveTo(Nine.AddSeconds(seconds));
            await room.First.Leases.RenewAsync(SendingRoom.Ended);
            await second.FanOut.TakeDueAsync(SendingRoom.Ended);
            await second.FanOut.SettleAsync();
        }

        (await room.DeliveryAsync(message)).LeaseEnd.ShouldBe(Nine.AddSeconds(24) + new SendingTimes().Lease);
        answer.SetResult(PublishResult.Published(new RemotePost("one-1", null)));
        await room.First.FanOut.SettleAsync().WaitAsync(TimeSpan.FromSeconds(20), SendingRoom.Ended);
        (await room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.Published);
    }

    [Fact]
    public async Task Stopping_lets_a_started_call_end_and_starts_no_other()
    {
        await using var room = await SendingRoom.OpenAsync();
        var answer = new TaskCompletionSource<PublishResult>();
        var started = new TaskCompletionSource();
        room.Platform.Next(_ =>
        {
            started.SetResult();
            return answer.Task;
        });
        var channel = await room.AddChannelAsync();
        var running = await room.ApproveAsync("Running", Nine, [channel]);
        var waiting = await room.ApproveAsync("Waiting", Nine, [channel]);
        await room.First.FanOut.TakeDueAsync(SendingRoom.Ended);
        await started.Task.WaitAsync(TimeSpan.FromSeconds(20), SendingRoom.Ended);

        var stopped = room.First.FanOut.StopAsync(SendingRoom.Ended);
        answer.SetResult(PublishResult.Published(new RemotePost("one-1", null)));
        await stopped.WaitAsync(TimeSpan.FromSeconds(20), SendingRoom.Ended);

        (await room.DeliveryAsync(running)).State.ShouldBe(DeliveryState.Published);
        (await room.DeliveryAsync(waiting)).State.ShouldBe(DeliveryState.Waiting);
        room.Platform.Calls.Count.ShouldBe(1);
    }
}
