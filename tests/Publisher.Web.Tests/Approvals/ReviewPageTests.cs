using System.Net;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Publisher.Platforms;
using Publisher.Web.Messages;
using Publisher.Web.Storage;
using Publisher.Web.Tests.People;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Approvals;

/// <summary>The page and its forms over plain HTTP: no script and no circuit.</summary>
public sealed partial class ReviewPageTests(Walk walk) : IClassFixture<Walk>
{
    [Fact]
    public async Task A_manager_reads_the_frozen_text_and_approves_with_one_form()
    {
        var message = await SubmitAsync();
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
        var message = await SubmitAsync();
        using var browser = walk.BrowserOf(Walker("manager"));
        using var form = new FormUrlEncodedContent([new("_handler", "approve"), new("version", "1"), new("revision", "1"), new("channel", $"{walk.ChannelId}"), new("when", "Now")]);

        (await browser.PostAsync(Address(message), form, Office.Stop)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);

        await using var db = await ReadAsync();
        (await db.Deliveries.CountAsync(row => row.MessageId == message, Office.Stop)).ShouldBe(0);
    }

    [Fact]
    public async Task A_rejection_goes_back_with_its_reason_and_one_without_stays_on_the_page()
    {
        var message = await SubmitAsync();
        using var browser = walk.BrowserOf(Walker("manager"));

        var empty = await PostAsync(browser, message, "reject", ("version", "1"), ("revision", "1"), ("reason", " "));
        empty.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await empty.Content.ReadAsStringAsync(Office.Stop)).ShouldContain("Say what has to change");
        (await PostAsync(browser, message, "reject", ("version", "1"), ("revision", "1"), ("reason", "Say who pays."))).StatusCode.ShouldBe(HttpStatusCode.Found);

        await using var db = await ReadAsync();
        (await db.Messages.Where(row => row.Id == message).Select(row => row.State).SingleAsync(Office.Stop)).ShouldBe(MessageState.Returned);
    }

    [Fact]
    public async Task Who_may_not_decide_reads_why_and_finds_no_button()
    {
        var message = await SubmitAsync();
        using var browser = walk.BrowserOf(Walker("officer"));

        var page = await browser.GetStringAsync(Address(message), Office.Stop);

        page.ShouldContain("Managers of this sender decide on it.");
        page.ShouldNotContain("data-main-action");
    }

    private Walker Walker(string name) => walk.Walkers.Single(walker => walker.Name == name);

    private static Uri Address(long message) => new($"review/{message}", UriKind.Relative);

    private Task<PublisherDb> ReadAsync() => walk.Services.GetRequiredService<IDbContextFactory<PublisherDb>>().CreateDbContextAsync(Office.Stop);

    private async Task<long> SubmitAsync()
    {
        var officer = Walker("officer").Actor.PersonId;
        await using var db = await ReadAsync();
        var channel = await db.Channels.SingleAsync(row => row.Id == walk.ChannelId, Office.Stop);
        var message = await db.Messages.Include(row => row.Contributors).SingleAsync(row => row.Id == walk.NewMessage().Id, Office.Stop);
        (message.State, message.Revision, message.Version, message.ProposedDue) = (MessageState.InReview, 1, 1, DateTimeOffset.UtcNow.AddHours(1));
        message.Contributors.Add(new Contributor { PersonId = officer });
        var bytes = Seal.Freeze(
            new Post { Platform = channel.Platform, Server = channel.Server, AccountId = channel.AccountId, Limits = channel.Limits, Parts = [new Part { Text = "The frozen text of this test.", Language = "en" }] }, "salt");
        db.FrozenPosts.Add(new FrozenPost { MessageId = message.Id, Revision = 1, ChannelId = channel.Id, Seal = Seal.Of(bytes), Format = Seal.Format, Bytes = bytes });
        db.Submissions.Add(new Submission
        {
            MessageId = message.Id,
            Revision = 1,
            SubmittedBy = officer,
            SubmittedAt = DateTimeOffset.UtcNow,
            ProposedDue = message.ProposedDue,
            Grace = message.Grace,
            Policy = new(1),
            Contributors = [officer],
        });
        await db.SaveChangesAsync(Office.Stop);
        return message.Id;
    }

    private static async Task<HttpResponseMessage> PostAsync(HttpClient browser, long message, string form, params (string Name, string Value)[] fields)
    {
        using var page = await browser.GetAsync(Address(message), Office.Stop);
        var token = Token().Match(await page.Content.ReadAsStringAsync(Office.Stop)).Groups[1].Value;
        var cookie = page.Headers.GetValues("Set-Cookie").Single(value => value.Contains("Antiforgery", StringComparison.Ordinal)).Split(';')[0];
        using var request = new HttpRequestMessage(HttpMethod.Post, Address(message));
        request.Headers.Add("Cookie", $"{browser.DefaultRequestHeaders.GetValues("Cookie").Single()}; {cookie}");
        request.Content = new FormUrlEncodedContent([new("_handler", form), new("__RequestVerificationToken", token), .. fields.Select(field => KeyValuePair.Create(field.Name, field.Value))]);
        return await browser.SendAsync(request, Office.Stop);
    }

    [GeneratedRegex("__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
