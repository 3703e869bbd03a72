using Publisher.Web.Messages;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Messages;

public sealed class CompositionTests : IAsyncLifetime
{
    private WritingRoom _room = null!;

    public async ValueTask InitializeAsync() => _room = await WritingRoom.OpenAsync();

    public ValueTask DisposeAsync() => _room.DisposeAsync();

    [Fact]
    public async Task What_is_typed_is_kept_within_two_seconds_without_a_click()
    {
        using var page = await OpenAsync();

        page.Edit(draft => draft with { LongText = "Typed" });
        await Until(() => !page.IsDirty, TimeSpan.FromSeconds(2));

        (await _room.MessageAsync(page.Draft.Id)).LongText.ShouldBe("Typed");
        page.SavedAt.ShouldNotBeNull();
    }

    [Fact]
    public async Task Two_pages_on_one_message_never_lose_a_text_silently()
    {
        using var first = await OpenAsync();
        using var second = await OpenAsync(first.Draft.Id);
        first.Edit(draft => draft with { LongText = "First" });
        await first.SaveAsync();

        second.Edit(draft => draft with { LongText = "Second" });
        await second.SaveAsync();

        second.Theirs!.LongText.ShouldBe("First");
        second.Draft.LongText.ShouldBe("Second");
        (await second.SubmitAsync()).Refusal.ShouldNotBeNull();
        (await _room.MessageAsync(first.Draft.Id)).LongText.ShouldBe("First");

        await second.KeepMineAsync();
        (await _room.MessageAsync(first.Draft.Id)).LongText.ShouldBe("Second");

        first.Edit(draft => draft with { ShortText = "late" });
        await first.SaveAsync();
        await first.TakeTheirsAsync();
        first.Draft.LongText.ShouldBe("Second");
        first.Draft.ShortText.ShouldBe("");
        first.IsDirty.ShouldBeFalse();
    }

    [Fact]
    public async Task Where_both_wrote_the_same_nobody_is_asked()
    {
        using var first = await OpenAsync();
        using var second = await OpenAsync(first.Draft.Id);
        first.Edit(draft => draft with { LongText = "Same" });
        await first.SaveAsync();
        second.Edit(draft => draft with { LongText = "Same" });
        await second.SaveAsync();

        second.Theirs.ShouldBeNull();
        second.IsDirty.ShouldBeFalse();
    }

    [Fact]
    public async Task Where_only_a_setting_differs_nobody_loses_it_silently()
    {
        Func<MessageDraft, MessageDraft>[] changes =
        [
            draft => draft with { Label = "Floods" },
            draft => draft with { Grace = TimeSpan.FromHours(1) },
            draft => draft with { IsEmbargoed = true },
            draft => draft with { TimeZone = "America/New_York" },
            draft => draft with { SenderId = _room.OtherSenderId },
        ];
        foreach (var change in changes)
        {
            using var first = await OpenAsync();
            using var second = await OpenAsync(first.Draft.Id);
            first.Edit(draft => draft with { LongText = "Same" });
            await first.SaveAsync();
            second.Edit(draft => change(draft with { LongText = "Same" }));
            await second.SaveAsync();

            second.Theirs.ShouldNotBeNull();
            second.IsDirty.ShouldBeTrue();
        }
    }

    [Fact]
    public async Task Taking_a_message_back_from_review_keeps_what_was_typed_meanwhile()
    {
        using var page = await OpenInReviewAsync();
        await page.KeepMineAsync();
        page.NotSaved!.Code.ShouldBe("in.review");

        (await page.WithdrawAsync()).ShouldBeNull();
        page.Draft.LongText.ShouldBe("Mine");
        page.IsOpen.ShouldBeTrue();
        page.NotSaved.ShouldBeNull();
        page.IsDirty.ShouldBeFalse();
        (await _room.MessageAsync(page.Draft.Id)).LongText.ShouldBe("Mine");
    }

    [Fact]
    public async Task Taking_a_message_back_from_review_decides_nothing_between_two_texts()
    {
        using var page = await OpenInReviewAsync();

        (await page.WithdrawAsync()).ShouldBeNull();
        page.Draft.LongText.ShouldBe("Mine");
        page.Theirs!.LongText.ShouldBe("The centre is open.");
        (await _room.MessageAsync(page.Draft.Id)).LongText.ShouldBe("The centre is open.");

        await page.KeepMineAsync();
        (await _room.MessageAsync(page.Draft.Id)).LongText.ShouldBe("Mine");
    }

