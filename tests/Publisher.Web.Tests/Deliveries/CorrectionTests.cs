using Publisher.Platforms;
using Publisher.Web.Deliveries;
using Publisher.Web.Messages;
using Publisher.Web.Schedule;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Deliveries;

/// <summary>What is out is corrected everywhere: in place where the platform can, by an answer where it can't; once, and only as approved.</summary>
public sealed class CorrectionTests
{
    private static readonly DateTimeOffset Nine = SendingRoom.Nine;

    [Fact]
    public async Task A_correction_edits_where_that_is_possible_and_answers_where_it_is_not()
    {
        await using var at = await CorrectionRoom.OpenAsync();

        var correction = await at.CorrectAsync();
        await at.Room.WorkAsync();

        at.One.Edits.ShouldBe([("one-1", CorrectionRoom.Right)]);
        at.One.Calls.Count.ShouldBe(1, "only the first message made a post there");
        var answer = at.Two.Calls.Last().Part;
        (answer.Text, answer.Parent!.Id, answer.Root!.Id).ShouldBe((CorrectionRoom.FollowUp, "two-1", "two-1"));
        var edited = await at.Room.DeliveryAsync(correction, at.Editing);
        (edited.State, edited.Way, edited.Parts[0].RemoteId).ShouldBe((DeliveryState.Published, CorrectionWay.Edit, "one-1"));
        (await at.Room.DeliveryAsync(correction, at.Answering)).Permalink.ShouldBe("https://two.example/posts/2");
        (await at.Room.LoggedAsync(correction)).ShouldBe(
            ["message.correction.begun", "delivery.started", "delivery.corrected", "delivery.started", "delivery.published"], ignoreOrder: true);
        (await at.Room.LoggedAsync(at.Original)).ShouldContain("message.correction.asked");
    }

    [Fact]
    public async Task Every_post_of_a_thread_is_edited_where_it_stands()
    {
        await using var at = await CorrectionRoom.OpenAsync("First Mnday\n---\nthen Tuesday");

        var correction = await at.CorrectAsync("First Monday\n---\nthen Tuesday");
        await at.Room.WorkAsync();

        at.One.Edits.ShouldBe([("one-1", "First Monday"), ("one-2", "then Tuesday")]);
        (await at.Room.DeliveryAsync(correction, at.Editing)).State.ShouldBe(DeliveryState.Published);
    }

    [Fact]
    public async Task An_edit_whose_answer_was_lost_is_made_again_once_its_call_is_over_and_never_looked_for()
    {
        await using var at = await CorrectionRoom.OpenAsync();
        at.One.NextEdit(() => throw new HttpRequestException(HttpRequestError.ResponseEnded));
        var correction = await at.CorrectAsync();

        await at.Room.WorkUntilAsync(at.One.Info.CallLimit - TimeSpan.FromSeconds(1));
        at.One.Edits.Count.ShouldBe(1);
        (await at.Room.DeliveryAsync(correction, at.Editing)).State.ShouldBe(DeliveryState.Unclear);
        await at.Room.WorkUntilAsync(TimeSpan.FromMinutes(2));

        at.One.Edits.Count.ShouldBe(2);
        at.One.Recalls.ShouldBe(0);
        at.One.Shown["one-1"].ShouldBe(CorrectionRoom.Right);
        (await at.Room.DeliveryAsync(correction, at.Editing)).State.ShouldBe(DeliveryState.Published);
        (await at.Room.LoggedAsync(correction)).ShouldContain("delivery.correction.unclear");
    }

    [Fact]
    public async Task An_edit_that_stays_unclear_until_the_deadline_is_left_to_a_person()
    {
        await using var at = await CorrectionRoom.OpenAsync();
        for (var tries = 0; tries < 100; tries++)
        {
            at.One.NextEdit(() => PublishResult.Unclear(Codes.ServerError));
        }

        var correction = await at.CorrectAsync();
        await at.Room.WorkUntilAsync(TimeSpan.FromHours(1));

        var delivery = await at.Room.DeliveryAsync(correction, at.Editing);
        delivery.State.ShouldBe(DeliveryState.CannotTell);
        delivery.Attempts.ShouldAllBe(attempt => attempt.StartedAt <= delivery.Deadline);
        at.One.Recalls.ShouldBe(0);
    }

