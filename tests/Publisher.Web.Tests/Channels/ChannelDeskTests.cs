using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Publisher.Platforms;
using Publisher.Web.Channels;
using Publisher.Web.People;
using Publisher.Web.Storage;
using Publisher.Web.Tests.People;
using Shouldly;
using Xunit;
using Secret = Publisher.Platforms.Secret;

namespace Publisher.Web.Tests.Channels;

public sealed class ChannelDeskTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_channel_is_stored_only_after_the_person_has_said_which_account_it_is()
    {
        await using var office = await Office.OpenAsync();
        var (desk, platform, ada) = (Desk(office, out var fake), fake, await office.AdministratorAsync());
        platform.Accounts = [fake.Account("1"), fake.Account("2")];

        var begun = (await desk.BeginAsync(ada, office.MinistryId, "fake", null, new Dictionary<string, string>(), Stop)).Value!;
        begun.Address!.Query.ShouldContain(begun.Name);
        fake.Redirect.ShouldBe(new Uri("https://publisher.example/channels/callback"));
        var found = (await desk.ReturnAsync(ada, begun.Name, "code", Stop));
        await using (var before = await office.ReadAsync())
        {
            (await before.Channels.CountAsync(Stop)).ShouldBe(0);
        }

        (await desk.ConfirmAsync(ada, found.Name!, "2", Stop)).Refusal.ShouldBeNull();

        await using var db = await office.ReadAsync();
        var channel = await db.Channels.SingleAsync(Stop);
        channel.AccountId.ShouldBe("2");
        channel.Credentials.ShouldNotContain("token-2");
        (await office.LogAsync()).ShouldContain(("channel.connected", "fake"));
    }

    [Fact]
    public async Task A_state_works_once_and_only_in_the_session_that_began()
    {
        await using var office = await Office.OpenAsync();
        var desk = Desk(office, out var fake);
        fake.Accounts = [fake.Account("1")];
        var (ada, other) = (await office.AdministratorAsync(), await office.AdministratorAsync("Anna"));
        var begun = (await desk.BeginAsync(ada, office.MinistryId, "fake", null, new Dictionary<string, string>(), Stop)).Value!;

        (await desk.ReturnAsync(other, begun.Name, "code", Stop)).Refusal!.Code.ShouldBe("connect.over");
        (await desk.ReturnAsync(ada, begun.Name, "code", Stop)).Refusal.ShouldBeNull();
        (await desk.ReturnAsync(ada, begun.Name, "code", Stop)).Refusal!.Code.ShouldBe("connect.over");
    }

    [Fact]
    public async Task A_connection_that_took_too_long_is_over()
    {
        await using var office = await Office.OpenAsync();
        var desk = Desk(office, out var fake);
        fake.Accounts = [fake.Account("1")];
        var ada = await office.AdministratorAsync();
        var begun = (await desk.BeginAsync(ada, office.MinistryId, "fake", null, new Dictionary<string, string>(), Stop)).Value!;

        office.Time.Now += TimeSpan.FromMinutes(16);

        (await desk.ReturnAsync(ada, begun.Name, "code", Stop)).Refusal!.Code.ShouldBe("connect.over");
    }

    [Fact]
    public async Task Connecting_again_takes_no_other_account()
    {
        await using var office = await Office.OpenAsync();
        var desk = Desk(office, out var fake);
        var ada = await office.AdministratorAsync();
        var id = await ConnectAsync(desk, fake, office, ada, "1", null);

        var found = await FindAsync(desk, fake, office, ada, "2", id);
        (await desk.ConfirmAsync(ada, found, "2", Stop)).Refusal!.Code.ShouldBe("another.account");

        await using var db = await office.ReadAsync();
        (await db.Channels.SingleAsync(Stop)).AccountId.ShouldBe("1");
    }

    [Fact]
    public async Task An_account_of_one_sender_is_not_taken_by_another()
    {
        await using var office = await Office.OpenAsync();
        var desk = Desk(office, out var fake);
        var ada = await office.AdministratorAsync();
        await ConnectAsync(desk, fake, office, ada, "1", null);

        fake.Accounts = [fake.Account("1")];
        var begun = (await desk.BeginAsync(ada, office.AgencyId, "fake", null, new Dictionary<string, string>(), Stop)).Value!;
        var found = (await desk.ReturnAsync(ada, begun.Name, "code", Stop));

        (await desk.ConfirmAsync(ada, found.Name!, "1", Stop)).Refusal!.Code.ShouldBe("account.taken");
    }

    [Fact]
    public async Task Signing_in_again_does_not_lift_an_alarm()
    {
        await using var office = await Office.OpenAsync();
        var desk = Desk(office, out var fake);
        var ada = await office.AdministratorAsync();
        var id = await ConnectAsync(desk, fake, office, ada, "1", null);
        await using (var db = await office.ReadAsync())
        {
            await db.Channels.ExecuteUpdateAsync(set => set.SetProperty(row => row.Health, ChannelHealth.Alarmed), Stop);
        }

        await ConnectAsync(desk, fake, office, ada, "1", id);

        (await OneAsync(office)).Health.ShouldBe(ChannelHealth.Alarmed);
    }

    [Fact]
    public async Task Disconnecting_forgets_the_credentials()
    {
        await using var office = await Office.OpenAsync();
        var desk = Desk(office, out var fake);
        var ada = await office.AdministratorAsync();
        var id = await ConnectAsync(desk, fake, office, ada, "1", null);
        var version = (await OneAsync(office)).Version;

        (await desk.DisconnectAsync(ada, id, version, Stop)).Refusal.ShouldBeNull();

        var channel = await OneAsync(office);
        channel.Health.ShouldBe(ChannelHealth.Disconnected);
        fake.Keys.Open(channel).Credentials.Token.Value.ShouldBe("");
        (await desk.DisconnectAsync(ada, id, version, Stop)).Refusal.ShouldBe(Refusal.LookAgain);
    }

    [Theory]
    [InlineData(true, "told")]
    [InlineData(false, "untold")]
    public async Task Disconnecting_tells_the_platform_before_it_forgets_and_says_where_that_failed(bool answers, string said)
    {
        await using var office = await Office.OpenAsync();
        var desk = Desk(office, out var fake);
        var ada = await office.AdministratorAsync();
        var id = await ConnectAsync(desk, fake, office, ada, "1", null);
        fake.Revoke = () => answers ? null : throw new HttpRequestException(HttpRequestError.NameResolutionError);

        (await desk.DisconnectAsync(ada, id, (await OneAsync(office)).Version, Stop)).Value.ShouldBe(said);

        fake.Revoked.ShouldBe(["token-1"]);
        (await OneAsync(office)).Health.ShouldBe(ChannelHealth.Disconnected);
        fake.Keys.Open(await OneAsync(office)).Credentials.Token.Value.ShouldBe("");
        (await office.LogAsync()).ShouldContain(("channel.disconnected", said));
    }

    [Fact]
    public async Task An_account_that_answers_works_and_one_that_is_refused_needs_a_sign_in()
    {
        await using var office = await Office.OpenAsync();
        var desk = Desk(office, out var fake);
        var ada = await office.AdministratorAsync();
        var id = await ConnectAsync(desk, fake, office, ada, "1", null);

        fake.Found = new RecallResult { Failure = PublishResult.SignInNeeded(Codes.AccessRevoked) };
        (await desk.TestAsync(ada, id, Stop)).Value.ShouldBe("sign.in");
        (await OneAsync(office)).Health.ShouldBe(ChannelHealth.SignInNeeded);

        fake.Found = new RecallResult();
        (await desk.TestAsync(ada, id, Stop)).Value.ShouldBe("works");
        (await OneAsync(office)).Health.ShouldBe(ChannelHealth.Working);
    }

    [Fact]
    public async Task A_server_that_takes_a_call_and_never_answers_counts_as_out_of_reach()
    {
        await using var office = await Office.OpenAsync();
        var desk = Desk(office, out var fake);
        var ada = await office.AdministratorAsync();
        var id = await ConnectAsync(desk, fake, office, ada, "1", null);
        var begun = (await BeginAsync()).Value!;
        // The system accepts what comes; nobody reads it.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var client = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        fake.Info = fake.Info with { CallLimit = TimeSpan.FromMilliseconds(200) };
        fake.Asks = stop => client.GetAsync(new Uri($"http://{silent.LocalEndpoint}/"), stop);

        (await SoonAsync(BeginAsync())).Refusal!.Code.ShouldBe("connect.unreachable");
        (await SoonAsync(desk.ReturnAsync(ada, begun.Name, "code", Stop))).Refusal!.Code.ShouldBe("connect.unreachable");
        (await SoonAsync(desk.TestAsync(ada, id, Stop))).Value.ShouldBe("unreachable");

        Task<Answer<ConnectStep>> BeginAsync() => desk.BeginAsync(ada, office.MinistryId, "fake", null, new Dictionary<string, string>(), Stop);

        static Task<T> SoonAsync<T>(Task<T> task) => task.WaitAsync(TimeSpan.FromSeconds(20), Stop);
    }

    [Fact]
    public async Task A_choice_the_platform_does_not_offer_is_no_default()
    {
        await using var office = await Office.OpenAsync();
        var desk = Desk(office, out var fake);
        var ada = await office.AdministratorAsync();
        var id = await ConnectAsync(desk, fake, office, ada, "1", null);
        var version = (await OneAsync(office)).Version;

        (await desk.SetOptionsAsync(ada, id, version, new Dictionary<string, string> { ["visibility"] = "everyone and their dog" }, Stop)).Refusal!.Code.ShouldBe("option.not.possible");
        (await desk.SetOptionsAsync(ada, id, version, new Dictionary<string, string> { ["visibility"] = "unlisted" }, Stop)).Refusal.ShouldBeNull();

        (await OneAsync(office)).Options["visibility"].ShouldBe("unlisted");
    }

    private static async Task<Channel> OneAsync(Office office)
    {
        await using var db = await office.ReadAsync();
        return await db.Channels.AsNoTracking().SingleAsync(Stop);
    }

    private static async Task<string> FindAsync(ChannelDesk desk, FakePlatform fake, Office office, Actor actor, string account, long? channelId)
    {
        fake.Accounts = [fake.Account(account)];
        var begun = (await desk.BeginAsync(actor, office.MinistryId, "fake", channelId, new Dictionary<string, string>(), Stop)).Value!;
        return (await desk.ReturnAsync(actor, begun.Name, "code", Stop)).Name!;
    }

    private static async Task<long> ConnectAsync(ChannelDesk desk, FakePlatform fake, Office office, Actor actor, string account, long? channelId)
    {
        var answer = await desk.ConfirmAsync(actor, await FindAsync(desk, fake, office, actor, account, channelId), account, Stop);
        answer.Refusal.ShouldBeNull();
        return answer.Value;
    }

    private static ChannelDesk Desk(Office office, out FakePlatform fake)
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new("Publisher:PublicAddress", "https://publisher.example")]).Build();
        fake = new FakePlatform(new ChannelKeys(new EphemeralDataProtectionProvider()));
        return new ChannelDesk(
            office.Get<Writer>(),
            office.Get<IDbContextFactory<PublisherDb>>(),
            new PlatformList([fake]),
            fake.Keys,
            new AppKeys(new EphemeralDataProtectionProvider()),
            new Connections(office.Time),
            new OwnAddress(settings, office.Folder),
            new OutboundRules(null, []),
            office.Time);
    }

    /// <summary>A platform that finds the accounts a test says.</summary>
    private sealed class FakePlatform(ChannelKeys keys) : IPlatform, IConnectByOAuth, IRecall, IRevoke
    {
        public ChannelKeys Keys => keys;

        public PlatformInfo Info { get; set; } = new("fake", "Fake")
        {
            Color = "#000000",
            Limits = new Limits { Text = 100 },
            Length = (part, _) => part.Text.Length,
            Entities = _ => [],
            Options = [new OptionField("visibility", new Platforms.Words("Who", "Wer"), [new("public", new Platforms.Words("All", "Alle")), new("unlisted", new Platforms.Words("Some", "Einige"))], "public")],
        };

        public IReadOnlyList<Account> Accounts { get; set; } = [];

        public RecallResult Found { get; set; } = new();

        /// <summary>What a question waits for.</summary>
        public Func<CancellationToken, Task> Asks { get; set; } = _ => Task.CompletedTask;

        public Uri? Redirect { get; private set; }

        public Func<PublishResult?> Revoke { get; set; } = () => null;

        public List<string> Revoked { get; } = [];

        public IReadOnlyList<FormField> AppFields => [];

        public Account Account(string id) => new()
        {
            Platform = "fake",
            Server = new Uri("https://fake.example/"),
            Id = id,
            Handle = $"office{id}",
            DisplayName = "Office",
            Credentials = new Credentials { Token = new Secret($"token-{id}") },
            Limits = Info.Limits,
        };

        public IEnumerable<Problem> Check(Post post) => [];

        public Task<PublishResult> PublishAsync(Part part, Prepared prepared, Account account, CancellationToken cancellationToken) => throw new NotSupportedException();

        public async Task<RecallResult> FindAsync(Part part, Prepared prepared, TimeWindow window, Account account, CancellationToken cancellationToken)
        {
            await Asks(cancellationToken);
            return Found;
        }

        public Task<PublishResult?> RevokeAsync(Account account, CancellationToken cancellationToken)
        {
            Revoked.Add(account.Credentials.Token.Value);
            return Task.FromResult(Revoke());
        }

        public async Task<OAuthStart> StartAsync(IReadOnlyDictionary<string, string> app, Uri redirect, string state, CancellationToken cancellationToken)
        {
            await Asks(cancellationToken);
            Redirect = redirect;
            return new OAuthStart(new Uri($"https://fake.example/authorize?state={state}"), new Secret("verifier"));
        }

        public async Task<ConnectResult> FinishAsync(Secret ticket, string code, Uri redirect, CancellationToken cancellationToken)
        {
            await Asks(cancellationToken);
            return ConnectResult.Found(Accounts);
        }
    }
}
