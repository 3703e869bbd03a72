using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Publisher.Web.Messages;
using Publisher.Web.Tests.Deliveries;
using Publisher.Web.Tests.Shell;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Messages;

/// <summary>What the person at the compose page sees and can press when something happens beside their typing.</summary>
public sealed class ComposePageTests : IAsyncLifetime
{
    private WritingRoom _room = null!;

    public async ValueTask InitializeAsync() => _room = await WritingRoom.OpenAsync();

    public ValueTask DisposeAsync() => _room.DisposeAsync();

    [Fact]
    public async Task Why_it_is_not_saved_stands_on_the_page_until_it_is()
    {
        await using var page = await OpenAsync();
        _room.Trouble = WritingRoom.DiskFull;
        await page.ChangeAsync("label", "Floods");
        await SendingRoom.UntilAsync(IsSaidAsync);

        _room.Trouble = null;
        await SendingRoom.UntilAsync(async () => !await IsSaidAsync());
        page.Failures.ShouldBeEmpty();

        async Task<bool> IsSaidAsync() => await page.FindAsync(element => IsNote(element, "not saved yet, because the disk of the server is full")) is not null;
    }

    [Fact]
    public async Task A_failure_nobody_can_name_is_shown_in_place_of_the_page()
    {
        await using var page = await OpenAsync();
        _room.Trouble = new NotSupportedException("A bug.");
        await page.ChangeAsync("label", "Floods");

        await SendingRoom.UntilAsync(() => Task.FromResult(page.Failures.Count > 0));
        page.Failures.ShouldBe([_room.Trouble]);
    }

    [Fact]
    public async Task A_script_that_never_answers_because_the_line_was_down_does_not_end_the_page()
    {
        await using var page = await OpenAsync();
        page.Script.Trouble = new TaskCanceledException();
        await page.ChangeAsync("label", "Floods");
        await SendingRoom.UntilAsync(() => Task.FromResult(page.Script.Calls.Any(call => call.Name == "saved")));

        await page.LeaveAsync();
        page.Failures.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("2027-01-15T09:00:00", null)]
    [InlineData("2027-03-14T02:30:00", "so it does not exist")]
    [InlineData("2027-11-07T01:30:00", "so this time comes twice")]
    public async Task A_time_that_stands_there_is_read_anew_in_the_zone_of_another_sender(string typed, string? asks)
    {
        await _room.MoveOtherSenderAsync();
        await using var page = await OpenAsync();
        await page.PressAsync("At a time");
        await page.ChangeAsync("due", typed);
        await page.ChangeAsync("sender", $"{_room.OtherSenderId}");

        (await page.FieldAsync("due"))!.Attributes["value"].ShouldBe(typed);
        (await page.FieldAsync("due-zone"))!.Text.ShouldContain("New York");
        var asked = await page.FindAsync(element => IsNote(element, "The clocks go"));
        (asked?.Text.Contains(asks ?? "", StringComparison.Ordinal)).ShouldBe(asks is null ? null : true);
    }

    [Theory]
    [InlineData("2027-01-15T09:00:00")]
    [InlineData("2027-10-31T02:30:00")]
    public async Task Whoever_takes_a_text_that_goes_out_as_soon_as_approved_can_submit_it(string typed)
    {
        var draft = await _room.DraftAsync(_room.Olivia);
        await using var page = await ComposeScreen.OpenAsync(_room, _room.Olivia, draft.Id);
        await _room.SaveAsync(_room.Olivia, draft with { LongText = "Theirs" });
        await page.PressAsync("At a time");
        await page.ChangeAsync("due", typed);
        await SendingRoom.UntilAsync(async () => await page.FindAsync(element => element.Name == "button" && element.Text == "Take theirs, give up mine") is not null);

        await page.PressAsync("Take theirs, give up mine");
        (await page.FieldAsync("due")).ShouldBeNull();
        (await page.FindAsync(element => element.Attributes.ContainsKey("data-main-action")))!.Attributes.ShouldNotContainKey("disabled");
    }

    [Fact]
    public async Task A_draft_can_be_discarded_while_something_is_looked_up_for_it()
    {
        await using var page = await OpenAsync();
        var answered = new TaskCompletionSource();
        (_room.Cards.Until, _room.Cards.IsDown) = (answered.Task, true);
        await page.TypeAsync("message-text", "With @late");
        await SendingRoom.UntilAsync(() => Task.FromResult(_room.Cards.Asked.Count > 0));

        await page.PressAsync("Discard the draft");
        await page.Dispatcher.InvokeAsync(answered.SetResult);
        // Behind whatever the answer set going.
        await page.Dispatcher.InvokeAsync(() => { });
        page.Address.ShouldEndWith("/messages");
        page.Failures.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_browser_keeps_what_is_typed_in_a_copy_under_the_number_of_the_copy()
    {
        var draft = await _room.DraftAsync(_room.Olivia);
        await using (var db = await _room.ReadAsync())
        {
            await db.Messages.Where(row => row.Id == draft.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.State, MessageState.Cancelled), WritingRoom.Stop);
        }

        await using var page = await ComposeScreen.OpenAsync(_room, _room.Olivia, draft.Id);
        await page.PressAsync("Use it for a new message");
        var copy = long.Parse(page.Address.Split('/')[^2], CultureInfo.InvariantCulture);
        copy.ShouldNotBe(draft.Id);

        await page.ShowAsync(copy);
        page.Script.Calls.Where(call => call.Name == "open").Select(call => call.First).ShouldBe([draft.Id, copy]);
        page.Failures.ShouldBeEmpty();
    }

    private static bool IsNote(Screen.Element element, string text) =>
        (element.Attributes.GetValueOrDefault("class") as string)?.StartsWith("note ", StringComparison.Ordinal) == true && element.Text.Contains(text, StringComparison.Ordinal);

    private async Task<Screen> OpenAsync() => await ComposeScreen.OpenAsync(_room, _room.Olivia, (await _room.DraftAsync(_room.Olivia)).Id);
}
