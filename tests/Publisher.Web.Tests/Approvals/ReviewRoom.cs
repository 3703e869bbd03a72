using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Publisher.Platforms;
using Publisher.Web.Approvals;
using Publisher.Web.Channels;
using Publisher.Web.Media;
using Publisher.Web.Messages;
using Publisher.Web.People;
using Publisher.Web.Shell;
using Publisher.Web.Storage;
using Xunit;

namespace Publisher.Web.Tests.Approvals;

/// <summary>
/// A fresh database with a message of three channels in review, an author and two managers. The clock stands at 08:00;
/// the message proposes 09:00.
/// </summary>
internal sealed class ReviewRoom : IAsyncDisposable
{
    private readonly DirectoryInfo _root;
    private readonly ServiceProvider _services;
    private readonly Clock _clock;

    private ReviewRoom(DirectoryInfo root, ServiceProvider services, Clock clock)
    {
        _root = root;
        _services = services;
        _clock = clock;
    }

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static DateTimeOffset Eight { get; } = new(2026, 11, 24, 8, 0, 0, TimeSpan.Zero);

    public static DateTimeOffset Nine { get; } = Eight.AddHours(1);

    public DateTimeOffset Now
    {
        get => _clock.Now;
        set => _clock.Now = value;
    }

    public ApprovalDesk Desk => _services.GetRequiredService<ApprovalDesk>();

    public ApprovalKey Key => _services.GetRequiredService<ApprovalKey>();

    public Writer Writer => _services.GetRequiredService<Writer>();

    public Actor Author { get; private set; }

    public Actor Manager { get; private set; }

    public Actor OtherManager { get; private set; }

    public long SenderId { get; private set; }

    public long OtherSenderId { get; private set; }

    public long MessageId { get; private set; }

    public IReadOnlyList<long> ChannelIds { get; private set; } = [];

    public static async Task<ReviewRoom> OpenAsync(int approvals = 1, bool isEmbargoed = false, bool asSoonAsApproved = false)
    {
        var root = Directory.CreateTempSubdirectory("publisher-review-");
        var clock = new Clock { Now = Eight };
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(clock);
        var folder = DataFolder.Open(Path.Combine(root.FullName, "data"), asDemo: true);
        services.AddStorage(folder, postgres: null);
        services.AddKeyRing(folder, MasterKey.Open(folder, null));
        services.AddSingleton(new PlatformList([new QuietPlatform()]));
        services.AddApprovals();
        services.AddPages();
        var room = new ReviewRoom(root, services.BuildServiceProvider(), clock);
        await room._services.MigrateAsync(Stop);
        await room.Writer.StartAsync(Stop);
        await room.SeedAsync(approvals, isEmbargoed, asSoonAsApproved);
        return room;
    }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public Task<PublisherDb> ReadAsync() => _services.GetRequiredService<IDbContextFactory<PublisherDb>>().CreateDbContextAsync(Stop);

    public async Task<Actor> PersonAsync(string name, Role role, long? senderId = null)
    {
        await using var db = await ReadAsync();
        var person = new Person { DisplayName = name, UserName = name, NormalizedUserName = name.ToUpperInvariant() };
        person.Grants.Add(new Grant { Role = role, SenderId = senderId });
        db.Users.Add(person);
        await db.SaveChangesAsync(Stop);
        var session = new Session { Id = Guid.NewGuid(), PersonId = person.Id, StartedAt = Eight, SeenAt = Eight.AddHours(10) };
        db.Sessions.Add(session);
        await db.SaveChangesAsync(Stop);
        return new Actor(person.Id, session.Id);
    }

    /// <summary>A yes to everything, as proposed, to the message as it is now.</summary>
    public async Task<Yes> YesAsync(WhenChoice when = WhenChoice.AsProposed, DateTimeOffset? time = null, params long[] channels)
    {
        await using var db = await ReadAsync();
        var message = await db.Messages.AsNoTracking().SingleAsync(row => row.Id == MessageId, Stop);
        return new Yes(MessageId, message.Version, message.Revision, channels.Length > 0 ? channels : ChannelIds, when, time);
    }

    public async Task<Answer<YesCounted>> ApproveAsync(Actor actor, WhenChoice when = WhenChoice.AsProposed, DateTimeOffset? time = null, params long[] channels) =>
        await Desk.ApproveAsync(actor, await YesAsync(when, time, channels), Stop);

    public async Task<Answer<bool>> RejectAsync(Actor actor, string reason)
    {
        var yes = await YesAsync();
        return await Desk.RejectAsync(actor, MessageId, yes.SeenVersion, yes.Revision, reason, Stop);
    }

