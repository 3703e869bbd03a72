using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Publisher.Platforms;
using Publisher.Sandbox;
using Publisher.Web.Approvals;
using Publisher.Web.Channels;
using Publisher.Web.Copies;
using Publisher.Web.Deliveries;
using Publisher.Web.Media;
using Publisher.Web.Messages;
using Publisher.Web.People;
using Publisher.Web.Schedule;
using Publisher.Web.Storage;
using Xunit;
using PlatformList = Publisher.Platforms.PlatformList;

namespace Publisher.Web.Tests.Faults;

/// <summary>
/// The product from timetable to adapters, with a listener where platforms fetch files, in a demo folder on the stand-ins of all
/// platforms. Every channel has an account of its own there, so that what goes wrong with one disturbs no other.
/// </summary>
internal sealed class FaultOffice : IAsyncDisposable
{
    /// <summary>Longer than any call here takes when nothing is wrong, also on a busy machine.</summary>
    public static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(6);

    private readonly string _root = Directory.CreateTempSubdirectory("publisher-faults-").FullName;
    private readonly HttpClient _http = new();
    private readonly DataFolder _folder;
    private readonly SandboxServer _sandbox;
    private readonly WebApplication _app;
    private Actor _officer;
    private Actor _manager;
    private Actor _administrator;
    private long _senderId;

    private FaultOffice(SandboxServer sandbox, TimeProvider time)
    {
        _sandbox = sandbox;
        _folder = DataFolder.Open(Path.Combine(_root, "data"), asDemo: true);
        _app = Build(time);
    }

    public PlatformList Platforms => Get<PlatformList>();

    public IReadOnlyList<SandboxObjection> Objections => _sandbox.Objections;

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    /// <param name="time">The clock of the product; the stand-ins keep the machine's.</param>
    public static async Task<FaultOffice> OpenAsync(TimeProvider? time = null)
    {
        var office = new FaultOffice(await SandboxServer.StartAsync(new SandboxOptions { ProcessingTime = TimeSpan.FromMilliseconds(300) }, Ended), time ?? TimeProvider.System);
        await office._app.Services.MigrateAsync(Ended);
        await office._app.StartAsync(Ended);
        await office.SeedAsync();
        return office;
    }

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public Task<PublisherDb> ReadAsync() => Get<IDbContextFactory<PublisherDb>>().CreateDbContextAsync(Ended);

    /// <summary>A new account at the stand-in, and the channel that has its token.</summary>
    public async Task<Channel> ConnectAsync(IPlatform platform)
    {
        using var opened = await _http.PostAsync(new Uri(_sandbox.Address, $"_sandbox/accounts?platform={platform.Info.Name}"), null, Ended);
        var known = (await opened.Content.ReadFromJsonAsync<SandboxAccount>(Ended))!;
        var server = new Uri(_sandbox.Address, known.Platform + "/");
        var credentials = new Credentials
        {
            Token = new Publisher.Platforms.Secret(known.Token),
            RefreshToken = known.RefreshToken is { } refresh ? new Publisher.Platforms.Secret(refresh) : null,
            ClientId = known.ClientId,
            ClientSecret = known.ClientSecret is { } secret ? new Publisher.Platforms.Secret(secret) : null,
        };
        var account = new Account
        {
            Platform = known.Platform, Server = server, Id = known.Id, Handle = known.Handle, DisplayName = known.DisplayName, Credentials = credentials, Limits = platform.Info.Limits,
        };
        return await ConfirmAsync(account, null);
    }

    /// <summary>The same account once more, as after a lost sign-in.</summary>
    public async Task ReconnectAsync(Channel channel)
    {
        await ChangeTokensAsync(channel, "restore");
        await ConfirmAsync(Get<ChannelKeys>().Open(channel), channel.Id);
        // What the next half minute would bring.
        await Get<Sweep>().RunAsync(Ended);
    }

    public async Task SwitchOnAsync(Channel channel, FaultAsked fault)
    {
        using var answer = await _http.PostAsJsonAsync(
            new Uri(_sandbox.Address, "_sandbox/faults"),
            new { platform = channel.Platform, account = channel.AccountId, fault.Kind, fault.On, fault.Times, fault.Status, fault.RetryAfter, fault.DelayMs, fault.Seconds },
            Ended);
        answer.EnsureSuccessStatusCode();
    }

    public async Task ClearFaultsAsync()
    {
        using var answer = await _http.DeleteAsync(new Uri(_sandbox.Address, "_sandbox/faults"), Ended);
        answer.EnsureSuccessStatusCode();
    }

