using System.Net.Http.Headers;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Publisher.Platforms;
using Publisher.Web.Channels;
using Publisher.Web.Deliveries;
using Publisher.Web.Media;
using Publisher.Web.Messages;
using Publisher.Web.People;
using Publisher.Web.Storage;
using Xunit;

namespace Publisher.Web.Tests.People;

/// <summary>The whole product on a folder of its own, with one of everything to ask for and everybody who might ask.</summary>
public class Walk : IAsyncLifetime
{
    /// <summary>In the text of the seeded message: who may not read it must not find this in any answer.</summary>
    internal const string Secret = "not-for-everybody-7f3a";

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("publisher-walk-");
    private Product _product = null!;

    internal IServiceProvider Services => _product.Services;

    internal IReadOnlyList<Walker> Walkers { get; private set; } = [];

    internal long SenderId { get; private set; }

    internal long MessageId { get; private set; }

    internal long ChannelId { get; private set; }

    /// <summary>Planned for tomorrow: whatever is not about that answers another no.</summary>
    internal long DeliveryId { get; private set; }

    /// <summary>Of a file that holds <see cref="Secret"/> and belongs to the seeded sender.</summary>
    internal string MediaHash { get; private set; } = "";

    /// <summary>The file behind the hash, which is no picture at all.</summary>
    internal MediaFile Picture => new()
    {
        SenderId = SenderId, Hash = MediaHash, Type = "image/png", Length = 1, Width = 1, Height = 1, FileName = "picture.png", AddedBy = 0, AddedAt = DateTimeOffset.UnixEpoch,
    };

    internal long PersonId { get; private set; }

    internal Guid OtherSessionId { get; private set; }

    /// <summary>Besides those that every product needs.</summary>
    protected virtual IReadOnlyList<(string Name, string Value)> Settings => [];

    public async ValueTask InitializeAsync()
    {
        _product = new Product(Path.Combine(_root.FullName, "data"), Office.NewKey(_root), Settings);
        _product.UseKestrel(0);
        _product.StartServer();
        await SeedAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _product.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _root.Delete(recursive: true);
    }

    /// <summary>A browser of theirs: with the cookie that signing in would have given.</summary>
    internal HttpClient BrowserOf(Walker walker)
    {
        var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = _product.ClientOptions.BaseAddress };
        browser.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        if (walker.Actor.PersonId != 0)
        {
            var cookie = Services.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(IdentityConstants.ApplicationScheme);
            browser.DefaultRequestHeaders.Add("Cookie", $"{cookie.Cookie.Name}={cookie.TicketDataFormat.Protect(TicketOf(walker))}");
        }

