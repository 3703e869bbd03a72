using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Publisher.Platforms;
using Publisher.Sandbox;
using Publisher.Web.Approvals;
using Publisher.Web.Channels;
using Publisher.Web.Deliveries;
using Publisher.Web.Log;
using Publisher.Web.Media;
using Publisher.Web.Messages;
using Publisher.Web.People;
using Publisher.Web.Schedule;
using Publisher.Web.Storage;
using PlatformList = Publisher.Platforms.PlatformList;

namespace Publisher.Benchmarks;

/// <summary>Everything of the product that sends, as its own set-ups put it together, with one channel on each platform of the sandbox.</summary>
internal sealed class SendingOffice : IAsyncDisposable
{
    private const long Officer = 1;
    private const long Manager = 2;

    private readonly IHost _host;

    private SendingOffice(IHost host) => _host = host;

    public IReadOnlyList<Channel> Channels { get; private set; } = [];

    public PlatformList Platforms => _host.Services.GetRequiredService<PlatformList>();

    public ChannelKeys Keys => _host.Services.GetRequiredService<ChannelKeys>();

    public static async Task<SendingOffice> OpenAsync(DataFolder folder, SandboxServer sandbox)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddConsole().SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddStorage(folder, postgres: null);
        builder.Services.AddKeyRing(folder, MasterKey.Open(folder, null));
        builder.Services.AddChannels(builder.Configuration);
        builder.Services.AddSingleton(new OutboundRules(sandbox.Address, []));
        builder.Services.AddLog();
        builder.Services.AddMedia();
        builder.Services.AddApprovals();
        builder.Services.AddDeliveries();
        builder.Services.AddSchedule();
        var office = new SendingOffice(builder.Build());
        await office._host.Services.MigrateAsync(CancellationToken.None);
        await office._host.StartAsync();
        await office.ConnectAsync(sandbox);
        return office;
    }

    public Task<PublisherDb> ReadAsync() => _host.Services.GetRequiredService<IDbContextFactory<PublisherDb>>().CreateDbContextAsync();

    /// <summary>Messages that were written, frozen and approved, with a delivery to every channel at the same second.</summary>
    public Task ApproveAsync(IReadOnlyList<string> texts, DateTimeOffset due) => _host.Services.GetRequiredService<Writer>().WriteAsync(
        async (db, cancellation) =>
        {
            var now = DateTimeOffset.UtcNow;
            var messages = texts.Select(text => MessageOf(text, now)).ToList();
            db.Messages.AddRange(messages);
            await db.SaveChangesAsync(cancellation);

            var frozen = messages.ToDictionary(message => message, message => Channels.Select(channel => Freeze(message, channel)).ToList());
            var approvals = messages.ToDictionary(message => message, message => Approve(message, frozen[message], due, now));
            db.FrozenPosts.AddRange(frozen.Values.SelectMany(posts => posts));
            db.Approvals.AddRange(approvals.Values);
            db.Submissions.AddRange(messages.Select(message => new Submission
            {
                MessageId = message.Id, Revision = 1, SubmittedBy = Officer, SubmittedAt = now, Grace = message.Grace, Policy = ApprovalPolicy.Default, Contributors = [Officer],
            }));
            await db.SaveChangesAsync(cancellation);

            foreach (var message in messages)
            {
                // Each at its own time, as people approve: a part's key is made of it.
                var approved = now.AddMilliseconds(message.Id);
                db.Deliveries.AddRange(frozen[message].Zip(Channels, (post, channel) => Delivery.Of(message, approvals[message], post, Platforms[channel.Platform], approved)));
                db.Touch(message.Id);
            }

            await db.SaveChangesAsync(cancellation);
            return messages.Count;
        },
        CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    private static Message MessageOf(string text, DateTimeOffset now) => new()
    {
        SenderId = 1,
        Title = text,
        LongText = text,
        Language = "en",
        State = MessageState.Approved,
        TimeZone = "Europe/Berlin",
        Revision = 1,
        CreatedBy = Officer,
        CreatedAt = now,
        ChangedAt = now,
    };

    private static FrozenPost Freeze(Message message, Channel channel)
    {
        var post = new Post
        {
            Platform = channel.Platform, Server = channel.Server, AccountId = channel.AccountId, Limits = channel.Limits, Parts = [new Part { Text = message.LongText, Language = message.Language }],
        };
        var bytes = Seal.Freeze(post, "salt");
        return new FrozenPost { MessageId = message.Id, Revision = 1, ChannelId = channel.Id, Seal = Seal.Of(bytes), Format = Seal.Format, Bytes = bytes };
    }

    private Approval Approve(Message message, List<FrozenPost> posts, DateTimeOffset due, DateTimeOffset now)
    {
        var approval = new Approval
        {
            MessageId = message.Id, Revision = 1, PersonId = Manager, SessionId = Guid.Empty, Role = Role.Manager, IsYes = true, At = now, Due = due, Grace = message.Grace,
            Seals = [.. posts.Select(post => new ApprovedSeal(post.ChannelId, post.Seal))], Policy = ApprovalPolicy.Default, Mac = "",
        };
        approval.Mac = _host.Services.GetRequiredService<ApprovalKey>().MacOf(approval);
        return approval;
    }

    private async Task ConnectAsync(SandboxServer sandbox)
    {
        await using var db = await ReadAsync();
        db.Senders.Add(new Sender { Name = "Ministry", Initials = "MI", Accent = "#205090", TimeZone = "Europe/Berlin", Language = "en" });
        await db.SaveChangesAsync();
        foreach (var platform in Platforms.All)
        {
            var account = SandboxAccounts.Of(platform.Info.Name, "environment");
            var server = new Uri(sandbox.Address, account.Platform + "/");
            db.Channels.Add(new Channel
            {
                SenderId = 1,
                Platform = account.Platform,
                Server = server,
                AccountId = account.Id,
                Handle = account.Handle,
                DisplayName = account.DisplayName,
                Credentials = Keys.Protect(new Credentials { Token = new Secret(account.Token) }, account.Platform, server, account.Id),
                Limits = platform.Info.Limits,
                ConnectedAt = DateTimeOffset.UtcNow,
            });
        }

        await db.SaveChangesAsync();
        Channels = await db.Channels.AsNoTracking().OrderBy(channel => channel.Id).ToListAsync();
    }
}
