using Microsoft.EntityFrameworkCore;
using Publisher.Web.Messages;
using Publisher.Web.Tests.Journeys;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Messages;

/// <summary>A picture of the text, for the last two of the three channels: they take nothing without one.</summary>
public sealed class TextCardTests : IAsyncLifetime
{
    private WritingRoom _room = null!;

    public async ValueTask InitializeAsync()
    {
        _room = await WritingRoom.OpenAsync();
        await using var db = await _room.ReadAsync();
        foreach (var channel in await db.Channels.Where(channel => channel.Id == _room.ChannelIds[1] || channel.Id == _room.ChannelIds[2]).ToListAsync(WritingRoom.Stop))
        {
            channel.Limits = channel.Limits with { NeedsMedia = true };
        }

        await db.SaveChangesAsync(WritingRoom.Stop);
    }

    public ValueTask DisposeAsync() => _room.DisposeAsync();

    [Fact]
    public async Task It_goes_to_the_channels_that_need_one_and_to_no_other_with_the_text_as_its_alt_text()
    {
        using var page = await OpenAsync(draft => draft with { LongText = "A long text about @{Flood Centre}", ShortText = "The centre is open.\n---\nIt is in Koblenz." });
        page.Posts.Select(post => post.Problems.Any(problem => problem.Code == "media.needed")).ShouldBe([false, true, true]);
        page.CardText.ShouldBe("The centre is open.\n\nIt is in Koblenz.");

        await DrawAsync(page, 1);

        page.Posts.Select(post => post.Post.Parts[0].Media.Count).ShouldBe([0, 1, 1]);
        page.Posts[1].Post.Parts[0].Media[0].AltText.ShouldBe(page.CardText);
        page.Draft.Variants.ShouldHaveSingleItem().Text.ShouldBe("");
        page.ChannelsWith(page.Draft.Media[0]).ShouldBe(["CARDS", "TINY"]);
        page.Problems.ShouldBeEmpty();
        page.RoomForImages.ShouldBe(Composition.MostImages);
    }

    [Fact]
    public async Task It_is_kept_and_submitted_like_any_picture()
    {
        using var page = await OpenAsync();
        await DrawAsync(page, 2);
        await page.SaveAsync();
        using var again = (await _room.Room.OpenAsync(_room.Olivia, page.Draft.Id, WritingRoom.Stop)).Value!;

        again.Draft.SealsLike(page.Draft).ShouldBeTrue();
        (await again.SubmitAsync()).Value!.Posts.ShouldBe(3);

        var hash = again.FileOf(again.Draft.Media[0])!.Hash;
        (await _room.FrozenAsync(page.Draft.Id)).ConvertAll(post => System.Text.Encoding.UTF8.GetString(post.Bytes).Contains(hash, StringComparison.Ordinal)).ShouldBe([false, true, true]);
    }

    [Fact]
    public async Task A_text_of_its_own_stays_with_its_channel_and_with_those_that_share_it()
    {
        using var page = await OpenAsync();
        page.Differ([_room.ChannelIds[0], _room.ChannelIds[1]]);
        page.SetVariant(0, variant => variant with { Text = "Their own." });
        page.Rebuild();

        await DrawAsync(page, 3);

        page.Posts.Select(post => (post.Post.Parts[0].Text, post.Post.Parts[0].Media.Count)).ShouldBe([("Their own.", 0), ("Their own.", 1), ("The centre is open.", 1)]);
    }

    [Fact]
    public async Task A_text_that_changes_says_that_the_picture_does_not_until_it_is_drawn_again()
    {
        using var page = await OpenAsync();
        await DrawAsync(page, 4);
        var first = page.Draft.Media[0].MediaId;
        page.Posts[1].Problems.ShouldNotContain(problem => problem.Code == "card.text.old");

        page.Edit(draft => draft with { LongText = "The centre is closed." });
        page.Rebuild();
        page.Posts.Select(post => post.Problems.Any(problem => problem is { Code: "card.text.old", IsNote: true })).ShouldBe([false, true, true]);
        page.HasTextCard.ShouldBeFalse();

        await DrawAsync(page, 5);
        var card = page.Draft.Media.ShouldHaveSingleItem();
        card.MediaId.ShouldNotBe(first);
        card.AltText.ShouldBe("The centre is closed.");
        page.Posts.ShouldAllBe(post => !post.Problems.Any(problem => problem.Code == "card.text.old"));
        page.Posts.Select(post => post.Post.Parts[0].Media.Count).ShouldBe([0, 1, 1]);
    }

    [Fact]
    public async Task A_channel_that_comes_later_shares_the_picture_that_is_there()
    {
        using var page = await OpenAsync();
        page.Toggle(page.Channels[2]);
        page.Rebuild();
        await DrawAsync(page, 6);
        page.Toggle(page.Channels[2]);
        page.Rebuild();
        page.Posts[2].IsLeftOut.ShouldBeTrue();

        page.HasTextCard.ShouldBeTrue();
        page.ShareTextCard();
        page.Rebuild();

        page.Draft.Media.ShouldHaveSingleItem();
        page.Posts[2].Post.Parts[0].Media.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Removed_it_leaves_everything_as_it_was_before()
    {
        using var page = await OpenAsync();
        await DrawAsync(page, 7);

        page.RemoveMedia(page.Draft.Media[0].MediaId);
        page.Rebuild();

        page.Draft.Media.ShouldBeEmpty();
        page.Draft.Variants.ShouldBeEmpty();
        var photo = await _room.FileAsync();
        page.Edit(draft => draft with { Media = [new DraftMedia(photo.Id, "A photo", false, "", "")] });
        await page.SaveAsync();
        using var again = (await _room.Room.OpenAsync(_room.Olivia, page.Draft.Id, WritingRoom.Stop)).Value!;
        again.Posts.Select(post => post.Post.Parts[0].Media.Count).ShouldBe([1, 1, 1]);
    }

    private async Task<Composition> OpenAsync(Func<MessageDraft, MessageDraft>? change = null)
    {
        var draft = await _room.DraftAsync(_room.Olivia, change);
        return (await _room.Room.OpenAsync(_room.Olivia, draft.Id, WritingRoom.Stop)).Value!;
    }

    /// <summary>As the browser does: some picture, and the text that is on it.</summary>
    private static async Task DrawAsync(Composition page, int number)
    {
        using var picture = new MemoryStream(TestPicture.Png(1000 + number));
        (await page.AddTextCardAsync(picture, page.CardText, WritingRoom.Stop)).ShouldBeNull();
        page.Rebuild();
    }
}