    /// <summary>Hands the message in once more, with this text and, for each channel, one of these pictures.</summary>
    public async Task SubmitAsync(string text, int approvals = 1, DateTimeOffset? due = null, IReadOnlyList<MediaFile>? pictures = null)
    {
        await using var db = await ReadAsync();
        var message = await db.Messages.Include(row => row.Contributors).SingleAsync(row => row.Id == MessageId, Stop);
        message.State = MessageState.InReview;
        message.Revision++;
        message.Version++;
        foreach (var (at, channel) in ChannelIds.Index())
        {
            var bytes = Seal.Freeze(
                new Post
                {
                    Platform = QuietPlatform.Name,
                    Server = QuietPlatform.At,
                    AccountId = $"account-{channel}",
                    Limits = QuietPlatform.All,
                    Parts = [new Part { Text = text, Language = "en", Media = pictures is null ? [] : [Shown(pictures[at])] }],
                },
                $"salt-{message.Revision}");
            db.FrozenPosts.Add(new FrozenPost { MessageId = MessageId, Revision = message.Revision, ChannelId = channel, Seal = Seal.Of(bytes), Format = Seal.Format, Bytes = bytes });
        }

        db.Submissions.Add(new Submission
        {
            MessageId = MessageId,
            Revision = message.Revision,
            SubmittedBy = Author.PersonId,
            SubmittedAt = Now,
            ProposedDue = due ?? message.ProposedDue,
            Grace = message.Grace,
            Policy = new ApprovalPolicy(approvals),
            Contributors = [.. message.Contributors.Select(contributor => contributor.PersonId)],
        });
        await db.SaveChangesAsync(Stop);
    }

    /// <summary>A picture nobody looks into.</summary>
    public async Task<MediaFile> PictureAsync()
    {
        await using var db = await ReadAsync();
        var file = new MediaFile
        {
            SenderId = SenderId,
            Hash = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32)),
            Type = "image/jpeg",
            Length = 1000,
            Width = 1200,
            Height = 800,
            FileName = "picture.jpeg",
            AddedBy = Author.PersonId,
            AddedAt = Now,
        };
        db.Media.Add(file);
        await db.SaveChangesAsync(Stop);
        return file;
    }

    public async ValueTask DisposeAsync()
    {
        await Writer.StopAsync(CancellationToken.None);
        await _services.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _root.Delete(recursive: true);
    }

    private async Task SeedAsync(int approvals, bool isEmbargoed, bool asSoonAsApproved)
    {
        await using (var db = await ReadAsync())
        {
            var sender = new Sender { Name = "Ministry", Initials = "MI", Accent = "#1d5bb8", TimeZone = "Europe/Berlin", Language = "en" };
            var other = new Sender { Name = "Agency", Initials = "AG", Accent = "#17683a", TimeZone = "Europe/Berlin", Language = "en" };
            db.Senders.AddRange(sender, other);
            await db.SaveChangesAsync(Stop);
            (SenderId, OtherSenderId) = (sender.Id, other.Id);
        }

        Author = await PersonAsync("author", Role.Manager);
        Manager = await PersonAsync("manager", Role.Manager, SenderId);
        OtherManager = await PersonAsync("other", Role.Manager);
        await using (var db = await ReadAsync())
        {
            var channels = Enumerable.Range(1, 3).Select(number => new Channel
            {
                SenderId = SenderId,
                Platform = QuietPlatform.Name,
                Server = QuietPlatform.At,
                AccountId = $"account-{number}",
                Handle = $"office{number}",
                DisplayName = $"Office {number}",
                Credentials = "",
                Limits = QuietPlatform.All,
                ConnectedAt = Eight,
            }).ToList();
            db.Channels.AddRange(channels);
            var message = new Message
            {
                SenderId = SenderId,
                Title = "Flood warning centre opens",
                LongText = "It warns up to eight hours earlier.",
                Language = "en",
                TimeZone = "Europe/Berlin",
                ProposedDue = asSoonAsApproved ? null : Nine,
                IsEmbargoed = isEmbargoed,
                CreatedBy = Author.PersonId,
                CreatedAt = Eight,
                ChangedAt = Eight,
                Contributors = [new Contributor { PersonId = Author.PersonId }],
            };
            db.Messages.Add(message);
            await db.SaveChangesAsync(Stop);
            MessageId = message.Id;
            ChannelIds = [.. channels.Select(channel => channel.Id)];
        }

        await SubmitAsync("It warns up to eight hours earlier.", approvals);
    }

    private static Publisher.Platforms.Media Shown(MediaFile file) =>
        new() { Hash = file.Hash, Length = file.Length, Type = file.Type, Width = file.Width, Height = file.Height, AltText = "A bridge" };

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}

/// <summary>A platform that is never called: approving sends nothing.</summary>
internal sealed class QuietPlatform : IPlatform
{
    public const string Name = "quiet";

    public static Uri At { get; } = new("https://quiet.example/");

    public static Limits All { get; } = new() { Text = 500 };

    public PlatformInfo Info { get; } = new(Name, "Quiet")
    {
        Color = "#445566",
        Limits = All,
        Length = (part, _) => part.Text.Length,
        Entities = _ => [],
    };

    public IEnumerable<Problem> Check(Post post) => [];

    public Task<PublishResult> PublishAsync(Part part, Prepared prepared, Account account, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("Nothing may be sent here.");
}
