using Publisher.Platforms;
using Publisher.Web.Channels;
using Publisher.Web.Deliveries;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Deliveries;

public sealed class OutcomeTests
{
    private static readonly DateTimeOffset Nine = SendingRoom.Nine;

    [Fact]
    public async Task A_delivery_is_sent_once_at_its_time_and_keeps_where_it_stands()
    {
        await using var room = await SendingRoom.OpenAsync();
        var message = await room.ApproveAsync("Hello", Nine.AddMinutes(5), [await room.AddChannelAsync()]);

        await room.WorkUntilAsync(TimeSpan.FromMinutes(5) - TimeSpan.FromMilliseconds(1));
        room.Platform.Calls.ShouldBeEmpty();
        await room.WorkUntilAsync(TimeSpan.FromMinutes(6));

        room.Platform.Timeline.ShouldHaveSingleItem().Text.ShouldBe("Hello");
        var delivery = await room.DeliveryAsync(message);
        delivery.State.ShouldBe(DeliveryState.Published);
        delivery.Permalink.ShouldBe("https://one.example/posts/1");
        delivery.Parts.ShouldHaveSingleItem().RemoteId.ShouldBe("one-1");
        delivery.Attempts.ShouldHaveSingleItem().Outcome.ShouldBe(Outcome.Published);
        (await room.LoggedAsync(message)).ShouldBe(["delivery.started", "delivery.published"]);
    }

    [Fact]
    public async Task What_is_certainly_not_posted_is_tried_again_with_the_same_key()
    {
        await using var room = await SendingRoom.OpenAsync();
        room.Platform.Next(PublishResult.NotNow(Codes.ServerError));
        room.Platform.Next(_ => throw new HttpRequestException(HttpRequestError.ConnectionError));
        var message = await room.ApproveAsync("Hello", Nine, [await room.AddChannelAsync()]);

        await room.WorkAsync();
        (await room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.Waiting);
        room.Platform.Calls.Count.ShouldBe(1);
        await room.WorkUntilAsync(TimeSpan.FromMinutes(5));

        room.Platform.Calls.Count.ShouldBe(3);
        room.Platform.Calls.Select(call => (call.Part.Key, call.Part.CreatedAt)).Distinct().Count().ShouldBe(1);
        room.Platform.Timeline.Count.ShouldBe(1);
        (await room.DeliveryAsync(message)).Attempts.Select(attempt => attempt.Outcome).ShouldBe([Outcome.NotNow, Outcome.NotNow, Outcome.Published]);
    }

    [Fact]
    public async Task What_the_platform_says_about_waiting_is_obeyed_for_the_whole_account()
    {
        await using var room = await SendingRoom.OpenAsync();
        room.Platform.Next(PublishResult.NotNow(Codes.RateLimited, TimeSpan.FromMinutes(4)));
        var channel = await room.AddChannelAsync();
        await room.ApproveAsync("Hello", Nine, [channel]);
        await room.ApproveAsync("Second", Nine.AddSeconds(1), [channel]);

        await room.WorkUntilAsync(TimeSpan.FromMinutes(4) - TimeSpan.FromSeconds(1));
        room.Platform.Calls.Count.ShouldBe(1);
        await room.WorkUntilAsync(TimeSpan.FromMinutes(5));

        room.Platform.Timeline.Select(shown => shown.Text).ShouldBe(["Hello", "Second"]);
    }

    [Fact]
    public async Task A_wait_beyond_the_deadline_ends_the_delivery_at_once()
    {
        await using var room = await SendingRoom.OpenAsync();
        room.Platform.Next(PublishResult.NotNow("busy", TimeSpan.FromMinutes(11)));
        var message = await room.ApproveAsync("Hello", Nine, [await room.AddChannelAsync()]);

        await room.WorkAsync();

        var delivery = await room.DeliveryAsync(message);
        delivery.State.ShouldBe(DeliveryState.Missed);
        delivery.NextAt.ShouldBeNull();
        (await room.LoggedAsync(message)).ShouldContain("delivery.missed");
    }

    [Fact]
    public async Task A_server_that_stays_down_makes_it_missed_and_nothing_goes_out_when_it_is_back()
    {
        await using var room = await SendingRoom.OpenAsync();
        for (var one = 0; one < 100; one++)
        {
            room.Platform.Next(PublishResult.NotNow(Codes.ServerError));
        }

        var message = await room.ApproveAsync("Hello", Nine, [await room.AddChannelAsync()]);
        await room.WorkUntilAsync(TimeSpan.FromHours(3));

        (await room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.Missed);
        room.Platform.Calls.Count.ShouldBeInRange(5, 14);
        room.Platform.Timeline.ShouldBeEmpty();
    }