    [Fact]
    public async Task What_a_full_disk_does_not_take_is_said_and_kept_and_saved_once_there_is_room()
    {
        using var page = await OpenAsync();
        _room.Trouble = WritingRoom.DiskFull;
        page.Edit(draft => draft with { LongText = "Typed" });
        await Until(() => page.NotSaved is not null, TimeSpan.FromSeconds(5));
        page.NotSaved!.Code.ShouldBe("not.saved.full");
        page.IsDirty.ShouldBeTrue();
        (await page.SubmitAsync()).Refusal!.Code.ShouldBe("not.saved.full");

        _room.Trouble = null;
        await Until(() => !page.IsDirty, TimeSpan.FromSeconds(20));
        (await _room.MessageAsync(page.Draft.Id)).LongText.ShouldBe("Typed");
        page.NotSaved.ShouldBeNull();
    }

    [Fact]
    public async Task A_failure_in_the_background_that_nobody_can_name_is_handed_to_the_page()
    {
        using var page = await OpenAsync();
        var failure = new TaskCompletionSource<Exception>();
        page.Failed = broken => failure.TrySetResult(broken);
        _room.Trouble = new NotSupportedException("A bug.");
        page.Edit(draft => draft with { LongText = "Typed" });

        (await failure.Task.WaitAsync(TimeSpan.FromSeconds(20), WritingRoom.Stop)).ShouldBe(_room.Trouble);
    }

