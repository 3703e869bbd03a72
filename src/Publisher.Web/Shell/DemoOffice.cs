using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Publisher.Platforms;
using Publisher.Sandbox;
using Publisher.Web.Channels;
using Publisher.Web.Contacts;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Web.Shell;

/// <summary>The office a demo opens with: two senders, their people, a channel on every platform for each, and some contacts. Made once; what is there already stays.</summary>
internal sealed class DemoOffice(
    Writer writer,
    IDbContextFactory<PublisherDb> databases,
    DataFolder folder,
    DemoSandbox sandbox,
    Publisher.Platforms.PlatformList platforms,
    ChannelKeys keys,
    AppKeys appKeys,
    ILookupNormalizer normalizer,
    TimeProvider time)
{
    /// <summary>Where most offices begin, and where a text is read as it stands.</summary>
    private static readonly string[] News = ["mastodon", "bluesky", "x", "linkedin"];

    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        var waterId = await SendersAsync(cancellationToken);
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            if (!await db.Users.AnyAsync(cancellationToken))
            {
                await DemoPeople.CreateAsync(writer, folder, normalizer, waterId, cancellationToken);
            }
        }

        await ChannelsAsync(cancellationToken);
        await ContactsAsync(cancellationToken);
    }

    private Task<long> SendersAsync(CancellationToken cancellationToken) => writer.WriteAsync(
        async (db, token) =>
        {
            if (!await db.Senders.AnyAsync(token))
            {
                db.Senders.Add(New(SandboxAccounts.Environment, "ME", "#1d5bb8"));
                db.Senders.Add(New(SandboxAccounts.Water, "FW", "#0f766e"));
                await db.SaveChangesAsync(token);
            }

            return await db.Senders.OrderBy(sender => sender.Id).Skip(1).Select(sender => sender.Id).FirstAsync(token);

            static Sender New(string name, string initials, string accent) =>
                new() { Name = name, Initials = initials, Accent = accent, TimeZone = "Europe/Berlin", Language = "en" };
        },
        cancellationToken);

    private Task<bool> ChannelsAsync(CancellationToken cancellationToken) => writer.WriteAsync(
        async (db, token) =>
        {
            if (await db.Channels.AnyAsync(token))
            {
                return false;
            }

            var senders = await db.Senders.AsNoTracking().ToDictionaryAsync(sender => sender.Name, sender => sender.Id, token);
            foreach (var known in SandboxAccounts.All)
            {
                if (platforms.TryGet(known.Platform, out var platform))
                {
                    db.Channels.Add(Connect(platform!.Info, known, senders[known.Sender]));
                }
            }

            var ada = await db.Users.Where(person => person.DisplayName.StartsWith("Ada")).Select(person => person.Id).SingleAsync(token);
            db.AppRegistrations.AddRange(platforms.All.Where(platform => AppKeys.FieldsOf(platform).Count > 0 && !AppKeys.HasServers(platform)).Select(platform => Register(platform, ada)));

            // A place no server may post to: Olivia puts it out there.
            var olivia = await db.Users.Where(person => person.DisplayName.StartsWith("Olivia")).Select(person => person.Id).SingleAsync(token);
            db.Channels.Add(ByHand(senders[SandboxAccounts.Environment], olivia));
            await db.SaveChangesAsync(token);
            var made = await db.Channels.AsNoTracking().ToListAsync(token);
            foreach (var sender in senders.Values)
            {
                var own = made.Where(channel => channel.SenderId == sender).ToList();
                db.ChannelSets.Add(new ChannelSet { SenderId = sender, Name = "All channels", ChannelIds = [.. own.Select(channel => channel.Id)] });
                db.ChannelSets.Add(new ChannelSet
                {
                    SenderId = sender,
                    Name = "News networks",
                    ChannelIds = [.. own.Where(channel => News.Contains(channel.Platform)).Select(channel => channel.Id)],
                });
            }

            return true;
        },
        cancellationToken);

    /// <summary>The app that the stand-in knows, as an administrator would have entered it.</summary>
    private AppRegistration Register(IPlatform platform, long personId)
    {
        var known = SandboxAccounts.All.First(account => account.Platform == platform.Info.Name);
        var fields = AppKeys.FieldsOf(platform).ToDictionary(field => field.Name, field => (field.IsSecret ? known.ClientSecret : known.ClientId) ?? "");
        return new AppRegistration { Platform = platform.Info.Name, Server = "", Fields = appKeys.Protect(fields, platform.Info.Name, ""), KeptAt = time.GetUtcNow(), KeptBy = personId };
    }

    private Task<bool> ContactsAsync(CancellationToken cancellationToken) => writer.WriteAsync(
        async (db, token) =>
        {
            if (await db.Contacts.AnyAsync(token))
            {
                return false;
            }

            Add("Flood Centre", ("mastodon", $"flood@{SandboxAccounts.MastodonDomain}"), ("bluesky", "flood.example.gov"), ("x", "floodcentre"), ("telegram", "floodcentre"));
            Add("Weather Service", ("mastodon", $"weather@{SandboxAccounts.MastodonDomain}"), ("bluesky", "weather.example.gov"));
            return true;

            void Add(string name, params (string Platform, string Handle)[] handles) =>
                db.Contacts.Add(new Contact { Name = name, Key = Contact.KeyOf(name), Handles = handles.ToDictionary(handle => handle.Platform, handle => handle.Handle) });
        },
        cancellationToken);

    private Channel ByHand(long senderId, long personId)
    {
        var info = platforms.All.Single(platform => platform.Info.IsByHand).Info;
        return new Channel
        {
            SenderId = senderId,
            Platform = info.Name,
            Server = sandbox.Address,
            AccountId = "whatsapp channel",
            Handle = "WhatsApp channel",
            DisplayName = "WhatsApp channel",
            Credentials = keys.Protect(new Credentials { Token = new Secret("") }, info.Name, sandbox.Address, "whatsapp channel"),
            Limits = info.Limits with { Text = 4000 },
            RepeatSafeFor = TimeSpan.FromDays(365),
            ByHandPersonId = personId,
            ConnectedAt = time.GetUtcNow(),
        };
    }

    private Channel Connect(PlatformInfo info, SandboxAccount known, long senderId)
    {
        var server = new Uri(sandbox.Address, known.Platform + "/");
        var credentials = new Credentials
        {
            Token = new Secret(known.Token),
            RefreshToken = known.RefreshToken is { } refresh ? new Secret(refresh) : null,
            ClientId = known.ClientId,
            ClientSecret = known.ClientSecret is { } secret ? new Secret(secret) : null,
        };
        return new Channel
        {
            SenderId = senderId,
            Platform = known.Platform,
            Server = server,
            AccountId = known.Id,
            Handle = known.Handle,
            DisplayName = known.DisplayName,
            Credentials = keys.Protect(credentials, known.Platform, server, known.Id),
            Limits = info.Limits,
            ConnectedAt = time.GetUtcNow(),
        };
    }
}
