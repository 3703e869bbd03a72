using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Publisher.Platforms;
using Publisher.Web.Log;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Web.Channels;

/// <summary>Connects, tests, sets and disconnects channels. For administrators; lifting an alarm is for managers.</summary>
public sealed partial class ChannelDesk(
    Writer writer,
    IDbContextFactory<PublisherDb> databases,
    PlatformList platforms,
    ChannelKeys keys,
    AppKeys apps,
    Connections connections,
    OwnAddress address,
    OutboundRules rules,
    TimeProvider time)
{
    /// <summary>What messages start with on this channel.</summary>
    public Task<Answer<bool>> SetOptionsAsync(Actor actor, long channelId, int version, IReadOnlyDictionary<string, string> options, CancellationToken cancellationToken) =>
        ChangeAsync(actor, channelId, version, Act.ManageChannels, (channel, now) =>
        {
            foreach (var (name, value) in options)
            {
                var field = platforms[channel.Platform].Info.Options.FirstOrDefault(option => option.Name == name);
                if (field is null || value.Length > field.MaxLength || (field.Choices.Count > 0 && field.Choices.All(choice => choice.Value != value)))
                {
                    return (new Refusal("option.not.possible"), null);
                }
            }

            channel.Options = new Dictionary<string, string>(options);
            return (null, new LogEntry(actor, now, "channel.options.changed") { SenderId = channel.SenderId, ChannelId = channel.Id });
        }, cancellationToken);

    /// <summary>Who puts out by hand what no server may post here. Only somebody who may close it; null for anybody of the sender.</summary>
    public async Task<Answer<bool>> SetPersonAsync(Actor actor, long channelId, int version, long? personId, CancellationToken cancellationToken)
    {
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            var sender = await db.Channels.Where(row => row.Id == channelId).Select(row => (long?)row.SenderId).SingleOrDefaultAsync(cancellationToken);
            if (await RefusedAsync(db, actor, sender, Act.ManageChannels, cancellationToken) is { } no)
            {
                return no;
            }

            if (personId is { } id && (await HandsAsync(db, sender!.Value, cancellationToken)).All(person => person.Id != id))
            {
                return Refusal.NotFound;
            }
        }

        return await ChangeAsync(actor, channelId, version, Act.ManageChannels, (channel, now) =>
        {
            if (!platforms[channel.Platform].Info.IsByHand)
            {
                return (new Refusal("option.not.possible"), null);
            }

            channel.ByHandPersonId = personId;
            return (null, new LogEntry(actor, now, "channel.person.changed") { SenderId = channel.SenderId, ChannelId = channel.Id, SubjectId = personId });
        }, cancellationToken);
    }

    /// <summary>Everybody who may say for this sender that a post is out.</summary>
    internal static Task<IReadOnlyList<(long Id, string Name)>> HandsAsync(PublisherDb db, long senderId, CancellationToken cancellationToken) =>
        PeopleAsync(db, Act.CloseByHand, senderId, cancellationToken);

    private static async Task<IReadOnlyList<(long Id, string Name)>> PeopleAsync(PublisherDb db, Act act, long senderId, CancellationToken cancellationToken)
    {
        var roles = Rights.RolesFor(act);
        var people = await db.Users.AsNoTracking()
            .Where(person => !person.IsOff && person.Grants.Any(grant => roles.Contains(grant.Role) && (grant.SenderId == null || grant.SenderId == senderId)))
            .OrderBy(person => person.DisplayName)
            .Select(person => new { person.Id, person.DisplayName })
            .ToListAsync(cancellationToken);
        return [.. people.Select(person => (person.Id, person.DisplayName))];
    }

    /// <summary>
    /// Tells the platform, then forgets the credentials. The channel stays, because messages and the log name it. The answer is a code the
    /// screens word: whether the platform has taken the access back.
    /// </summary>
    public async Task<Answer<string>> DisconnectAsync(Actor actor, long channelId, int version, CancellationToken cancellationToken)
    {
        Channel? channel;
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            channel = await db.Channels.AsNoTracking().SingleOrDefaultAsync(row => row.Id == channelId, cancellationToken);
            if (await RefusedAsync(db, actor, channel?.SenderId, Act.ManageChannels, cancellationToken) is { } no)
            {
                return no;
            }
        }

        if (channel!.Version != version || channel.Health == ChannelHealth.Disconnected)
        {
            return Refusal.LookAgain;
        }

        var told = await RevokeAsync(channel, cancellationToken);
        // Whatever the platform said, and whoever has left the page meanwhile: what was taken back is not kept.
        var answer = await ChangeAsync(actor, channelId, version, Act.ManageChannels, (found, now) =>
        {
            found.Credentials = keys.Protect(new Credentials { Token = new Secret("") }, found.Platform, found.Server, found.AccountId);
            found.TokenExpires = null;
            found.SignInExpires = null;
            found.Health = ChannelHealth.Disconnected;
            found.HealthCode = null;
            return (null, new LogEntry(actor, now, "channel.disconnected") { SenderId = found.SenderId, ChannelId = found.Id, Code = told });
        }, CancellationToken.None);
        return answer.Refusal is { } refusal ? refusal : told;
    }

    private async Task<string> RevokeAsync(Channel channel, CancellationToken cancellationToken)
    {
        if (platforms[channel.Platform] is not IRevoke platform)
        {
            return platforms[channel.Platform].Info.IsByHand ? "done" : "silent";
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(platforms[channel.Platform].Info.CallLimit);
        try
        {
            return await platform.RevokeAsync(keys.Open(channel), limit.Token) is null ? "told" : "untold";
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException or CryptographicException)
        {
            return "untold";
        }
    }

    /// <summary>Asks the platform whether it still knows the channel. Reads only. The answer is a code the screens word.</summary>
    public async Task<Answer<string>> TestAsync(Actor actor, long channelId, CancellationToken cancellationToken)
    {
        Channel? channel;
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            channel = await db.Channels.AsNoTracking().SingleOrDefaultAsync(row => row.Id == channelId, cancellationToken);
            if (await RefusedAsync(db, actor, channel?.SenderId, Act.ManageChannels, cancellationToken) is { } no)
            {
                return no;
            }
        }

        var code = await AskAsync(channel!, cancellationToken);
        var answer = await ChangeAsync(actor, channelId, channel!.Version, Act.ManageChannels, (found, now) =>
        {
            // An alarm is about what went out, and a platform that answers doesn't lift it.
            if (found.Health is ChannelHealth.Working or ChannelHealth.SignInNeeded && code is "works" or "sign.in")
            {
                found.Health = code == "works" ? ChannelHealth.Working : ChannelHealth.SignInNeeded;
                found.HealthCode = code == "works" ? null : Codes.AccessRevoked;
            }

            return (null, new LogEntry(actor, now, "channel.tested") { SenderId = found.SenderId, ChannelId = found.Id, Code = code });
        }, cancellationToken);
        return answer.Refusal is { } refusal ? refusal : code;
    }

    private async Task<string> AskAsync(Channel channel, CancellationToken cancellationToken)
    {
        if (platforms[channel.Platform] is not IRecall platform)
        {
            return "untested";
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(platforms[channel.Platform].Info.CallLimit);
        try
        {
            var now = time.GetUtcNow();
            // A text nobody writes: what counts is that the account's own list can be read.
            var found = await platform.FindAsync(
                new Part { Text = "\u2060", Language = "en" }, Prepared.Nothing, new TimeWindow(now.AddMinutes(-1), now), keys.Open(channel), limit.Token);
            return found.Failure switch
            {
                null => "works",
                { Outcome: Outcome.SignInNeeded } => "sign.in",
                { Code: PublishResult.TokenExpired } => "lapsed",
                _ => "not.now",
            };
        }
        catch (Exception failure) when (IsUnreached(failure, cancellationToken))
        {
            return "unreachable";
        }
        catch (CryptographicException)
        {
            // Stored under another key: only a new sign-in helps.
            return "sign.in";
        }
    }

    private Task<Answer<bool>> ChangeAsync(
        Actor actor, long channelId, int version, Act act, Func<Channel, DateTimeOffset, (Refusal? Refusal, LogEntry? Entry)> change, CancellationToken cancellationToken) =>
        writer.DecideAsync<bool>(
            async (db, token) =>
            {
                var channel = await db.Channels.SingleOrDefaultAsync(row => row.Id == channelId, token);
                if (await RefusedAsync(db, actor, channel?.SenderId, act, token) is { } no)
                {
                    return no;
                }

                if (channel!.Version != version)
                {
                    return Refusal.LookAgain;
                }

                // Before the version is raised: a no changes nothing, so what others look at is still the newest.
                var (refusal, entry) = change(channel, time.GetUtcNow());
                if (refusal is null && await db.Channels.Where(row => row.Id == channelId && row.Version == version).ExecuteUpdateAsync(set => set.SetProperty(row => row.Version, version + 1), token) == 0)
                {
                    refusal = Refusal.LookAgain;
                }

                if (refusal is not null)
                {
                    db.ChangeTracker.Clear();
                    return refusal;
                }

                channel.Version = version + 1;
                db.Append(entry!);
                return true;
            },
            cancellationToken);

    /// <param name="senderId">Null where there is no such thing.</param>
    private async Task<Refusal?> RefusedAsync(PublisherDb db, Actor actor, long? senderId, Act act, CancellationToken cancellationToken)
    {
        if (await Rights.LoadAsync(db, actor, time.GetUtcNow(), cancellationToken) is not { } rights)
        {
            return Refusal.SignInAgain;
        }

        return !rights.CanSomewhere(act) ? Refusal.NotAllowed
            : senderId is not { } sender ? Refusal.NotFound
            : rights.Can(act, sender) ? null
            : Refusal.NotAllowed;
    }
}
