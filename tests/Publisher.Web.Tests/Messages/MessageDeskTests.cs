using Microsoft.EntityFrameworkCore;
using Publisher.Platforms;
using Publisher.Web.Approvals;
using Publisher.Web.Messages;
using Publisher.Web.People;
using Publisher.Web.Storage;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Messages;

public sealed class MessageDeskTests : IAsyncLifetime
{
    private WritingRoom _room = null!;

    private static CancellationToken Stop => WritingRoom.Stop;

    private MessageDesk Desk => _room.Desk;

    public async ValueTask InitializeAsync() => _room = await WritingRoom.OpenAsync();

    public ValueTask DisposeAsync() => _room.DisposeAsync();

    [Fact]
    public async Task A_correction_goes_only_where_the_first_is_out_with_the_files_it_has_there()
    {
        var draft = await CorrectionAsync();
        var file = await _room.FileAsync();

        (await Desk.SaveAsync(_room.Olivia, draft with { Channels = [.. _room.ChannelIds.Select(WritingRoom.One)] }, Stop)).Refusal.ShouldBe(Refusal.LookAgain);
        (await Desk.SaveAsync(_room.Olivia, draft with { Media = [new DraftMedia(file.Id, "A bridge", false, "", "")] }, Stop)).Refusal.ShouldBe(Refusal.LookAgain);
        (await Desk.SaveAsync(_room.Olivia, draft with { SenderId = _room.OtherSenderId, Channels = [] }, Stop)).Refusal.ShouldBe(Refusal.LookAgain);
    }

    [Fact]
    public async Task A_correction_is_handed_in_with_its_follow_up_and_seals_what_it_corrects()
    {
        var draft = await CorrectionAsync();
        (await Desk.SubmitAsync(_room.Olivia, draft.Id, draft.Version, Stop)).Refusal!.Values.ShouldBe(["follow.up.missing"]);

        draft = await _room.SaveAsync(_room.Olivia, draft with { FollowUp = "Correction: at nine." });
        (await Desk.SubmitAsync(_room.Olivia, draft.Id, draft.Version, Stop)).Value!.Posts.ShouldBe(1);

        var frozen = (await _room.FrozenAsync(draft.Id)).ShouldHaveSingleItem();
        var part = Seal.Thaw(frozen.Bytes, frozen.Format, new Limits { Text = 1 }).Parts.ShouldHaveSingleItem();
        (part.Text, part.Correction!.Post.Id, part.Correction.Way).ShouldBe(("Correction: at nine.\n\nhttps://paper.example/1", "paper-1", CorrectionWay.Link));
    }

    [Fact]
    public async Task A_draft_made_from_a_correction_is_a_message_of_its_own()
    {
        var draft = await CorrectionAsync();

        var copy = await _room.MessageAsync((await Desk.DuplicateAsync(_room.Olivia, draft.Id, Stop)).Value);

        (copy.CorrectsMessageId, copy.Corrects, copy.FollowUp).ShouldBe((null, null, ""));
    }

    [Fact]
    public async Task A_message_left_blank_is_given_again_but_not_while_it_may_be_open_elsewhere()
    {
        var first = (await Desk.CreateAsync(_room.Olivia, _room.SenderId, Stop)).Value;
        var beside = (await Desk.CreateAsync(_room.Olivia, _room.SenderId, Stop)).Value;
        _room.Now += TimeSpan.FromMinutes(6);
        var second = (await Desk.CreateAsync(_room.Olivia, _room.SenderId, Stop)).Value;
        var other = (await Desk.CreateAsync(_room.Mara, _room.SenderId, Stop)).Value;

        beside.ShouldNotBe(first);
        second.ShouldBe(beside);
        other.ShouldNotBe(first);
        (await _room.ActionsAsync(first)).ShouldBe(["message.created"]);
    }

