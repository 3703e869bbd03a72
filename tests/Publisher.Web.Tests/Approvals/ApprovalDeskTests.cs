using Microsoft.EntityFrameworkCore;
using Publisher.Web.Approvals;
using Publisher.Web.Deliveries;
using Publisher.Web.Messages;
using Publisher.Web.People;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Approvals;

public sealed class ApprovalDeskTests
{
    [Fact]
    public async Task One_yes_plans_every_channel_for_the_proposed_second()
    {
        await using var room = await ReviewRoom.OpenAsync();

        var answer = await room.ApproveAsync(room.Manager);

        answer.Refusal.ShouldBeNull();
        answer.Value!.IsApproved.ShouldBeTrue();
        await using var db = await room.ReadAsync();
        var deliveries = await db.Deliveries.Include(row => row.Parts).ToListAsync(ReviewRoom.Stop);
        deliveries.Select(row => row.ChannelId).ShouldBe(room.ChannelIds, ignoreOrder: true);
        deliveries.ShouldAllBe(row => row.Due == ReviewRoom.Nine && row.Deadline == ReviewRoom.Nine.AddMinutes(10) && row.State == DeliveryState.Waiting && row.NextAt == ReviewRoom.Nine);
        deliveries.ShouldAllBe(row => row.Parts.Count == 1 && row.Parts[0].Key.Length == 13);
        deliveries.SelectMany(row => row.Parts).Select(part => part.Key).Distinct().Count().ShouldBe(3);
        (await db.Messages.SingleAsync(ReviewRoom.Stop)).State.ShouldBe(MessageState.Approved);
        var log = await db.Log.Select(entry => new { entry.Action, entry.Seals, entry.Due, entry.PersonId }).ToListAsync(ReviewRoom.Stop);
        log.Count(entry => entry.Action == "delivery.planned").ShouldBe(3);
        var yes = log.Single(entry => entry.Action == "message.approved");
        yes.PersonId.ShouldBe(room.Manager.PersonId);
        yes.Due.ShouldBe(ReviewRoom.Nine);
        yes.Seals!.Split('\n').ShouldBe(deliveries.Select(row => row.Seal), ignoreOrder: true);
    }

    [Fact]
    public async Task Nobody_approves_their_own_text_whatever_their_role()
    {
        await using var room = await ReviewRoom.OpenAsync();

        (await room.ApproveAsync(room.Author)).Refusal!.Code.ShouldBe("own.text");
        (await room.RejectAsync(room.Author, "No.")).Refusal!.Code.ShouldBe("own.text");

        await NothingIsPlanned(room);
    }

    [Fact]
    public async Task A_second_contributor_may_not_approve_either()
    {
        await using var room = await ReviewRoom.OpenAsync();
        await using (var db = await room.ReadAsync())
        {
            var message = await db.Messages.Include(row => row.Contributors).SingleAsync(ReviewRoom.Stop);
            message.Contributors.Add(new Contributor { PersonId = room.Manager.PersonId });
            await db.SaveChangesAsync(ReviewRoom.Stop);
        }

        (await room.ApproveAsync(room.Manager)).Refusal!.Code.ShouldBe("own.text");
        await NothingIsPlanned(room);
    }

    [Fact]
    public async Task A_contributor_of_the_sealed_version_stays_one_when_the_list_is_emptied_later()
    {
        await using var room = await ReviewRoom.OpenAsync();
        await using (var db = await room.ReadAsync())
        {
            await db.Set<Contributor>().ExecuteDeleteAsync(ReviewRoom.Stop);
        }

        (await room.ApproveAsync(room.Author)).Refusal!.Code.ShouldBe("own.text");
    }

    [Theory]
    [InlineData(Role.Officer)]
    [InlineData(Role.Auditor)]
    [InlineData(Role.Administrator)]
    public async Task Only_managers_approve(Role role)
    {
        await using var room = await ReviewRoom.OpenAsync();
        var person = await room.PersonAsync("someone", role);

        (await room.ApproveAsync(person)).Refusal.ShouldNotBeNull();
        await NothingIsPlanned(room);
    }

    [Fact]
    public async Task Another_senders_manager_does_not_even_learn_that_it_exists()
    {
        await using var room = await ReviewRoom.OpenAsync();
        var stranger = await room.PersonAsync("stranger", Role.Manager, room.OtherSenderId);

        (await room.ApproveAsync(stranger)).Refusal!.Code.ShouldBe("not.found");
        await NothingIsPlanned(room);
    }

