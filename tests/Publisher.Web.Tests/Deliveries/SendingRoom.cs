using System.Data.Common;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Publisher.Platforms;
using Publisher.Web.Approvals;
using Publisher.Web.Channels;
using Publisher.Web.Copies;
using Publisher.Web.Deliveries;
using Publisher.Web.Machines;
using Publisher.Web.Media;
using Publisher.Web.Messages;
using Publisher.Web.People;
using Publisher.Web.Schedule;
using Publisher.Web.Storage;
using Xunit;

namespace Publisher.Web.Tests.Deliveries;

/// <summary>A data folder with a real SQLite file, one sender, people and channels, and processes that send from it.</summary>
internal sealed class SendingRoom : IAsyncDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("publisher-sending-").FullName;
    private readonly List<Process> _processes = [];
    private readonly IDataProtectionProvider _protection = new EphemeralDataProtectionProvider();

    private SendingRoom(IReadOnlyList<ScriptedPlatform> platforms)
    {
        Platforms = platforms;
        Folder = DataFolder.Open(Path.Combine(_root, "data"), asDemo: true);
    }

    public static DateTimeOffset Nine { get; } = new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero);

    public ManualTime Time { get; } = new();

    public DataFolder Folder { get; }

    public IReadOnlyList<ScriptedPlatform> Platforms { get; }

    public ScriptedPlatform Platform => Platforms[0];

    public ApprovalKey Key { get; } = new(new byte[32]);

    public Process First => _processes[0];

    public Actor Officer { get; private set; }

    public Actor Manager { get; private set; }

    public Actor OtherManager { get; private set; }

    public long SenderId { get; private set; }

    /// <summary>Instead of the scripted ones.</summary>
    public Func<IServiceProvider, PlatformList>? RealPlatforms { get; init; }

    /// <summary>Whether the processes use the machine's clock, or the one below, and run timetable and sweep.</summary>
    public bool IsLive { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>What may be met through the product's own way out.</summary>
    public IReadOnlyList<Uri>? Allowed { get; init; }

    /// <summary>The database all processes share; null for SQLite in the data folder.</summary>
    public string? Postgres { get; init; }

    /// <summary>The same by the role that owns its tables; null where it is the one that runs.</summary>
    public string? Owner { get; init; }

    /// <summary>Runs when a commit stands and nobody has heard of it yet.</summary>
    public Action? Committed { get; set; }

    public static CancellationToken Ended => TestContext.Current.CancellationToken;

    public static Task<SendingRoom> OpenAsync(params ScriptedPlatform[] platforms) => OpenAsync(isLive: false, platforms);

    public static Task<SendingRoom> OpenAsync(bool isLive, params ScriptedPlatform[] platforms) =>
        OpenAsync(new SendingRoom(platforms.Length == 0 ? [new ScriptedPlatform("one")] : platforms) { IsLive = isLive });

    /// <summary>Live, by this clock.</summary>
    public static Task<SendingRoom> OpenAtAsync(TimeProvider clock) => OpenAsync(new SendingRoom([new ScriptedPlatform("one")]) { IsLive = true, Clock = clock });

    /// <summary>Live, on a PostgreSQL database, whose own clock counts the leases.</summary>
    /// <param name="clock">Of the processes; the machine's where it is null.</param>
    public static Task<SendingRoom> OpenOnAsync(string postgres, ScriptedPlatform? platform = null, string? asOwner = null, TimeProvider? clock = null) =>
        OpenAsync(new SendingRoom([platform ?? new ScriptedPlatform("one")]) { IsLive = true, Postgres = postgres, Owner = asOwner, Clock = clock ?? TimeProvider.System });

    /// <summary>With the product's own adapters.</summary>
    /// <param name="allowed">Through the product's own way out, which lets these origins be met; null for a way of the test's.</param>
    public static Task<SendingRoom> OpenRealAsync(IReadOnlyList<Uri>? allowed = null) => OpenAsync(new SendingRoom([])
    {
        Allowed = allowed,
        RealPlatforms = provider => new PlatformList(
            provider.GetRequiredService<IHttpClientFactory>().CreateClient(OutboundClients.Platforms), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<IMediaFiles>()),
    });

    private static async Task<SendingRoom> OpenAsync(SendingRoom room)
    {
        await room.StartProcessAsync();
        foreach (var preparing in room.Platforms.OfType<PreparingPlatform>())
        {
            preparing.Files = room.First.Services.GetRequiredService<IMediaFiles>();
        }

        await using var db = await room.ReadAsync();
        var sender = new Sender { Name = "Ministry", Initials = "MI", Accent = "#205090", TimeZone = "Europe/Berlin", Language = "en" };
        db.Senders.Add(sender);
        await db.SaveChangesAsync(Ended);
        room.SenderId = sender.Id;
        room.Officer = await room.AddPersonAsync(db, "olga", Role.Officer);
        room.Manager = await room.AddPersonAsync(db, "mara", Role.Manager);
        room.OtherManager = await room.AddPersonAsync(db, "milan", Role.Manager);
        return room;
    }

    /// <summary>Another start of the product on the same data.</summary>
    public async Task<Process> StartProcessAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        var services = builder.Services;
        services.AddSingleton(IsLive ? Clock : Time);
        services.AddMachines(Postgres);
        services.AddStorage(Folder, Postgres);
        services.ConfigureDbContext<PublisherDb>(options => options.AddInterceptors(new AfterCommit(() => Committed?.Invoke())));
        services.AddSingleton<SessionBell>();
        services.AddSingleton(_protection);
        services.AddSingleton(MasterKey.Open(Folder, null));
        services.AddSingleton<ChannelKeys>();
        services.AddMessages();
        services.AddApprovals();
        services.AddSingleton(Key);
        services.AddSingleton(RealPlatforms ?? (_ => new PlatformList([.. Platforms])));
        services.AddMedia();
        services.AddSingleton<OwnAddress>();
        if (Allowed is not null)
        {
            services.AddSingleton(new OutboundRules(null, Allowed));
            services.AddOutbound();
        }

        services.AddCopies(null);
        services.AddDeliveries();
        services.AddSchedule();
        var host = builder.Build();
        await host.Services.MigrateAsync(Owner, Ended);
        await host.Services.NoticeCopyAsync(Ended);
        var process = new Process(host);
        if (IsLive)
        {
            await host.StartAsync(Ended);
        }
        else
        {
            await process.Services.GetRequiredService<Writer>().StartAsync(Ended);
        }

        _processes.Add(process);
        return process;
    }

    public async Task<PublisherDb> ReadAsync() =>
        await First.Services.GetRequiredService<IDbContextFactory<PublisherDb>>().CreateDbContextAsync(Ended);

    public async Task<Channel> AddChannelAsync(string platform = "one", string account = "press", TimeSpan? repeatSafeFor = null, Uri? server = null, string token = "first")
    {
        await using var db = await ReadAsync();
        var keys = First.Services.GetRequiredService<ChannelKeys>();
        server ??= new Uri($"https://{platform}.example/");
        var channel = new Channel
        {
            SenderId = SenderId,
            Platform = platform,
            Server = server,
            AccountId = account,
            Handle = account,
            DisplayName = account,
            Credentials = keys.Protect(new Credentials { Token = new Publisher.Platforms.Secret(token) }, platform, server, account),
            Limits = new Limits { Text = 500, Parts = 10 },
            RepeatSafeFor = repeatSafeFor,
            ConnectedAt = Nine,
        };
        db.Channels.Add(channel);
        await db.SaveChangesAsync(Ended);
        return channel;
    }

    /// <summary>A message that was written by the officer, frozen and approved by the manager.</summary>
    public async Task<Message> ApproveAsync(string text, DateTimeOffset due, IReadOnlyList<Channel> channels, Publisher.Platforms.Media? media = null, string label = "", bool isPlanned = true)
    {
        await using var db = await ReadAsync();
        var now = IsLive ? TimeProvider.System.GetUtcNow() : Time.GetUtcNow();
        var message = new Message
        {
            SenderId = SenderId,
            Title = text,
            LongText = text,
            Language = "en",
            Label = label,
            State = MessageState.Approved,
            TimeZone = "Europe/Berlin",
            Revision = 1,
            CreatedBy = Officer.PersonId,
            CreatedAt = now,
            ChangedAt = now,
        };
        db.Messages.Add(message);
        await db.SaveChangesAsync(Ended);
        db.Submissions.Add(new Submission
        {
            MessageId = message.Id, Revision = 1, SubmittedBy = Officer.PersonId, SubmittedAt = now, Grace = message.Grace, Policy = ApprovalPolicy.Default, Contributors = [Officer.PersonId],
        });
        var frozen = channels.Select(channel => Freeze(message.Id, channel, text, media)).ToList();
        db.FrozenPosts.AddRange(frozen);
        var approval = Approve(message, Manager, due, [.. frozen.Select(post => new ApprovedSeal(post.ChannelId, post.Seal))], now);
        db.Approvals.Add(approval);
        await db.SaveChangesAsync(Ended);
        if (isPlanned)
        {
            await First.Services.GetRequiredService<Writer>().WriteAsync(
                async (writing, cancellation) =>
                {
                    // A live sweep may have been quicker.
                    if (await writing.Deliveries.AnyAsync(row => row.MessageId == message.Id, cancellation))
                    {
                        return true;
                    }

                    writing.Deliveries.AddRange(frozen.Select(post =>
                        Delivery.Of(message, approval, post, First.Services.GetRequiredService<PlatformList>()[channels.Single(channel => channel.Id == post.ChannelId).Platform], now)));
                    writing.Touch(message.Id);
                    await writing.SaveChangesAsync(cancellation);
                    return true;
                },
                Ended);
        }

        return message;
    }

    public Approval Approve(Message message, Actor by, DateTimeOffset due, List<ApprovedSeal> seals, DateTimeOffset at)
    {
        var approval = new Approval
        {
            MessageId = message.Id, Revision = 1, PersonId = by.PersonId, SessionId = by.SessionId, Role = Role.Manager, IsYes = true,
            At = at, Due = due, Grace = message.Grace, Seals = seals, Policy = ApprovalPolicy.Default, Mac = "",
        };
        approval.Mac = Key.MacOf(approval);
        return approval;
    }

    /// <summary>Lets everything happen that is due now, until nothing is left to do at this time.</summary>
    public async Task WorkAsync(Process? process = null)
    {
        var fanOut = (process ?? First).FanOut;
        for (var round = 0; round < 50; round++)
        {
            await fanOut.TakeDueAsync(Ended);
            await fanOut.SettleAsync().WaitAsync(TimeSpan.FromSeconds(20), Ended);
            await using var db = await ReadAsync();
            var now = Time.GetUtcNow();
            if (!await db.Deliveries.AnyAsync(row => row.NextAt <= now && row.State != DeliveryState.Sending, Ended))
            {
                return;
            }
        }
    }

    public Task SweepAsync() => First.Services.GetRequiredService<Sweep>().RunAsync(Ended);

    /// <summary>Moves the clock from wake to wake, up to that time after nine.</summary>
    public async Task WorkUntilAsync(TimeSpan after, Process? process = null)
    {
        while (true)
        {
            await WorkAsync(process);
            await using var db = await ReadAsync();
            var now = Time.GetUtcNow();
            var wakes = await db.Deliveries.Where(row => row.NextAt > now).Select(row => row.NextAt!.Value).ToListAsync(Ended);
            var next = wakes.DefaultIfEmpty(DateTimeOffset.MaxValue).Min();
            if (next > Nine + after)
            {
                Time.MoveTo(Nine + after);
                return;
            }

            Time.MoveTo(next);
        }
    }

    public async Task<Delivery> DeliveryAsync(Message message, Channel? channel = null)
    {
        await using var db = await ReadAsync();
        return await db.Deliveries.AsNoTracking().Include(row => row.Parts).Include(row => row.Attempts)
            .SingleAsync(row => row.MessageId == message.Id && (channel == null || row.ChannelId == channel.Id), Ended);
    }

    public async Task<Channel> ChannelAsync(Channel channel)
    {
        await using var db = await ReadAsync();
        return await db.Channels.AsNoTracking().SingleAsync(row => row.Id == channel.Id, Ended);
    }

    public async Task<List<string>> LoggedAsync(Message message)
    {
        await using var db = await ReadAsync();
        return await db.Database.SqlQuery<string>($"SELECT Action AS Value FROM Log WHERE MessageId = {message.Id} ORDER BY rowid").ToListAsync(Ended);
    }

    /// <summary>A file in the store, of whatever bytes.</summary>
    public async Task<Publisher.Platforms.Media> AddMediaAsync(string content)
    {
        var store = First.Services.GetRequiredService<MediaStore>();
        var draft = store.NewDraft();
        await File.WriteAllTextAsync(draft, content, Ended);
        var (hash, length) = await store.KeepAsync(draft, Ended);
        return new Publisher.Platforms.Media { Hash = hash, Length = length, Type = "image/png", Width = 10, Height = 10, AltText = "A picture" };
    }

    public string PathOf(Publisher.Platforms.Media media) => First.Services.GetRequiredService<MediaStore>().PathOf(media.Hash);

    /// <summary>Waits for what another task brings about, at most 20 seconds or as many as are given.</summary>
    public static Task UntilAsync(Func<Task<bool>> condition, int seconds = 20) => UntilAsync(condition, TimeSpan.FromSeconds(seconds));

    public static async Task UntilAsync(Func<Task<bool>> condition, TimeSpan patience)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(Ended);
        late.CancelAfter(patience);
        while (!await condition())
        {
            await Task.Delay(10, late.Token);
        }
    }

    public async Task<IReadOnlyList<HoldView>> HoldsAsync() =>
        (await First.Services.GetRequiredService<ActiveHolds>().ReadBoardAsync(Manager, Ended))!.Active;

    /// <summary>What someone with the database in their hands could write.</summary>
    public async Task SqlAsync(FormattableString statement)
    {
        await using var db = await ReadAsync();
        await db.Database.ExecuteSqlAsync(statement, Ended);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        Folder.Dispose();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_root, recursive: true);
    }

    private static FrozenPost Freeze(long messageId, Channel channel, string text, Publisher.Platforms.Media? media)
    {
        var parts = text.Split("\n---\n").Select((part, index) => new Part { Number = index + 1, Text = part, Language = "en", Media = index == 0 && media is not null ? [media] : [] });
        var bytes = Seal.Freeze(
            new Post { Platform = channel.Platform, Server = channel.Server, AccountId = channel.AccountId, Limits = channel.Limits, Parts = [.. parts] }, "salt");
        return new FrozenPost { MessageId = messageId, Revision = 1, ChannelId = channel.Id, Seal = Seal.Of(bytes), Format = Seal.Format, Bytes = bytes };
    }

    private async Task<Actor> AddPersonAsync(PublisherDb db, string name, Role role)
    {
        var person = new Person { DisplayName = name, UserName = name };
        person.Grants.Add(new Grant { Role = role });
        db.Users.Add(person);
        await db.SaveChangesAsync(Ended);
        var now = IsLive ? TimeProvider.System.GetUtcNow() : Time.GetUtcNow();
        var session = new Session { Id = Guid.NewGuid(), PersonId = person.Id, StartedAt = now, SeenAt = now };
        db.Sessions.Add(session);
        await db.SaveChangesAsync(Ended);
        return new Actor(person.Id, session.Id);
    }

    private sealed class AfterCommit(Action committed) : DbTransactionInterceptor
    {
        public override Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            committed();
            return Task.CompletedTask;
        }
    }

    /// <summary>One start of the product.</summary>
    internal sealed class Process(IHost host) : IAsyncDisposable
    {
        public IServiceProvider Services => host.Services;

        public FanOut FanOut => Services.GetRequiredService<FanOut>();

        public MessageDesk Messages => Services.GetRequiredService<MessageDesk>();

        public ApprovalDesk Approvals => Services.GetRequiredService<ApprovalDesk>();

        public DeliveryDesk Desk => Services.GetRequiredService<DeliveryDesk>();

        public HoldDesk Holds => Services.GetRequiredService<HoldDesk>();

        public Leases Leases => Services.GetRequiredService<Leases>();

        public async ValueTask DisposeAsync()
        {
            await FanOut.StopAsync(new CancellationTokenSource(TimeSpan.FromSeconds(1)).Token);
            await host.StopAsync(CancellationToken.None);
            await Services.GetRequiredService<Writer>().StopAsync(CancellationToken.None);
            host.Dispose();
        }
    }
}
