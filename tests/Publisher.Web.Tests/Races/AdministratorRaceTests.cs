using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Publisher.Platforms;
using Publisher.Web.Channels;
using Publisher.Web.Contacts;
using Publisher.Web.People;
using Publisher.Web.Storage;
using Publisher.Web.Tests.Messages;
using Publisher.Web.Tests.People;
using Publisher.Web.Tests.Storage;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Races;

/// <summary>Two administrators change the same thing at the same moment, or one after the other on pages that stood open: the first wins, and the second is told.</summary>
public sealed class AdministratorRaceTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    private const int Rounds = 25;

    private static CancellationToken Stop => Office.Stop;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_two_who_change_one_person_at_once_one_is_told_and_no_roles_are_mixed(bool severalMachines)
    {
        await using var both = await OpenAsync(severalMachines, "people");
        var person = (await both.Office.PersonAsync("Olga", new NewGrant(Role.Auditor, null))).PersonId;
        NewGrant[] seen = [new(Role.Auditor, null)];
        var name = "Olga";
        for (var round = 0; round < Rounds; round++)
        {
            NewGrant[] left = [new(Role.Officer, round % 2 == 0 ? both.Office.MinistryId : both.Office.AgencyId)];
            NewGrant[] right = [new(Role.Manager, round % 2 == 0 ? both.Office.AgencyId : both.Office.MinistryId)];
            var (one, other) = await RaceRoom.AtOnceAsync(
                () => both.One.People.SetGrantsAsync(both.Ada, person, seen, left, Stop), () => both.Other.People.SetGrantsAsync(both.Eve, person, seen, right, Stop));
            RaceRoom.Loser(one, other).ShouldBe("look.again");
            seen = one is null ? left : right;

            var (named, renamed) = await RaceRoom.AtOnceAsync(
                () => both.One.People.RenameAsync(both.Ada, person, name, $"Olga {round} A", Stop), () => both.Other.People.RenameAsync(both.Eve, person, name, $"Olga {round} B", Stop));
            RaceRoom.Loser(named, renamed).ShouldBe("look.again");
            name = named is null ? $"Olga {round} A" : $"Olga {round} B";
        }

        await using var db = await both.Office.ReadAsync();
        (await db.Grants.Where(grant => grant.PersonId == person).Select(grant => new NewGrant(grant.Role, grant.SenderId)).ToListAsync(Stop)).ShouldBe(seen);
        (await db.Users.SingleAsync(row => row.Id == person, Stop)).DisplayName.ShouldBe(name);
        (await db.Log.CountAsync(entry => entry.Action == "person.roles" || entry.Action == "person.renamed", Stop)).ShouldBe(2 * Rounds);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_two_who_keep_replace_or_remove_one_app_at_once_one_is_told(bool severalMachines)
    {
        await using var both = await OpenAsync(severalMachines, "apps");
        for (var round = 0; round < Rounds; round++)
        {
            AppRow? seen = null;
            foreach (var step in new[] { "keep", "replace" })
            {
                // The time of a registration tells one from another.
                both.Office.Time.Now += TimeSpan.FromSeconds(1);
                var (one, other) = await RaceRoom.AtOnceAsync(
                    () => both.One.Apps.KeepAsync(both.Ada, both.AppPlatform, seen, both.Fields($"{step} A"), Stop),
                    () => both.Other.Apps.KeepAsync(both.Eve, both.AppPlatform, seen, both.Fields($"{step} B"), Stop));
                RaceRoom.Loser(one.Refusal, other.Refusal).ShouldBe("look.again");
                seen = await both.AppAsync();
                seen!.KeptBy.ShouldBe(one.Refusal is null ? "Ada" : "Eve");
            }

            both.Office.Time.Now += TimeSpan.FromSeconds(1);
            var (removed, replaced) = await RaceRoom.AtOnceAsync(
                () => both.One.Apps.RemoveAsync(both.Ada, seen!, Stop), () => both.Other.Apps.KeepAsync(both.Eve, both.AppPlatform, seen, both.Fields("late"), Stop));
            RaceRoom.Loser(removed.Refusal, replaced.Refusal).ShouldBe("look.again");
            if (await both.AppAsync() is { } left)
            {
                (await both.One.Apps.RemoveAsync(both.Ada, left, Stop)).Refusal.ShouldBeNull();
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_two_who_change_one_channel_or_one_sender_at_once_one_is_told(bool severalMachines)
    {
        await using var both = await OpenAsync(severalMachines, "channels");
        var channel = await both.ChannelAsync();
        for (var round = 0; round < Rounds; round++)
        {
            var version = (await both.ReadAsync(channel)).Version;
            var (set, reset) = await RaceRoom.AtOnceAsync(
                () => both.One.Channels.SetOptionsAsync(both.Ada, channel, version, new Dictionary<string, string>(), Stop),
                () => both.Other.Channels.SetOptionsAsync(both.Eve, channel, version, new Dictionary<string, string>(), Stop));
            RaceRoom.Loser(set.Refusal, reset.Refusal).ShouldBe("look.again");

            var sender = await both.SenderAsync();
            var fields = SenderFields.Of(sender);
            var (one, other) = await RaceRoom.AtOnceAsync(
                () => both.One.Senders.SaveAsync(both.Ada, sender, fields with { Name = $"Ministry {round} A" }, Stop),
                () => both.Other.Senders.SaveAsync(both.Eve, sender, fields with { Name = $"Ministry {round} B", Initials = "XY" }, Stop));
            RaceRoom.Loser(one.Refusal, other.Refusal).ShouldBe("look.again");
            SenderFields.Of(await both.SenderAsync()).ShouldBe(one.Refusal is null ? fields with { Name = $"Ministry {round} A" } : fields with { Name = $"Ministry {round} B", Initials = "XY" });
        }

        var last = (await both.ReadAsync(channel)).Version;
        var (off, also) = await RaceRoom.AtOnceAsync(
            () => both.One.Channels.DisconnectAsync(both.Ada, channel, last, Stop), () => both.Other.Channels.DisconnectAsync(both.Eve, channel, last, Stop));
        RaceRoom.Loser(off.Refusal, also.Refusal).ShouldBe("look.again");
        (await both.ReadAsync(channel)).Health.ShouldBe(ChannelHealth.Disconnected);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_two_who_invite_one_address_or_add_one_contact_at_once_one_is_told(bool severalMachines)
    {
        await using var both = await OpenAsync(severalMachines, "new");
        var olga = await both.Office.PersonAsync("Olga", new NewGrant(Role.Officer, null));
        for (var round = 0; round < Rounds; round++)
        {
            var (one, other) = await RaceRoom.AtOnceAsync(
                () => both.One.People.InviteAsync(both.Ada, "Nora", $"nora{round}@office.example", [new(Role.Officer, null)], Stop),
                () => both.Other.People.InviteAsync(both.Eve, "Nora", $"nora{round}@office.example", [new(Role.Officer, null)], Stop));
            RaceRoom.Loser(one.Refusal, other.Refusal).ShouldBe("email.taken");

            var contact = new ContactFields($"Contact {round}", new Dictionary<string, string>());
            var (added, twice) = await RaceRoom.AtOnceAsync(() => both.One.Contacts.SaveAsync(olga, null, 0, contact, Stop), () => both.Other.Contacts.SaveAsync(olga, null, 0, contact, Stop));
            RaceRoom.Loser(added.Refusal, twice.Refusal).ShouldBeOneOf("contact.twice", "look.again");
        }

        await using var db = await both.Office.ReadAsync();
        (await db.Contacts.CountAsync(Stop)).ShouldBe(Rounds);
    }

    private Task<Both> OpenAsync(bool severalMachines, string database) => Both.OpenAsync(severalMachines ? postgres.Database($"administrators_{database}") : null);

    /// <summary>The desks of administrators on one machine.</summary>
    private sealed record Machine(PeopleDesk People, AppDesk Apps, SenderDesk Senders, ChannelDesk Channels, ContactDesk Contacts);

    private sealed class Both(Office office, PlatformList platforms, Machine one, Machine other, Actor ada, Actor eve) : IAsyncDisposable
    {
        public Office Office => office;

        public Machine One => one;

        public Machine Other => other;

        public Actor Ada => ada;

        public Actor Eve => eve;

        /// <summary>One where an app is registered, once for all servers.</summary>
        public string AppPlatform { get; } = platforms.All.First(platform => AppKeys.FieldsOf(platform).Count > 0 && !AppKeys.HasServers(platform)).Info.Name;

        public static async Task<Both> OpenAsync(string? postgres)
        {
            var office = await Office.OpenAsync(postgres: postgres);
            var platforms = new PlatformList(new HttpClient(), office.Time, new KeptFiles());
            var protection = new EphemeralDataProtectionProvider();
            var first = MachineOf(office.Services, office, platforms, protection);
            var second = postgres is null ? first : MachineOf(await office.AnotherMachineAsync(), office, platforms, protection);
            return new Both(office, platforms, first, second, await office.AdministratorAsync(), await office.AdministratorAsync("Eve"));
        }

        public Dictionary<string, string> Fields(string value) => AppKeys.FieldsOf(platforms[AppPlatform]).ToDictionary(field => field.Name, _ => value);

        public async Task<AppRow?> AppAsync()
        {
            await using var db = await office.ReadAsync();
            return (await AppRow.ReadAsync(db, Stop)).SingleOrDefault();
        }

        public async Task<Sender> SenderAsync()
        {
            await using var db = await office.ReadAsync();
            return await db.Senders.AsNoTracking().SingleAsync(row => row.Id == office.MinistryId, Stop);
        }

        /// <summary>One that no server is told about when it is taken off.</summary>
        public async Task<long> ChannelAsync()
        {
            await using var db = await office.ReadAsync();
            var channel = new Channel
            {
                SenderId = office.MinistryId, Platform = platforms.All.First(platform => platform is not IRevoke).Info.Name, Server = new Uri("https://one.example/"), AccountId = "1", Handle = "press",
                DisplayName = "Press", Credentials = "", Limits = new Limits { Text = 500 }, ConnectedAt = office.Time.Now,
            };
            db.Channels.Add(channel);
            await db.SaveChangesAsync(Stop);
            return channel.Id;
        }

        public async Task<Channel> ReadAsync(long channelId)
        {
            await using var db = await office.ReadAsync();
            return await db.Channels.AsNoTracking().SingleAsync(row => row.Id == channelId, Stop);
        }

        public ValueTask DisposeAsync() => office.DisposeAsync();

        private static Machine MachineOf(IServiceProvider services, Office office, PlatformList platforms, IDataProtectionProvider protection)
        {
            var (writer, keys) = (services.GetRequiredService<Writer>(), new AppKeys(protection));
            var channels = new ChannelDesk(
                writer, services.GetRequiredService<IDbContextFactory<PublisherDb>>(), platforms, new ChannelKeys(protection), keys, new Connections(office.Time),
                new OwnAddress(new ConfigurationBuilder().Build(), office.Folder), new OutboundRules(null, []), office.Time);
            return new Machine(
                services.GetRequiredService<PeopleDesk>(), new AppDesk(writer, platforms, keys, office.Time), new SenderDesk(writer, office.Time), channels, new ContactDesk(writer, platforms, office.Time));
        }
    }
}
