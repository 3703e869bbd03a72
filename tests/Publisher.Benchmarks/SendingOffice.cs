using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Publisher.Platforms;
using Publisher.Web.Approvals;
using Publisher.Web.Channels;
using Publisher.Web.Contacts;
using Publisher.Web.Deliveries;
using Publisher.Web.Machines;
using Publisher.Web.Media;
using Publisher.Web.Messages;
using Publisher.Web.People;
using Publisher.Web.Shell;
using Publisher.Web.Storage;

namespace Publisher.Benchmarks;

/// <summary>What was approved: one text for the same second on all of these channels, with a picture or a film where one is given.</summary>
internal sealed record Approved(string Text, DateTimeOffset Due, IReadOnlyList<Channel> Channels, OfficeFiles? Files = null);

/// <summary>
/// A demo folder in which people write and approve, put together of the product's own set-ups; it sends nothing. On PostgreSQL it is one of
/// the machines and tells the others. On SQLite it must let go of the folder before the product starts.
/// </summary>
internal sealed class SendingOffice : IAsyncDisposable
{
    private const int AtOnce = 50;

    /// <summary>Each of these takes a text without a file: two accounts on each are fourteen channels that answer alike.</summary>
    private static readonly string[] _textPlatforms = ["mastodon", "bluesky", "x", "linkedin", "facebook", "threads", "telegram"];

    private readonly IHost _host;
    private readonly DataFolder _folder;
    private readonly Telling? _telling;
    private bool _isOpen = true;
    private Person _officer = null!;
    private Session _manager = null!;

    private SendingOffice(IHost host, DataFolder folder, Telling? telling)
    {
        _host = host;
        _folder = folder;
        _telling = telling;
    }

    /// <summary>One on each platform.</summary>
    public IReadOnlyList<Channel> Fourteen { get; private set; } = [];

    /// <summary>Two on each platform that takes a bare text.</summary>
    public IReadOnlyList<Channel> Alike { get; private set; } = [];

    public PlatformList Platforms => Get<PlatformList>();

    public ChannelKeys Keys => Get<ChannelKeys>();

    public DataFolder Folder => _folder;

    public static async Task<SendingOffice> OpenAsync(string root, Uri standIns, string? postgres = null, IMediaFiles? files = null)
    {
        var folder = DataFolder.Open(root, asDemo: true, isShared: postgres is not null);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection([new("Publisher:Sandbox", standIns.AbsoluteUri)]);
        builder.Logging.AddConsole().SetMinimumLevel(LogLevel.Error);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddMachines(postgres);
        builder.Services.AddStorage(folder, postgres);
        builder.Services.AddKeyRing(folder, MasterKey.Open(folder, null));
        builder.Services.AddChannels(builder.Configuration);
        builder.Services.AddContacts();
        builder.Services.AddMedia();
        builder.Services.AddSingleton<PostBuilder>();
        builder.Services.AddApprovals();
        builder.Services.AddPeople();
        builder.Services.AddDemo(folder, builder.Configuration);
        builder.Services.AddSingleton(files ?? new NoFiles());
        var host = builder.Build();
        await host.Services.MigrateAsync(CancellationToken.None);
        var office = new SendingOffice(host, folder, postgres is null ? null : ActivatorUtilities.CreateInstance<Telling>(host.Services));
        await office.Get<Writer>().StartAsync(CancellationToken.None);
        await (office._telling?.StartAsync(CancellationToken.None) ?? Task.CompletedTask);
        await office.Get<DemoOffice>().OpenAsync(CancellationToken.None);
        await office.FurnishAsync();
        return office;
    }

    public T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    public Task<PublisherDb> ReadAsync() => Get<IDbContextFactory<PublisherDb>>().CreateDbContextAsync();

    /// <summary>Everything is written, and the folder is free for the product. Reading stays possible.</summary>
    public async Task LeaveAsync()
    {
        if (!_isOpen)
        {
            return;
        }

        _isOpen = false;
        await Get<Writer>().StopAsync(CancellationToken.None);
        await (_telling?.StopAsync(CancellationToken.None) ?? Task.CompletedTask);
        _folder.Dispose();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
    }

    /// <summary>Messages that were written, frozen and approved, with a delivery to every channel.</summary>
    public async Task ApproveAsync(IReadOnlyList<Approved> messages)
    {
        foreach (var some in messages.Chunk(AtOnce))
        {
            await Get<Writer>().WriteAsync((db, cancellation) => ApproveAsync(db, some, cancellation), CancellationToken.None);
        }
    }

    /// <summary>What each channel gets.</summary>
    public IReadOnlyList<BuiltPost> Build(Approved message, long messageId)
    {
        var draft = new MessageDraft
        {
            Id = messageId,
            Version = 1,
            SenderId = _senderId,
            Title = message.Text,
            LongText = message.Text,
            Language = "en",
            TimeZone = "Europe/Berlin",
            Variants = message.Files is null ? [] : [new DraftVariant("", [OfficeFiles.Picture]), new DraftVariant("", [OfficeFiles.Film])],
            Media = message.Files is null ? [] : [new DraftMedia(OfficeFiles.Picture, "A gauge at the river", false, "", ""), new DraftMedia(OfficeFiles.Film, "The river at the gauge", false, "", "")],
            Channels = [.. message.Channels.Select(channel => new DraftChannel(channel.Id, message.Files is null ? null : OfficeFiles.IsForFilms(channel.Platform) ? 1 : 0, new Dictionary<string, string>()))],
        };
        var posts = Get<PostBuilder>().Build(draft, message.Channels, new Findings { Media = message.Files?.Of(messageId, _senderId) ?? new Dictionary<long, MediaFile>() });
        return posts.FirstOrDefault(post => post.IsLeftOut) is { } left
            ? throw new InvalidOperationException($"{left.Channel.Platform} would not take the message: {left.Problems[0].Code}.")
            : posts;
    }