    [Fact]
    public async Task Everything_saved_is_read_back_and_saving_writes_no_log_line()
    {
        var file = await _room.FileAsync();
        var draft = await _room.DraftAsync(_room.Olivia, draft => draft with
        {
            Title = "Centre",
            LongText = "Long",
            ShortText = "Short",
            Language = "de",
            Link = "https://example.gov/",
            Card = new MessageCard("https://example.gov/", "Title", "Description", file.Id),
            Label = "floods",
            ProposedDue = _room.Now.AddHours(1),
            Grace = TimeSpan.FromMinutes(30),
            IsEmbargoed = true,
            Variants = [new DraftVariant("Own", [file.Id])],
            Channels = [WritingRoom.One(_room.ChannelIds[0]), new DraftChannel(_room.ChannelIds[1], 0, new Dictionary<string, string> { ["audience"] = "few" })],
            Media = [new DraftMedia(file.Id, "A control room", false, "", "Ministry")],
        });

        var saved = MessageDraft.Of(await _room.MessageAsync(draft.Id));

        saved.SealsLike(draft).ShouldBeTrue();
        (saved with { Variants = [], Channels = [], Media = [] }).ShouldBe(draft with { Variants = [], Channels = [], Media = [] });
        (await _room.ActionsAsync(draft.Id)).ShouldBe(["message.created"]);
    }

    [Fact]
    public async Task Taking_variants_and_channels_out_again_leaves_nothing_behind()
    {
        var draft = await _room.DraftAsync(_room.Olivia, draft => draft with
        {
            Variants = [new DraftVariant("one", null), new DraftVariant("two", null)],
            Channels = [new DraftChannel(_room.ChannelIds[0], 0, new Dictionary<string, string>()), new DraftChannel(_room.ChannelIds[1], 1, new Dictionary<string, string>())],
        });

        draft = await _room.SaveAsync(_room.Olivia, draft with
        {
            Variants = [new DraftVariant("two", null)],
            Channels = [new DraftChannel(_room.ChannelIds[1], 0, new Dictionary<string, string>())],
        });

        var saved = await _room.MessageAsync(draft.Id);
        saved.Variants.Select(variant => variant.Text).ShouldBe(["two"]);
        saved.Channels.Select(channel => (channel.ChannelId, channel.VariantId)).ShouldBe([(_room.ChannelIds[1], saved.Variants[0].Id)]);
    }

    [Fact]
    public async Task Of_two_people_who_edit_the_same_version_the_second_is_told_and_overwrites_nothing()
    {
        var draft = await _room.DraftAsync(_room.Olivia);

        await _room.SaveAsync(_room.Mara, draft with { LongText = "Mara's" });
        var second = await Desk.SaveAsync(_room.Olivia, draft with { LongText = "Olivia's" }, Stop);

        second.Refusal.ShouldBe(Refusal.LookAgain);
        (await _room.MessageAsync(draft.Id)).LongText.ShouldBe("Mara's");
    }

    [Fact]
    public async Task Of_two_who_save_at_the_same_moment_one_is_refused()
    {
        var draft = await _room.DraftAsync(_room.Olivia);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(number =>
            Desk.SaveAsync(number % 2 == 0 ? _room.Olivia : _room.Mara, draft with { LongText = $"{number}" }, Stop)));

