using Microsoft.EntityFrameworkCore;
using Publisher.Platforms;
using Publisher.Web.Log;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Web.Channels;

/// <summary>What an administrator asks a person for.</summary>
/// <param name="ChannelId">To connect a channel again; null for a new one.</param>
/// <param name="Server">Where the platform has many and does not ask for it in its form; else empty.</param>
public sealed record ConsentAsked(long SenderId, string Platform, long? ChannelId, long PersonId, string Server);

/// <summary>Connecting by somebody else: an administrator makes the link, and only the person named signs in at the platform with it.</summary>
public sealed partial class ChannelDesk
{
    /// <summary>Everybody who may be asked to connect an account in this sender's name.</summary>
    internal static Task<IReadOnlyList<(long Id, string Name)>> ConsentersAsync(PublisherDb db, long senderId, CancellationToken cancellationToken) =>
        PeopleAsync(db, Act.Consent, senderId, cancellationToken);

    /// <summary>A link for one person, for a week, once.</summary>
    public Task<Answer<NewConsent>> AskAsync(Actor actor, ConsentAsked asked, CancellationToken cancellationToken) =>
        writer.DecideAsync<NewConsent>(
            async (db, token) =>
            {
                var now = time.GetUtcNow();
                var sender = await db.Senders.Where(row => row.Id == asked.SenderId).Select(row => (long?)row.Id).SingleOrDefaultAsync(token);
                if (await RefusedAsync(db, actor, sender, Act.ManageChannels, token) is { } no)
                {
                    return no;
                }

                // A place without an account has nobody to sign in.
                if (!platforms.TryGet(asked.Platform, out var platform) || platform is not (IConnectByForm or IConnectByOAuth) || platform.Info.IsByHand)
                {
                    return new Refusal("connect.platform");
                }

                if ((asked.ChannelId is not null && !await db.Channels.AnyAsync(row => row.Id == asked.ChannelId && row.SenderId == sender && row.Platform == asked.Platform, token))
                    || (await ConsentersAsync(db, asked.SenderId, token)).All(person => person.Id != asked.PersonId))
                {
                    return Refusal.NotFound;
                }

                // The person can't answer what only an administrator knows.
                if (AppKeys.HasServers(platform) && asked.Server.Trim().Length == 0)
                {
                    return new Refusal("connect.server.address", "");
                }

                var server = AppKeys.ServerOf(platform, asked.Server);
                if (AppKeys.FieldsOf(platform).Count > 0 && !await db.AppRegistrations.AnyAsync(row => row.Platform == asked.Platform && row.Server == server, token))
                {
                    return new Refusal("connect.app.fields.missing");
                }

                var secret = OneTimeLink.NewToken();
                var link = new ConsentLink
                {
                    TokenHash = OneTimeLink.Hash(secret),
                    SenderId = asked.SenderId,
                    Platform = asked.Platform,
                    Server = asked.Server.Trim(),
                    ChannelId = asked.ChannelId,
                    PersonId = asked.PersonId,
                    AskedBy = actor.PersonId,
                    ExpiresAt = now + ConsentLink.Valid,
                };
                db.ConsentLinks.Add(link);
                db.Append(Entry(actor, now, "channel.link.made", link));
                return new NewConsent(secret, link.ExpiresAt);
            },
            cancellationToken);

    /// <summary>The link opens nothing any more, from now on, and what was begun with it can't be ended.</summary>
    public Task<Answer<bool>> WithdrawAsync(Actor actor, long linkId, CancellationToken cancellationToken) =>
        writer.DecideAsync<bool>(
            async (db, token) =>
            {
                var now = time.GetUtcNow();
                var link = await db.ConsentLinks.AsNoTracking().SingleOrDefaultAsync(row => row.Id == linkId, token);
                if (await RefusedAsync(db, actor, link?.SenderId, Act.ManageChannels, token) is { } no)
                {
                    return no;
                }

                // Taken by the database: it is either used or withdrawn.
                if (await Open(db, linkId, now).ExecuteUpdateAsync(set => set.SetProperty(row => row.ExpiresAt, now), token) == 0)
                {
                    return new Refusal("consent.over");
                }

                db.Append(Entry(actor, now, "channel.link.withdrawn", link!));
                return true;
            },
            cancellationToken);

    /// <summary>The person of the link begins. It is used up when a channel is connected, so that a no at the platform or a broken wire costs no new link.</summary>
    /// <param name="token">The link's secret.</param>
    /// <param name="fields">What a platform without a consent page wants to know; empty elsewhere.</param>
    public async Task<Answer<ConnectStep>> BeginByLinkAsync(Actor actor, string token, IReadOnlyDictionary<string, string> fields, CancellationToken cancellationToken)
    {
        ConsentLink? link;
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            if (await Rights.LoadAsync(db, actor, time.GetUtcNow(), cancellationToken) is not { } rights)
            {
                return Refusal.SignInAgain;
            }

            if (!rights.CanSomewhere(Act.Consent))
            {
                return Refusal.NotAllowed;
            }

            link = await ConsentLink.FindOpenAsync(db, token, time.GetUtcNow(), cancellationToken);
            if (link is null)
            {
                return new Refusal("consent.over");
            }

            if (link.PersonId != actor.PersonId)
            {
                return new Refusal("consent.other");
            }

            if (!rights.Can(Act.Consent, link.SenderId))
            {
                return Refusal.NotAllowed;
            }
        }

        var given = AppKeys.HasServers(platforms[link.Platform]) ? new Dictionary<string, string>(fields) { [FormField.ServerName] = link.Server } : fields;
        var connection = new Connection(actor, link.SenderId, link.Platform, link.ChannelId, time.GetUtcNow()) { Link = new LinkUse(link.Id, token, link.AskedBy) };
        return await StartAsync(connection, given, cancellationToken);
    }

    /// <summary>Whether the link was still open, and now is not.</summary>
    private static async Task<bool> UseAsync(PublisherDb db, long linkId, DateTimeOffset now, CancellationToken cancellationToken) =>
        await Open(db, linkId, now).ExecuteUpdateAsync(set => set.SetProperty(row => row.UsedAt, now), cancellationToken) == 1;

    private static IQueryable<ConsentLink> Open(PublisherDb db, long linkId, DateTimeOffset now) =>
        db.ConsentLinks.Where(row => row.Id == linkId && row.UsedAt == null && row.ExpiresAt > now);

    private static LogEntry Entry(Actor actor, DateTimeOffset now, string action, ConsentLink link) => new(actor, now, action)
    {
        SenderId = link.SenderId,
        ChannelId = link.ChannelId,
        SubjectId = link.PersonId,
        Code = link.Platform,
        Due = link.ExpiresAt,
    };
}
