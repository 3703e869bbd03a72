using Microsoft.EntityFrameworkCore;
using Publisher.Web.Approvals;
using Publisher.Web.Media;
using Publisher.Web.Messages;
using Publisher.Web.People;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Approvals;

public sealed class ReviewReaderTests
{
    [Fact]
    public async Task After_a_rejection_the_next_version_shows_what_changed_and_why()
    {
        await using var room = await ReviewRoom.OpenAsync();
        await room.RejectAsync(room.Manager, "It is six hours, not eight.");
        await room.SubmitAsync("It warns up to six hours earlier.", due: ReviewRoom.Nine.AddHours(1));

        var review = await ReadAsync(room, room.Manager);

        review.Last!.IsMine.ShouldBeTrue();
        review.Last.Reason.ShouldBe("It is six hours, not eight.");
        review.Last.Revision.ShouldBe(1);
        var change = review.Changes!.Texts.Single();
        change.Posts.Count.ShouldBe(3);
        change.Runs.ShouldContain(new DiffRun(Change.Removed, "eight"));
        change.Runs.ShouldContain(new DiffRun(Change.Added, "six"));
        review.Changes.DueBefore.ShouldBe(ReviewRoom.Nine);
        review.Changes.DueNow.ShouldBe(ReviewRoom.Nine.AddHours(1));
        (await ReadAsync(room, room.OtherManager)).Last!.IsMine.ShouldBeFalse();
    }

    [Fact]
    public async Task Handed_in_again_unchanged_says_that_nothing_changed()
    {
        await using var room = await ReviewRoom.OpenAsync();
        await room.RejectAsync(room.Manager, "Wait.");
        await room.SubmitAsync("It warns up to eight hours earlier.");

        (await ReadAsync(room, room.Manager)).Changes!.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public async Task How_late_it_may_go_out_is_a_change_of_its_own()
    {
        await using var room = await ReviewRoom.OpenAsync();
        await room.RejectAsync(room.Manager, "Wait.");
        await using (var db = await room.ReadAsync())
        {
            await db.Messages.ExecuteUpdateAsync(set => set.SetProperty(row => row.Grace, TimeSpan.FromHours(12)), ReviewRoom.Stop);
        }

        await room.SubmitAsync("It warns up to eight hours earlier.");

        var changes = (await ReadAsync(room, room.Manager)).Changes!;
        (changes.IsEmpty, changes.IsDueChanged, changes.IsGraceChanged).ShouldBe((false, false, true));
        (changes.GraceBefore, changes.GraceNow).ShouldBe((TimeSpan.FromMinutes(10), TimeSpan.FromHours(12)));
    }

    [Fact]
    public async Task The_first_version_has_nothing_to_compare_with() =>
        await WithRoomAsync(async room => (await ReadAsync(room, room.Manager)).Changes.ShouldBeNull());

    [Fact]
    public async Task One_text_for_three_channels_is_shown_once() =>
        await WithRoomAsync(async room =>
        {
            var review = await ReadAsync(room, room.Manager);
            review.Groups.Count.ShouldBe(1);
            review.Groups[0].Posts.Count.ShouldBe(3);
        });

    [Fact]
    public async Task Another_picture_under_the_same_alt_text_is_shown_and_a_smaller_copy_of_one_is_not() =>
        await WithRoomAsync(async room =>
        {
            var (bridge, smaller, other) = (await room.PictureAsync(), await room.PictureAsync(), await room.PictureAsync());
            await using (var db = await room.ReadAsync())
            {
                db.AddRange(
                    new MessageMedia { MessageId = room.MessageId, MediaId = bridge.Id },
                    new MessageMedia { MessageId = room.MessageId, MediaId = other.Id },
                    new MediaFit { SourceId = bridge.Id, Key = "less", FittedId = smaller.Id });
                await db.SaveChangesAsync(ReviewRoom.Stop);
            }

            await room.SubmitAsync("With a picture.", pictures: [bridge, other, smaller]);

            var looks = (await ReadAsync(room, room.Manager)).Groups.ShouldHaveSingleItem().Looks;
            looks.Count.ShouldBe(2);
            looks[0].Select(shown => shown.Channel.Id).ShouldBe([room.ChannelIds[0], room.ChannelIds[2]]);
            looks[1].Select(shown => shown.Channel.Id).ShouldBe([room.ChannelIds[1]]);
        });

    [Fact]
    public async Task The_texts_are_the_frozen_ones_whatever_the_message_says_now() =>
        await WithRoomAsync(async room =>
        {
            await using (var db = await room.ReadAsync())
            {
                await db.Messages.ExecuteUpdateAsync(set => set.SetProperty(row => row.LongText, "Something else entirely."), ReviewRoom.Stop);
            }

            var review = await ReadAsync(room, room.Manager);
            review.Groups[0].Posts[0].Post.Parts[0].Text.ShouldBe("It warns up to eight hours earlier.");
        });

    [Fact]
    public async Task Who_wrote_it_and_who_may_not_are_told_why() =>
        await WithRoomAsync(async room =>
        {
            (await ReadAsync(room, room.Manager)).MayNot.ShouldBeNull();
            (await ReadAsync(room, room.Author)).MayNot!.Code.ShouldBe("own.text");
            (await ReadAsync(room, await room.PersonAsync("officer", Role.Officer))).MayNot!.Code.ShouldBe("role");
            (await room.Get<ReviewReader>().ReadAsync(await room.PersonAsync("stranger", Role.Manager, room.OtherSenderId), room.MessageId, ReviewRoom.Stop)).Refusal!.Code.ShouldBe("not.found");
        });

    [Fact]
    public async Task A_decision_written_by_hand_is_not_told()
    {
        await using var room = await ReviewRoom.OpenAsync(approvals: 2);
        await room.ApproveAsync(room.Manager);
        await using (var db = await room.ReadAsync())
        {
            await db.Approvals.ExecuteUpdateAsync(set => set.SetProperty(row => row.PersonId, room.OtherManager.PersonId), ReviewRoom.Stop);
        }

        (await ReadAsync(room, room.Manager)).Yeses.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_list_holds_what_waits_for_me_soonest_first_and_what_others_decide() =>
        await WithRoomAsync(async room =>
        {
            var list = room.Get<ReviewList>();
            (await list.ReadAsync(room.Manager, ReviewRoom.Stop)).Single().IsForMe.ShouldBeTrue();
            (await list.ReadAsync(room.Author, ReviewRoom.Stop)).Single().IsOwn.ShouldBeTrue();
            (await list.ReadAsync(await room.PersonAsync("officer", Role.Officer), ReviewRoom.Stop)).ShouldBeEmpty();
        });

    private static async Task<Review> ReadAsync(ReviewRoom room, Actor actor) => (await room.Get<ReviewReader>().ReadAsync(actor, room.MessageId, ReviewRoom.Stop)).Value!;

    private static async Task WithRoomAsync(Func<ReviewRoom, Task> test)
    {
        await using var room = await ReviewRoom.OpenAsync();
        await test(room);
    }
}
