using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Publisher.Platforms;
using Publisher.Web.Deliveries;
using Publisher.Web.Schedule;
using Publisher.Web.Tests.Deliveries;
using Publisher.Web.Tests.Faults;
using Quartz;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Schedule;

/// <summary>With the machine's clock, the real scheduler and the real sweep.</summary>
public sealed class TimetableTests
{
    [Fact]
    public async Task A_message_leaves_at_its_time_not_before_and_less_than_a_second_after()
    {
        var sent = new TaskCompletionSource<DateTimeOffset>(TaskCreationOptions.RunContinuationsAsynchronously);
        var platform = new ScriptedPlatform("one");
        platform.Next(part =>
        {
            sent.SetResult(DateTimeOffset.UtcNow);
            return Task.FromResult(PublishResult.Published(platform.Show(part)));
        });
        await using var room = await SendingRoom.OpenAsync(isLive: true, platform);
        var due = DateTimeOffset.UtcNow.AddSeconds(3);
        var message = await room.ApproveAsync("Hello", due, [await room.AddChannelAsync()]);

        var at = await sent.Task.WaitAsync(TimeSpan.FromSeconds(30), SendingRoom.Ended);

        at.ShouldBeGreaterThanOrEqualTo(due);
        (at - due).ShouldBeLessThan(TimeSpan.FromSeconds(1));
        await SendingRoom.UntilAsync(async () => (await room.DeliveryAsync(message)).State is DeliveryState.Published);
    }

    [Fact]
    public async Task What_is_to_be_tried_again_wakes_by_itself()
    {
        var platform = new ScriptedPlatform("one");
        platform.Next(PublishResult.NotNow("busy", TimeSpan.FromMilliseconds(300)));
        await using var room = await SendingRoom.OpenAsync(isLive: true, platform);
        var message = await room.ApproveAsync("Hello", DateTimeOffset.UtcNow, [await room.AddChannelAsync()]);

        await SendingRoom.UntilAsync(async () => (await room.DeliveryAsync(message)).State is DeliveryState.Published);

        platform.Calls.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_lost_trigger_costs_no_message()
    {
        await using var room = await SendingRoom.OpenAsync(isLive: true, new ScriptedPlatform("one"));
        var message = await room.ApproveAsync("Hello", DateTimeOffset.UtcNow.AddSeconds(6), [await room.AddChannelAsync()]);
        var scheduler = await room.First.Services.GetRequiredService<ISchedulerFactory>().GetScheduler(SendingRoom.Ended);
        var key = new TriggerKey($"{message.Id}", Timetable.Job.Name);
        await SendingRoom.UntilAsync(async () => await scheduler.GetTrigger(key, SendingRoom.Ended) is not null);
        await scheduler.UnscheduleJob(key, SendingRoom.Ended);
        room.First.Services.GetRequiredService<Timetable>().Fired(message.Id);

        await room.SweepAsync();
        await SendingRoom.UntilAsync(async () => (await room.DeliveryAsync(message)).State is DeliveryState.Published);

        room.Platform.Timeline.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_wake_during_which_the_clock_is_set_back_does_not_wait_for_its_time_to_come_again()
    {
        using var time = new JumpingTime();
        await using var room = await SendingRoom.OpenAtAsync(time);
        var scheduler = await room.First.Services.GetRequiredService<ISchedulerFactory>().GetScheduler(SendingRoom.Ended);
        var wake = new Wake(() => time.Ahead = TimeSpan.FromHours(-1));
        scheduler.ListenerManager.AddJobListener(wake);
        var message = await room.ApproveAsync("Hello", DateTimeOffset.UtcNow.AddSeconds(1), [await room.AddChannelAsync()]);

        await wake.Ended.WaitAsync(TimeSpan.FromSeconds(20), SendingRoom.Ended);
        room.Platform.Timeline.ShouldBeEmpty();

        time.Ahead = TimeSpan.Zero;
        await room.SweepAsync();
        await SendingRoom.UntilAsync(async () => (await room.DeliveryAsync(message)).State is DeliveryState.Published);
    }

    [Fact]
    public async Task A_stop_calls_off_the_counting_of_followers()
    {
        var platform = new TellingPlatform("one");
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        platform.Meanwhile = stop =>
        {
            asked.SetResult();
            return Task.Delay(Timeout.Infinite, stop);
        };
        var stopping = new Stopwatch();
        await using (var room = await SendingRoom.OpenAsync(isLive: true, platform))
        {
            await room.AddChannelAsync();
            var scheduler = await room.First.Services.GetRequiredService<ISchedulerFactory>().GetScheduler(SendingRoom.Ended);
            await scheduler.TriggerJob(MeasureJob.Key, cancellationToken: SendingRoom.Ended);
            await asked.Task.WaitAsync(TimeSpan.FromSeconds(20), SendingRoom.Ended);
            stopping.Start();
        }

        // Each channel may take two minutes otherwise.
        stopping.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task An_approved_message_whose_deliveries_were_never_planned_is_found()
    {
        await using var room = await SendingRoom.OpenAsync();
        var message = await room.ApproveAsync("Hello", SendingRoom.Nine.AddMinutes(1), [await room.AddChannelAsync()], isPlanned: false);

        await room.SweepAsync();
        await room.WorkUntilAsync(TimeSpan.FromMinutes(2));

        room.Platform.Timeline.Count.ShouldBe(1);
        (await room.LoggedAsync(message)).ShouldBe(["delivery.planned", "delivery.started", "delivery.published"]);
    }

    [Fact]
    public async Task Many_messages_of_one_second_all_leave_once()
    {
        await using var room = await SendingRoom.OpenAsync(isLive: true, new ScriptedPlatform("one"));
        var channels = new[] { await room.AddChannelAsync(account: "a"), await room.AddChannelAsync(account: "b"), await room.AddChannelAsync(account: "c") };
        var due = DateTimeOffset.UtcNow.AddSeconds(5);
        for (var one = 0; one < 20; one++)
        {
            await room.ApproveAsync($"Message {one}", due, channels);
        }

        await SendingRoom.UntilAsync(async () =>
        {
            await using var db = await room.ReadAsync();
            return await db.Deliveries.AllAsync(row => row.State == DeliveryState.Published, SendingRoom.Ended);
        });

        room.Platform.Timeline.Count.ShouldBe(60);
    }

    private sealed class Wake(Action begins) : IJobListener
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Name => nameof(Wake);

        public Task Ended => _ended.Task;

        public ValueTask JobToBeExecuted(IJobExecutionContext context, CancellationToken cancellationToken = default)
        {
            if (Is(context))
            {
                begins();
            }

            return ValueTask.CompletedTask;
        }

        public ValueTask JobWasExecuted(IJobExecutionContext context, JobExecutionException? jobException, CancellationToken cancellationToken = default)
        {
            if (Is(context))
            {
                _ended.TrySetResult();
            }

            return ValueTask.CompletedTask;
        }

        private static bool Is(IJobExecutionContext context) => context.JobDetail.Key.Equals(Timetable.Job);
    }
}
