using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Publisher.Web.Deliveries;
using Publisher.Web.Messages;
using Publisher.Web.People;
using Publisher.Web.Storage;
using Publisher.Web.Tests.People;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Races;

/// <summary>Forms as a browser sends them, again: a button pressed twice, a page that stood open too long, a recording of an ended session. Each decides at most once, and the page says so.</summary>
public sealed class ReplayedFormTests(Walk walk) : IClassFixture<Walk>
{
    private const string LookAgain = "Someone changed this in the meantime. Look again, then decide.";

    [Fact]
    public async Task Approving_twice_approves_once_and_the_page_says_what_the_first_press_did()
    {
        var message = await walk.NewReviewAsync();
        using var browser = walk.BrowserOf(Walker("manager"));
        var page = await RecordedForm.OpenAsync(browser, Review(message));

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => page.PostAsync(browser, "approve", Yes)));

        var told = await TextsAsync(answers);
        answers.Count(answer => answer.StatusCode == HttpStatusCode.Found).ShouldBe(1);
        told.Count(text => text.Contains("You approved 1 post for", StringComparison.Ordinal) && !text.Contains(LookAgain, StringComparison.Ordinal)).ShouldBe(7);
        await using var db = await ReadAsync();
        (await db.Approvals.CountAsync(row => row.MessageId == message.Id, Office.Stop)).ShouldBe(1);
        (await db.Deliveries.CountAsync(row => row.MessageId == message.Id, Office.Stop)).ShouldBe(1);
    }

    [Fact]
    public async Task A_manager_who_decides_on_a_page_that_another_has_overtaken_reads_a_sentence()
    {
        var message = await walk.NewReviewAsync();
        using var first = walk.BrowserOf(Walker("manager"));
        var otherManager = await ManagerAsync();
        using var second = walk.BrowserOf(otherManager);
        var (one, other) = (await RecordedForm.OpenAsync(first, Review(message)), await RecordedForm.OpenAsync(second, Review(message)));
        (await one.PostAsync(first, "approve", Yes)).StatusCode.ShouldBe(HttpStatusCode.Found);

        var answers = new[] { await other.PostAsync(second, "approve", Yes), await other.PostAsync(second, "reject", [.. Yes, ("reason", "Wrong.")]) };

        answers.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.OK);
        (await TextsAsync(answers)).ShouldAllBe(text => text.Contains(LookAgain, StringComparison.Ordinal));
        // Nor does a no of the same person take back the yes in silence.
        (await (await one.PostAsync(first, "reject", [.. Yes, ("reason", "Wrong.")])).Content.ReadAsStringAsync(Office.Stop)).ShouldContain(LookAgain);
    }

    [Fact]
    public async Task A_form_that_was_recorded_in_a_session_that_ended_decides_nothing()
    {
        var message = await walk.NewReviewAsync();
        var manager = await ManagerAsync();
        using var browser = walk.BrowserOf(manager);
        var page = await RecordedForm.OpenAsync(browser, Review(message));
        await using (var ending = await ReadAsync())
        {
            await ending.Sessions.Where(row => row.Id == manager.Actor.SessionId).ExecuteUpdateAsync(set => set.SetProperty(row => row.EndedAt, DateTimeOffset.UtcNow), Office.Stop);
        }

        var answer = await page.PostAsync(browser, "approve", Yes);

        answer.StatusCode.ShouldBeOneOf(HttpStatusCode.Found, HttpStatusCode.BadRequest);
        answer.Headers.Location?.OriginalString.ShouldContain("/account/sign-in");
        await using var db = await ReadAsync();
        (await db.Approvals.CountAsync(row => row.MessageId == message.Id, Office.Stop)).ShouldBe(0);
    }

    [Fact]
    public async Task A_form_of_one_person_is_of_no_use_to_another()
    {
        var message = await walk.NewReviewAsync();
        using var officer = walk.BrowserOf(Walker("officer"));
        using var manager = walk.BrowserOf(Walker("manager"));
        var recorded = await RecordedForm.OpenAsync(officer, new Uri("holds", UriKind.Relative)) with { Address = Review(message) };

        (await recorded.PostAsync(manager, "approve", Yes)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);

        await using var db = await ReadAsync();
        (await db.Approvals.CountAsync(row => row.MessageId == message.Id, Office.Stop)).ShouldBe(0);
    }

    [Fact]
    public async Task Holding_twice_holds_once()
    {
        using var browser = walk.BrowserOf(Walker("officer"));
        var page = await RecordedForm.OpenAsync(browser, new Uri("holds", UriKind.Relative));

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
            page.PostAsync(browser, "set", ("Wanted.Scope", $"sender:{walk.SenderId}"), ("Wanted.Label", "pressed twice"), ("Wanted.Reason", "Wrong figures"))));

        answers.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.Found);
        await using var db = await ReadAsync();
        (await db.Holds.CountAsync(row => row.Label == "pressed twice", Office.Stop)).ShouldBe(1);
    }

    [Fact]
    public async Task Retracting_twice_retracts_once_and_both_end_where_it_can_be_watched()
    {
        var delivery = await OutAsync();
        using var browser = walk.BrowserOf(Walker("manager"));
        var page = await RecordedForm.OpenAsync(browser, new Uri($"messages/{delivery.MessageId}/retract", UriKind.Relative));

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => page.PostAsync(browser, "retract", ("delivery", $"{delivery.Id}"), ("reason", "Wrong figures"))));

        // What is on its way or gone already is what was asked; only who came between reads that somebody was quicker.
        (await TextsAsync(answers.Where(answer => answer.StatusCode != HttpStatusCode.Found))).ShouldAllBe(text => text.Contains(LookAgain, StringComparison.Ordinal));
        answers.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.Found || answer.StatusCode == HttpStatusCode.OK);
        await using var db = await ReadAsync();
        var told = await db.Log.Where(entry => entry.DeliveryId == delivery.Id).ToListAsync(Office.Stop);
        // Once more only after the one before has failed, which it does as soon as a worker comes to it.
        var failed = told.Count(entry => entry.Code == "retract.failed");
        told.Count(entry => entry.Action == "delivery.retracting").ShouldBeInRange(Math.Max(1, failed), failed + 1);
    }

    private (string Name, string Value)[] Yes => [("version", "1"), ("revision", "1"), ("channel", $"{walk.ChannelId}"), ("when", "AsProposed")];

    private Walker Walker(string name) => walk.Walkers.Single(walker => walker.Name == name);

    private static Uri Review(Message message) => new($"review/{message.Id}", UriKind.Relative);

    private Task<PublisherDb> ReadAsync() => walk.Services.GetRequiredService<IDbContextFactory<PublisherDb>>().CreateDbContextAsync(Office.Stop);

    private static Task<string[]> TextsAsync(IEnumerable<HttpResponseMessage> answers) =>
        Task.WhenAll(answers.Select(answer => answer.Content.ReadAsStringAsync(Office.Stop)));

    /// <summary>Another manager of the same sender, with a session of their own.</summary>
    private async Task<Walker> ManagerAsync()
    {
        await using var db = await ReadAsync();
        var person = new Person { DisplayName = "another manager", UserName = $"{Guid.NewGuid():N}@office.example", PasswordHash = "set" };
        person.Grants.Add(new Grant { Role = Role.Manager, SenderId = walk.SenderId });
        db.Users.Add(person);
        await db.SaveChangesAsync(Office.Stop);
        var session = Publisher.Web.People.Sessions.Start(db, person.Id, DateTimeOffset.UtcNow);
        await db.SaveChangesAsync(Office.Stop);
        return new Walker("another manager", new Actor(person.Id, session.Id), Role.Manager, IsOfAnotherSender: false, IsIn: true);
    }

    /// <summary>One that is out, on a channel whose credentials nobody can open: having it deleted reaches no server.</summary>
    private async Task<Delivery> OutAsync()
    {
        var message = await walk.NewReviewAsync();
        await using var db = await ReadAsync();
        await db.Messages.Where(row => row.Id == message.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.State, MessageState.Approved), Office.Stop);
        var frozen = await db.FrozenPosts.SingleAsync(row => row.MessageId == message.Id, Office.Stop);
        var now = DateTimeOffset.UtcNow;
        var delivery = new Delivery
        {
            MessageId = message.Id, SenderId = walk.SenderId, ChannelId = walk.ChannelId, Label = "", FrozenPostId = frozen.Id, Seal = frozen.Seal, ApprovalId = 0,
            Due = now, Deadline = now.AddMinutes(10), State = DeliveryState.Published, PublishedAt = now,
            Parts = [new DeliveryPart { Number = 1, Key = "key", RemoteId = "1", PublishedAt = now }],
        };
        db.Deliveries.Add(delivery);
        await db.SaveChangesAsync(Office.Stop);
        return delivery;
    }
}
