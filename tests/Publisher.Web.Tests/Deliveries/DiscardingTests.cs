using Microsoft.EntityFrameworkCore;
using Publisher.Platforms;
using Publisher.Web.Deliveries;
using Publisher.Web.Storage;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Deliveries;

/// <summary>What a message that was stopped has left in the account is removed there, and nothing else is.</summary>
public sealed class DiscardingTests : IAsyncDisposable
{
    private static readonly DateTimeOffset Nine = SendingRoom.Nine;

    private readonly KeepingPlatform _platform = new("one");
    private SendingRoom? _room;

    private SendingRoom Room => _room!;

    public ValueTask DisposeAsync() => _room?.DisposeAsync() ?? default;

    [Theory]
    [InlineData(DeliveryState.Cancelled)]
    [InlineData(DeliveryState.Missed)]
    [InlineData(DeliveryState.Rejected)]
    [InlineData(DeliveryState.Refused)]
    public async Task A_minute_after_a_delivery_was_stopped_its_draft_is_removed(DeliveryState state)
    {
        var message = await StopAsync(state);
        var stopped = await Room.DeliveryAsync(message);
        (stopped.State, stopped.Parts[0].Prepared is null).ShouldBe((state, false));
        var at = Room.Time.GetUtcNow();
        stopped.NextAt.ShouldBe(at.AddMinutes(1));
        _platform.Discards.ShouldBeEmpty();

        await Room.WorkUntilAsync(at.AddMinutes(1) - Nine);

        _platform.Discards.ShouldHaveSingleItem().Files.ShouldHaveSingleItem().Id.ShouldBe("file-1");
        var delivery = await Room.DeliveryAsync(message);
        (delivery.State, delivery.Code, delivery.NextAt).ShouldBe((state, stopped.Code, null));
        (delivery.Parts[0].Prepared, delivery.Parts[0].PreparedAt).ShouldBe((null, null));
        (await Room.LoggedAsync(message)).Count(action => action == "delivery.discarded").ShouldBe(1);
        await Room.WorkUntilAsync(TimeSpan.FromDays(3));
        _platform.Discards.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_draft_that_cannot_be_removed_is_tried_for_a_day_and_then_left_to_a_person()
    {
        var message = await StopAsync(DeliveryState.Cancelled);
        var tries = new List<DateTimeOffset>();
        _platform.Discard = () =>
        {
            tries.Add(Room.Time.GetUtcNow());
            return Task.FromResult<PublishResult?>(PublishResult.NotNow(Codes.ServerError));
        };

        var at = Room.Time.GetUtcNow();
        await Room.WorkUntilAsync(TimeSpan.FromDays(4));

        tries.Zip(tries.Prepend(at)).Select(pair => (pair.First - pair.Second).TotalMinutes).ShouldBe([1, 2, 4, 8, 16, 32, 64, 128, 240, 240, 240, 240, 240]);
        var delivery = await Room.DeliveryAsync(message);
        (delivery.State, delivery.NextAt, delivery.Draft?.PreparedSoFar.Files[0].Id).ShouldBe((DeliveryState.Cancelled, null, "file-1"));
        (await CodesAsync(message)).ShouldBe([.. Enumerable.Repeat(Codes.ServerError, 12), "discard.failed"]);
    }

    [Fact]
    public async Task What_somebody_has_opened_to_others_is_left_alone_at_once()
    {
        var message = await StopAsync(DeliveryState.Missed);
        _platform.Discard = () => Task.FromResult<PublishResult?>(PublishResult.Rejected(Codes.DraftVisible));

        await Room.WorkUntilAsync(TimeSpan.FromDays(4));

        _platform.Discards.Count.ShouldBe(1);
        (await Room.DeliveryAsync(message)).NextAt.ShouldBeNull();
        (await CodesAsync(message)).ShouldBe([Codes.DraftVisible]);
    }

    [Fact]
    public async Task A_token_that_lapsed_meanwhile_is_refreshed_and_the_draft_removed()
    {
        var message = await StopAsync(DeliveryState.Cancelled);
        _platform.Discard = () => Task.FromResult(_platform.Refreshes == 0 ? PublishResult.Expired() : null);

        await Room.WorkUntilAsync(TimeSpan.FromHours(1));

        (_platform.Refreshes, _platform.Discards.Count).ShouldBe((1, 2));
        (await Room.DeliveryAsync(message)).Parts[0].Prepared.ShouldBeNull();
    }

    [Theory]
    [InlineData("UPDATE DeliveryParts SET UnclearSince = 1")]
    [InlineData("UPDATE DeliveryParts SET UnclearUntil = 1")]
    [InlineData("UPDATE DeliveryParts SET Ticket = 'working'")]
    [InlineData("UPDATE DeliveryParts SET PublishedAt = 1")]
    [InlineData("UPDATE Attempts SET Outcome = NULL")]
    [InlineData("UPDATE Attempts SET Outcome = 'Unclear'")]
    [InlineData("UPDATE Attempts SET Outcome = 'Processing'")]
    public async Task What_may_be_live_is_never_touched(string doubt)
    {
        var message = await StopAsync(DeliveryState.Rejected);
        await Room.SqlAsync(System.Runtime.CompilerServices.FormattableStringFactory.Create(doubt));

        await Room.WorkUntilAsync(TimeSpan.FromDays(4));

        _platform.Discards.ShouldBeEmpty();
        var delivery = await Room.DeliveryAsync(message);
        (delivery.State, delivery.NextAt, delivery.Parts[0].Prepared is null).ShouldBe((DeliveryState.Rejected, null, false));
    }

    [Fact]
    public async Task Where_the_platform_forgets_by_itself_nothing_is_asked_of_it()
    {
        _room = await SendingRoom.OpenAsync(new PreparingPlatform("one"));
        var message = await PreparedAsync();
        (await Room.First.Desk.CancelAsync(Room.Manager, message.Id, null, SendingRoom.Ended)).Refusal.ShouldBeNull();

        await Room.WorkUntilAsync(TimeSpan.FromHours(1));

        (await Room.DeliveryAsync(message)).NextAt.ShouldBeNull();
        (await Room.LoggedAsync(message)).ShouldNotContain(action => action.EndsWith("discarded", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sending_after_all_waits_until_the_removal_has_ended_and_then_brings_the_file_anew()
    {
        var message = await StopAsync(DeliveryState.Missed);
        var (begun, answer) = (new TaskCompletionSource(), new TaskCompletionSource<PublishResult?>());
        _platform.Discard = () =>
        {
            begun.SetResult();
            return answer.Task;
        };
        Room.Time.MoveTo((await Room.DeliveryAsync(message)).NextAt!.Value);
        await Room.First.FanOut.TakeDueAsync(SendingRoom.Ended);
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(20), SendingRoom.Ended);

        var delivery = await Room.DeliveryAsync(message);
        (await Room.First.Desk.SendAfterAllAsync(Room.OtherManager, delivery.Id, null, SendingRoom.Ended)).Refusal.ShouldBe(Refusal.LookAgain);

        answer.SetResult(null);
        await Room.First.FanOut.SettleAsync().WaitAsync(TimeSpan.FromSeconds(20), SendingRoom.Ended);
        (await Room.First.Desk.SendAfterAllAsync(Room.OtherManager, delivery.Id, null, SendingRoom.Ended)).Refusal.ShouldBeNull();
        await Room.WorkAsync();

        (await Room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.Published);
        (_platform.Preparations, _platform.Timeline.Count, _platform.Discards.Count).ShouldBe((2, 1, 1));
    }

    [Fact]
    public async Task A_process_that_died_after_the_draft_was_gone_has_a_successor_that_records_it()
    {
        var message = await StopAsync(DeliveryState.Cancelled);
        var (begun, never) = (new TaskCompletionSource(), new TaskCompletionSource<PublishResult?>());
        _platform.Discard = () =>
        {
            begun.SetResult();
            return never.Task;
        };
        var at = (await Room.DeliveryAsync(message)).NextAt!.Value;
        Room.Time.MoveTo(at);
        await Room.First.FanOut.TakeDueAsync(SendingRoom.Ended);
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(20), SendingRoom.Ended);

        // The first process never hears of it again. Its call may still be on its way, so the other waits for as long as a call can take.
        var second = await Room.StartProcessAsync();
        _platform.Discard = null;
        await Room.WorkUntilAsync(at - Nine + new SendingTimes().Lease + _platform.Info.CallLimit - TimeSpan.FromMilliseconds(1), second);
        _platform.Discards.Count.ShouldBe(1);
        await Room.WorkUntilAsync(TimeSpan.FromHours(1), second);

        _platform.Discards.Count.ShouldBe(2);
        (await Room.DeliveryAsync(message)).Parts[0].Prepared.ShouldBeNull();
        (await Room.LoggedAsync(message)).Count(action => action == "delivery.discarded").ShouldBe(1);
    }

    [Fact]
    public async Task A_file_that_arrives_while_somebody_cancels_is_removed_too()
    {
        _room = await SendingRoom.OpenAsync(_platform);
        var (begun, arrived) = (new TaskCompletionSource(), new TaskCompletionSource());
        _platform.Prepare = part =>
        {
            begun.SetResult();
            arrived.Task.Wait(SendingRoom.Ended);
            return PrepareResult.Ready(new Prepared { Files = [new PreparedFile("late", part.Media[0].Hash)] });
        };
        var message = await Room.ApproveAsync("Hello", Nine.AddMinutes(5), [await Room.AddChannelAsync()], await Room.AddMediaAsync("a picture"));
        await Room.First.FanOut.TakeDueAsync(SendingRoom.Ended);
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(20), SendingRoom.Ended);

        (await Room.First.Desk.CancelAsync(Room.Manager, message.Id, null, SendingRoom.Ended)).Refusal.ShouldBeNull();
        arrived.SetResult();
        await Room.First.FanOut.SettleAsync().WaitAsync(TimeSpan.FromSeconds(20), SendingRoom.Ended);
        await Room.WorkUntilAsync(TimeSpan.FromHours(1));

        _platform.Discards.ShouldHaveSingleItem().Files.ShouldHaveSingleItem().Id.ShouldBe("late");
        (await Room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.Cancelled);
        _platform.Calls.ShouldBeEmpty();
    }

    /// <summary>A message whose picture was brought, stopped in that way.</summary>
    private async Task<Publisher.Web.Messages.Message> StopAsync(DeliveryState state)
    {
        _room = await SendingRoom.OpenAsync(_platform);
        var message = await PreparedAsync();
        switch (state)
        {
            case DeliveryState.Cancelled:
                (await Room.First.Desk.CancelAsync(Room.Manager, message.Id, null, SendingRoom.Ended)).Refusal.ShouldBeNull();
                break;
            case DeliveryState.Missed:
                Room.Time.MoveTo(Nine.AddMinutes(16));
                await Room.WorkAsync();
                break;
            case DeliveryState.Rejected:
                _platform.Next(PublishResult.Rejected(Codes.ContentRefused));
                Room.Time.MoveTo(Nine.AddMinutes(5));
                await Room.WorkAsync();
                break;
            default:
                await Room.SqlAsync($"UPDATE Approvals SET Mac = 'forged'");
                Room.Time.MoveTo(Nine.AddMinutes(5));
                await Room.WorkAsync();
                break;
        }

        return message;
    }

    private async Task<Publisher.Web.Messages.Message> PreparedAsync()
    {
        var message = await Room.ApproveAsync("Hello", Nine.AddMinutes(5), [await Room.AddChannelAsync()], await Room.AddMediaAsync("a picture"));
        await Room.WorkAsync();
        (await Room.DeliveryAsync(message)).Parts[0].PreparedAt.ShouldNotBeNull();
        return message;
    }

    private async Task<List<string>> CodesAsync(Publisher.Web.Messages.Message message)
    {
        await using var db = await Room.ReadAsync();
        return await db.Log.Where(entry => entry.MessageId == message.Id && entry.Action == "delivery.not.discarded").OrderBy(entry => entry.At).Select(entry => entry.Code!).ToListAsync(SendingRoom.Ended);
    }
}
