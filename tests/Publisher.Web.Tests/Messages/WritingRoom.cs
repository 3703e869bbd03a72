using System.Net;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Publisher.Platforms;
using Publisher.Web.Approvals;
using Publisher.Web.Channels;
using Publisher.Web.Contacts;
using Publisher.Web.Media;
using Publisher.Web.Messages;
using Publisher.Web.People;
using Publisher.Web.Storage;
using Xunit;

namespace Publisher.Web.Tests.Messages;

/// <summary>A fresh database with two senders and three channels of the first, and a web whose pages the test writes.</summary>
internal sealed class WritingRoom : IAsyncDisposable
{
    private readonly DirectoryInfo _root;
    private readonly ServiceProvider _services;
    private readonly Clock _clock;

    private WritingRoom(DirectoryInfo root, ServiceProvider services, Clock clock, AddressPlatform cards)
    {
        _root = root;
        _services = services;
        _clock = clock;
        Cards = cards;
    }

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public DateTimeOffset Now
    {
        get => _clock.Now;
        set => _clock.Now = value;
    }

    public AddressPlatform Cards { get; }

    public MessageDesk Desk => Get<MessageDesk>();

    public ComposeRoom Room => Get<ComposeRoom>();

    public Web Pages => Get<Web>();

    /// <summary>Whoever asks the database for anything meets this; null while it works.</summary>
    public Exception? Trouble
    {
        get => Get<Doors>().Trouble;
        set => Get<Doors>().Trouble = value;
    }

    public long SenderId { get; private set; }

    public long OtherSenderId { get; private set; }

    /// <summary>Paper, cards, tiny.</summary>
    public IReadOnlyList<long> ChannelIds { get; private set; } = [];

    public long OtherChannelId { get; private set; }

    public static Exception DiskFull => new Microsoft.Data.Sqlite.SqliteException("database or disk is full", SQLitePCL.raw.SQLITE_FULL);

    public Actor Olivia { get; private set; }

    public Actor Mara { get; private set; }

    public static async Task<WritingRoom> OpenAsync()
    {
        var root = Directory.CreateTempSubdirectory("publisher-writing-");
        var clock = new Clock { Now = new(2026, 11, 24, 8, 0, 0, TimeSpan.Zero) };
        var cards = new AddressPlatform("cards");
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(clock);
        var folder = DataFolder.Open(Path.Combine(root.FullName, "data"), asDemo: true);
        services.AddStorage(folder, postgres: null);
        var contexts = services.Single(service => service.ServiceType == typeof(IDbContextFactory<PublisherDb>)).ImplementationType!;
        services.AddSingleton(provider => new Doors((IDbContextFactory<PublisherDb>)ActivatorUtilities.CreateInstance(provider, contexts)));
        services.AddSingleton<IDbContextFactory<PublisherDb>>(provider => provider.GetRequiredService<Doors>());
        services.AddKeyRing(folder, MasterKey.Open(folder, null));
        services.AddMedia();
        services.AddSingleton(new PlatformList([new PaperPlatform("paper", captions: 20), cards, new PaperPlatform("tiny", text: 40)]));
        services.AddSingleton<IMediaFiles, KeptFiles>();
        services.AddSingleton<ChannelKeys>();
        services.AddSingleton<Web>();
        services.AddSingleton<IHttpClientFactory>(provider => provider.GetRequiredService<Web>());
        services.AddMessages();
        services.AddApprovals();
        services.AddContacts();
        var room = new WritingRoom(root, services.BuildServiceProvider(), clock, cards);
        await room._services.MigrateAsync(Stop);
        await room.Get<Writer>().StartAsync(Stop);
        await room.SeedAsync();
        return room;
    }

    /// <summary>The other sender is in New York from now on.</summary>
    public async Task MoveOtherSenderAsync()
    {
        await using var db = await ReadAsync();
        await db.Senders.Where(row => row.Id == OtherSenderId).ExecuteUpdateAsync(set => set.SetProperty(row => row.TimeZone, "America/New_York"), Stop);
    }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public Task<PublisherDb> ReadAsync() => Get<IDbContextFactory<PublisherDb>>().CreateDbContextAsync(Stop);

    public async Task<Message> MessageAsync(long id)
    {
        await using var db = await ReadAsync();
        return await db.Messages.AsNoTracking().Include(row => row.Variants).Include(row => row.Channels).Include(row => row.Media).Include(row => row.Contributors)
            .SingleAsync(row => row.Id == id, Stop);
    }

    public async Task<List<FrozenPost>> FrozenAsync(long id)
    {
        await using var db = await ReadAsync();
        return await db.FrozenPosts.AsNoTracking().Where(row => row.MessageId == id).OrderBy(row => row.Id).ToListAsync(Stop);
    }

    public async Task<List<string>> ActionsAsync(long id)
    {
        await using var db = await ReadAsync();
        return await db.Database.SqlQuery<string>($"SELECT \"Action\" AS \"Value\" FROM \"Log\" WHERE \"MessageId\" = {id} ORDER BY rowid").ToListAsync(Stop);
    }

    /// <summary>A new draft with this text for all three channels, saved.</summary>
    public async Task<MessageDraft> DraftAsync(Actor by, Func<MessageDraft, MessageDraft>? change = null)
    {
        var id = (await Desk.CreateAsync(by, SenderId, Stop)).Value;
        var draft = MessageDraft.Of(await MessageAsync(id)) with { LongText = "The centre is open.", Channels = [.. ChannelIds.Select(One)] };
        return await SaveAsync(by, change?.Invoke(draft) ?? draft);
    }

