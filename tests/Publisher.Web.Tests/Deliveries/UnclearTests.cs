using Publisher.Platforms;
using Publisher.Web.Deliveries;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Deliveries;

public sealed class UnclearTests
{
    private static readonly DateTimeOffset Nine = SendingRoom.Nine;

    [Fact]
    public async Task A_post_whose_answer_was_lost_is_found_and_not_sent_again()
    {
        await using var room = await SendingRoom.OpenAsync();
        room.Platform.NextPublishesAndBreaks();
        var message = await room.ApproveAsync("Hello", Nine, [await room.AddChannelAsync()]);

        await room.WorkAsync();
        (await room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.Unclear);
        await room.WorkUntilAsync(TimeSpan.FromMinutes(10));

        room.Platform.Timeline.Count.ShouldBe(1);
        room.Platform.Calls.Count.ShouldBe(1);
        var delivery = await room.DeliveryAsync(message);
        delivery.State.ShouldBe(DeliveryState.Published);
        delivery.Parts[0].RemoteId.ShouldBe("one-1");
    }

    [Fact]
    public async Task Only_what_is_absent_twice_on_complete_listings_after_the_settle_time_is_sent_again()
    {
        await using var room = await SendingRoom.OpenAsync();
        room.Platform.Next(_ => throw new HttpRequestException(HttpRequestError.ResponseEnded));
        var message = await room.ApproveAsync("Hello", Nine, [await room.AddChannelAsync()]);

        var settled = room.Platform.Info.CallLimit + room.Platform.Info.SettleTime;
        await room.WorkUntilAsync(settled + TimeSpan.FromSeconds(1));
        room.Platform.Calls.Count.ShouldBe(1);
        (await room.DeliveryAsync(message)).Absences.ShouldBe(1);
        await room.WorkUntilAsync(settled + TimeSpan.FromMinutes(1));

        room.Platform.Calls.Count.ShouldBe(2);
        room.Platform.Timeline.Count.ShouldBe(1);
        (await room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.Published);
        (await room.LoggedAsync(message)).ShouldContain("delivery.absent");
    }

    [Fact]
    public async Task A_post_that_shows_up_late_is_found()
    {
        await using var room = await SendingRoom.OpenAsync();
        Part? sent = null;
        room.Platform.Next(part =>
        {
            sent = part;
            return Task.FromResult(PublishResult.Unclear(Codes.ServerError));
        });
        var message = await room.ApproveAsync("Hello", Nine, [await room.AddChannelAsync()]);

        await room.WorkUntilAsync(TimeSpan.FromSeconds(50));
        room.Platform.Show(sent!);
        await room.WorkUntilAsync(TimeSpan.FromMinutes(10));

        room.Platform.Timeline.Count.ShouldBe(1);
        (await room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.Published);
    }

