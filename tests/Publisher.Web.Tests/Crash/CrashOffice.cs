using System.Globalization;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Publisher.Platforms;
using Publisher.Web.Approvals;
using Publisher.Web.Channels;
using Publisher.Web.Deliveries;
using Publisher.Web.Media;
using Publisher.Web.Messages;
using Publisher.Web.People;
using Publisher.Web.Shell;
using Publisher.Web.Storage;
using Publisher.Web.Tests.Messages;

namespace Publisher.Web.Tests.Crash;

/// <summary>One post that was approved: where a reader must find these words, from when on, exactly once.</summary>
internal sealed record ApprovedPost(long MessageId, long ChannelId, string Platform, string Account, int Part, string Words, DateTimeOffset Due);

/// <summary>A demo folder with approved messages, filled while the product is not running, and read while it is.</summary>
internal sealed class CrashOffice : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly List<ApprovedPost> _approved = [];

    private CrashOffice(IHost host) => _host = host;

    public IReadOnlyList<ApprovedPost> Approved => _approved;

    public static async Task<CrashOffice> OpenAsync(string root, IReadOnlyDictionary<string, string?> settings, int seed, CancellationToken cancellationToken, string? postgres = null)
    {
        // Held while it is filled: the product starts on it afterwards.
        using var folder = DataFolder.Open(root, asDemo: true);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddStorage(folder, postgres);
        builder.Services.AddKeyRing(folder, MasterKey.Open(folder, null));
        builder.Services.AddChannels(configuration);
        builder.Services.AddMedia();
        builder.Services.AddSingleton<IMediaFiles, KeptFiles>();
        builder.Services.AddApprovals();
        builder.Services.AddPeople();
        builder.Services.AddDemo(folder, configuration);
        var office = new CrashOffice(builder.Build());
        var writer = office.Get<Writer>();
        await office._host.Services.MigrateAsync(cancellationToken);
        await writer.StartAsync(cancellationToken);
        await office.Get<DemoOffice>().OpenAsync(cancellationToken);
        await office.FillAsync(new Random(seed), seed, cancellationToken);
        await writer.StopAsync(cancellationToken);
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        return office;
    }

    /// <summary>Whether nothing is left to be done without a person.</summary>
    public async Task<bool> IsQuietAsync(CancellationToken cancellationToken)
    {
        await using var db = await ReadAsync(cancellationToken);
        return await db.Messages.AllAsync(message => db.Deliveries.Any(delivery => delivery.MessageId == message.Id), cancellationToken)
            && !await db.Deliveries.AnyAsync(delivery => delivery.NextAt != null, cancellationToken);
    }

    public async Task<List<Delivery>> DeliveriesAsync(CancellationToken cancellationToken)
    {
        await using var db = await ReadAsync(cancellationToken);
        return await db.Deliveries.AsNoTracking().AsSplitQuery().Include(row => row.Parts).Include(row => row.Attempts).ToListAsync(cancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        _host.Dispose();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        return ValueTask.CompletedTask;
    }

    private T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    private Task<PublisherDb> ReadAsync(CancellationToken cancellationToken) => Get<IDbContextFactory<PublisherDb>>().CreateDbContextAsync(cancellationToken);

    private async Task FillAsync(Random random, int seed, CancellationToken cancellationToken)
    {
        await using var db = await ReadAsync(cancellationToken);
        // No examples: only what is counted is sent.
        db.Settings.Add(new Setting { Name = "demo.told", Value = "yes" });
        // Those whose listings tell whether a post is there, so that nothing may be left to a person.
        string[] platforms = ["mastodon", "bluesky", "x", "linkedin"];
        var channels = await db.Channels.Where(channel => platforms.Contains(channel.Platform)).OrderBy(channel => channel.Id).ToListAsync(cancellationToken);
        // One sender's servers are known to recognise a repeat, the other's are not: both ways out of an unclear call are taken.
        var careful = channels[0].SenderId;
        foreach (var channel in channels.Where(channel => channel.SenderId == careful))
        {
            channel.RepeatSafeFor = channel.Platform switch
            {
                "mastodon" => TimeSpan.FromMinutes(45),
                "bluesky" => TimeSpan.FromDays(36500),
                _ => null,
            };
        }

        var people = await db.Users.ToListAsync(cancellationToken);
        var officer = people.Single(person => person.DisplayName.StartsWith("Olivia", StringComparison.Ordinal));
        var manager = people.Single(person => person.DisplayName.StartsWith("Mara", StringComparison.Ordinal));
        var now = DateTimeOffset.UtcNow;
        var session = new Session { Id = Guid.NewGuid(), PersonId = manager.Id, StartedAt = now, SeenAt = now };
        db.Sessions.Add(session);
        await db.SaveChangesAsync(cancellationToken);

        var picture = await PictureAsync(cancellationToken);
        foreach (var own in channels.GroupBy(channel => channel.SenderId))
        {
            for (var number = 1; number <= 10; number++)
            {
                var due = now.AddMilliseconds(random.Next(2_000, 14_000));
                // Two threads, which not every platform has; every third message with a picture.
                var isThread = number is 4 or 8;
                var to = own.Where(channel => !isThread || channel.Limits.Parts > 1).ToList();
                var words = Enumerable.Range(1, isThread ? 3 : 1)
                    .Select(part => string.Create(CultureInfo.InvariantCulture, $"Notice r{seed}s{own.Key}m{number}p{part} for the lower valley")).ToList();
                // The rest is left to the sweep, as if the process had died between approving and planning.
                await ApproveAsync(db, to, words, number % 3 == 0 ? picture : null, due, officer, session, isPlanned: number % 5 != 0, cancellationToken);
            }
        }
    }

    private async Task ApproveAsync(
        PublisherDb db, List<Channel> channels, List<string> words, Publisher.Platforms.Media? picture, DateTimeOffset due, Person officer, Session session, bool isPlanned,
        CancellationToken cancellationToken)
    {
        var now = DateTimeOffset.UtcNow;
        var message = new Message
        {
            SenderId = channels[0].SenderId,
            Title = words[0],
            LongText = string.Join("\n---\n", words),
            Language = "en",
            State = MessageState.Approved,
            TimeZone = "Europe/Berlin",
            Revision = 1,
            CreatedBy = officer.Id,
            CreatedAt = now,
            ChangedAt = now,
        };
        db.Messages.Add(message);
        await db.SaveChangesAsync(cancellationToken);
        db.Submissions.Add(new Submission
        {
            MessageId = message.Id, Revision = 1, SubmittedBy = officer.Id, SubmittedAt = now, Grace = message.Grace, Policy = ApprovalPolicy.Default, Contributors = [officer.Id],
        });
        var frozen = channels.Select(channel => Freeze(message.Id, channel, words, picture)).ToList();
        db.FrozenPosts.AddRange(frozen);
        var approval = new Approval
        {
            MessageId = message.Id, Revision = 1, PersonId = session.PersonId, SessionId = session.Id, Role = Role.Manager, IsYes = true,
            At = now, Due = due, Grace = message.Grace, Seals = [.. frozen.Select(post => new ApprovedSeal(post.ChannelId, post.Seal))], Policy = ApprovalPolicy.Default, Mac = "",
        };
        approval.Mac = Get<ApprovalKey>().MacOf(approval);
        db.Approvals.Add(approval);
        await db.SaveChangesAsync(cancellationToken);
        if (isPlanned)
        {
            db.Deliveries.AddRange(frozen.Zip(channels, (post, channel) => Delivery.Of(message, approval, post, Get<PlatformList>()[channel.Platform], now)));
            await db.SaveChangesAsync(cancellationToken);
        }

        _approved.AddRange(channels.SelectMany(channel =>
            words.Select((part, index) => new ApprovedPost(message.Id, channel.Id, channel.Platform, channel.AccountId, index + 1, part, due))));
    }

    private async Task<Publisher.Platforms.Media> PictureAsync(CancellationToken cancellationToken)
    {
        var store = Get<MediaStore>();
        var draft = store.NewDraft();
        await File.WriteAllBytesAsync(draft, DemoPicture.River(), cancellationToken);
        var (hash, length) = await store.KeepAsync(draft, cancellationToken);
        return new Publisher.Platforms.Media { Hash = hash, Length = length, Type = "image/png", Width = 1200, Height = 675, AltText = "A river below hills" };
    }

    private static FrozenPost Freeze(long messageId, Channel channel, List<string> words, Publisher.Platforms.Media? picture)
    {
        var parts = words.Select((text, index) => new Part { Number = index + 1, Text = text, Language = "en", Media = index == 0 && picture is not null ? [picture] : [] });
        var bytes = Seal.Freeze(
            new Post { Platform = channel.Platform, Server = channel.Server, AccountId = channel.AccountId, Limits = channel.Limits, Parts = [.. parts] }, $"salt {messageId}");
        return new FrozenPost { MessageId = messageId, Revision = 1, ChannelId = channel.Id, Seal = Seal.Of(bytes), Format = Seal.Format, Bytes = bytes };
    }
}
