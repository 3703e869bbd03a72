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
using Words = Publisher.Platforms.Words;

namespace Publisher.Web.Tests.Channels;

/// <summary>App registrations that are entered once, and links by which one person connects one account.</summary>
public sealed class ConsentTests : IAsyncLifetime
{
    private readonly RegisteredPlatform _platform = new("fake");
    private readonly RegisteredPlatform _many = new("many") { HasServers = true };
    private Office _office = null!;
    private ChannelDesk _desk = null!;
    private AppDesk _apps = null!;
    private Actor _ada;
    private Actor _olga;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static Dictionary<string, string> Nothing => [];

    public async ValueTask InitializeAsync()
    {
        _office = await Office.OpenAsync();
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new("Publisher:PublicAddress", "https://publisher.example")]).Build();
        var protection = new EphemeralDataProtectionProvider();
        var platforms = new PlatformList([_platform, _many]);
        var appKeys = new AppKeys(protection);
        _apps = new AppDesk(_office.Get<Writer>(), platforms, appKeys, _office.Time);
        _desk = new ChannelDesk(
            _office.Get<Writer>(),
            _office.Get<IDbContextFactory<PublisherDb>>(),
            platforms,
            new ChannelKeys(protection),
            appKeys,
            new Connections(_office.Time),
            new OwnAddress(settings, _office.Folder),
            new OutboundRules(null, []),
            _office.Time);
        _ada = await _office.AdministratorAsync();
        _olga = await _office.PersonAsync("Olga", new NewGrant(Role.Officer, _office.MinistryId));
    }

    public ValueTask DisposeAsync() => _office.DisposeAsync();

    [Fact]
    public async Task A_registration_is_entered_once_and_used_from_then_on()
    {
        (await BeginAsync("fake", Nothing)).Refusal!.Code.ShouldBe("connect.app.fields.missing");

        await KeepAsync("fake", "id-1", "secret-1");

        (await BeginAsync("fake", Nothing)).Refusal.ShouldBeNull();
        _platform.App.ShouldBe(new Dictionary<string, string> { ["clientId"] = "id-1", ["clientSecret"] = "secret-1" }, ignoreOrder: true);
    }

    [Fact]
    public async Task What_is_kept_can_be_read_nowhere_and_the_log_says_who_kept_it()
    {
        await KeepAsync("fake", "id-1", "secret-1");
        await KeepAsync("fake", "id-2", "secret-2");

        await using var db = await _office.ReadAsync();
        var kept = await db.AppRegistrations.SingleAsync(Stop);
        kept.Fields.ShouldNotContain("id-2");
        kept.Fields.ShouldNotContain("secret-2");
        kept.KeptBy.ShouldBe(_ada.PersonId);
        (await _office.LogAsync()).ShouldBe([("app.kept", "fake"), ("app.replaced", "fake")]);
        (await db.LogTexts.Select(text => text.Text).ToListAsync(Stop)).ShouldAllBe(text => !text.Contains("secret", StringComparison.Ordinal));
        (await BeginAsync("fake", Nothing)).Refusal.ShouldBeNull();
        _platform.App["clientSecret"].ShouldBe("secret-2");

        (await _apps.RemoveAsync(_ada, (await KeptAsync("fake"))!, Stop)).Refusal.ShouldBeNull();
        (await BeginAsync("fake", Nothing)).Refusal!.Code.ShouldBe("connect.app.fields.missing");
        (await _office.LogAsync()).ShouldContain(("app.removed", "fake"));
    }

    [Fact]
    public async Task Only_what_may_stay_empty_is_kept_empty()
    {
        (await TryKeepAsync("fake", "id-1", " ")).Refusal!.Code.ShouldBe("connect.app.fields.missing");
        (await TryKeepAsync("fake", "", "secret-1")).Refusal!.Code.ShouldBe("connect.app.fields.missing");
        (await KeptAsync("fake")).ShouldBeNull();

        _platform.IsPublic = true;
        (await TryKeepAsync("fake", "id-1", "")).Refusal.ShouldBeNull();
    }

    [Fact]
    public async Task Where_a_platform_has_many_servers_each_has_its_own_registration()
    {
        await KeepAsync("many", "id-1", "secret-1", "https://One.example/");

        (await BeginAsync("many", new() { ["server"] = "one.example" })).Refusal.ShouldBeNull();
        _many.App["clientId"].ShouldBe("id-1");
        (await BeginAsync("many", new() { ["server"] = "two.example" })).Refusal!.Code.ShouldBe("connect.app.fields.missing");
    }

    [Fact]
    public async Task A_registration_moved_to_another_platform_by_hand_opens_nothing()
    {
        await KeepAsync("fake", "id-1", "secret-1");
        await using (var db = await _office.ReadAsync())
        {
            await db.AppRegistrations.ExecuteUpdateAsync(set => set.SetProperty(row => row.Platform, "many").SetProperty(row => row.Server, "one.example"), Stop);
        }

        (await BeginAsync("many", new() { ["server"] = "one.example" })).Refusal!.Code.ShouldBe("connect.app.fields.missing");
    }

    [Fact]
    public async Task The_person_of_a_link_connects_the_channel_once_and_the_log_names_both()
    {
        var link = await AskAsync();

        var name = await GoThereAsync(link, "1");
        (await _desk.ConfirmAsync(_olga, name, "1", Stop)).Refusal.ShouldBeNull();

        await using var db = await _office.ReadAsync();
        (await db.Channels.SingleAsync(Stop)).SenderId.ShouldBe(_office.MinistryId);
        var entry = await db.Log.SingleAsync(row => row.Action == "channel.connected", Stop);
        (entry.PersonId, entry.SubjectId).ShouldBe((_olga.PersonId, _ada.PersonId));
        var asked = await db.Log.SingleAsync(row => row.Action == "channel.link.made", Stop);
        (asked.PersonId, asked.SubjectId).ShouldBe((_ada.PersonId, _olga.PersonId));
        (await _desk.BeginByLinkAsync(_olga, link, Nothing, Stop)).Refusal!.Code.ShouldBe("consent.over");
    }

    [Fact]
    public async Task Only_the_hash_of_a_link_is_kept()
    {
        var link = await AskAsync();

        await using var db = await _office.ReadAsync();
        (await db.ConsentLinks.SingleAsync(Stop)).TokenHash.ShouldBe(OneTimeLink.Hash(link));
    }

    [Fact]
    public async Task Nobody_but_the_person_it_was_made_for_can_use_a_link()
    {
        var other = await _office.PersonAsync("Oscar", new NewGrant(Role.Officer, _office.MinistryId));
        var link = await AskAsync();

        (await _desk.BeginByLinkAsync(other, link, Nothing, Stop)).Refusal!.Code.ShouldBe("consent.other");
        (await _desk.BeginByLinkAsync(_ada, link, Nothing, Stop)).Refusal.ShouldBe(Refusal.NotAllowed);
    }

    [Fact]
    public async Task A_link_is_made_for_officers_and_managers_of_that_sender_only()
    {
        await KeepAsync("fake", "id", "secret");
        var stranger = await _office.PersonAsync("Oscar", new NewGrant(Role.Officer, _office.AgencyId));
        var auditor = await _office.PersonAsync("Aude", new NewGrant(Role.Auditor, null));

        foreach (var person in new[] { stranger, auditor, _ada })
        {
            (await _desk.AskAsync(_ada, new ConsentAsked(_office.MinistryId, "fake", null, person.PersonId, ""), Stop)).Refusal.ShouldBe(Refusal.NotFound);
        }
    }

    [Fact]
    public async Task Who_lost_the_role_since_can_use_the_link_no_more()
    {
        var link = await AskAsync();
        var name = await GoThereAsync(link, "1");
        await using (var db = await _office.ReadAsync())
        {
            await db.Grants.Where(grant => grant.PersonId == _olga.PersonId).ExecuteUpdateAsync(set => set.SetProperty(grant => grant.SenderId, _office.AgencyId), Stop);
        }

        (await _desk.BeginByLinkAsync(_olga, link, Nothing, Stop)).Refusal.ShouldBe(Refusal.NotAllowed);
        (await _desk.ConfirmAsync(_olga, name, "1", Stop)).Refusal.ShouldBe(Refusal.NotAllowed);
    }

    [Fact]
    public async Task A_link_is_over_after_seven_days()
    {
        var link = await AskAsync();

        // Sessions are shorter: the person signs in anew.
        _office.Time.Now += TimeSpan.FromDays(7) - TimeSpan.FromMinutes(1);
        var olga = await AgainAsync(_olga);
        (await _desk.BeginByLinkAsync(olga, link, Nothing, Stop)).Refusal.ShouldBeNull();

        _office.Time.Now += TimeSpan.FromMinutes(1);
        (await _desk.BeginByLinkAsync(olga, link, Nothing, Stop)).Refusal!.Code.ShouldBe("consent.over");
    }

    [Fact]
    public async Task What_was_begun_with_a_link_that_is_withdrawn_connects_nothing()
    {
        var link = await AskAsync();
        var name = await GoThereAsync(link, "1");
        await using var db = await _office.ReadAsync();
        var id = await db.ConsentLinks.Select(row => row.Id).SingleAsync(Stop);

        (await _desk.WithdrawAsync(_ada, id, Stop)).Refusal.ShouldBeNull();

        (await _desk.ConfirmAsync(_olga, name, "1", Stop)).Refusal!.Code.ShouldBe("consent.over");
        (await db.Channels.AnyAsync(Stop)).ShouldBeFalse();
        (await _desk.WithdrawAsync(_ada, id, Stop)).Refusal!.Code.ShouldBe("consent.over");
        (await _office.LogAsync()).ShouldContain(("channel.link.withdrawn", "fake"));
    }

    [Fact]
    public async Task A_no_at_the_platform_uses_no_link_up()
    {
        var link = await AskAsync();
        var begun = (await _desk.BeginByLinkAsync(_olga, link, Nothing, Stop)).Value!;

        var back = await _desk.ReturnAsync(_olga, begun.Name, "", Stop);

        (back.Page, back.Refusal!.Code).ShouldBe(($"/channels/consent/{link}", "connect.denied"));
        (await _desk.ConfirmAsync(_olga, await GoThereAsync(link, "1"), "1", Stop)).Refusal.ShouldBeNull();
    }

    [Fact]
    public async Task Two_ways_begun_with_one_link_end_in_one_channel()
    {
        var link = await AskAsync();
        var first = await GoThereAsync(link, "1");
        var second = await GoThereAsync(link, "2");

        (await _desk.ConfirmAsync(_olga, first, "1", Stop)).Refusal.ShouldBeNull();
        (await _desk.ConfirmAsync(_olga, second, "2", Stop)).Refusal!.Code.ShouldBe("consent.over");

        await using var db = await _office.ReadAsync();
        (await db.Channels.SingleAsync(Stop)).AccountId.ShouldBe("1");
    }

    [Fact]
    public async Task A_link_for_connecting_again_takes_no_other_account_and_stays_open()
    {
        var channel = (await _desk.ConfirmAsync(_olga, await GoThereAsync(await AskAsync(), "1"), "1", Stop)).Value;
        var again = await AskAsync(channel);

        (await _desk.ConfirmAsync(_olga, await GoThereAsync(again, "2"), "2", Stop)).Refusal!.Code.ShouldBe("another.account");
        (await _desk.ConfirmAsync(_olga, await GoThereAsync(again, "1"), "1", Stop)).Value.ShouldBe(channel);
    }

    private async Task<string> AskAsync(long? channel = null)
    {
        await KeepAsync("fake", "id", "secret");
        var answer = await _desk.AskAsync(_ada, new ConsentAsked(_office.MinistryId, "fake", channel, _olga.PersonId, ""), Stop);
        answer.Refusal.ShouldBeNull();
        return answer.Value!.Token;
    }

    /// <summary>To the platform and back, signed in there with this account.</summary>
    private async Task<string> GoThereAsync(string link, string account)
    {
        _platform.Account = account;
        var begun = await _desk.BeginByLinkAsync(_olga, link, Nothing, Stop);
        begun.Refusal.ShouldBeNull();
        var back = await _desk.ReturnAsync(_olga, begun.Value!.Name, "code", Stop);
        back.Page.ShouldBe($"/channels/consent/{link}");
        return back.Name!;
    }

    private async Task KeepAsync(string platform, string id, string secret, string server = "") =>
        (await TryKeepAsync(platform, id, secret, server)).Refusal.ShouldBeNull();

    private async Task<Answer<bool>> TryKeepAsync(string platform, string id, string secret, string server = "") =>
        await _apps.KeepAsync(_ada, platform, await KeptAsync(platform), new Dictionary<string, string> { ["clientId"] = id, ["clientSecret"] = secret, ["server"] = server }, Stop);

    private async Task<AppRow?> KeptAsync(string platform)
    {
        await using var db = await _office.ReadAsync();
        return (await AppRow.ReadAsync(db, Stop)).Find(app => app.Platform == platform);
    }

    private Task<Answer<ConnectStep>> BeginAsync(string platform, Dictionary<string, string> fields) => _desk.BeginAsync(_ada, _office.MinistryId, platform, null, fields, Stop);

    private async Task<Actor> AgainAsync(Actor actor)
    {
        await using var db = await _office.ReadAsync();
        var session = Publisher.Web.People.Sessions.Start(db, actor.PersonId, _office.Time.Now);
        await db.SaveChangesAsync(Stop);
        return new Actor(actor.PersonId, session.Id);
    }

    /// <summary>A platform where an app has to be registered, and that finds the account a test says.</summary>
    private sealed class RegisteredPlatform(string name) : IPlatform, IConnectByOAuth
    {
        public PlatformInfo Info { get; } = new(name, name)
        {
            Color = "#000000",
            Limits = new Limits { Text = 100 },
            Length = (part, _) => part.Text.Length,
            Entities = _ => [],
        };

        public bool HasServers { get; init; }

        /// <summary>Whether its apps may do without a secret.</summary>
        public bool IsPublic { get; set; }

        public string Account { get; set; } = "1";

        /// <summary>What it was last asked with.</summary>
        public IReadOnlyDictionary<string, string> App { get; private set; } = new Dictionary<string, string>();

        public IReadOnlyList<FormField> AppFields =>
        [
            .. HasServers ? new FormField[] { new("server", Say("Server"), Say("")) } : [],
            new("clientId", Say("Client ID"), Say("")),
            new("clientSecret", Say("Client secret"), Say("")) { IsSecret = true, IsOptional = IsPublic },
        ];

        public IEnumerable<Problem> Check(Post post) => [];

        public Task<PublishResult> PublishAsync(Part part, Prepared prepared, Account account, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<OAuthStart> StartAsync(IReadOnlyDictionary<string, string> app, Uri redirect, string state, CancellationToken cancellationToken)
        {
            App = app;
            return Task.FromResult(app.ContainsKey("clientId")
                ? new OAuthStart(new Uri($"https://fake.example/authorize?state={state}"), new Secret("verifier"))
                : new OAuthStart(null, default, new Problem("app.fields.missing")));
        }

        public Task<ConnectResult> FinishAsync(Secret ticket, string code, Uri redirect, CancellationToken cancellationToken) => Task.FromResult(ConnectResult.Found(new Account
        {
            Platform = name,
            Server = new Uri("https://fake.example/"),
            Id = Account,
            Handle = $"office{Account}",
            DisplayName = "Office",
            Credentials = new Credentials { Token = new Secret($"token-{Account}") },
            Limits = Info.Limits,
        }));

        private static Words Say(string word) => new(word, word);
    }
}