    /// <summary>Until nothing due by then has anything left to do, as the database says, or time is up. Looking must not cost much.</summary>
    public async Task<bool> IsOutAsync(DateTimeOffset due, DateTimeOffset until, IReadOnlyCollection<long>? but = null)
    {
        while (true)
        {
            await using (var db = await ReadAsync())
            {
                if (!await db.Deliveries.AnyAsync(row => row.Due == due && row.NextAt != null && (but == null || !but.Contains(row.ChannelId))))
                {
                    return true;
                }
            }

            if (DateTimeOffset.UtcNow > until)
            {
                return false;
            }

            await Task.Delay(500);
        }
    }

    /// <summary>Deliveries due by then whose files or containers are not at their platform yet, or are just being brought there.</summary>
    public async Task<int> UnpreparedAsync(DateTimeOffset due)
    {
        await using var db = await ReadAsync();
        return await db.Deliveries.CountAsync(row => row.Due <= due && row.State == DeliveryState.Waiting && (row.NextAt < row.Due || row.LeaseEnd != null));
    }

    public async ValueTask DisposeAsync()
    {
        await LeaveAsync();
        _host.Dispose();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
    }

    private long _senderId;

    private async Task<int> ApproveAsync(PublisherDb db, Approved[] texts, CancellationToken cancellationToken)
    {
        var now = DateTimeOffset.UtcNow;
        var messages = texts.Select(text => MessageOf(text, now)).ToList();
        db.Messages.AddRange(messages);
        await db.SaveChangesAsync(cancellationToken);

        var all = messages.Zip(texts, (message, text) => (Message: message, Text: text, Posts: Build(text, message.Id).Select(post => Freeze(message, post)).ToList())).ToList();
        var approvals = all.ConvertAll(one => Approve(one.Message, one.Posts, one.Text.Due, now));
        db.FrozenPosts.AddRange(all.SelectMany(one => one.Posts));
        db.Approvals.AddRange(approvals);
        db.Submissions.AddRange(messages.Select(message => new Submission
        {
            MessageId = message.Id, Revision = 1, SubmittedBy = _officer.Id, SubmittedAt = now, Grace = message.Grace, Policy = ApprovalPolicy.Default, Contributors = [_officer.Id],
        }));
        await db.SaveChangesAsync(cancellationToken);

        foreach (var (one, approval) in all.Zip(approvals))
        {
            db.Deliveries.AddRange(one.Posts.Zip(one.Text.Channels, (post, channel) => Delivery.Of(one.Message, approval, post, Platforms[channel.Platform], now)));
        }

        await db.SaveChangesAsync(cancellationToken);
        messages.ForEach(message => db.Touch(message.Id));
        return messages.Count;
    }

    private Message MessageOf(Approved text, DateTimeOffset now) => new()
    {
        SenderId = _senderId,
        Title = text.Text,
        LongText = text.Text,
        Language = "en",
        State = MessageState.Approved,
        TimeZone = "Europe/Berlin",
        Revision = 1,
        CreatedBy = _officer.Id,
        CreatedAt = now,
        ChangedAt = now,
    };

    private static FrozenPost Freeze(Message message, BuiltPost post)
    {
        var bytes = Seal.Freeze(post.Post, $"salt {message.Id}");
        return new FrozenPost { MessageId = message.Id, Revision = 1, ChannelId = post.Channel.Id, Seal = Seal.Of(bytes), Format = Seal.Format, Bytes = bytes };
    }

    private Approval Approve(Message message, List<FrozenPost> posts, DateTimeOffset due, DateTimeOffset now)
    {
        var approval = new Approval
        {
            MessageId = message.Id, Revision = 1, PersonId = _manager.PersonId, SessionId = _manager.Id, Role = Role.Manager, IsYes = true, At = now, Due = due, Grace = message.Grace,
            Seals = [.. posts.Select(post => new ApprovedSeal(post.ChannelId, post.Seal))], Policy = ApprovalPolicy.Default, Mac = "",
        };
        approval.Mac = Get<ApprovalKey>().MacOf(approval);
        return approval;
    }

    /// <summary>All channels in one name, so that one message reaches them; and no examples, so that only what is measured is sent.</summary>
    private async Task FurnishAsync()
    {
        await using var db = await ReadAsync();
        _senderId = await db.Senders.MinAsync(sender => sender.Id);
        if (!await db.Settings.AnyAsync(setting => setting.Name == "demo.told"))
        {
            db.Settings.Add(new Setting { Name = "demo.told", Value = "yes" });
        }

        var people = await db.Users.AsNoTracking().ToListAsync();
        _officer = people.Single(person => person.DisplayName.StartsWith("Olivia", StringComparison.Ordinal));
        var now = DateTimeOffset.UtcNow;
        _manager = new Session { Id = Guid.NewGuid(), PersonId = people.Single(person => person.DisplayName.StartsWith("Mara", StringComparison.Ordinal)).Id, StartedAt = now, SeenAt = now };
        db.Sessions.Add(_manager);
        await db.SaveChangesAsync();
        await db.Channels.ExecuteUpdateAsync(set => set.SetProperty(channel => channel.SenderId, _senderId));

        var channels = await db.Channels.AsNoTracking().Where(channel => channel.ByHandPersonId == null).OrderBy(channel => channel.Id).ToListAsync();
        Fourteen = [.. channels.DistinctBy(channel => channel.Platform)];
        Alike = [.. channels.Where(channel => _textPlatforms.Contains(channel.Platform))];
    }
}
