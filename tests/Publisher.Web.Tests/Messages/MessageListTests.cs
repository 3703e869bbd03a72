using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using Publisher.Web.Deliveries;
using Publisher.Web.Messages;
using Publisher.Web.People;
using Publisher.Web.Schedule;
using Publisher.Web.Shell;
using Publisher.Web.Tests.Approvals;
using Publisher.Web.Tests.Shell;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Messages;

public sealed class MessageListTests
{
    [Fact]
    public async Task Pages_follow_each_other_without_a_gap_and_without_a_repeat()
    {
        await using var room = await ReviewRoom.OpenAsync();
        await DraftsAsync(room, 7);
        var list = room.Get<MessageList>();
        var seen = new List<long>();
        var before = "";
        do
        {
            var page = await list.ReadAsync(room.Author, new("", Before: before, Take: 3), ReviewRoom.Stop);
            seen.AddRange(page.Lines.Select(line => line.Id));
            before = page.Next;
        }
        while (before.Length > 0);

        seen.Count.ShouldBe(8);
        seen.Distinct().Count().ShouldBe(8);
    }

    [Theory]
    [InlineData("draft", 2)]
    [InlineData("review", 1)]
    [InlineData("planned", 0)]
    [InlineData("out", 0)]
    [InlineData("trouble", 0)]
    [InlineData("cancelled", 0)]
    [InlineData("", 3)]
    [InlineData("nonsense", 3)]
    public async Task Each_filter_shows_what_is_in_that_state(string state, int count)
    {
        await using var room = await ReviewRoom.OpenAsync();
        await DraftsAsync(room, 2);

        (await room.Get<MessageList>().ReadAsync(room.Author, new(state), ReviewRoom.Stop)).Lines.Count.ShouldBe(count);
    }

    [Fact]
    public async Task An_approved_message_is_planned_upcoming_and_in_the_calendar()
    {
        await using var room = await ReviewRoom.OpenAsync();
        await room.ApproveAsync(room.Manager);

        (await room.Get<MessageList>().ReadAsync(room.Author, new("planned"), ReviewRoom.Stop)).Lines.Single().Progress.Key.ShouldBe("planned");
        (await room.Get<MessageList>().UpcomingAsync(room.Author, 5, ReviewRoom.Stop)).Single().Due.ShouldBe(ReviewRoom.Nine);
        var (items, _) = await room.Get<CalendarReader>().ReadAsync(room.Author, null, ReviewRoom.Nine.AddDays(-1), ReviewRoom.Nine.AddDays(1), ReviewRoom.Stop);
        items.Single().Posts.ShouldBe(3);
    }

    [Fact]
    public async Task The_calendar_tells_a_state_by_its_sign_and_its_word()
    {
        await using var room = await ReviewRoom.OpenAsync();
        await using var page = await Screen.OpenAsync<CalendarPage>(
            room.Author,
            services => services.AddSingleton(room.Get<CalendarReader>()).AddSingleton(room.Writer).AddSingleton(room.Get<TimeProvider>()));

        var month = await page.ReadAsync();

        month.ShouldContain("title=\"10:00 Flood warning centre opens · In review\"");
        month.ShouldMatch(@">visibility</i>\s*<span [^>]*class=""reader-only""[^>]*>In review</span>\s*<span [^>]*>10:00</span> Flood warning centre opens");
    }