    public async Task ChangeTokensAsync(Channel channel, string action)
    {
        using var answer = await _http.PostAsJsonAsync(new Uri(_sandbox.Address, "_sandbox/tokens"), new { platform = channel.Platform, account = channel.AccountId, action }, Ended);
        answer.EnsureSuccessStatusCode();
    }

    public async Task<List<SandboxCall>> CallsAsync() => (await _http.GetFromJsonAsync<List<SandboxCall>>(new Uri(_sandbox.Address, "_sandbox/calls"), Ended))!;

    public async Task<List<SandboxFaultKind>> KindsAsync() =>
        (await _http.GetFromJsonAsync<List<SandboxFaultKind>>(new Uri(_sandbox.Address, "_sandbox/faults/kinds"), Ended))!;

    /// <summary>How many posts readers of all platforms see.</summary>
    public int Seen => SandboxAccounts.All.Select(account => account.Platform).Distinct().Sum(platform => _sandbox.Posts(platform).Count);

    /// <summary>What a reader of the channel sees now.</summary>
    public List<SandboxPost> Visible(Channel channel) =>
        [.. _sandbox.Posts(channel.Platform).Where(post => post.Account == channel.AccountId && post.DeletedAt is null && post.VisibleFrom <= TimeProvider.System.GetUtcNow())];

    /// <summary>One message, approved for all these channels; the sweep finds and plans it.</summary>
    public async Task ApproveAsync(IReadOnlyList<string> parts, DateTimeOffset due, TimeSpan grace, IReadOnlyList<(Channel Channel, Publisher.Platforms.Media? File)> to)
    {
        await using var db = await ReadAsync();
        var now = Get<TimeProvider>().GetUtcNow();
        var message = new Message
        {
            SenderId = _senderId, Title = parts[0], LongText = string.Join("\n---\n", parts), Language = "en", State = MessageState.Approved, TimeZone = "Europe/Berlin", Revision = 1, Grace = grace,
            CreatedBy = _officer.PersonId, CreatedAt = now, ChangedAt = now,
        };
        db.Messages.Add(message);
        await db.SaveChangesAsync(Ended);
        db.Submissions.Add(new Submission
        {
            MessageId = message.Id, Revision = 1, SubmittedBy = _officer.PersonId, SubmittedAt = now, Grace = grace, Policy = ApprovalPolicy.Default, Contributors = [_officer.PersonId],
        });
        var frozen = to.Select(one => Freeze(message.Id, one.Channel, parts, one.File)).ToList();
        db.FrozenPosts.AddRange(frozen);
        var approval = new Approval
        {
            MessageId = message.Id, Revision = 1, PersonId = _manager.PersonId, SessionId = _manager.SessionId, Role = Role.Manager, IsYes = true,
            At = now, Due = due, Grace = grace, Seals = [.. frozen.Select(post => new ApprovedSeal(post.ChannelId, post.Seal))], Policy = ApprovalPolicy.Default, Mac = "",
        };
        approval.Mac = Get<ApprovalKey>().MacOf(approval);
        db.Approvals.Add(approval);
        await db.SaveChangesAsync(Ended);
    }

    public Task PlanAsync() => Get<Sweep>().RunAsync(Ended);

    /// <summary>The bytes in the store, named by their hash.</summary>
    public async Task<Publisher.Platforms.Media> KeepAsync(byte[] bytes, Publisher.Platforms.Media media)
    {
        var store = Get<MediaStore>();
        var draft = store.NewDraft();
        await File.WriteAllBytesAsync(draft, bytes, Ended);
        var (hash, length) = await store.KeepAsync(draft, Ended);
        return media with { Hash = hash, Length = length };
    }

    public async Task<Delivery> DeliveryAsync(Channel channel)
    {
        await using var db = await ReadAsync();
        return await db.Deliveries.AsNoTracking().Include(row => row.Parts).Include(row => row.Attempts).SingleAsync(row => row.ChannelId == channel.Id, Ended);
    }

    public async Task<List<Delivery>> DeliveriesAsync()
    {
        await using var db = await ReadAsync();
        return await db.Deliveries.AsNoTracking().AsSplitQuery().Include(row => row.Parts).Include(row => row.Attempts).ToListAsync(Ended);
    }