    [Fact]
    public async Task A_post_that_is_gone_ends_the_edit_and_says_so_even_after_an_unclear_try()
    {
        await using var at = await CorrectionRoom.OpenAsync();
        at.One.NextEdit(() => PublishResult.Unclear(Codes.ServerError));
        at.One.NextEdit(() => PublishResult.Rejected(Codes.PostGone));
        var correction = await at.CorrectAsync();

        await at.Room.WorkUntilAsync(TimeSpan.FromHours(1));

        var delivery = await at.Room.DeliveryAsync(correction, at.Editing);
        (delivery.State, delivery.Code).ShouldBe((DeliveryState.Rejected, Codes.PostGone));
        at.One.Edits.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_hold_stops_an_edit_like_any_post()
    {
        await using var at = await CorrectionRoom.OpenAsync();
        (await at.Room.First.Holds.SetAsync(at.Room.Manager, new HoldScope(at.Room.SenderId, null, null), "wait", SendingRoom.Ended)).Refusal.ShouldBeNull();

        var correction = await at.CorrectAsync();
        await at.Room.WorkUntilAsync(TimeSpan.FromHours(1));

        at.One.Edits.ShouldBeEmpty();
        (await at.Room.DeliveryAsync(correction, at.Editing)).State.ShouldBe(DeliveryState.Missed);
    }

    [Fact]
    public async Task What_was_retracted_meanwhile_gets_no_edit_and_no_answer()
    {
        await using var at = await CorrectionRoom.OpenAsync();
        var correction = await at.CorrectAsync(due: Nine.AddMinutes(5));
        foreach (var channel in new[] { at.Editing, at.Answering })
        {
            var first = await at.Room.DeliveryAsync(at.Original, channel);
            (await at.Room.First.Desk.RetractAsync(at.Room.Manager, first.Id, "wrong", SendingRoom.Ended)).Refusal.ShouldBeNull();
        }

        await at.Room.WorkUntilAsync(TimeSpan.FromMinutes(10));

        at.One.Edits.ShouldBeEmpty();
        at.Two.Calls.Count.ShouldBe(1);
        (await at.Room.DeliveryAsync(correction, at.Answering)).Code.ShouldBe(Codes.PostGone);
    }

    [Fact]
    public async Task An_edit_is_not_retracted_for_it_would_take_the_first_post_with_it()
    {
        await using var at = await CorrectionRoom.OpenAsync();
        var correction = await at.CorrectAsync();
        await at.Room.WorkAsync();
        var edited = await at.Room.DeliveryAsync(correction, at.Editing);

        (await at.Room.First.Desk.RetractAsync(at.Room.Manager, edited.Id, "wrong", SendingRoom.Ended)).Refusal!.Code.ShouldBe("retract.the.first");
    }

    // ---- one after the other ----

    [Fact]
    public async Task Who_asks_again_gets_the_correction_that_was_begun()
    {
        await using var at = await CorrectionRoom.OpenAsync();
        var begun = await at.BeginAsync();

        (await at.Room.First.Desk.CorrectAsync(at.Room.Manager, at.Original.Id, SendingRoom.Ended)).Value.ShouldBe(begun.Id);
    }

    [Fact]
    public async Task Who_wrote_the_first_still_wrote_the_correction()
    {
        await using var at = await CorrectionRoom.OpenAsync();

        var begun = (await at.Room.First.Desk.CorrectAsync(at.Room.Manager, at.Original.Id, SendingRoom.Ended)).Value;

        (await at.MessageAsync(begun)).Contributors.Select(person => person.PersonId).ShouldBe([at.Room.Officer.PersonId, at.Room.Manager.PersonId], ignoreOrder: true);
    }

    [Fact]
    public async Task Nothing_overtakes_a_correction_that_is_on_its_way()
    {
        await using var at = await CorrectionRoom.OpenAsync();
        await at.CorrectAsync(due: Nine.AddMinutes(5));
        (await at.Room.First.Desk.CorrectAsync(at.Room.Officer, at.Original.Id, SendingRoom.Ended)).Refusal!.Code.ShouldBe("correction.under.way");

        await at.Room.WorkUntilAsync(TimeSpan.FromMinutes(6));

        var next = await at.BeginAsync();
        next.LongText.ShouldBe(CorrectionRoom.Right);
        next.Corrects!.ShouldAllBe(post => post.Parts[0].Id.EndsWith("-1"));
        var built = await at.BuildAsync(next, CorrectionRoom.Right);
        built[0].Problems.ShouldContain(problem => problem.Code == "correction.same");
    }

    [Fact]
    public async Task The_next_correction_begins_with_the_channels_that_are_still_wrong()
    {
        await using var at = await CorrectionRoom.OpenAsync();
        at.One.NextEdit(() => PublishResult.Rejected(Codes.ContentRefused));
        await at.CorrectAsync();
        await at.Room.WorkAsync();

        var next = await at.BeginAsync();

        next.Channels.ShouldHaveSingleItem().ChannelId.ShouldBe(at.Editing.Id);
        next.Corrects!.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_channel_the_last_correction_left_out_is_still_wrong()
    {
        await using var at = await CorrectionRoom.OpenAsync();
        var begun = await at.BeginAsync();
        await at.Room.SqlAsync($"DELETE FROM MessageChannel WHERE MessageId = {begun.Id} AND ChannelId = {at.Answering.Id}");
        await at.CorrectAsync();
        await at.Room.WorkAsync();

        (await at.BeginAsync()).Channels.ShouldHaveSingleItem().ChannelId.ShouldBe(at.Answering.Id);
    }

    [Fact]
    public async Task The_page_of_the_first_tells_which_copies_are_right_and_which_are_still_wrong()
    {
        await using var at = await CorrectionRoom.OpenAsync();
        at.One.NextEdit(() => PublishResult.Rejected(Codes.ContentRefused));
        (await at.StoryAsync()).ShouldSatisfyAllConditions(
            story => story.CanBeCorrected.ShouldBeTrue(),
            story => story.Channels.ShouldAllBe(line => line.Correction == null));

        var begun = await at.BeginAsync();
        (await at.StoryAsync()).ShouldSatisfyAllConditions(
            story => story.Begun!.Id.ShouldBe(begun.Id),
            story => story.CanBeCorrected.ShouldBeFalse());
        await at.CorrectAsync();
        await at.Room.WorkAsync();

        var (wrong, right) = await at.StoryAsync() is { Channels: [var one, var two] } ? (one.Correction!, two.Correction!) : default;
        (wrong.IsOut, wrong.Delivery!.State, wrong.MessageId).ShouldBe((false, DeliveryState.Rejected, begun.Id));
        (right.IsOut, right.Delivery!.Permalink).ShouldBe((true, "https://two.example/posts/2"));
    }

    [Fact]
    public async Task An_old_correction_is_not_sent_after_all_once_a_newer_one_is_begun()
    {
        await using var at = await CorrectionRoom.OpenAsync();
        at.One.NextEdit(() => PublishResult.NotNow(Codes.RateLimited, TimeSpan.FromHours(1)));
        var old = await at.CorrectAsync();
        await at.Room.WorkUntilAsync(TimeSpan.FromMinutes(20));
        var missed = await at.Room.DeliveryAsync(old, at.Editing);
        missed.State.ShouldBe(DeliveryState.Missed);
        await at.BeginAsync();

        (await at.Room.First.Desk.SendAfterAllAsync(at.Room.OtherManager, missed.Id, null, SendingRoom.Ended)).Refusal!.Code.ShouldBe("correction.newer");
    }

    [Fact]
    public async Task A_message_that_is_not_out_and_a_correction_itself_are_not_corrected()
    {
        await using var at = await CorrectionRoom.OpenAsync();
        var planned = await at.Room.ApproveAsync("Later", Nine.AddHours(1), [at.Editing]);
        (await at.Room.First.Desk.CorrectAsync(at.Room.Officer, planned.Id, SendingRoom.Ended)).Refusal!.Code.ShouldBe("correction.nothing.out");

        var begun = await at.BeginAsync();
        (await at.Room.First.Desk.CorrectAsync(at.Room.Officer, begun.Id, SendingRoom.Ended)).Refusal!.Code.ShouldBe("correct.the.first");
    }

    // ---- only as approved ----

    [Fact]
    public Task An_approved_edit_led_to_another_post_in_its_bytes_is_refused() => RefusedAsync("seal.differs", (at, correction) =>
        at.Room.SqlAsync($"UPDATE FrozenPosts SET Bytes = CAST(replace(CAST(Bytes AS TEXT), 'one-1', 'one-7') AS BLOB) WHERE MessageId = {correction.Id}"));

    [Fact]
    public Task A_correction_led_to_another_message_is_refused() => RefusedAsync("correction.differs", async (at, correction) =>
    {
        var other = await at.Room.ApproveAsync("Another message", Nine, [at.Editing]);
        await at.Room.WorkAsync();
        await at.Room.SqlAsync($"UPDATE Messages SET CorrectsMessageId = {other.Id} WHERE Id = {correction.Id}");
    });

    [Fact]
    public Task A_first_post_whose_id_was_changed_is_not_corrected() => RefusedAsync("correction.differs", (at, _) =>
        at.Room.SqlAsync($"UPDATE DeliveryParts SET RemoteId = 'one-7' WHERE RemoteId = 'one-1'"));

    [Fact]
    public Task An_edit_that_was_made_an_answer_is_refused() => RefusedAsync("correction.differs", (at, correction) =>
        at.Room.SqlAsync($"UPDATE Deliveries SET Way = 'Reply' WHERE MessageId = {correction.Id}"));

    [Fact]
    public async Task A_post_of_its_own_that_was_made_an_edit_is_refused_so_that_it_is_not_repeated_blindly()
    {
        await using var room = await SendingRoom.OpenAsync();
        var message = await room.ApproveAsync("Hello", Nine.AddMinutes(1), [await room.AddChannelAsync()]);
        await room.SqlAsync($"UPDATE Deliveries SET Way = 'Edit'");

        await room.WorkUntilAsync(TimeSpan.FromMinutes(5));

        room.Platform.Calls.ShouldBeEmpty();
        (await room.DeliveryAsync(message)).Code.ShouldBe("correction.differs");
    }

    private static async Task RefusedAsync(string code, Func<CorrectionRoom, Message, Task> tamper)
    {
        await using var at = await CorrectionRoom.OpenAsync();
        var correction = await at.CorrectAsync(due: Nine.AddMinutes(5));
        await tamper(at, correction);

        await at.Room.WorkUntilAsync(TimeSpan.FromMinutes(10));

        at.One.Edits.ShouldBeEmpty();
        var delivery = await at.Room.DeliveryAsync(correction, at.Editing);
        (delivery.State, delivery.Code).ShouldBe((DeliveryState.Refused, code));
    }
}