    public async Task<MessageDraft> SaveAsync(Actor by, MessageDraft draft)
    {
        var saved = await Desk.SaveAsync(by, draft, Stop);
        Assert.Null(saved.Refusal);
        return draft with { Version = saved.Value };
    }

    public static DraftChannel One(long channelId) => new(channelId, null, new Dictionary<string, string>());

    public async Task<Actor> PersonAsync(string name, Role role, long? senderId = null)
    {
        await using var db = await ReadAsync();
        var person = new Person { DisplayName = name, UserName = name, NormalizedUserName = name.ToUpperInvariant() };
        person.Grants.Add(new Grant { Role = role, SenderId = senderId });
        db.Users.Add(person);
        await db.SaveChangesAsync(Stop);
        var session = new Session { Id = Guid.NewGuid(), PersonId = person.Id, StartedAt = Now, SeenAt = Now.AddHours(8) };
        db.Sessions.Add(session);
        await db.SaveChangesAsync(Stop);
        return new Actor(person.Id, session.Id);
    }

    public Task<MediaFile> FileAsync(long? senderId = null) => FileAsync("image/jpeg", 1000, null, senderId);

    /// <summary>Ten seconds, as small as the platforms here want it.</summary>
    public Task<MediaFile> VideoAsync() => FileAsync("video/mp4", 1, TimeSpan.FromSeconds(10), null);

    private async Task<MediaFile> FileAsync(string type, long length, TimeSpan? duration, long? senderId)
    {
        await using var db = await ReadAsync();
        var file = new MediaFile
        {
            SenderId = senderId ?? SenderId,
            Hash = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32)),
            Type = type,
            Length = length,
            Width = 1200,
            Height = 800,
            Duration = duration,
            FileName = $"file.{type.Split('/')[1]}",
            AddedBy = Olivia.PersonId,
            AddedAt = Now,
        };
        db.Media.Add(file);
        await db.SaveChangesAsync(Stop);
        return file;
    }

    public async ValueTask DisposeAsync()
    {
        await Get<Writer>().StopAsync(CancellationToken.None);
        await _services.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _root.Delete(recursive: true);
    }

    private async Task SeedAsync()
    {
        await using (var db = await ReadAsync())
        {
            var sender = new Sender { Name = "Ministry", Initials = "MI", Accent = "#1d5bb8", TimeZone = "Europe/Berlin", Language = "en" };
            var other = new Sender { Name = "Agency", Initials = "AG", Accent = "#17683a", TimeZone = "Europe/Berlin", Language = "en" };
            db.Senders.AddRange(sender, other);
            await db.SaveChangesAsync(Stop);
            (SenderId, OtherSenderId) = (sender.Id, other.Id);
            var keys = Get<ChannelKeys>();
            var channels = Get<PlatformList>().All.Select(platform => Channel(platform, SenderId, keys)).Append(Channel(Get<PlatformList>()["paper"], OtherSenderId, keys)).ToList();
            db.Channels.AddRange(channels);
            await db.SaveChangesAsync(Stop);
            ChannelIds = [.. channels.Take(3).Select(channel => channel.Id)];
            OtherChannelId = channels[3].Id;
        }

        Olivia = await PersonAsync("olivia", Role.Officer);
        Mara = await PersonAsync("mara", Role.Manager);
    }

    private Channel Channel(IPlatform platform, long senderId, ChannelKeys keys)
    {
        var server = new Uri($"https://{platform.Info.Name}.example/");
        return new Channel
        {
            SenderId = senderId,
            Platform = platform.Info.Name,
            Server = server,
            AccountId = $"account-{senderId}",
            Handle = "office",
            DisplayName = "Office",
            Credentials = keys.Protect(new Credentials { Token = new Secret("token") }, platform.Info.Name, server, $"account-{senderId}"),
            Limits = platform.Info.Limits,
            ConnectedAt = Now,
        };
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }

    /// <summary>Nobody comes to the database but through here.</summary>
    private sealed class Doors(IDbContextFactory<PublisherDb> databases) : IDbContextFactory<PublisherDb>
    {
        public Exception? Trouble { get; set; }

        public PublisherDb CreateDbContext() => Trouble is null ? databases.CreateDbContext() : throw Trouble;

        public async Task<PublisherDb> CreateDbContextAsync(CancellationToken cancellationToken = default) =>
            Trouble is null ? await databases.CreateDbContextAsync(cancellationToken) : throw Trouble;
    }

    /// <summary>Answers what the test put there; anything else is not to be reached.</summary>
    internal sealed class Web : HttpMessageHandler, IHttpClientFactory
    {
        public Dictionary<string, string> Html { get; } = [];

        /// <summary>Nothing is answered before.</summary>
        public Task Until { get; set; } = Task.CompletedTask;

        public HttpClient CreateClient(string name)
        {
            Assert.Equal(LinkReader.Client, name);
            return new HttpClient(this, disposeHandler: false);
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var html = Html.GetValueOrDefault(request.RequestUri!.AbsoluteUri);
            await Until;
            return html is null
                ? throw new HttpRequestException(HttpRequestError.NameResolutionError)
                : new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = request, Content = new StringContent(html, Encoding.UTF8, "text/html") };
        }
    }
}
