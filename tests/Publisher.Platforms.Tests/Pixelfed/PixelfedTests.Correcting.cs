using System.Text.Json;
using Publisher.Sandbox;
using Shouldly;

namespace Publisher.Platforms.Tests.Pixelfed;

/// <summary>Changing what is live on a server that erases and deletes what an edit leaves out.</summary>
public sealed partial class PixelfedTests
{
    /// <summary>Views are not counted.</summary>
    protected override Counts? Told(SandboxCounts all) => new(all.Likes, all.Shares, all.Replies);

    [Fact]
    public async Task A_correction_keeps_warning_pictures_and_all_else()
    {
        var part = PartOf("Opens on Mnday") with
        {
            Media = [NewPicture("one"), NewPicture("two"), NewPicture("three")],
            Options = new Dictionary<string, string> { ["visibility"] = "public", ["warning"] = "Hochwasser", ["sensitive"] = "no", ["comments"] = "off" },
        };
        var live = await PublishAsync(part);

        var result = await CorrectAsync(part, live, "Opens on Monday");

        (result.Outcome, result.Code, result.Post).ShouldBe((Outcome.Published, "published", live), result.ToString());
        var seen = Visible().ShouldHaveSingleItem();
        (seen.Text, seen.Warning, seen.Visibility).ShouldBe(("Opens on Monday", "Hochwasser", "public"));
        seen.Media.Select(media => media.Alt).ShouldBe(["one", "two", "three"]);
        using var kept = JsonDocument.Parse(seen.Source);
        (kept.RootElement.GetProperty("IsSensitive").GetBoolean(), kept.RootElement.GetProperty("CommentsOff").GetBoolean()).ShouldBe((true, true));
    }

    [Theory]
    [InlineData("unlisted")]
    [InlineData("private")]
    public async Task A_correction_of_what_not_everybody_sees_is_answered_with_nothing_and_is_made(string visibility)
    {
        var part = PartOf("Opens on Mnday");
        part = part with { Options = new Dictionary<string, string>(part.Options) { ["visibility"] = visibility } };
        var live = await PublishAsync(part);

        var result = await CorrectAsync(part, live, "Opens on Monday");

        (result.Outcome, result.Post, result.Answer).ShouldBe((Outcome.Published, live, ""));
        Visible().ShouldHaveSingleItem().Text.ShouldBe("Opens on Monday");
    }

    [Fact]
    public async Task A_comment_is_corrected_as_well()
    {
        var first = await PublishAsync(PartOf("The post"));
        var second = PartOf("The coment") with { Number = 2, Root = first, Parent = first, Media = [] };
        var live = await PublishAsync(second);

        (await CorrectAsync(second, live, "The comment")).Post.ShouldBe(live);

        var comment = Visible()[^1];
        (comment.Text, comment.ReplyTo).ShouldBe(("The comment", first.Id));
    }

    [Fact]
    public async Task A_server_without_editing_says_so_and_changes_nothing()
    {
        var part = PartOf("Opens on Mnday");
        var live = await PublishAsync(part);
        await SwitchOnAsync("editing-off", on: "change");

        var result = await CorrectAsync(part, live, "Opens on Monday");

        (result.Outcome, result.Code).ShouldBe((Outcome.Rejected, Codes.EditNotOffered));
        Visible().ShouldHaveSingleItem().Text.ShouldBe("Opens on Mnday");
    }

    [Fact]
    public async Task More_edits_than_the_server_allows_are_refused_for_good()
    {
        var part = PartOf("Number 0");
        var live = await PublishAsync(part);
        for (var number = 1; number <= 9; number++)
        {
            (await CorrectAsync(part, live, $"Number {number}")).Outcome.ShouldBe(Outcome.Published);
        }

        var result = await CorrectAsync(part, live, "Number 10");

        (result.Outcome, result.Code, result.Status).ShouldBe((Outcome.Rejected, Codes.EditRefused, 400));
        Visible().ShouldHaveSingleItem().Text.ShouldBe("Number 9");
    }

    [Theory]
    [InlineData("1 < 2 and AT&T")]
    [InlineData("Written as &lt;b&gt;")]
    public async Task An_edited_post_is_recognised_in_the_servers_html(string text)
    {
        var part = PartOf("Before");
        var live = await PublishAsync(part);
        await CorrectAsync(part, live, text);

        (await FindAsync(part with { Text = text })).Matches.ShouldHaveSingleItem().Id.ShouldBe(live.Id);
    }

    private Task<PublishResult> CorrectAsync(Part part, RemotePost live, string text) =>
        ((ICorrect)Platform).CorrectAsync(part with { Text = text, Correction = new Correction(live, CorrectionWay.Edit) }, Account, Cancel);
}
