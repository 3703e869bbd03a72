using Microsoft.EntityFrameworkCore;
using Publisher.Web.Approvals;
using Publisher.Web.Channels;
using Publisher.Web.Deliveries;
using Publisher.Web.Media;
using Publisher.Web.Messages;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Web.Shell;

/// <summary>
/// Some messages in each state, brought there through the same desks a person uses, so that every rule and every log line holds. Each step
/// looks at what is there already: after a crash the next start goes on.
/// </summary>
internal sealed class DemoStories(
    MessageDesk messages,
    ApprovalDesk approvals,
    MediaDesk media,
    DemoSandbox sandbox,
    IHttpClientFactory clients,
    IDbContextFactory<PublisherDb> databases,
    TimeProvider time)
{
    private const string DoneSetting = "demo.told";

    /// <summary>For the deliveries of one story, before the next one may meddle with the sandbox.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public async Task TellAsync(CancellationToken cancellationToken)
    {
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            if (await db.Settings.AnyAsync(setting => setting.Name == DoneSetting, cancellationToken))
            {
                return;
            }
        }

        var people = await SignInAsync(cancellationToken);
        foreach (var story in DemoStory.All)
        {
            await TellAsync(story, people, cancellationToken);
        }

        await using var last = await databases.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        var sessions = people.Values.Select(actor => actor.SessionId).ToList();
        await last.Sessions.Where(session => sessions.Contains(session.Id)).ExecuteUpdateAsync(set => set.SetProperty(session => session.EndedAt, now), cancellationToken);
        last.Settings.Add(new Setting { Name = DoneSetting, Value = "yes" });
        await last.SaveChangesAsync(cancellationToken);
    }

    /// <summary>The people of the demo by their first name, each with a session that ends with the stories.</summary>
    private async Task<Dictionary<string, Actor>> SignInAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        var actors = new Dictionary<string, Actor>();
        foreach (var person in await db.Users.AsNoTracking().ToListAsync(cancellationToken))
        {
            var session = new Session { Id = Guid.NewGuid(), PersonId = person.Id, StartedAt = now, SeenAt = now };
            db.Sessions.Add(session);
            actors[person.DisplayName.Split(' ')[0]] = new Actor(person.Id, session.Id);
        }

        await db.SaveChangesAsync(cancellationToken);
        return actors;
    }

    private async Task TellAsync(DemoStory story, Dictionary<string, Actor> people, CancellationToken cancellationToken)
    {
        var author = people[story.Author];
        var message = await FindAsync(story.Title, cancellationToken);
        if (message is null)
        {
            await WriteAsync(story, author, cancellationToken);
            message = (await FindAsync(story.Title, cancellationToken))!;
        }

        if (story.Ending != Ending.Draft && message is { State: MessageState.Draft, Revision: 0 })
        {
            Require(await messages.SubmitAsync(author, message.Id, message.Version, cancellationToken));
            message = (await FindAsync(story.Title, cancellationToken))!;
        }

        if (message.State == MessageState.InReview)
        {
            await DecideAsync(story, message, author, people[story.Manager], cancellationToken);
        }
        else if (story.Ending == Ending.Cancelled && message is { State: MessageState.Draft, Revision: > 0 })
        {
            Require(await messages.DiscardAsync(author, message.Id, message.Version, cancellationToken));
        }
    }

    private async Task WriteAsync(DemoStory story, Actor author, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var sender = await db.Senders.AsNoTracking().SingleAsync(row => row.Name == story.Sender, cancellationToken);
        var channels = await db.Channels.AsNoTracking().Where(channel => channel.SenderId == sender.Id).ToListAsync(cancellationToken);
        IReadOnlyList<DraftMedia> pictures = [];
        if (story.Picture is { } draw)
        {
            using var bytes = new MemoryStream(draw());
            var file = Require(await media.AddAsync(author, sender.Id, bytes, "picture.png", cancellationToken));
            pictures = [new DraftMedia(file.Id, story.AltText, false, "", $"Photo: {sender.Name}")];
        }

        var id = Require(await messages.CreateAsync(author, sender.Id, cancellationToken));
        var blank = await db.Messages.AsNoTracking().SingleAsync(row => row.Id == id, cancellationToken);
        Require(await messages.SaveAsync(
            author,
            MessageDraft.Of(blank) with
            {
                Title = story.Title,
                LongText = story.Text,
                ShortText = story.ShortText,
                Language = story.Language,
                Link = story.Link,
                ProposedDue = story.InDays is { } days ? Morning(days, sender.TimeZone) : null,
                Grace = story.Grace,
                Media = pictures,
                Channels = [.. channels.Select(channel => new DraftChannel(channel.Id, null, channel.Options))],
            },
            cancellationToken));
    }

    private async Task DecideAsync(DemoStory story, Message message, Actor author, Actor manager, CancellationToken cancellationToken)
    {
        switch (story.Ending)
        {
            case Ending.Cancelled:
                var version = Require(await messages.WithdrawAsync(author, message.Id, message.Version, cancellationToken));
                Require(await messages.DiscardAsync(author, message.Id, version, cancellationToken));
                break;
            case Ending.Returned:
                Require(await approvals.RejectAsync(manager, message.Id, message.Version, message.Revision, story.Reason, cancellationToken));
                break;
            case Ending.Approved:
                if (story.Fault is { } fault)
                {
                    using var http = clients.CreateClient(OutboundClients.Platforms);
                    using var answer = await http.PostAsJsonAsync(new Uri(sandbox.Address, "_sandbox/faults"), fault, cancellationToken);
                    answer.EnsureSuccessStatusCode();
                }

                await ApproveAsync(story, message, manager, cancellationToken);
                break;
        }
    }

    private async Task ApproveAsync(DemoStory story, Message message, Actor manager, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var posts = await db.FrozenPosts.Where(post => post.MessageId == message.Id && post.Revision == message.Revision).Select(post => post.ChannelId).ToListAsync(cancellationToken);
        var when = story.InDays is null ? WhenChoice.Now : WhenChoice.AsProposed;
        Require(await approvals.ApproveAsync(manager, new Yes(message.Id, message.Version, message.Revision, posts, when), cancellationToken));
        if (story.InDays is not null)
        {
            return;
        }

        var until = time.GetUtcNow() + Patience;
        while (time.GetUtcNow() < until
            && await db.Deliveries.AnyAsync(delivery => delivery.MessageId == message.Id && (delivery.State == DeliveryState.Waiting || delivery.State == DeliveryState.Sending), cancellationToken))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), time, cancellationToken);
        }
    }

    private async Task<Message?> FindAsync(string title, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Messages.AsNoTracking().SingleOrDefaultAsync(message => message.Title == title, cancellationToken);
    }

    private DateTimeOffset Morning(int days, string zone) => Zoned.At(Zoned.In(time.GetUtcNow(), zone).Date.AddDays(days).AddHours(9), zone);

    private static T Require<T>(Answer<T> answer) =>
        answer.Refusal is { } refusal ? throw new InvalidOperationException($"A desk refused an example: {refusal.Code} ({string.Join(", ", refusal.Values)}).") : answer.Value!;
}
