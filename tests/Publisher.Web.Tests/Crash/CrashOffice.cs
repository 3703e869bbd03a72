using System.Diagnostics;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Publisher.Platforms;
using Publisher.Web.Approvals;
using Publisher.Web.Channels;
using Publisher.Web.Contacts;
using Publisher.Web.Deliveries;
using Publisher.Web.Log;
using Publisher.Web.Media;
using Publisher.Web.Messages;
using Publisher.Web.People;
using Publisher.Web.Shell;
using Publisher.Web.Storage;

namespace Publisher.Web.Tests.Crash;

/// <summary>Where a reader must find these words from when on, and how often: as many times as parts of the post carry them.</summary>
internal sealed record ApprovedText(long MessageId, CrashKind Kind, long ChannelId, IPlatform Platform, string Account, string Words, IReadOnlyList<int> Parts, DateTimeOffset Due);

/// <summary>A demo folder with approved messages, filled through the desks while the product is not running, and read while it is.</summary>
internal sealed class CrashOffice : IAsyncDisposable
{
    private const int Kinds = 5;

    private readonly IHost _host;
    private readonly List<ApprovedText> _approved = [];

    private CrashOffice(IHost host) => _host = host;

    public IReadOnlyList<ApprovedText> Approved => _approved;

    /// <param name="over">How far their due times lie apart at most.</param>
    public static async Task<CrashOffice> OpenAsync(CrashPlace place, Random random, int seed, int messages, TimeSpan over, CancellationToken cancellationToken)
    {
        // Held while it is filled: the product starts on it afterwards.
        using var folder = DataFolder.Open(place.Folder, asDemo: true, isShared: place.Postgres is not null);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(place.Settings).Build();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<IConfiguration>(configuration);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddStorage(folder, place.Postgres);
        builder.Services.AddKeyRing(folder, MasterKey.Open(folder, null));
        builder.Services.AddChannels(configuration);
        builder.Services.AddContacts();
        builder.Services.AddLog();
        builder.Services.AddMedia();
        builder.Services.AddMessages();
        builder.Services.AddApprovals();
        builder.Services.AddDeliveries();
        builder.Services.AddPeople();
        builder.Services.AddDemo(folder, configuration);
        var office = new CrashOffice(builder.Build());
        var writer = office.Get<Writer>();
        await office._host.Services.MigrateAsync(cancellationToken);
        await writer.StartAsync(cancellationToken);
        await office.Get<DemoOffice>().OpenAsync(cancellationToken);
        await office.FillAsync(random, seed, messages, over, cancellationToken);
        await writer.StopAsync(cancellationToken);
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        return office;
    }