    [Fact]
    public async Task A_set_is_chosen_in_one_click_and_taken_out_with_the_next()
    {
        using var page = await OpenAsync();

        page.Toggle([.. _room.ChannelIds]);
        page.Draft.Channels.Select(channel => channel.ChannelId).ShouldBe(_room.ChannelIds);
        page.Toggle([.. _room.ChannelIds]);
        page.Draft.Channels.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_variant_begins_with_the_text_its_channels_had_and_goes_with_the_last_of_them()
    {
        using var page = await OpenAsync();
        page.Toggle([.. _room.ChannelIds]);
        page.Edit(draft => draft with { LongText = new string('a', 60), ShortText = "Short" });
        page.Rebuild();

        page.Differ([_room.ChannelIds[2]]).ShouldBe(0);
        page.Draft.Variants[0].Text.ShouldBe("Short");
        page.Differ([_room.ChannelIds[0], _room.ChannelIds[2]]).ShouldBe(0);
        page.Draft.Variants.Count.ShouldBe(1);
        page.ChannelsOf(0).Select(channel => channel.Id).ShouldBe([_room.ChannelIds[0], _room.ChannelIds[2]]);

        page.RemoveVariant(0);
        page.Draft.Variants.ShouldBeEmpty();
        page.Draft.Channels.ShouldAllBe(channel => channel.Variant == null);
    }

    [Fact]
    public async Task A_linked_page_is_read_while_the_person_writes_on()
    {
        _room.Pages.Html["https://example.gov/"] = "<title>The centre</title>";
        using var page = await OpenAsync();
        page.Toggle([.. _room.ChannelIds]);
        page.Edit(draft => draft with { LongText = "With @known", Link = "https://example.gov/" });

        await Until(() => page.Card is not null, TimeSpan.FromSeconds(5));
        await Until(() => page.Found.Mentions.Count > 0, TimeSpan.FromSeconds(5));

        page.Card!.Title.ShouldBe("The centre");
        page.Rebuild();
        page.Posts[1].Post.Parts[0].Mentions[0].Id.ShouldBe("id-known");
    }

    [Fact]
    public async Task A_page_that_cannot_be_read_is_said_and_asked_again_only_when_wanted()
    {
        using var page = await OpenAsync();
        page.Edit(draft => draft with { Link = "https://example.gov/" });
        await Until(() => page.NotRead is not null, TimeSpan.FromSeconds(5));
        page.NotRead!.Value.Refusal.Code.ShouldBe("link.unreachable");

        _room.Pages.Html["https://example.gov/"] = "<title>Back</title>";
        await page.ReadLinkAgainAsync();
        page.Card!.Title.ShouldBe("Back");
    }

    [Fact]
    public async Task What_was_read_for_another_sender_is_read_again()
    {
        var answered = new TaskCompletionSource();
        _room.Pages.Until = answered.Task;
        _room.Pages.Html["https://example.gov/"] = "<title>For the former sender</title>";
        using var page = await OpenAsync();
        page.Edit(draft => draft with { Link = "https://example.gov/" });
        var look = page.LookAsync();
        await page.SetSenderAsync(_room.OtherSenderId);

        _room.Pages.Html["https://example.gov/"] = "<title>For this sender</title>";
        answered.SetResult();
        await look;
        await Until(() => page.Card is not null, TimeSpan.FromSeconds(20));
        page.Card!.Title.ShouldBe("For this sender");
    }

    [Fact]
    public async Task What_could_not_be_looked_up_while_the_database_was_away_is_looked_up_when_it_is_back()
    {
        var draft = await _room.DraftAsync(_room.Olivia, draft => draft with { LongText = "With @known" });
        using var page = await OpenAsync(draft.Id);
        _room.Trouble = WritingRoom.DiskFull;
        await page.LookAsync();
        page.Found.Mentions.ShouldBeEmpty();

        _room.Trouble = null;
        await Until(() => page.Found.Mentions.Count > 0, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_time_stays_on_the_clock_where_it_was_put_when_the_sender_is_in_another_zone()
    {
        await _room.MoveOtherSenderAsync();
        using var page = await OpenAsync();
        page.Edit(draft => draft with { ProposedDue = new DateTimeOffset(2027, 1, 15, 8, 0, 0, TimeSpan.Zero) });
        DueTime.Write(page.Draft.ProposedDue!.Value, page.Draft.TimeZone).ShouldBe("2027-01-15T09:00:00");

        await page.SetSenderAsync(_room.OtherSenderId);
        page.Draft.TimeZone.ShouldBe("America/New_York");
        page.Draft.ProposedDue.ShouldBe(new DateTimeOffset(2027, 1, 15, 14, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public async Task Media_keep_their_order_and_leave_their_variants_with_them()
    {
        var (one, two) = (await _room.FileAsync(), await _room.FileAsync());
        var draft = await _room.DraftAsync(_room.Olivia, draft => draft with
        {
            Media = [new DraftMedia(one.Id, "1", false, "", ""), new DraftMedia(two.Id, "2", false, "", "")],
            Variants = [new DraftVariant("", [one.Id, two.Id])],
            Channels = [draft.Channels[0] with { Variant = 0 }],
        });
        using var page = await OpenAsync(draft.Id);

        page.MoveMedia(0, 1);
        page.Draft.Media.Select(media => media.MediaId).ShouldBe([two.Id, one.Id]);
        page.RemoveMedia(two.Id);
        page.Draft.Variants[0].MediaIds.ShouldBe([one.Id]);
    }

    private static async Task Until(Func<bool> done, TimeSpan most)
    {
        var end = DateTime.UtcNow + most;
        while (!done() && DateTime.UtcNow < end)
        {
            await Task.Delay(20, WritingRoom.Stop);
        }

        done().ShouldBeTrue();
    }

    /// <summary>Handed in by somebody else while "Mine" was typed.</summary>
    private async Task<Composition> OpenInReviewAsync()
    {
        var draft = await _room.DraftAsync(_room.Olivia);
        var page = await OpenAsync(draft.Id);
        (await _room.Desk.SubmitAsync(_room.Olivia, draft.Id, draft.Version, WritingRoom.Stop)).Refusal.ShouldBeNull();
        page.Edit(mine => mine with { LongText = "Mine" });
        await Until(() => page.Theirs is not null, TimeSpan.FromSeconds(20));
        return page;
    }

    private async Task<Composition> OpenAsync(long? id = null)
    {
        var message = id ?? (await _room.Desk.CreateAsync(_room.Olivia, _room.SenderId, WritingRoom.Stop)).Value;
        return (await _room.Room.OpenAsync(_room.Olivia, message, WritingRoom.Stop)).Value!;
    }
}