        answers.Count(answer => answer.Refusal is null).ShouldBe(1);
        answers.Where(answer => answer.Refusal is not null).ShouldAllBe(answer => answer.Refusal == Refusal.LookAgain);
    }

    [Fact]
    public async Task Whoever_changes_what_is_sealed_is_a_contributor_and_whoever_changes_the_time_is_not()
    {
        var draft = await _room.DraftAsync(_room.Olivia);

        draft = await _room.SaveAsync(_room.Mara, draft with { ProposedDue = _room.Now.AddHours(2), Label = "x" });
        (await ContributorsAsync(draft.Id)).ShouldBe([_room.Olivia.PersonId]);

        draft = await _room.SaveAsync(_room.Mara, draft with { Title = "What videos are called" });
        (await ContributorsAsync(draft.Id)).ShouldBe([_room.Olivia.PersonId, _room.Mara.PersonId]);

        var oscar = await _room.PersonAsync("oscar", Role.Officer, _room.SenderId);
        await _room.SaveAsync(oscar, draft with { Language = "fr" });
        (await ContributorsAsync(draft.Id)).ShouldBe([_room.Olivia.PersonId, _room.Mara.PersonId, oscar.PersonId]);
    }

    [Fact]
    public async Task Files_and_accounts_of_another_sender_are_refused()
    {
        var draft = await _room.DraftAsync(_room.Olivia);
        var file = await _room.FileAsync(_room.OtherSenderId);

        (await Desk.SaveAsync(_room.Olivia, draft with { Media = [new DraftMedia(file.Id, "x", false, "", "")] }, Stop)).Refusal.ShouldBe(Refusal.NotAllowed);
        (await Desk.SaveAsync(_room.Olivia, draft with { Channels = [WritingRoom.One(_room.OtherChannelId)] }, Stop)).Refusal.ShouldBe(Refusal.NotAllowed);
        (await Desk.SaveAsync(_room.Olivia, draft with { Link = "https://a.eu/", Card = new MessageCard("https://a.eu/", "t", "", file.Id) }, Stop)).Refusal.ShouldBe(Refusal.NotAllowed);
    }

    [Fact]
    public async Task A_message_is_moved_only_to_a_sender_its_author_writes_for()
    {
        var oscar = await _room.PersonAsync("oscar", Role.Officer, _room.SenderId);
        var draft = await _room.DraftAsync(oscar);

        (await Desk.SaveAsync(oscar, draft with { SenderId = _room.OtherSenderId, Channels = [] }, Stop)).Refusal.ShouldBe(Refusal.NotAllowed);
    }

    [Fact]
    public async Task Submitting_freezes_what_each_channel_gets_and_tells_the_log()
    {
        var draft = await _room.DraftAsync(_room.Olivia, draft => draft with { ProposedDue = _room.Now.AddHours(1) });

        var answer = await Desk.SubmitAsync(_room.Olivia, draft.Id, draft.Version, Stop);

        answer.Value.ShouldBe(new Submitted(1, 3));
        var message = await _room.MessageAsync(draft.Id);
        (message.State, message.Revision, message.Title).ShouldBe((MessageState.InReview, 1, "The centre is open."));
        var frozen = await _room.FrozenAsync(draft.Id);
        frozen.Select(post => post.ChannelId).ShouldBe(_room.ChannelIds);
        frozen.ShouldAllBe(post => Seal.Of(post.Bytes) == post.Seal);
        frozen.Select(post => Seal.Thaw(post.Bytes, post.Format, new Limits { Text = 1 }).Parts[0].Text).ShouldAllBe(text => text == "The centre is open.");
        frozen.Select(post => System.Text.Json.JsonDocument.Parse(post.Bytes).RootElement.GetProperty("salt").GetString()).Distinct().Count().ShouldBe(3);

        await using var db = await _room.ReadAsync();
        var submission = await db.Submissions.SingleAsync(row => row.MessageId == draft.Id, Stop);
        (submission.SubmittedBy, submission.ProposedDue, submission.Policy.Approvals).ShouldBe((_room.Olivia.PersonId, _room.Now.AddHours(1), 1));
        submission.Contributors.ShouldBe([_room.Olivia.PersonId]);
        var entry = await db.Log.SingleAsync(row => row.Action == "message.submitted", Stop);
        entry.Seals.ShouldBe(string.Join('\n', frozen.Select(post => post.Seal)));
        entry.Due.ShouldBe(_room.Now.AddHours(1));
    }

    [Fact]
    public async Task Whoever_submits_the_draft_of_others_leaves_the_decision_to_another_manager()
    {
        var draft = await _room.DraftAsync(_room.Olivia);
        (await Desk.SubmitAsync(_room.Mara, draft.Id, draft.Version, Stop)).Refusal.ShouldBeNull();
        var yes = new Yes(draft.Id, (await _room.MessageAsync(draft.Id)).Version, 1, _room.ChannelIds, WhenChoice.AsProposed);
        var other = await _room.PersonAsync("martin", Role.Manager);

        (await _room.Get<ApprovalDesk>().ApproveAsync(_room.Mara, yes, Stop)).Refusal!.Code.ShouldBe("own.text");
        (await _room.Get<ApprovalDesk>().ApproveAsync(other, yes, Stop)).Value!.IsApproved.ShouldBeTrue();
        (await ContributorsAsync(draft.Id)).ShouldBe([_room.Olivia.PersonId]);
    }

    [Fact]
    public async Task A_channel_that_cannot_take_the_message_is_left_out_and_holds_up_no_other()
    {
        var draft = await _room.DraftAsync(_room.Olivia, draft => draft with { LongText = new string('a', 100) });

        (await Desk.SubmitAsync(_room.Olivia, draft.Id, draft.Version, Stop)).Value!.Posts.ShouldBe(2);

        (await _room.FrozenAsync(draft.Id)).Select(post => post.ChannelId).ShouldBe(_room.ChannelIds.Take(2));
    }

    [Fact]
    public async Task A_message_no_channel_can_take_is_not_submitted()
    {
        var draft = await _room.DraftAsync(_room.Olivia, draft => draft with { LongText = "" });

        (await Desk.SubmitAsync(_room.Olivia, draft.Id, draft.Version, Stop)).Refusal!.Code.ShouldBe("nothing.fits");
        (await _room.MessageAsync(draft.Id)).State.ShouldBe(MessageState.Draft);
    }

    [Fact]
    public async Task What_is_missing_and_what_is_past_holds_a_message_up()
    {
        var file = await _room.FileAsync();
        var draft = await _room.DraftAsync(_room.Olivia, draft => draft with { Media = [new DraftMedia(file.Id, "", false, "", "")] });
        var missing = (await Desk.SubmitAsync(_room.Olivia, draft.Id, draft.Version, Stop)).Refusal!;
        (missing.Code, missing.Values[0]).ShouldBe(("not.ready", "alt.missing"));

        draft = await _room.SaveAsync(_room.Olivia, draft with { Media = [], ProposedDue = _room.Now.AddSeconds(-1) });
        (await Desk.SubmitAsync(_room.Olivia, draft.Id, draft.Version, Stop)).Refusal!.Code.ShouldBe("due.past");
    }

    [Fact]
    public async Task Submitting_an_older_version_than_the_newest_is_refused()
    {
        var draft = await _room.DraftAsync(_room.Olivia);
        await _room.SaveAsync(_room.Mara, draft with { LongText = "Changed in between" });

        (await Desk.SubmitAsync(_room.Olivia, draft.Id, draft.Version, Stop)).Refusal.ShouldBe(Refusal.LookAgain);
    }

    [Fact]
    public async Task Under_review_nothing_is_changed_and_taking_it_back_makes_a_new_revision_with_all_its_contributors()
    {
        var draft = await _room.DraftAsync(_room.Olivia);
        await Desk.SubmitAsync(_room.Olivia, draft.Id, draft.Version, Stop);
        var version = (await _room.MessageAsync(draft.Id)).Version;

        (await Desk.SaveAsync(_room.Olivia, draft with { Version = version, LongText = "Quietly changed" }, Stop)).Refusal!.Code.ShouldBe("in.review");
        (await Desk.DiscardAsync(_room.Olivia, draft.Id, version, Stop)).Refusal!.Code.ShouldBe("in.review");
        (await Desk.WithdrawAsync(_room.Olivia, draft.Id, version - 1, Stop)).Refusal.ShouldBe(Refusal.LookAgain);
        (await _room.MessageAsync(draft.Id)).Version.ShouldBe(version);

        var back = await Desk.WithdrawAsync(_room.Olivia, draft.Id, version, Stop);
        draft = await _room.SaveAsync(_room.Mara, draft with { Version = back.Value, LongText = "Better" });
        (await Desk.SubmitAsync(_room.Olivia, draft.Id, draft.Version, Stop)).Value!.Revision.ShouldBe(2);

        await using var db = await _room.ReadAsync();
        (await db.Submissions.SingleAsync(row => row.MessageId == draft.Id && row.Revision == 2, Stop)).Contributors
            .ShouldBe([_room.Olivia.PersonId, _room.Mara.PersonId], ignoreOrder: true);
        (await _room.FrozenAsync(draft.Id)).Count(post => post.Revision == 1).ShouldBe(3);
        (await _room.ActionsAsync(draft.Id)).ShouldBe(["message.created", "message.submitted", "message.withdrawn", "message.submitted"]);
    }

    [Fact]
    public async Task A_copy_keeps_those_who_wrote_the_words_as_contributors()
    {
        var draft = await _room.DraftAsync(_room.Mara, draft => draft with { Variants = [new DraftVariant("Own", null)], Channels = [draft.Channels[0] with { Variant = 0 }, draft.Channels[1]] });

        var copy = (await Desk.DuplicateAsync(_room.Olivia, draft.Id, Stop)).Value;

        MessageDraft.Of(await _room.MessageAsync(copy)).SealsLike(draft).ShouldBeTrue();
        (await ContributorsAsync(copy)).ShouldBe([_room.Mara.PersonId, _room.Olivia.PersonId], ignoreOrder: true);
        (await _room.ActionsAsync(copy)).ShouldBe(["message.duplicated"]);
    }

    [Fact]
    public async Task A_draft_is_thrown_away_and_one_that_was_submitted_is_kept_as_cancelled()
    {
        var draft = await _room.DraftAsync(_room.Olivia);
        (await Desk.DiscardAsync(_room.Olivia, draft.Id, draft.Version, Stop)).Refusal.ShouldBeNull();
        await using (var db = await _room.ReadAsync())
        {
            (await db.Messages.AnyAsync(row => row.Id == draft.Id, Stop)).ShouldBeFalse();
        }

        draft = await _room.DraftAsync(_room.Olivia);
        await Desk.SubmitAsync(_room.Olivia, draft.Id, draft.Version, Stop);
        var back = await Desk.WithdrawAsync(_room.Olivia, draft.Id, draft.Version + 1, Stop);
        (await Desk.DiscardAsync(_room.Olivia, draft.Id, back.Value, Stop)).Refusal.ShouldBeNull();
        (await _room.MessageAsync(draft.Id)).State.ShouldBe(MessageState.Cancelled);
    }

    [Fact]
    public async Task Linked_pages_and_mentions_are_looked_up_before_they_are_sealed()
    {
        _room.Pages.Html["https://example.gov/"] = "<title>x</title><meta property='og:title' content='The  centre'><meta name='description' content='Since today'>";
        var draft = await _room.DraftAsync(_room.Olivia, draft => draft with { LongText = "With @known and @nobody", Link = "https://example.gov/" });

        (await Desk.SubmitAsync(_room.Olivia, draft.Id, draft.Version, Stop)).Refusal.ShouldBeNull();

        var post = Seal.Thaw((await _room.FrozenAsync(draft.Id))[1].Bytes, Seal.Format, new Limits { Text = 1 });
        post.Parts[0].Card.ShouldBe(new LinkCard(new Uri("https://example.gov/"), "The centre", "Since today"));
        post.Parts[0].Mentions.ShouldBe([new Mention("known", "id-known")]);
        (await _room.MessageAsync(draft.Id)).Card!.Title.ShouldBe("The centre");
    }

    [Fact]
    public async Task What_cannot_be_looked_up_holds_up_nothing()
    {
        _room.Cards.IsDown = true;
        var draft = await _room.DraftAsync(_room.Olivia, draft => draft with { LongText = "With @known", Link = "https://gone.example/page" });

        (await Desk.SubmitAsync(_room.Olivia, draft.Id, draft.Version, Stop)).Value!.Posts.ShouldBe(3);

        var post = Seal.Thaw((await _room.FrozenAsync(draft.Id))[1].Bytes, Seal.Format, new Limits { Text = 1 });
        post.Parts[0].Card!.Title.ShouldBe("gone.example/page");
        post.Parts[0].Mentions.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_handle_is_asked_for_once_and_one_nobody_has_is_asked_again_later()
    {
        async Task SubmitAsync()
        {
            var draft = await _room.DraftAsync(_room.Olivia, draft => draft with { LongText = "With @known and @nobody" });
            (await Desk.SubmitAsync(_room.Olivia, draft.Id, draft.Version, Stop)).Refusal.ShouldBeNull();
        }

        await SubmitAsync();
        await SubmitAsync();
        _room.Cards.Asked.ShouldBe(["known", "nobody"], ignoreOrder: true);

        _room.Now = _room.Now.AddMinutes(11);
        await SubmitAsync();
        _room.Cards.Asked.ShouldBe(["known", "nobody", "nobody"], ignoreOrder: true);
    }

    private async Task<List<long>> ContributorsAsync(long id) => [.. (await _room.MessageAsync(id)).Contributors.Select(contributor => contributor.PersonId)];

    /// <summary>Begun: the first message is out on paper.</summary>
    private async Task<MessageDraft> CorrectionAsync()
    {
        var first = await _room.DraftAsync(_room.Olivia, draft => draft with { Channels = [WritingRoom.One(_room.ChannelIds[0])] });
        (await Desk.SubmitAsync(_room.Olivia, first.Id, first.Version, Stop)).Refusal.ShouldBeNull();
        var there = new Uri("https://paper.example/1");
        await using var db = await _room.ReadAsync();
        var correction = new Message
        {
            CorrectsMessageId = first.Id,
            Corrects = [new CorrectedPost(_room.ChannelIds[0], (await _room.FrozenAsync(first.Id))[0].Id, [new RemotePost("paper-1", there)], there)],
            SenderId = _room.SenderId,
            LongText = "The centre is open at nine.",
            Language = "en",
            TimeZone = "Europe/Berlin",
            CreatedBy = _room.Olivia.PersonId,
            CreatedAt = _room.Now,
            ChangedAt = _room.Now,
            Channels = [new MessageChannel { ChannelId = _room.ChannelIds[0] }],
        };
        db.Messages.Add(correction);
        await db.SaveChangesAsync(Stop);
        return MessageDraft.Of(correction);
    }
}