    [Fact]
    public async Task Search_takes_what_is_typed_word_for_word()
    {
        await using var room = await ReviewRoom.OpenAsync();
        var list = room.Get<MessageList>();

        (await list.ReadAsync(room.Author, new(Text: "flood WARNING"), ReviewRoom.Stop)).Lines.Count.ShouldBe(1);
        (await list.ReadAsync(room.Author, new(Text: "flood%centre"), ReviewRoom.Stop)).Lines.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Überflutung")]
    [InlineData("überflutung")]
    [InlineData("ÜBERFLUTUNG")]
    public async Task Search_finds_a_title_in_capitals_of_every_alphabet(string typed)
    {
        await using var room = await ReviewRoom.OpenAsync();
        await using (var db = await room.ReadAsync())
        {
            await db.Messages.ExecuteUpdateAsync(set => set.SetProperty(message => message.Title, "Überflutung an der Saale"), ReviewRoom.Stop);
        }

        (await room.Get<MessageList>().ReadAsync(room.Author, new(Text: typed), ReviewRoom.Stop)).Lines.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Another_senders_people_see_nothing_of_it()
    {
        await using var room = await ReviewRoom.OpenAsync();
        var stranger = await room.PersonAsync("stranger", Role.Manager, room.OtherSenderId);

        (await room.Get<MessageList>().ReadAsync(stranger, new(), ReviewRoom.Stop)).Lines.ShouldBeEmpty();
        var (items, senders) = await room.Get<CalendarReader>().ReadAsync(stranger, null, ReviewRoom.Nine.AddDays(-1), ReviewRoom.Nine.AddDays(1), ReviewRoom.Stop);
        items.ShouldBeEmpty();
        senders.Single().Id.ShouldBe(room.OtherSenderId);
        (await room.Get<TodayReader>().ReadAsync(stranger, ReviewRoom.Stop))!.IsEmpty.ShouldBeTrue();
    }

    [Theory]
    [InlineData("out", "good", DeliveryState.Published, DeliveryState.OutByHand)]
    [InlineData("out.of.Missed", "bad", DeliveryState.Published, DeliveryState.Missed)]
    [InlineData("out.of", "bad", DeliveryState.Published, DeliveryState.Missed, DeliveryState.Rejected)]
    [InlineData("out.of", "warn", DeliveryState.Published, DeliveryState.Unclear)]
    [InlineData("planned", "", DeliveryState.Waiting, DeliveryState.Cancelled)]
    [InlineData("retracted", "", DeliveryState.Retracted, DeliveryState.Cancelled)]
    [InlineData("cancelled", "", DeliveryState.Cancelled, DeliveryState.Cancelled)]
    public void One_chip_tells_how_far_a_message_is(string key, string tone, params DeliveryState[] states)
    {
        var progress = ProgressOf(states);

        (progress.Key, progress.Tone).ShouldBe((key, tone));
    }

    [Theory]
    [InlineData("2 of 3 out, 1 missed", DeliveryState.Published, DeliveryState.Published, DeliveryState.Missed)]
    [InlineData("0 of 2 out, 2 refused", DeliveryState.Rejected, DeliveryState.Rejected)]
    [InlineData("1 of 2 out, 1 waits for a person", DeliveryState.Published, DeliveryState.HandedOver)]
    [InlineData("0 of 2 out, 2 wait for a person", DeliveryState.HandedOver, DeliveryState.HandedOver)]
    [InlineData("All 2 out", DeliveryState.Published, DeliveryState.Published)]
    [InlineData("Out", DeliveryState.Published)]
    public void The_chip_counts_what_waits_for_somebody(string said, params DeliveryState[] states)
    {
        CultureInfo.CurrentUICulture = new CultureInfo("en-GB");
        using var services = new ServiceCollection().AddLogging().AddLocalization().BuildServiceProvider();

        ProgressOf(states).In(services.GetRequiredService<IStringLocalizer<MessageWords>>()).ShouldBe(said);
    }

    private static Progress ProgressOf(DeliveryState[] states) =>
        Progress.Of(MessageState.Approved, states.GroupBy(state => state).ToDictionary(same => same.Key, same => same.Count()));

    private static async Task DraftsAsync(ReviewRoom room, int count)
    {
        await using var db = await room.ReadAsync();
        for (var number = 0; number < count; number++)
        {
            db.Messages.Add(new Message
            {
                SenderId = room.SenderId,
                Title = $"Draft {number}",
                Language = "en",
                TimeZone = "Europe/Berlin",
                CreatedBy = room.Author.PersonId,
                CreatedAt = ReviewRoom.Eight,
                ChangedAt = ReviewRoom.Eight,
                Version = 1,
            });
        }

        await db.SaveChangesAsync(ReviewRoom.Stop);
    }
}