    /// <summary>What the screen asks of a person, done by one. Null where nothing is asked.</summary>
    public async Task<Refusal?> DecideAsync(Channel channel, Delivery delivery)
    {
        var desk = Get<DeliveryDesk>();
        switch (delivery.State)
        {
            case DeliveryState.SignInNeeded:
                await ReconnectAsync(await ChannelAsync(channel));
                return null;
            case DeliveryState.CannotTell when Visible(channel) is [var there, ..]:
                return (await desk.DecideThereAsync(_manager, delivery.Id, there.Url, Ended)).Refusal;
            case DeliveryState.CannotTell:
                return (await desk.DecideNotThereAsync(_manager, delivery.Id, Ended)).Refusal;
            case DeliveryState.Missed:
                return (await desk.SendAfterAllAsync(_manager, delivery.Id, null, Ended)).Refusal;
            case DeliveryState.PartlyOut:
                return (await desk.ContinueThreadAsync(_manager, delivery.Id, Ended)).Refusal;
            default:
                return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Get<FanOut>().StopAsync(new CancellationTokenSource(TimeSpan.FromSeconds(2)).Token);
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        await _sandbox.DisposeAsync();
        _http.Dispose();
        _folder.Dispose();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_root, recursive: true);
    }

    private WebApplication Build(TimeProvider time)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var services = builder.Services;
        services.AddRouting();
        services.AddSingleton(time);
        services.AddStorage(_folder, null);
        services.AddKeyRing(_folder, MasterKey.Open(_folder, null));
        services.AddChannels(builder.Configuration);
        services.AddMedia();
        services.AddApprovals();
        services.AddCopies(null);
        services.AddDeliveries();
        services.AddSchedule();
        services.AddSingleton(new OutboundRules(_sandbox.Address, []));
        services.AddSingleton(new SendingTimes
        {
            Lease = TimeSpan.FromSeconds(10), LongestCall = LongestCall, LongestSettle = TimeSpan.FromSeconds(6), SecondAbsence = TimeSpan.FromSeconds(1),
        });
        var app = builder.Build();
        app.UseRouting();
        app.MapDeliveryFiles();
        return app;
    }

    private async Task SeedAsync()
    {
        await using var db = await ReadAsync();
        var sender = new Sender { Name = "Ministry", Initials = "MI", Accent = "#205090", TimeZone = "Europe/Berlin", Language = "en" };
        db.Senders.Add(sender);
        await db.SaveChangesAsync(Ended);
        _senderId = sender.Id;
        _officer = await AddPersonAsync(db, "Olga", Role.Officer);
        _manager = await AddPersonAsync(db, "Mara", Role.Manager);
        _administrator = await AddPersonAsync(db, "Ada", Role.Administrator);
    }

    private async Task<Actor> AddPersonAsync(PublisherDb db, string name, Role role)
    {
        var person = new Person { DisplayName = name, UserName = name };
        person.Grants.Add(new Grant { Role = role });
        db.Users.Add(person);
        await db.SaveChangesAsync(Ended);
        var session = Sessions.Start(db, person.Id, Get<TimeProvider>().GetUtcNow());
        await db.SaveChangesAsync(Ended);
        return new Actor(person.Id, session.Id);
    }

    private async Task<Channel> ChannelAsync(Channel channel)
    {
        await using var db = await ReadAsync();
        return await db.Channels.AsNoTracking().SingleAsync(row => row.Id == channel.Id, Ended);
    }

    private async Task<Channel> ConfirmAsync(Account account, long? channelId)
    {
        var name = Connections.NewName();
        Get<Connections>().Keep(name, new Connection(_administrator, _senderId, account.Platform, channelId, Get<TimeProvider>().GetUtcNow()) { Accounts = [account] });
        var answer = await Get<ChannelDesk>().ConfirmAsync(_administrator, name, account.Id, Ended);
        Assert.True(answer.Refusal is null, answer.Refusal?.Code);
        await using var db = await ReadAsync();
        return await db.Channels.AsNoTracking().SingleAsync(row => row.Id == answer.Value, Ended);
    }

    private static FrozenPost Freeze(long messageId, Channel channel, IReadOnlyList<string> texts, Publisher.Platforms.Media? file)
    {
        var parts = texts.Select((text, at) => new Part { Number = at + 1, Text = text, Language = "en", Options = channel.Options, Media = file is null || at > 0 ? [] : [file] });
        var bytes = Seal.Freeze(
            new Post { Platform = channel.Platform, Server = channel.Server, AccountId = channel.AccountId, Limits = channel.Limits, Parts = [.. parts] }, $"salt {messageId} {channel.Id}");
        return new FrozenPost { MessageId = messageId, Revision = 1, ChannelId = channel.Id, Seal = Seal.Of(bytes), Format = Seal.Format, Bytes = bytes };
    }
}
