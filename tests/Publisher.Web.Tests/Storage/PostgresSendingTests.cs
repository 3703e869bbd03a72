using System.Data.Common;
using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Publisher.Platforms;
using Publisher.Web.Channels;
using Publisher.Web.Copies;
using Publisher.Web.Deliveries;
using Publisher.Web.Schedule;
using Publisher.Web.Storage;
using Publisher.Web.Tests.Deliveries;
using Publisher.Web.Tests.Faults;
using Shouldly;
using Xunit;
using Secret = Publisher.Platforms.Secret;

namespace Publisher.Web.Tests.Storage;

/// <summary>The way of a delivery on PostgreSQL, where several machines claim, fence and hold at once.</summary>
public sealed class PostgresSendingTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_machines_on_one_database_send_every_post_once()
    {
        await using var room = await SendingRoom.OpenOnAsync(postgres.Database("two_machines"));
        await room.StartProcessAsync();
        var channels = new List<Publisher.Web.Channels.Channel>();
        for (var one = 0; one < 8; one++)
        {
            channels.Add(await room.AddChannelAsync(account: $"account-{one}"));
        }

        var message = await room.ApproveAsync("Hello", TimeProvider.System.GetUtcNow().AddSeconds(2), channels);
        await SendingRoom.UntilAsync(async () => await PublishedAsync(room, message.Id) == 8);

        room.Platform.Calls.Select(call => call.Account).Order(StringComparer.Ordinal).ShouldBe(channels.Select(channel => channel.AccountId).Order(StringComparer.Ordinal));
        await using var db = await room.ReadAsync();
        // On a slow machine a fence may be too old to be used; that attempt ends without a call, and another follows.
        (await db.Attempts.CountAsync(attempt => attempt.Code != "fence.old", Stop)).ShouldBe(8);
        (await db.Log.CountAsync(entry => entry.MessageId == message.Id && entry.Action == "delivery.published", Stop)).ShouldBe(8);
    }

    [Fact]
    public async Task Three_machines_that_reach_for_the_same_never_wait_for_each_other_in_a_circle()
    {
        await using var room = await SendingRoom.OpenOnAsync(postgres.Database("crowded"));
        await room.StartProcessAsync();
        await room.StartProcessAsync();
        var channels = new List<Publisher.Web.Channels.Channel>();
        for (var one = 0; one < 8; one++)
        {
            channels.Add(await room.AddChannelAsync(account: $"account-{one}"));
        }

        var due = TimeProvider.System.GetUtcNow().AddSeconds(4);
        for (var number = 1; number <= 30; number++)
        {
            await room.ApproveAsync($"Notice {number}", due, channels);
        }

        await using var db = await room.ReadAsync();
        await SendingRoom.UntilAsync(async () => await db.Deliveries.CountAsync(row => row.State == DeliveryState.Published, Stop) == 240, seconds: 60);

        room.Platform.Timeline.Count.ShouldBe(240);
        // The server counts them a moment later.
        await Task.Delay(TimeSpan.FromSeconds(1.5), Stop);
        (await db.Database.SqlQueryRaw<long>("SELECT deadlocks AS \"Value\" FROM pg_stat_database WHERE datname = current_database()").ToListAsync(Stop)).ShouldBe([0]);
    }

    [Fact]
    public async Task What_waits_in_its_lane_does_not_leave_when_the_server_began_again_until_it_was_looked_whether_it_was_set_back()
    {
        await using var room = await SendingRoom.OpenOnAsync(postgres.Database("began_again"));
        var channel = await room.AddChannelAsync();
        var (called, mayEnd) = (new TaskCompletionSource(), new TaskCompletionSource());
        room.Platform.Next(async part =>
        {
            called.SetResult();
            await mayEnd.Task;
            return PublishResult.Published(room.Platform.Show(part));
        });
        await room.ApproveAsync("First", TimeProvider.System.GetUtcNow(), [channel]);
        await called.Task.WaitAsync(TimeSpan.FromSeconds(20), Stop);
        var second = await room.ApproveAsync("Second", TimeProvider.System.GetUtcNow(), [channel]);
        await SendingRoom.UntilAsync(() => Task.FromResult(room.First.FanOut.IsTaken(2)));

        // As another machine leaves it that has looked since the snapshot.
        await postgres.StopAsync();
        var mark = Path.Combine(room.Folder.Root, RunFile.Name);
        (RunFile.Read(mark)! with { Run = Guid.NewGuid() }).Write(mark);
        await postgres.StartAsync();
        var standstill = room.First.Services.GetRequiredService<Standstill>();
        await using (var looking = new NpgsqlConnection(postgres.Database("began_again")))
        {
            await looking.OpenAsync(Stop);
            await using var command = new NpgsqlCommand($"SELECT pg_advisory_lock({OneMachine.Begins}, 5)", looking);
            await command.ExecuteNonQueryAsync(Stop);
            mayEnd.SetResult();
            // The watch may have looked as soon as the server was back, before this one had the lock.
            await SendingRoom.UntilAsync(async () => standstill.IsOn || await WaitingForLockAsync(room, OneMachine.Begins) > 0);
            await Task.Delay(TimeSpan.FromSeconds(1), Stop);
            room.Platform.Calls.Count.ShouldBe(1);
        }

        await SendingRoom.UntilAsync(() => Task.FromResult(standstill.IsOn));

        standstill.Mark!.Why.ShouldBe("differs");
        room.Platform.Calls.Count.ShouldBe(1);
        (await room.DeliveryAsync(second)).State.ShouldBe(DeliveryState.Waiting);
    }

    [Fact]
    public async Task A_thread_that_was_taken_over_between_two_parts_keeps_no_lane()
    {
        await using var room = await SendingRoom.OpenOnAsync(postgres.Database("taken_over"));
        var channel = await room.AddChannelAsync();
        room.Platform.Next(async part =>
        {
            await room.SqlAsync($"""UPDATE "Deliveries" SET "Lease" = "Lease" + 1, "Owner" = {Guid.NewGuid()} WHERE "State" = 'Sending'""");
            return PublishResult.Published(room.Platform.Show(part));
        });
        var thread = await room.ApproveAsync("One\n---\nTwo", TimeProvider.System.GetUtcNow(), [channel]);
        await SendingRoom.UntilAsync(async () => (await room.DeliveryAsync(thread)).State is DeliveryState.Published);

        var next = await room.ApproveAsync("Three", TimeProvider.System.GetUtcNow(), [channel]);
        await SendingRoom.UntilAsync(async () => (await room.DeliveryAsync(next)).State is DeliveryState.Published);

        room.Platform.Timeline.Select(shown => shown.Text).ShouldBe(["One", "Two", "Three"]);
    }

    [Fact]
    public async Task Nothing_is_fenced_under_a_hold_on_either_machine()
    {
        await using var room = await SendingRoom.OpenOnAsync(postgres.Database("held"));
        await room.StartProcessAsync();
        var hold = (await room.First.Holds.SetAsync(room.Manager, new HoldScope(null, null, null), "Wrong figures", Stop)).Value!;
        var message = await room.ApproveAsync("Hello", TimeProvider.System.GetUtcNow(), [await room.AddChannelAsync()]);
        await SendingRoom.UntilAsync(async () => (await room.DeliveryAsync(message)).Code == Delivery.Held);
        room.Platform.Calls.ShouldBeEmpty();

        (await room.First.Holds.LiftAsync(room.Manager, hold.Id, "Right after all", Stop)).Refusal.ShouldBeNull();
        await SendingRoom.UntilAsync(async () => await PublishedAsync(room, message.Id) == 1);

        room.Platform.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Two_machines_that_find_one_token_lapsed_exchange_it_once_and_both_go_on_with_the_new_one()
    {
        await using var room = await SendingRoom.OpenOnAsync(postgres.Database("one_refresh"));
        var second = await room.StartProcessAsync();
        var channel = await room.AddChannelAsync();
        using var mayAnswer = new ManualResetEventSlim();
        room.Platform.Refresh = () =>
        {
            mayAnswer.Wait(Stop);
            return new RefreshResult(new Credentials { Token = new Secret("fresh"), RefreshToken = new Secret("next") }, null);
        };

        var both = new[] { room.First, second }.Select(process => Task.Run(() => process.Services.GetRequiredService<TokenRefresh>().RefreshAsync(channel, Stop), Stop)).ToList();
        // One is at the platform, the other stands before the lock.
        await SendingRoom.UntilAsync(async () => room.Platform.Refreshes == 1 && await WaitingForLockAsync(room, OneMachine.Refreshes) == 1);
        mayAnswer.Set();
        var fresh = await Task.WhenAll(both);

        room.Platform.Refreshes.ShouldBe(1);
        fresh.ShouldAllBe(one => one.Failure == null);
        var keys = room.First.Services.GetRequiredService<ChannelKeys>();
        fresh.Select(one => keys.Open(one.Channel!).Credentials.Token.Value).ShouldBe(["fresh", "fresh"]);
        keys.Open(await room.ChannelAsync(channel)).Credentials.RefreshToken!.Value.Value.ShouldBe("next");
        await using var db = await room.ReadAsync();
        (await db.Log.CountAsync(entry => entry.Action == "channel.token.refreshed", Stop)).ShouldBe(1);
    }

    [Fact]
    public async Task Two_machines_count_a_channel_once_a_day_and_keep_what_was_told()
    {
        var platform = new TellingPlatform("one");
        await using var room = await SendingRoom.OpenOnAsync(postgres.Database("counted"), platform);
        var second = await room.StartProcessAsync();
        var message = await room.ApproveAsync("Hello", TimeProvider.System.GetUtcNow(), [await room.AddChannelAsync()]);
        await SendingRoom.UntilAsync(async () => await PublishedAsync(room, message.Id) == 1);

        await Task.WhenAll(new[] { room.First, second, room.First }.Select(process => process.Services.GetRequiredService<Measuring>().RunAsync(TimeSpan.FromDays(1), Stop)));

        platform.Measurements.ShouldBe(1);
        await using var db = await room.ReadAsync();
        (await db.ChannelMeasurements.SingleAsync(Stop)).Followers.ShouldBe(1000);
        (await db.DeliveryMeasurements.SingleAsync(Stop)).Likes.ShouldBe(12);
    }

    [Fact]
    public async Task What_became_of_a_call_is_kept_while_the_database_is_away_and_saved_when_it_is_back()
    {
        await using var room = await SendingRoom.OpenOnAsync(postgres.Database("away"));
        var (called, mayEnd) = (new TaskCompletionSource(), new TaskCompletionSource());
        room.Platform.Next(async part =>
        {
            called.SetResult();
            await mayEnd.Task;
            return PublishResult.Published(room.Platform.Show(part));
        });
        var message = await room.ApproveAsync("Hello", TimeProvider.System.GetUtcNow(), [await room.AddChannelAsync()]);
        await called.Task.WaitAsync(TimeSpan.FromSeconds(20), Stop);

        await postgres.StopAsync();
        mayEnd.SetResult();
        // Steps are written one after the other: while these fail, the outcome's fails too.
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < TimeSpan.FromSeconds(1.5))
        {
            await Should.ThrowAsync<DbException>(room.First.Services.GetRequiredService<Writer>().WriteAsync((db, cancel) => db.Settings.CountAsync(cancel), Stop));
        }

        await postgres.StartAsync();
        await SendingRoom.UntilAsync(async () => (await room.DeliveryAsync(message)).State is DeliveryState.Published);

        room.Platform.Calls.Count.ShouldBe(1);
        room.Platform.Recalls.ShouldBe(0);
        (await room.DeliveryAsync(message)).Attempts.ShouldHaveSingleItem().Outcome.ShouldBe(Outcome.Published);
    }

    [Fact]
    public async Task A_machine_whose_clock_has_jumped_ahead_starts_nothing_before_its_time()
    {
        var time = new JumpingTime();
        await using var room = await SendingRoom.OpenOnAsync(postgres.Database("jumped"), clock: time);
        var message = await room.ApproveAsync("Hello", TimeProvider.System.GetUtcNow().AddSeconds(8), [await room.AddChannelAsync()]);

        time.Ahead = TimeSpan.FromHours(1);
        await room.First.FanOut.TakeDueAsync(Stop);
        await room.First.FanOut.SettleAsync();
        room.Platform.Calls.ShouldBeEmpty();
        (await room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.Waiting);
        room.First.Services.GetRequiredService<DatabaseClock>().IsRight.ShouldBeFalse();

        time.Ahead = TimeSpan.Zero;
        await room.SweepAsync();
        await SendingRoom.UntilAsync(async () => (await room.DeliveryAsync(message)).State is DeliveryState.Published);
        var delivery = await room.DeliveryAsync(message);
        delivery.Attempts.ShouldAllBe(attempt => attempt.StartedAt >= delivery.Due);
        room.Platform.Calls.Count.ShouldBe(1);
    }

    private static async Task<int> WaitingForLockAsync(SendingRoom room, int what)
    {
        await using var db = await room.ReadAsync();
        return await db.Database.SqlQuery<int>($"""
            SELECT COUNT(*)::int AS "Value" FROM pg_locks
            WHERE locktype = 'advisory' AND NOT granted AND classid = {what}::oid AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """).SingleAsync(Stop);
    }

    private static async Task<int> PublishedAsync(SendingRoom room, long messageId)
    {
        await using var db = await room.ReadAsync();
        return await db.Deliveries.CountAsync(row => row.MessageId == messageId && row.State == DeliveryState.Published, Stop);
    }
}