    [Fact]
    public async Task Refused_content_waits_for_a_person_and_is_not_tried_again()
    {
        await using var room = await SendingRoom.OpenAsync();
        room.Platform.Next(PublishResult.Rejected(Codes.ContentRefused) with { Answer = "No." });
        var message = await room.ApproveAsync("Hello", Nine, [await room.AddChannelAsync()]);

        await room.WorkUntilAsync(TimeSpan.FromHours(1));

        var delivery = await room.DeliveryAsync(message);
        delivery.State.ShouldBe(DeliveryState.Rejected);
        delivery.Answer.ShouldBe("No.");
        room.Platform.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_lapsed_token_is_exchanged_once_and_the_next_attempt_comes_at_once()
    {
        await using var room = await SendingRoom.OpenAsync();
        room.Platform.Next(PublishResult.Expired());
        var channel = await room.AddChannelAsync();
        await room.ApproveAsync("Hello", Nine, [channel]);

        await room.WorkAsync();

        room.Platform.Refreshes.ShouldBe(1);
        room.Platform.Tokens.ShouldBe(["first", "fresh-1"]);
        room.Platform.Timeline.Count.ShouldBe(1);
        room.First.Services.GetService(typeof(ChannelKeys)).ShouldBeOfType<ChannelKeys>().Open(await room.ChannelAsync(channel)).Credentials.Token.Value.ShouldBe("fresh-1");
    }

    [Fact]
    public async Task A_channel_that_is_disconnected_while_its_token_is_exchanged_gets_none_back()
    {
        await using var room = await SendingRoom.OpenAsync();
        var channel = await room.AddChannelAsync();
        room.Platform.Next(PublishResult.Expired());
        room.Platform.Refresh = () =>
        {
            room.SqlAsync($"UPDATE Channels SET Credentials = 'forgotten', Health = 'Disconnected', Version = Version + 1").GetAwaiter().GetResult();
            return new RefreshResult(new Credentials { Token = new Publisher.Platforms.Secret("fresh") }, null);
        };
        await room.ApproveAsync("Hello", Nine, [channel]);

        await room.WorkAsync();

        (await room.ChannelAsync(channel)).Credentials.ShouldBe("forgotten");
        room.Platform.Tokens.ShouldBe(["first"]);
    }

    [Fact]
    public async Task An_exchange_that_has_begun_is_let_end_when_the_process_stops()
    {
        await using var room = await SendingRoom.OpenAsync();
        var channel = await room.AddChannelAsync();
        await room.SqlAsync($"UPDATE Channels SET TokenExpires = {Nine.UtcTicks}");
        room.Platform.RefreshPause = async stop =>
        {
            _ = room.First.FanOut.StopAsync(SendingRoom.Ended);
            await Task.Delay(50, stop);
        };
        await room.ApproveAsync("Hello", Nine, [channel]);

        await room.First.FanOut.TakeDueAsync(SendingRoom.Ended);
        await room.First.FanOut.SettleAsync().WaitAsync(TimeSpan.FromSeconds(20), SendingRoom.Ended);

        room.First.Services.GetService(typeof(ChannelKeys)).ShouldBeOfType<ChannelKeys>().Open(await room.ChannelAsync(channel)).Credentials.Token.Value.ShouldBe("fresh-1");
    }

    [Fact]
    public async Task A_lapsed_token_that_is_not_exchanged_any_more_flags_the_channel()
    {
        await using var room = await SendingRoom.OpenAsync();
        room.Platform.Next(PublishResult.Expired());
        room.Platform.Refresh = () => new RefreshResult(null, PublishResult.SignInNeeded(Codes.AccessRevoked));
        var channel = await room.AddChannelAsync();
        await room.ApproveAsync("Hello", Nine, [channel]);

        await room.WorkAsync();

        (await room.ChannelAsync(channel)).Health.ShouldBe(ChannelHealth.SignInNeeded);
        room.Platform.Tokens.ShouldBe(["first"]);
        room.Platform.Timeline.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_revoked_access_flags_the_channel_and_its_deliveries_go_out_once_it_is_connected_again()
    {
        await using var room = await SendingRoom.OpenAsync();
        room.Platform.Next(PublishResult.SignInNeeded(Codes.AccessRevoked));
        var channel = await room.AddChannelAsync();
        var first = await room.ApproveAsync("First", Nine, [channel]);
        var second = await room.ApproveAsync("Second", Nine.AddSeconds(1), [channel]);

        await room.WorkUntilAsync(TimeSpan.FromMinutes(1));
        (await room.ChannelAsync(channel)).Health.ShouldBe(ChannelHealth.SignInNeeded);
        (await room.DeliveryAsync(first)).State.ShouldBe(DeliveryState.SignInNeeded);
        (await room.DeliveryAsync(second)).State.ShouldBe(DeliveryState.SignInNeeded);

        await room.SqlAsync($"UPDATE Channels SET Health = 'Working' WHERE Id = {channel.Id}");
        await room.SweepAsync();
        await room.WorkAsync();

        room.Platform.Timeline.Select(shown => shown.Text).ShouldBe(["First", "Second"]);
    }

    [Fact]
    public async Task A_revoked_access_that_nobody_mends_ends_at_the_deadline()
    {
        await using var room = await SendingRoom.OpenAsync();
        room.Platform.Next(PublishResult.SignInNeeded(Codes.AccessRevoked));
        var message = await room.ApproveAsync("Hello", Nine, [await room.AddChannelAsync()]);

        await room.WorkUntilAsync(TimeSpan.FromHours(1));

        (await room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.Missed);
    }

    [Fact]
    public async Task What_the_platform_gave_up_after_accepting_it_is_sent_again()
    {
        await using var room = await SendingRoom.OpenAsync();
        room.Platform.Next(PublishResult.Processing("ticket", TimeSpan.FromSeconds(20)));
        room.Platform.Ask = () => PublishResult.NotNow(Codes.MediaGone);
        var message = await room.ApproveAsync("Hello", Nine, [await room.AddChannelAsync()]);

        await room.WorkUntilAsync(TimeSpan.FromMinutes(1));

        (await room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.Published);
        room.Platform.Calls.Count.ShouldBe(2);
        room.Platform.Timeline.Select(shown => shown.Text).ShouldBe(["Hello"]);
    }

    [Fact]
    public async Task A_post_the_platform_still_works_on_is_asked_about_until_it_is_live_even_past_the_deadline()
    {
        await using var room = await SendingRoom.OpenAsync();
        room.Platform.Next(PublishResult.Processing("ticket", TimeSpan.FromSeconds(20)));
        room.Platform.Ask = () => room.Time.GetUtcNow() > Nine.AddMinutes(15)
            ? PublishResult.Published(new RemotePost("late", null))
            : PublishResult.Processing("ticket", TimeSpan.FromMinutes(1));
        var message = await room.ApproveAsync("Hello", Nine, [await room.AddChannelAsync()]);

        await room.WorkUntilAsync(TimeSpan.FromMinutes(5));
        (await room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.Processing);
        await room.WorkUntilAsync(TimeSpan.FromMinutes(20));

        (await room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.Published);
        room.Platform.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_thread_goes_out_part_by_part_each_answering_the_one_before()
    {
        await using var room = await SendingRoom.OpenAsync();
        var message = await room.ApproveAsync("One\n---\nTwo\n---\nThree", Nine, [await room.AddChannelAsync()]);

        await room.WorkAsync();

        room.Platform.Timeline.Select(shown => shown.Text).ShouldBe(["One", "Two", "Three"]);
        room.Platform.Calls.Select(call => call.Part.Parent?.Id).ShouldBe([null, "one-1", "one-2"]);
        room.Platform.Calls.Select(call => call.Part.Root?.Id).ShouldBe([null, "one-1", "one-1"]);
        var delivery = await room.DeliveryAsync(message);
        delivery.State.ShouldBe(DeliveryState.Published);
        delivery.Permalink.ShouldBe("https://one.example/posts/1");
        delivery.Lease.ShouldBe(1);
    }

    [Fact]
    public async Task A_thread_that_stops_is_partly_out_and_a_person_continues_it()
    {
        await using var room = await SendingRoom.OpenAsync();
        room.Platform.Next(part => Task.FromResult(PublishResult.Published(room.Platform.Show(part))));
        room.Platform.Next(PublishResult.Rejected(Codes.ContentRefused));
        var message = await room.ApproveAsync("One\n---\nTwo", Nine, [await room.AddChannelAsync()]);
        await room.WorkAsync();
        var delivery = await room.DeliveryAsync(message);
        delivery.State.ShouldBe(DeliveryState.PartlyOut);

        (await room.First.Desk.ContinueThreadAsync(room.Manager, delivery.Id, SendingRoom.Ended)).Refusal.ShouldBeNull();
        await room.WorkAsync();

        room.Platform.Timeline.Select(shown => shown.Text).ShouldBe(["One", "Two"]);
        (await room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.Published);
    }
}