    [Fact]
    public async Task Two_matches_are_left_to_a_person()
    {
        await using var room = await SendingRoom.OpenAsync();
        room.Platform.NextPublishesAndBreaks();
        room.Platform.Recall = _ => new RecallResult { Matches = [new RemotePost("a", null), new RemotePost("b", null)], IsComplete = true };
        var message = await room.ApproveAsync("Hello", Nine, [await room.AddChannelAsync()]);

        await room.WorkUntilAsync(TimeSpan.FromHours(1));

        (await room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.CannotTell);
        room.Platform.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_incomplete_listing_proves_nothing_and_nothing_is_sent_again()
    {
        await using var room = await SendingRoom.OpenAsync();
        room.Platform.NextPublishesAndBreaks();
        room.Platform.Recall = _ => new RecallResult { IsComplete = false };
        var message = await room.ApproveAsync("Hello", Nine, [await room.AddChannelAsync()]);

        await room.WorkUntilAsync(TimeSpan.FromHours(2));

        (await room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.CannotTell);
        room.Platform.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_the_platform_has_and_still_works_on_is_asked_about_until_it_is_out()
    {
        await using var room = await SendingRoom.OpenAsync();
        room.Platform.Next(_ => throw new HttpRequestException(HttpRequestError.ResponseEnded));
        room.Platform.Recall = _ => new RecallResult { Ticket = "ticket" };
        var message = await room.ApproveAsync("Hello", Nine, [await room.AddChannelAsync()]);

        await room.WorkUntilAsync(TimeSpan.FromMinutes(1));

        (await room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.Published);
        (room.Platform.Calls.Count, room.Platform.Timeline.Count, room.Platform.Recalls).ShouldBe((1, 1, 1));
    }

    [Fact]
    public async Task Looking_is_told_what_was_brought_for_the_part()
    {
        await using var room = await SendingRoom.OpenAsync(new PreparingPlatform("one"));
        room.Platform.NextPublishesAndBreaks();
        var message = await room.ApproveAsync("Hello", Nine, [await room.AddChannelAsync()], await room.AddMediaAsync("a picture"));

        await room.WorkUntilAsync(TimeSpan.FromMinutes(1));

        (await room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.Published);
        room.Platform.RecalledWith.ShouldNotBeNull().Files.ShouldHaveSingleItem().Id.ShouldBe("file-1");
    }

    [Fact]
    public async Task A_post_that_another_delivery_holds_is_not_taken_for_this_one()
    {
        await using var room = await SendingRoom.OpenAsync();
        var channel = await room.AddChannelAsync();
        await room.ApproveAsync("Same words", Nine, [channel]);
        await room.WorkAsync();
        room.Platform.Next(_ => throw new HttpRequestException(HttpRequestError.ResponseEnded));
        var message = await room.ApproveAsync("Same words", Nine.AddSeconds(5), [channel]);

        await room.WorkUntilAsync(TimeSpan.FromMinutes(9));

        room.Platform.Timeline.Count.ShouldBe(2);
        (await room.DeliveryAsync(message)).Parts[0].RemoteId.ShouldBe("one-2");
    }

    [Fact]
    public async Task Where_a_repeat_is_safe_it_comes_once_the_first_call_can_no_longer_run()
    {
        await using var room = await SendingRoom.OpenAsync();
        room.Platform.Recall = _ => new RecallResult { Failure = PublishResult.NotNow(Codes.ServerError) };
        room.Platform.Next(_ => throw new HttpRequestException(HttpRequestError.ResponseEnded));
        var message = await room.ApproveAsync("Hello", Nine, [await room.AddChannelAsync(repeatSafeFor: TimeSpan.FromMinutes(45))]);

        await room.WorkUntilAsync(room.Platform.Info.CallLimit - TimeSpan.FromMilliseconds(1));
        room.Platform.Calls.Count.ShouldBe(1);
        await room.WorkUntilAsync(TimeSpan.FromMinutes(5));

        room.Platform.Calls.Count.ShouldBe(2);
        room.Platform.Calls.Select(call => call.Part.Key).Distinct().Count().ShouldBe(1);
        (await room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.Published);
    }

    [Theory]
    [InlineData(true, DeliveryState.Unclear)]
    [InlineData(false, DeliveryState.Waiting)]
    public async Task A_repeat_whose_fence_grew_old_leaves_the_part_to_be_looked_for(bool isRepeat, DeliveryState becomes)
    {
        await using var room = await SendingRoom.OpenAsync();
        if (isRepeat)
        {
            room.Platform.NextPublishesAndBreaks();
        }
        else
        {
            room.Platform.Next(PublishResult.NotNow(Codes.ServerError));
        }

        var channel = await room.AddChannelAsync(repeatSafeFor: TimeSpan.FromMinutes(9));
        var message = await room.ApproveAsync("Hello", Nine, [channel]);
        await room.WorkAsync();
        var delivery = await room.DeliveryAsync(message);
        var later = Nine + room.Platform.Info.CallLimit;
        var unused = new Attempt { Part = 1, Number = 2, Lease = delivery.Lease + 1, StartedAt = later };
        delivery.Attempts.Add(unused);

        delivery.RecordUnused(unused, PlatformTerms.Of(room.Platform, channel, delivery, new SendingTimes()), later);

        (delivery.State, unused.Code).ShouldBe((becomes, "fence.old"));
        delivery.NextAt.ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(later);
    }

    [Fact]
    public async Task Where_what_was_brought_has_lapsed_it_is_looked_for_instead_of_repeated()
    {
        var platform = new PreparingPlatform("one");
        await using var room = await SendingRoom.OpenAsync(platform);
        var picture = await room.AddMediaAsync("a picture");
        platform.Prepare = _ => PrepareResult.Ready(new Prepared { Files = [new PreparedFile("file", picture.Hash)], UsableUntil = room.Time.GetUtcNow() + platform.Info.CallLimit + TimeSpan.FromSeconds(29) });
        platform.Next(_ => throw new HttpRequestException(HttpRequestError.ResponseEnded));
        var message = await room.ApproveAsync("Hello", Nine, [await room.AddChannelAsync(repeatSafeFor: TimeSpan.FromDays(100))], picture);

        await room.WorkUntilAsync(TimeSpan.FromMinutes(9));

        (await room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.Published);
        (platform.Calls.Count, platform.Timeline.Count, platform.Preparations).ShouldBe((2, 1, 2));
        (await room.LoggedAsync(message)).ShouldContain("delivery.absent");
    }

    [Fact]
    public async Task A_repeat_that_certainly_failed_says_nothing_about_the_first_try()
    {
        await using var room = await SendingRoom.OpenAsync();
        room.Platform.Recall = _ => new RecallResult { Failure = PublishResult.NotNow(Codes.ServerError) };
        room.Platform.NextPublishesAndBreaks();
        room.Platform.Next(PublishResult.NotNow(Codes.ServerError));
        var message = await room.ApproveAsync("Hello", Nine, [await room.AddChannelAsync(repeatSafeFor: TimeSpan.FromSeconds(70))]);

        await room.WorkUntilAsync(TimeSpan.FromMinutes(20));

        (await room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.Unclear);
        room.Platform.Timeline.Count.ShouldBe(1);
        room.Platform.Recall = null;
        await room.WorkUntilAsync(TimeSpan.FromMinutes(30));
        (await room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.Published);
        room.Platform.Timeline.Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_answer_that_it_was_said_already_tells_where_the_first_try_stands()
    {
        await using var room = await SendingRoom.OpenAsync();
        room.Platform.Recall = _ => new RecallResult { Failure = PublishResult.NotNow(Codes.ServerError) };
        room.Platform.NextPublishesAndBreaks();
        room.Platform.Next(_ => Task.FromResult(PublishResult.Rejected(Codes.Duplicate) with { Post = room.Platform.Timeline.First().Post }));
        var message = await room.ApproveAsync("Hello", Nine, [await room.AddChannelAsync(repeatSafeFor: TimeSpan.FromMinutes(9))]);

        await room.WorkUntilAsync(TimeSpan.FromMinutes(9));

        var delivery = await room.DeliveryAsync(message);
        delivery.State.ShouldBe(DeliveryState.Published);
        delivery.Parts[0].RemoteId.ShouldBe("one-1");
        room.Platform.Timeline.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_duplicate_on_the_first_try_is_somebody_elses_post_and_stays_refused()
    {
        await using var room = await SendingRoom.OpenAsync();
        room.Platform.Next(PublishResult.Rejected(Codes.Duplicate) with { Post = new RemotePost("older", null) });
        var message = await room.ApproveAsync("Hello", Nine, [await room.AddChannelAsync()]);

        await room.WorkAsync();

        (await room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.Rejected);
    }

    [Fact]
    public async Task Looking_goes_on_past_the_deadline_but_sending_does_not()
    {
        await using var room = await SendingRoom.OpenAsync();
        room.Platform.Next(PublishResult.NotNow("busy", TimeSpan.FromMinutes(9)));
        room.Platform.Next(_ => throw new HttpRequestException(HttpRequestError.ResponseEnded));
        var message = await room.ApproveAsync("Hello", Nine, [await room.AddChannelAsync()]);

        await room.WorkUntilAsync(TimeSpan.FromMinutes(30));

        room.Platform.Recalls.ShouldBeGreaterThan(1);
        room.Platform.Calls.Count.ShouldBe(2);
        (await room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.Missed);
    }

    [Fact]
    public async Task A_person_who_found_it_or_not_decides_what_could_not_be_told()
    {
        await using var room = await SendingRoom.OpenAsync();
        room.Platform.Recall = _ => new RecallResult { IsComplete = false };
        room.Platform.NextPublishesAndBreaks();
        room.Platform.Next(_ => throw new HttpRequestException(HttpRequestError.ResponseEnded));
        var channel = await room.AddChannelAsync();
        var there = await room.ApproveAsync("There", Nine, [channel]);
        var notThere = await room.ApproveAsync("Not there", Nine.AddSeconds(1), [channel]);
        await room.WorkUntilAsync(TimeSpan.FromMinutes(5));
        var (one, other) = ((await room.DeliveryAsync(there)).Id, (await room.DeliveryAsync(notThere)).Id);

        (await room.First.Desk.DecideThereAsync(room.Officer, one, "https://one.example/posts/1", SendingRoom.Ended)).Refusal!.Code.ShouldBe("not.allowed");
        (await room.First.Desk.DecideThereAsync(room.Manager, one, "https://elsewhere.example/posts/1", SendingRoom.Ended)).Refusal!.Code.ShouldBe("address.elsewhere");
        (await room.First.Desk.DecideThereAsync(room.Manager, one, "http://one.example/posts/1", SendingRoom.Ended)).Refusal!.Code.ShouldBe("address.elsewhere");
        (await room.First.Desk.DecideThereAsync(room.Manager, one, "https://one.example/posts/1", SendingRoom.Ended)).Refusal.ShouldBeNull();
        (await room.First.Desk.DecideNotThereAsync(room.Manager, other, SendingRoom.Ended)).Refusal.ShouldBeNull();
        await room.WorkAsync();

        (await room.DeliveryAsync(there)).Permalink.ShouldBe("https://one.example/posts/1");
        (await room.DeliveryAsync(notThere)).State.ShouldBe(DeliveryState.Published);
        room.Platform.Timeline.Select(shown => shown.Text).ShouldBe(["There", "Not there"]);
    }
}