    [Fact]
    public async Task A_role_that_was_taken_while_the_page_was_open_counts_no_more()
    {
        await using var room = await ReviewRoom.OpenAsync();
        var yes = await room.YesAsync();
        await using (var db = await room.ReadAsync())
        {
            await db.Grants.Where(grant => grant.PersonId == room.Manager.PersonId).ExecuteDeleteAsync(ReviewRoom.Stop);
            db.Grants.Add(new Grant { PersonId = room.Manager.PersonId, Role = Role.Officer, SenderId = room.SenderId });
            await db.SaveChangesAsync(ReviewRoom.Stop);
        }

        (await room.Desk.ApproveAsync(room.Manager, yes, ReviewRoom.Stop)).Refusal!.Code.ShouldBe("not.allowed");
        await NothingIsPlanned(room);
    }

    [Fact]
    public async Task An_ended_session_approves_nothing()
    {
        await using var room = await ReviewRoom.OpenAsync();
        await using (var db = await room.ReadAsync())
        {
            await db.Sessions.Where(row => row.Id == room.Manager.SessionId).ExecuteUpdateAsync(set => set.SetProperty(row => row.EndedAt, room.Now), ReviewRoom.Stop);
        }

        (await room.ApproveAsync(room.Manager)).Refusal!.Code.ShouldBe("sign.in.again");
    }

    [Fact]
    public async Task A_yes_to_what_was_changed_meanwhile_is_refused()
    {
        await using var room = await ReviewRoom.OpenAsync();
        var yes = await room.YesAsync();
        await room.SubmitAsync("It warns up to six hours earlier.");

        (await room.Desk.ApproveAsync(room.Manager, yes, ReviewRoom.Stop)).Refusal!.Code.ShouldBe("look.again");
        // Even with the new version's number: the yes names the revision that was on the screen.
        var sly = (await room.YesAsync()) with { Revision = yes.Revision };
        (await room.Desk.ApproveAsync(room.Manager, sly, ReviewRoom.Stop)).Refusal!.Code.ShouldBe("look.again");
        await NothingIsPlanned(room);
    }