        return browser;
    }

    /// <summary>The value of a route's parameter where the row gives no path.</summary>
    internal string Fill(string route)
    {
        var parts = route.Split('/').Select(part => part.StartsWith('{') ? Value(part.Trim('{', '}', '*', '?').Split(':')[0]) : part);
        return string.Join('/', parts);

        string Value(string name) => name switch
        {
            "channelId" or "channel" => $"{ChannelId}",
            "senderId" or "sender" => $"{SenderId}",
            "personId" or "person" => $"{PersonId}",
            "Token" => "AAAA",
            _ => $"{MessageId}",
        };
    }

    /// <summary>A plain value for a parameter of a desk method: the id of a seeded row, or the emptiest thing of its type.</summary>
    internal object? Argument(Type type, string name) => type switch
    {
        _ when type == typeof(long) => name switch
        {
            "channelId" => ChannelId,
            "senderId" => SenderId,
            "personId" => PersonId,
            _ => MessageId,
        },
        _ when type == typeof(string) => name.Contains("mail", StringComparison.OrdinalIgnoreCase) ? $"{Guid.NewGuid():N}@office.example" : "a text that is long enough",
        _ when type == typeof(IReadOnlyCollection<NewGrant>) => new[] { new NewGrant(Role.Officer, SenderId) },
        _ when Nullable.GetUnderlyingType(type) is not null => null,
        _ when type.IsValueType => Activator.CreateInstance(type),
        _ when type.IsArray => Array.CreateInstance(type.GetElementType()!, 0),
        _ when type.IsGenericType && type.IsInterface && type.IsAssignableFrom(typeof(List<>).MakeGenericType(type.GenericTypeArguments[0])) =>
            Activator.CreateInstance(typeof(List<>).MakeGenericType(type.GenericTypeArguments[0])),
        _ => throw new InvalidOperationException($"Nobody knows a {type.Name} for '{name}': give the row in AccessTable its arguments."),
    };

    /// <summary>The address of a new person who can sign in with <see cref="Office.Password"/>.</summary>
    internal async Task<string> NewPersonAsync()
    {
        await using var db = await Services.GetRequiredService<IDbContextFactory<PublisherDb>>().CreateDbContextAsync(Office.Stop);
        var person = PersonFields.Create("Olivia", $"{Guid.NewGuid():N}@office.example", Services.GetRequiredService<ILookupNormalizer>(), [new NewGrant(Role.Officer, null)]);
        person.PasswordHash = Services.GetRequiredService<IPasswordHasher<Person>>().HashPassword(person, Office.Password);
        db.Users.Add(person);
        await db.SaveChangesAsync(Office.Stop);
        return person.Email!;
    }

    /// <summary>A fresh draft of the seeded sender, for methods that use one up.</summary>
    internal Message NewMessage()
    {
        using var db = Services.GetRequiredService<IDbContextFactory<PublisherDb>>().CreateDbContext();
        var message = new Message
        {
            SenderId = SenderId, Title = Secret, LongText = Secret, Language = "en", TimeZone = "Europe/Berlin",
            CreatedBy = Walkers[0].Actor.PersonId, CreatedAt = DateTimeOffset.UtcNow, ChangedAt = DateTimeOffset.UtcNow,
        };
        db.Messages.Add(message);
        db.SaveChanges();
        return message;
    }

    /// <summary>A message of the officer's that waits for a manager, to one channel, in an hour.</summary>
    internal async Task<Message> NewReviewAsync(string zone = "Europe/Berlin", DateTimeOffset? due = null)
    {
        var officer = Walkers.Single(walker => walker.Name == "officer").Actor.PersonId;
        await using var db = await Services.GetRequiredService<IDbContextFactory<PublisherDb>>().CreateDbContextAsync(Office.Stop);
        var channel = await db.Channels.SingleAsync(row => row.Id == ChannelId, Office.Stop);
        var message = await db.Messages.Include(row => row.Contributors).SingleAsync(row => row.Id == NewMessage().Id, Office.Stop);
        (message.State, message.Revision, message.Version, message.TimeZone, message.ProposedDue) = (MessageState.InReview, 1, 1, zone, due ?? DateTimeOffset.UtcNow.AddHours(1));
        message.Contributors.Add(new Contributor { PersonId = officer });
        var bytes = Seal.Freeze(
            new Post { Platform = channel.Platform, Server = channel.Server, AccountId = channel.AccountId, Limits = channel.Limits, Parts = [new Part { Text = "The frozen text of this test.", Language = "en" }] }, "salt");
        db.FrozenPosts.Add(new FrozenPost { MessageId = message.Id, Revision = 1, ChannelId = channel.Id, Seal = Seal.Of(bytes), Format = Seal.Format, Bytes = bytes });
        db.Submissions.Add(new Submission
        {
            MessageId = message.Id,
            Revision = 1,
            SubmittedBy = officer,
            SubmittedAt = DateTimeOffset.UtcNow,
            ProposedDue = message.ProposedDue,
            Grace = message.Grace,
            Policy = new(1),
            Contributors = [officer],
        });
        await db.SaveChangesAsync(Office.Stop);
        return message;
    }

    /// <summary>A hold that stops nothing seeded, for the method that uses one up.</summary>
    internal long NewHold()
    {
        using var db = Services.GetRequiredService<IDbContextFactory<PublisherDb>>().CreateDbContext();
        var hold = new Hold { SenderId = SenderId, Label = "nothing has this label", Reason = "a reason", SetBy = PersonId, SetAt = DateTimeOffset.UtcNow };
        db.Holds.Add(hold);
        db.SaveChanges();
        return hold.Id;
    }

    /// <summary>A link for somebody to connect a channel with, for the method that uses one up.</summary>
    internal long NewConsentLink()
    {
        using var db = Services.GetRequiredService<IDbContextFactory<PublisherDb>>().CreateDbContext();
        var link = new ConsentLink
        {
            TokenHash = $"{Guid.NewGuid():N}", SenderId = SenderId, Platform = "mastodon", Server = "social.example", PersonId = PersonId, AskedBy = PersonId,
            ExpiresAt = DateTimeOffset.UtcNow.AddDays(1),
        };
        db.ConsentLinks.Add(link);
        db.SaveChanges();
        return link.Id;
    }

    private static AuthenticationTicket TicketOf(Walker walker)
    {
        var identity = new ClaimsIdentity(
            [
                new(ClaimTypes.NameIdentifier, $"{walker.Actor.PersonId}"),
                new(CurrentPerson.SessionClaim, $"{walker.Actor.SessionId}"),
            ],
            IdentityConstants.ApplicationScheme);
        return new AuthenticationTicket(
            new ClaimsPrincipal(identity),
            new AuthenticationProperties { IssuedUtc = DateTimeOffset.UtcNow, ExpiresUtc = DateTimeOffset.UtcNow.AddHours(1) },
            IdentityConstants.ApplicationScheme);
    }

    private async Task SeedAsync()
    {
        await using var db = await Services.GetRequiredService<IDbContextFactory<PublisherDb>>().CreateDbContextAsync();
        var now = DateTimeOffset.UtcNow;
        var ministry = new Sender { Name = "Ministry", Initials = "MI", Accent = "#1d5bb8", TimeZone = "Europe/Berlin", Language = "en" };
        var agency = new Sender { Name = "Agency", Initials = "AG", Accent = "#17683a", TimeZone = "Europe/Berlin", Language = "en" };
        db.Senders.AddRange(ministry, agency);
        await db.SaveChangesAsync();
        SenderId = ministry.Id;

        var channel = new Channel
        {
            SenderId = ministry.Id, Platform = "mastodon", Server = new Uri("https://social.example"), AccountId = "1", Handle = "@ministry", DisplayName = "Ministry",
            Credentials = "", Limits = new Limits { Text = 500 }, ConnectedAt = now,
        };
        db.Channels.Add(channel);
        Walkers =
        [
            await AddAsync(db, "officer", Role.Officer, ministry.Id),
            await AddAsync(db, "manager", Role.Manager, ministry.Id),
            await AddAsync(db, "auditor", Role.Auditor, null),
            await AddAsync(db, "administrator", Role.Administrator, null),
            await AddAsync(db, "officer of another sender", Role.Officer, agency.Id) with { IsOfAnotherSender = true },
            await AddAsync(db, "manager of another sender", Role.Manager, agency.Id) with { IsOfAnotherSender = true },
            await AddAsync(db, "manager who is switched off", Role.Manager, ministry.Id, isOff: true),
            await AddAsync(db, "manager whose session was ended", Role.Manager, ministry.Id, endedAt: now),
            await AddAsync(db, "administrator who is switched off", Role.Administrator, null, isOff: true),
            await AddAsync(db, "administrator whose session was ended", Role.Administrator, null, endedAt: now),
            new Walker("nobody", default, null, IsOfAnotherSender: false, IsIn: false),
        ];
        var other = await AddAsync(db, "somebody else", Role.Officer, ministry.Id);
        (PersonId, OtherSessionId) = (other.Actor.PersonId, other.Actor.SessionId);

        MessageId = NewMessage().Id;
        var media = Services.GetRequiredService<MediaStore>();
        var draft = media.NewDraft();
        await File.WriteAllTextAsync(draft, Secret);
        (MediaHash, var length) = await media.KeepAsync(draft, CancellationToken.None);
        db.Media.Add(new MediaFile
        {
            SenderId = ministry.Id, Hash = MediaHash, Type = "image/png", Length = length, Width = 1, Height = 1, FileName = "picture.png", AddedBy = Walkers[0].Actor.PersonId, AddedAt = now,
        });
        await db.SaveChangesAsync();
        ChannelId = channel.Id;

        var delivery = new Delivery
        {
            MessageId = MessageId, SenderId = SenderId, ChannelId = ChannelId, Label = "", FrozenPostId = 0, Seal = "0", ApprovalId = 0,
            Due = now.AddDays(1), Deadline = now.AddDays(1).AddMinutes(10), NextAt = now.AddDays(1),
        };
        db.Deliveries.Add(delivery);
        await db.SaveChangesAsync();
        DeliveryId = delivery.Id;
    }

    private async Task<Walker> AddAsync(PublisherDb db, string name, Role role, long? sender, bool isOff = false, DateTimeOffset? endedAt = null)
    {
        var person = PersonFields.Create(name, $"{name.Replace(' ', '.')}@office.example", Services.GetRequiredService<ILookupNormalizer>(), [new NewGrant(role, sender)]);
        (person.IsOff, person.PasswordHash) = (isOff, "set");
        db.Users.Add(person);
        await db.SaveChangesAsync();
        var session = Publisher.Web.People.Sessions.Start(db, person.Id, DateTimeOffset.UtcNow);
        session.EndedAt = endedAt;
        await db.SaveChangesAsync();
        return new Walker(name, new Actor(person.Id, session.Id), role, IsOfAnotherSender: false, IsIn: !isOff && endedAt is null);
    }

    private sealed class Product(string folder, string key, IReadOnlyList<(string Name, string Value)> settings) : WebApplicationFactory<Person>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseEnvironment("Production").UseSetting("Publisher:DataFolder", folder).UseSetting("Publisher:MasterKey", key).UseSetting("ASPNETCORE_URLS", "http://127.0.0.1:0");
            foreach (var (name, value) in settings)
            {
                builder.UseSetting(name, value);
            }
        }
    }
}