    /// <summary>Whether nothing is left to be done without a person.</summary>
    public async Task<bool> IsQuietAsync(CancellationToken cancellationToken)
    {
        await using var db = await ReadAsync(cancellationToken);
        return !await db.Deliveries.AnyAsync(delivery => delivery.NextAt != null, cancellationToken);
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

    private async Task FillAsync(Random random, int seed, int messages, TimeSpan over, CancellationToken cancellationToken)
    {
        await using var db = await ReadAsync(cancellationToken);
        // No examples: only what is counted is sent.
        db.Settings.Add(new Setting { Name = "demo.told", Value = "yes" });
        var platforms = Get<PlatformList>();
        var channels = (await db.Channels.OrderBy(channel => channel.Id).ToListAsync(cancellationToken)).Where(channel => !platforms[channel.Platform].Info.IsByHand).ToList();
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

        var officer = await SignInAsync(db, "Olivia", cancellationToken);
        var manager = await SignInAsync(db, "Mara", cancellationToken);
        var submitted = new List<(Message Message, CrashKind Kind, TimeSpan After)>();
        var senders = new List<(long Id, List<Channel> Channels, MediaFile[] Pictures)>();
        foreach (var own in channels.GroupBy(channel => channel.SenderId))
        {
            MediaFile[] pictures =
            [
                await AddAsync(officer, own.Key, DemoPicture.River(), "river.png", cancellationToken),
                await AddAsync(officer, own.Key, Journeys.TestPicture.Png(3), "gauge.png", cancellationToken),
            ];
            senders.Add((own.Key, [.. own], pictures));
        }

        // In turns: every kind comes from every sender.
        for (var number = 1; number <= messages; number++)
        {
            var (kind, sender) = ((CrashKind)(number % Kinds), senders[number % senders.Count]);
            var message = await SubmitAsync(db, officer, sender.Id, sender.Channels, sender.Pictures, kind, $"r{seed}s{sender.Id}m{number}", random, cancellationToken);
            submitted.Add((message, kind, TimeSpan.FromSeconds(2) + (random.NextDouble() * over)));
        }

        var now = DateTimeOffset.UtcNow;
        foreach (var (message, kind, after) in submitted)
        {
            // On a busy machine approving takes its time.
            var soonest = DateTimeOffset.UtcNow + TimeSpan.FromSeconds(2);
            await ApproveAsync(db, manager, message, kind, now + after > soonest ? now + after : soonest, cancellationToken);
        }
    }

    private static async Task<Actor> SignInAsync(PublisherDb db, string name, CancellationToken cancellationToken)
    {
        var person = await db.Users.SingleAsync(row => row.DisplayName.StartsWith(name), cancellationToken);
        var now = DateTimeOffset.UtcNow;
        var session = new Session { Id = Guid.NewGuid(), PersonId = person.Id, StartedAt = now, SeenAt = now };
        db.Sessions.Add(session);
        await db.SaveChangesAsync(cancellationToken);
        return new Actor(person.Id, session.Id);
    }

    /// <summary>Six seconds in a colour of its own: some platforms refuse a film they had before.</summary>
    private async Task<MediaFile> FilmAsync(Actor officer, long senderId, Random random, CancellationToken cancellationToken)
    {
        var path = Path.Combine(Path.GetTempPath(), $"publisher-film-{Guid.NewGuid():N}.mp4");
        using (var process = Process.Start(new ProcessStartInfo("ffmpeg",
        [
            "-nostdin", "-v", "error", "-f", "lavfi", "-i", $"color=c=0x{random.Next(1 << 24):X6}:s=640x360:r=25:d=6", "-f", "lavfi", "-i", "sine=d=6", "-c:v", "libx264", "-preset", "ultrafast",
            "-pix_fmt", "yuv420p", "-c:a", "aac", "-movflags", "+faststart", path,
        ]))!)
        {
            await process.WaitForExitAsync(cancellationToken);
        }

        var file = await AddAsync(officer, senderId, await File.ReadAllBytesAsync(path, cancellationToken), "film.mp4", cancellationToken);
        File.Delete(path);
        return file;
    }

    private async Task<MediaFile> AddAsync(Actor officer, long senderId, byte[] bytes, string name, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(bytes);
        return Require(await Get<MediaDesk>().AddAsync(officer, senderId, stream, name, cancellationToken));
    }

    private async Task<Message> SubmitAsync(
        PublisherDb db, Actor officer, long senderId, IReadOnlyList<Channel> channels, MediaFile[] pictures, CrashKind kind, string name, Random random, CancellationToken cancellationToken)
    {
        var desk = Get<MessageDesk>();
        var id = Require(await desk.CreateAsync(officer, senderId, cancellationToken));
        var to = channels.Where(channel => Takes(channel.Limits, kind)).ToList();
        var words = Enumerable.Range(1, kind is CrashKind.Thread ? 3 : 1).Select(part => $"Notice {name}p{part} for the lower valley");
        MediaFile[] media = kind switch
        {
            CrashKind.Picture => [pictures[0]],
            CrashKind.TwoPictures => pictures,
            CrashKind.Film => [await FilmAsync(officer, senderId, random, cancellationToken)],
            _ => [],
        };
        var draft = MessageDraft.Of(await db.Messages.AsNoTracking().SingleAsync(row => row.Id == id, cancellationToken)) with
        {
            Title = $"Notice {name}",
            LongText = string.Join("\n---\n", words),
            Channels = [.. to.Select(channel => new DraftChannel(channel.Id, null, new Dictionary<string, string>()))],
            Media = [.. media.Select(file => new DraftMedia(file.Id, "What the river does", false, "", ""))],
            // Every other text must go out within seconds, and rather not at all than later.
            Grace = kind is CrashKind.Text && random.Next(2) == 0 ? TimeSpan.FromSeconds(4) : TimeSpan.FromMinutes(10),
        };
        var version = Require(await desk.SaveAsync(officer, draft, cancellationToken));
        Require(await desk.SubmitAsync(officer, id, version, cancellationToken));
        return await db.Messages.AsNoTracking().SingleAsync(row => row.Id == id, cancellationToken);
    }

    private static bool Takes(Limits limits, CrashKind kind) => kind switch
    {
        CrashKind.Text => !limits.NeedsMedia,
        CrashKind.Thread => !limits.NeedsMedia && limits.Parts > 1,
        CrashKind.Film => limits.Videos > 0,
        CrashKind.TwoPictures => limits.Images > 1,
        _ => limits.Images > 0,
    };

    private async Task ApproveAsync(PublisherDb db, Actor manager, Message message, CrashKind kind, DateTimeOffset due, CancellationToken cancellationToken)
    {
        var frozen = await db.FrozenPosts.AsNoTracking().Where(post => post.MessageId == message.Id).ToListAsync(cancellationToken);
        var yes = new Yes(message.Id, message.Version, message.Revision, [.. frozen.Select(post => post.ChannelId)], WhenChoice.AtTime, due);
        Require(await Get<ApprovalDesk>().ApproveAsync(manager, yes, cancellationToken));
        foreach (var post in frozen)
        {
            var sealedPost = Seal.Thaw(post.Bytes, post.Format, new Limits { Text = 0 });
            _approved.AddRange(sealedPost.Parts.GroupBy(part => part.Text).Select(same => new ApprovedText(
                message.Id, kind, post.ChannelId, Get<PlatformList>()[sealedPost.Platform], sealedPost.AccountId, same.Key, [.. same.Select(part => part.Number)], due)));
        }
    }

    private static T Require<T>(Answer<T> answer) =>
        answer.Refusal is null ? answer.Value! : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{answer.Refusal.Code} {string.Join(' ', answer.Refusal.Values)}"));
}

/// <summary>What a message is made of.</summary>
internal enum CrashKind
{
    Text,
    Picture,
    Thread,
    Film,
    TwoPictures,
}