    [Fact]
    public async Task A_refused_yes_leaves_the_version_for_others_to_decide_on()
    {
        await using var room = await ReviewRoom.OpenAsync();
        var seen = await room.YesAsync();

        await room.ApproveAsync(room.Author);

        (await room.Desk.ApproveAsync(room.Manager, seen, ReviewRoom.Stop)).Refusal.ShouldBeNull();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_two_managers_at_once_one_decides_and_the_other_looks_again(bool managerFirst)
    {
        await using var room = await ReviewRoom.OpenAsync();
        var seen = await room.YesAsync();
        var (first, second) = managerFirst ? (room.Manager, room.OtherManager) : (room.OtherManager, room.Manager);

        var both = await Task.WhenAll(room.Desk.ApproveAsync(first, seen, ReviewRoom.Stop), room.Desk.ApproveAsync(second, seen, ReviewRoom.Stop));

        both.Count(answer => answer.Refusal is null).ShouldBe(1);
        both.Single(answer => answer.Refusal is not null).Refusal!.Code.ShouldBe("look.again");
        await using var db = await room.ReadAsync();
        (await db.Approvals.CountAsync(ReviewRoom.Stop)).ShouldBe(1);
        (await db.Deliveries.CountAsync(ReviewRoom.Stop)).ShouldBe(3);
    }

    [Fact]
    public async Task A_yes_and_a_no_at_once_leave_only_the_first()
    {
        await using var room = await ReviewRoom.OpenAsync();
        var seen = await room.YesAsync();

        var no = room.Desk.RejectAsync(room.OtherManager, room.MessageId, seen.SeenVersion, seen.Revision, "Wrong number.", ReviewRoom.Stop);
        var yes = room.Desk.ApproveAsync(room.Manager, seen, ReviewRoom.Stop);

        (await no).Refusal.ShouldBeNull();
        (await yes).Refusal!.Code.ShouldBe("look.again");
        await NothingIsPlanned(room);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Where_two_are_needed_the_second_yes_plans(bool managerFirst)
    {
        await using var room = await ReviewRoom.OpenAsync(approvals: 2);
        var (first, second) = managerFirst ? (room.Manager, room.OtherManager) : (room.OtherManager, room.Manager);

        var one = await room.ApproveAsync(first);
        one.Value!.IsApproved.ShouldBeFalse();
        await NothingIsPlanned(room);

        var two = await room.ApproveAsync(second);
        two.Value!.IsApproved.ShouldBeTrue();
        await using var db = await room.ReadAsync();
        (await db.Deliveries.CountAsync(ReviewRoom.Stop)).ShouldBe(3);
    }

    [Fact]
    public async Task Two_yeses_of_one_person_are_one()
    {
        await using var room = await ReviewRoom.OpenAsync(approvals: 2);
        await room.ApproveAsync(room.Manager);

        (await room.ApproveAsync(room.Manager)).Refusal!.Code.ShouldBe("said.yes.before");
        await NothingIsPlanned(room);
    }

    [Fact]
    public async Task Yeses_for_other_times_or_other_channels_do_not_add_up()
    {
        await using var room = await ReviewRoom.OpenAsync(approvals: 2);
        await room.ApproveAsync(room.Manager);

        (await room.ApproveAsync(room.OtherManager, WhenChoice.AtTime, ReviewRoom.Nine.AddMinutes(1))).Value!.Given.ShouldBe(1);
        (await room.ApproveAsync(room.OtherManager, channels: room.ChannelIds[0])).Value!.Given.ShouldBe(1);
        await NothingIsPlanned(room);
    }

    [Fact]
    public async Task A_yes_that_was_taken_back_for_another_time_does_not_count_for_the_first()
    {
        await using var room = await ReviewRoom.OpenAsync(approvals: 2);
        await room.ApproveAsync(room.Manager);
        await room.ApproveAsync(room.Manager, WhenChoice.AtTime, ReviewRoom.Nine.AddHours(1));

        (await room.ApproveAsync(room.OtherManager)).Value!.IsApproved.ShouldBeFalse();
        (await room.ApproveAsync(room.OtherManager, WhenChoice.AsOthers)).Value!.Due.ShouldBe(ReviewRoom.Nine.AddHours(1));
    }

    [Fact]
    public async Task A_second_manager_joins_a_now_while_its_grace_lasts()
    {
        await using var room = await ReviewRoom.OpenAsync(approvals: 2);
        await room.ApproveAsync(room.Manager, WhenChoice.Now);

        room.Now = ReviewRoom.Eight.AddMinutes(11);
        (await room.ApproveAsync(room.OtherManager, WhenChoice.AsOthers)).Refusal!.Code.ShouldBe("too.late");
        room.Now = ReviewRoom.Eight.AddMinutes(9);
        var joined = await room.ApproveAsync(room.OtherManager, WhenChoice.AsOthers);
        joined.Value!.IsApproved.ShouldBeTrue();
        joined.Value.Due.ShouldBe(ReviewRoom.Eight);
    }

    [Fact]
    public async Task A_yes_written_into_the_database_by_hand_does_not_count()
    {
        await using var room = await ReviewRoom.OpenAsync(approvals: 2);
        await room.ApproveAsync(room.Manager);
        await using (var db = await room.ReadAsync())
        {
            // A copy of a real one, for somebody else: everything is right but who said it.
            await db.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO "Approvals" ("MessageId", "Revision", "PersonId", "SessionId", "Role", "IsYes", "Reason", "At", "Due", "Grace", "Seals", "Policy", "Mac")
                SELECT "MessageId", "Revision", 4711, "SessionId", "Role", "IsYes", "Reason", "At", "Due", "Grace", "Seals", "Policy", "Mac" FROM "Approvals"
                """,
                ReviewRoom.Stop);
        }

        (await room.ApproveAsync(room.OtherManager)).Value!.Given.ShouldBe(2);
        await using var check = await room.ReadAsync();
        var all = await check.Approvals.AsNoTracking().ToListAsync(ReviewRoom.Stop);
        all.Single(approval => approval.PersonId == 4711).ShouldSatisfyAllConditions(forged => room.Key.IsAuthentic(forged).ShouldBeFalse());
    }

    [Fact]
    public async Task An_approval_played_again_for_a_later_version_is_not_authentic_there()
    {
        await using var room = await ReviewRoom.OpenAsync(approvals: 2);
        await room.ApproveAsync(room.Manager);
        await room.SubmitAsync("Quite another text.", approvals: 2);
        await using (var db = await room.ReadAsync())
        {
            await db.Approvals.ExecuteUpdateAsync(set => set.SetProperty(row => row.Revision, 2), ReviewRoom.Stop);
        }

        (await room.ApproveAsync(room.OtherManager)).Value!.Given.ShouldBe(1);
        await NothingIsPlanned(room);
    }

    [Fact]
    public async Task A_late_yes_asks_and_then_takes_now_or_another_time()
    {
        await using var room = await ReviewRoom.OpenAsync();
        room.Now = ReviewRoom.Nine.AddSeconds(1);

        (await room.ApproveAsync(room.Manager)).Refusal!.Code.ShouldBe("too.late");
        (await room.ApproveAsync(room.Manager, WhenChoice.AtTime, ReviewRoom.Nine)).Refusal!.Code.ShouldBe("time.passed");
        await NothingIsPlanned(room);

        (await room.ApproveAsync(room.Manager, WhenChoice.Now)).Value!.Due.ShouldBe(room.Now);
    }

    [Fact]
    public async Task An_approver_may_choose_later_but_not_earlier_than_proposed()
    {
        await using var room = await ReviewRoom.OpenAsync();

        (await room.ApproveAsync(room.Manager, WhenChoice.AtTime, ReviewRoom.Nine.AddMinutes(-1))).Refusal!.Code.ShouldBe("earlier.than.proposed");
        (await room.ApproveAsync(room.Manager, WhenChoice.AtTime)).Refusal!.Code.ShouldBe("time.missing");
        (await room.ApproveAsync(room.Manager, WhenChoice.AtTime, ReviewRoom.Nine.AddHours(1))).Value!.Due.ShouldBe(ReviewRoom.Nine.AddHours(1));
    }

    [Fact]
    public async Task An_embargo_is_not_broken_by_approving_now()
    {
        await using var room = await ReviewRoom.OpenAsync(isEmbargoed: true);

        (await room.ApproveAsync(room.Manager, WhenChoice.Now)).Refusal!.Code.ShouldBe("embargo");
        await NothingIsPlanned(room);
    }

    [Fact]
    public async Task As_soon_as_approved_means_the_second_of_the_approval()
    {
        await using var room = await ReviewRoom.OpenAsync(asSoonAsApproved: true);

        (await room.ApproveAsync(room.Manager)).Value!.Due.ShouldBe(ReviewRoom.Eight);
    }

    [Fact]
    public async Task Left_out_channels_get_nothing_and_the_approver_stays_no_contributor()
    {
        await using var room = await ReviewRoom.OpenAsync();

        var answer = await room.ApproveAsync(room.Manager, channels: [room.ChannelIds[0], room.ChannelIds[2]]);

        answer.Value!.Posts.ShouldBe(2);
        await using var db = await room.ReadAsync();
        (await db.Deliveries.Select(row => row.ChannelId).ToListAsync(ReviewRoom.Stop)).ShouldBe([room.ChannelIds[0], room.ChannelIds[2]], ignoreOrder: true);
        (await db.Set<Contributor>().Select(row => row.PersonId).ToListAsync(ReviewRoom.Stop)).ShouldBe([room.Author.PersonId]);
    }

    [Fact]
    public async Task No_channel_or_a_channel_of_another_message_is_refused()
    {
        await using var room = await ReviewRoom.OpenAsync();
        var yes = await room.YesAsync();

        (await room.Desk.ApproveAsync(room.Manager, yes with { ChannelIds = [] }, ReviewRoom.Stop)).Refusal!.Code.ShouldBe("no.channels");
        (await room.Desk.ApproveAsync(room.Manager, yes with { ChannelIds = [room.ChannelIds[0], 4711] }, ReviewRoom.Stop)).Refusal!.Code.ShouldBe("look.again");
    }

    [Fact]
    public async Task A_no_needs_a_reason_and_goes_back_to_the_author_with_it()
    {
        await using var room = await ReviewRoom.OpenAsync();

        (await room.RejectAsync(room.Manager, "  ")).Refusal!.Code.ShouldBe("reason.missing");
        (await room.RejectAsync(room.Manager, "It is six hours, not eight.")).Refusal.ShouldBeNull();

        await using var db = await room.ReadAsync();
        (await db.Messages.SingleAsync(ReviewRoom.Stop)).State.ShouldBe(MessageState.Returned);
        var no = await db.Approvals.SingleAsync(ReviewRoom.Stop);
        no.IsYes.ShouldBeFalse();
        room.Key.IsAuthentic(no).ShouldBeTrue();
        var entry = await db.Log.SingleAsync(row => row.Action == "message.rejected", ReviewRoom.Stop);
        (await db.LogTexts.SingleAsync(row => row.EntryId == entry.Id, ReviewRoom.Stop)).Text.ShouldBe("It is six hours, not eight.");
        (await room.ApproveAsync(room.OtherManager)).Refusal!.Code.ShouldBe("look.again");
    }

    private static async Task NothingIsPlanned(ReviewRoom room)
    {
        await using var db = await room.ReadAsync();
        (await db.Deliveries.CountAsync(ReviewRoom.Stop)).ShouldBe(0);
        (await db.Messages.Select(row => row.State).SingleAsync(ReviewRoom.Stop)).ShouldNotBe(MessageState.Approved);
    }
}
