using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Publisher.Platforms;
using Publisher.Web.Channels;
using Publisher.Web.Deliveries;
using Publisher.Web.Messages;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Deliveries;

/// <summary>Counting followers and what readers did, once a day.</summary>
public sealed class MeasuringTests : IAsyncLifetime
{
    private static readonly TimeSpan OnceADay = TimeSpan.FromDays(1);

    private readonly TellingPlatform _platform = new("one");
    private SendingRoom _room = null!;

    public async ValueTask InitializeAsync() => _room = await SendingRoom.OpenAsync(_platform);

    public ValueTask DisposeAsync() => _room.DisposeAsync();

    [Fact]
    public async Task The_counts_of_the_day_are_kept_for_channel_and_delivery()
    {
        var (_, message) = await PublishAsync();

        await MeasureAsync();

        var (channels, deliveries) = await RowsAsync();
        channels.ShouldHaveSingleItem().Followers.ShouldBe(1000);
        var counted = deliveries.ShouldHaveSingleItem();
        counted.DeliveryId.ShouldBe((await _room.DeliveryAsync(message)).Id);
        (counted.Day, counted.Likes, counted.Shares, counted.Replies, counted.Views).ShouldBe((new DateOnly(2026, 11, 24), 12, 3, null, null));
    }

    [Fact]
    public async Task A_channel_is_read_once_a_day_however_many_machines_there_are()
    {
        await PublishAsync();
        var second = await _room.StartProcessAsync();

        await Task.WhenAll(MeasureAsync(), second.Services.GetRequiredService<Measuring>().RunAsync(OnceADay, SendingRoom.Ended));
        await MeasureAsync();
        _platform.Measurements.ShouldBe(1);

        _room.Time.Advance(TimeSpan.FromDays(1));
        await MeasureAsync();
        _platform.Measurements.ShouldBe(2);
        (await RowsAsync()).Channels.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_reading_that_a_stop_calls_off_is_done_after_the_next_start_on_the_same_day()
    {
        await PublishAsync();
        using var stopping = new CancellationTokenSource();
        _platform.Meanwhile = stop =>
        {
            stopping.Cancel();
            return Task.Delay(Timeout.Infinite, stop);
        };
        await Should.ThrowAsync<OperationCanceledException>(() => _room.First.Services.GetRequiredService<Measuring>().RunAsync(OnceADay, stopping.Token));
        _platform.Meanwhile = _ => Task.CompletedTask;

        await MeasureAsync();

        (await RowsAsync()).Channels.ShouldHaveSingleItem().Followers.ShouldBe(1000);
    }

    [Fact]
    public async Task A_second_reading_of_the_day_replaces_the_first()
    {
        await PublishAsync();
        await MeasureAsync();
        _platform.Measure = posts => new Measured { Followers = 1001, Posts = posts.ToDictionary(post => post.Id, _ => new Counts(20, 4)) };
        _room.Time.Advance(TimeSpan.FromMinutes(1));

        await MeasureAsync(TimeSpan.Zero);

        var (channels, deliveries) = await RowsAsync();
        channels.ShouldHaveSingleItem().Followers.ShouldBe(1001);
        deliveries.ShouldHaveSingleItem().Likes.ShouldBe(20);
    }

    [Fact]
    public async Task A_reading_that_fails_changes_nothing_and_raises_no_alarm()
    {
        var (channel, message) = await PublishAsync();
        var before = await _room.LoggedAsync(message);
        _platform.Measure = _ => new Measured { Failure = PublishResult.SignInNeeded(Codes.AccessRevoked) };

        await MeasureAsync();

        (await _room.ChannelAsync(channel)).Health.ShouldBe(ChannelHealth.Working);
        (await _room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.Published);
        (await _room.LoggedAsync(message)).ShouldBe(before);
        var (channels, deliveries) = await RowsAsync();
        channels.ShouldHaveSingleItem().Followers.ShouldBeNull();
        deliveries.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_adapter_that_breaks_is_a_reading_that_fails()
    {
        await PublishAsync();
        _platform.Measure = _ => throw new HttpRequestException(HttpRequestError.ResponseEnded);

        await MeasureAsync();

        (await RowsAsync()).Deliveries.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_lapsed_token_is_exchanged_once_and_the_reading_goes_on()
    {
        await PublishAsync();
        var answers = new Queue<Measured>([new Measured { Failure = PublishResult.Expired() }, new Measured { Followers = 7 }]);
        _platform.Measure = _ => answers.Dequeue();

        await MeasureAsync();

        _platform.Refreshes.ShouldBe(1);
        (await RowsAsync()).Channels.ShouldHaveSingleItem().Followers.ShouldBe(7);
    }

    [Fact]
    public async Task Neither_a_retracted_post_nor_one_of_long_ago_nor_a_channel_that_waits_is_asked_about()
    {
        var (channel, message) = await PublishAsync();
        IReadOnlyList<RemotePost> asked = [];
        _platform.Measure = posts =>
        {
            asked = posts;
            return new Measured { Followers = 1 };
        };

        await _room.SqlAsync($"UPDATE DeliveryParts SET RetractedAt = 1 WHERE DeliveryId = {(await _room.DeliveryAsync(message)).Id}");
        await MeasureAsync();
        asked.ShouldBeEmpty();

        await _room.SqlAsync($"UPDATE DeliveryParts SET RetractedAt = NULL");
        _room.Time.Advance(TimeSpan.FromDays(31));
        await MeasureAsync();
        asked.ShouldBeEmpty();

        await _room.SqlAsync($"UPDATE Channels SET Health = 'SignInNeeded' WHERE Id = {channel.Id}");
        _room.Time.Advance(TimeSpan.FromDays(1));
        await MeasureAsync();
        _platform.Measurements.ShouldBe(2);
    }

    [Fact]
    public async Task The_change_over_a_week_needs_a_number_of_seven_days_before()
    {
        var (channel, _) = await PublishAsync();
        var followers = 1000;
        _platform.Measure = _ => new Measured { Followers = followers };
        await MeasureAsync();
        (await FollowingAsync(channel)).ShouldBe(new Following(1000, new DateOnly(2026, 11, 24), null));

        followers = 980;
        _room.Time.Advance(TimeSpan.FromDays(7));
        await MeasureAsync();

        (await FollowingAsync(channel)).ShouldBe(new Following(980, new DateOnly(2026, 12, 1), -20));
    }

    private async Task<(Channel Channel, Message Message)> PublishAsync()
    {
        var channel = await _room.AddChannelAsync();
        var message = await _room.ApproveAsync("Flood warning lifted", SendingRoom.Nine, [channel]);
        await _room.WorkAsync();
        (await _room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.Published);
        return (channel, message);
    }

    private Task MeasureAsync(TimeSpan? leaveAlone = null) => _room.First.Services.GetRequiredService<Measuring>().RunAsync(leaveAlone ?? OnceADay, SendingRoom.Ended);

    private async Task<(List<ChannelMeasurement> Channels, List<DeliveryMeasurement> Deliveries)> RowsAsync()
    {
        await using var db = await _room.ReadAsync();
        return (await db.ChannelMeasurements.AsNoTracking().ToListAsync(SendingRoom.Ended), await db.DeliveryMeasurements.AsNoTracking().ToListAsync(SendingRoom.Ended));
    }

    private async Task<Following> FollowingAsync(Channel channel)
    {
        await using var db = await _room.ReadAsync();
        return (await Following.ReadAsync(db, _room.Time.GetUtcNow(), SendingRoom.Ended))[channel.Id];
    }
}
