using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Publisher.Web.Messages;
using Publisher.Web.Storage;
using Publisher.Web.Tests.People;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Approvals;

/// <summary>The page and its forms over plain HTTP: no script and no circuit.</summary>
public sealed class ReviewPageTests(Walk walk) : IClassFixture<Walk>
{
    [Fact]
    public async Task A_manager_reads_the_frozen_text_and_approves_with_one_form()
    {
        var message = (await walk.NewReviewAsync()).Id;
        using var browser = walk.BrowserOf(Walker("manager"));

        var page = await browser.GetStringAsync(Address(message), Office.Stop);
        page.ShouldContain("The frozen text of this test.");
        page.ShouldContain("Approve 1 post<");
        var answer = await PostAsync(browser, message, "approve", ("version", "1"), ("revision", "1"), ("channel", $"{walk.ChannelId}"), ("when", "AsProposed"));

        answer.StatusCode.ShouldBe(HttpStatusCode.Found);
        await using var db = await ReadAsync();
        (await db.Deliveries.CountAsync(row => row.MessageId == message, Office.Stop)).ShouldBe(1);
        (await browser.GetStringAsync(Address(message), Office.Stop)).ShouldContain("You approved 1 post for");
    }

    [Fact]
    public async Task A_form_from_elsewhere_approves_nothing()
    {
        var message = (await walk.NewReviewAsync()).Id;
        using var browser = walk.BrowserOf(Walker("manager"));
        using var form = new FormUrlEncodedContent([new("_handler", "approve"), new("version", "1"), new("revision", "1"), new("channel", $"{walk.ChannelId}"), new("when", "Now")]);

        (await browser.PostAsync(Address(message), form, Office.Stop)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);

        await using var db = await ReadAsync();
        (await db.Deliveries.CountAsync(row => row.MessageId == message, Office.Stop)).ShouldBe(0);
    }

    [Fact]
    public async Task A_rejection_goes_back_with_its_reason_and_one_without_stays_on_the_page()
    {
        var message = (await walk.NewReviewAsync()).Id;
        using var browser = walk.BrowserOf(Walker("manager"));

        var empty = await PostAsync(browser, message, "reject", ("version", "1"), ("revision", "1"), ("reason", " "));
        empty.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await empty.Content.ReadAsStringAsync(Office.Stop)).ShouldContain("Say what has to change");
        (await PostAsync(browser, message, "reject", ("version", "1"), ("revision", "1"), ("reason", "Say who pays."))).StatusCode.ShouldBe(HttpStatusCode.Found);

        await using var db = await ReadAsync();
        (await db.Messages.Where(row => row.Id == message).Select(row => row.State).SingleAsync(Office.Stop)).ShouldBe(MessageState.Returned);
    }

    [Fact]
    public async Task How_late_it_may_still_go_out_stands_beside_the_time_and_in_a_note_where_it_is_unusual()
    {
        var message = await walk.NewReviewAsync();
        using var browser = walk.BrowserOf(Walker("manager"));

        var usual = await browser.GetStringAsync(Address(message.Id), Office.Stop);
        usual.ShouldContain($"may go out until {Clock.Label(message.ProposedDue!.Value.AddMinutes(10), message.TimeZone, DateTimeOffset.UtcNow)}");
        usual.ShouldContain("for up to 10 min after approval");
        usual.ShouldNotContain("Where sending is delayed");
        await using (var db = await ReadAsync())
        {
            await db.Submissions.Where(row => row.MessageId == message.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.Grace, TimeSpan.FromHours(12)), Office.Stop);
        }

        var page = await browser.GetStringAsync(Address(message.Id), Office.Stop);
        page.ShouldContain("Where sending is delayed, it may still go out up to 12 h after its time. Usual: 10 min.");
        page.ShouldContain("for up to 12 h after approval");
    }

    [Fact]
    public async Task Who_may_not_decide_reads_why_and_finds_no_button()
    {
        var message = (await walk.NewReviewAsync()).Id;
        using var browser = walk.BrowserOf(Walker("officer"));

        var page = await browser.GetStringAsync(Address(message), Office.Stop);

        page.ShouldContain("Managers of this sender decide on it.");
        page.ShouldNotContain("data-main-action");
    }

    private Walker Walker(string name) => walk.Walkers.Single(walker => walker.Name == name);

    private static Uri Address(long message) => new($"review/{message}", UriKind.Relative);

    private Task<PublisherDb> ReadAsync() => walk.Services.GetRequiredService<IDbContextFactory<PublisherDb>>().CreateDbContextAsync(Office.Stop);

    private static async Task<HttpResponseMessage> PostAsync(HttpClient browser, long message, string form, params (string Name, string Value)[] fields) =>
        await (await RecordedForm.OpenAsync(browser, Address(message))).PostAsync(browser, form, fields);
}
