using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Publisher.Platforms;
using Publisher.Web.Log;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Web.Channels;

/// <param name="Address">Where the person goes; null where the accounts are known already.</param>
/// <param name="Name">Of the connection, for the next step.</param>
public sealed record ConnectStep(string Name, Uri? Address);

/// <summary>Where the way back from the platform ends.</summary>
/// <param name="Page">Of whoever began, from the root of this installation.</param>
/// <param name="Name">Of the connection whose accounts are known now; null where there is a refusal.</param>
public sealed record Returned(string Page, string? Name, Refusal? Refusal)
{
    /// <summary>For those of whom nobody knows what they began.</summary>
    public const string List = "/channels";

    internal static string PageOf(Connection connection) =>
        connection.Link is { } link ? ConsentPath.Of(link.Token) : connection.ChannelId is { } channel ? $"/channels/connect?channel={channel}" : $"/channels/connect?platform={connection.Platform}";
}

/// <summary>An account that was found, for a person to say that it is the one.</summary>
public sealed record FoundAccount(string Id, string Handle, string DisplayName, string Server);

/// <summary>Two steps: the platform says which accounts a person opens, then the person says which one is meant. Nothing is stored before the second.</summary>
public sealed partial class ChannelDesk
{
    /// <param name="channelId">To connect a channel again; null for a new one.</param>
    public async Task<Answer<ConnectStep>> BeginAsync(
        Actor actor, long senderId, string platform, long? channelId, IReadOnlyDictionary<string, string> fields, CancellationToken cancellationToken)
    {
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            var sender = await db.Senders.Where(row => row.Id == senderId).Select(row => (long?)row.Id).SingleOrDefaultAsync(cancellationToken);
            if (await RefusedAsync(db, actor, sender, Act.ManageChannels, cancellationToken) is { } no)
            {
                return no;
            }
        }

        return await StartAsync(new Connection(actor, senderId, platform, channelId, time.GetUtcNow()), fields, cancellationToken);
    }

    /// <summary>The person is back from the platform. The state works once, in the session that began.</summary>
    public async Task<Returned> ReturnAsync(Actor actor, string state, string code, CancellationToken cancellationToken)
    {
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            if (await Rights.LoadAsync(db, actor, time.GetUtcNow(), cancellationToken) is not { } rights)
            {
                return new Returned(Returned.List, null, Refusal.SignInAgain);
            }

            if (!MayConnect(rights, null))
            {
                return new Returned(Returned.List, null, Refusal.NotAllowed);
            }
        }

        if (connections.Take(actor, state) is not { Ticket: { } ticket } connection || platforms[connection.Platform] is not IConnectByOAuth oauth)
        {
            return new Returned(Returned.List, null, new Refusal("connect.over"));
        }

        var answer = code.Length == 0 ? new Refusal("connect.denied") : await TryWireAsync<ConnectStep>(platforms[connection.Platform], async stop =>
        {
            var result = await oauth.FinishAsync(ticket, code, address.Callback, stop);
            if (result.Problem is { } problem)
            {
                return Worded(problem);
            }

            var name = Connections.NewName();
            connections.Keep(name, connection with { Ticket = null, Accounts = result.Accounts });
            return new ConnectStep(name, null);
        }, cancellationToken);
        return new Returned(Returned.PageOf(connection), answer.Value?.Name, answer.Refusal);
    }

    /// <summary>What was found, for the person who began. Null where it is over.</summary>
    internal (Connection Connection, IReadOnlyList<FoundAccount> Accounts)? Found(Actor actor, string name) =>
        connections.Look(actor, name) is { Accounts.Count: > 0 } found
            ? (found, [.. found.Accounts.Select(account => new FoundAccount(account.Id, account.Handle, account.DisplayName, account.Server.Host))])
            : null;

    /// <summary>This account it is: the channel is stored, or the channel connected before gets its new credentials.</summary>
    public Task<Answer<long>> ConfirmAsync(Actor actor, string name, string accountId, CancellationToken cancellationToken) =>
        writer.DecideAsync<long>(
            async (db, token) =>
            {
                var connection = connections.Look(actor, name);
                if (await Rights.LoadAsync(db, actor, time.GetUtcNow(), token) is not { } rights)
                {
                    return Refusal.SignInAgain;
                }

                if (!MayConnect(rights, connection))
                {
                    return Refusal.NotAllowed;
                }

                if (connection?.Accounts.FirstOrDefault(one => one.Id == accountId) is not { } account)
                {
                    return new Refusal("connect.over");
                }

                var channel = connection.ChannelId is { } id
                    ? await db.Channels.SingleOrDefaultAsync(row => row.Id == id, token)
                    : await db.Channels.SingleOrDefaultAsync(row => row.Platform == account.Platform && row.Server == account.Server && row.AccountId == account.Id, token);
                if (connection.ChannelId is not null && (channel is null || channel.Platform != account.Platform || channel.Server != account.Server || channel.AccountId != account.Id))
                {
                    return new Refusal("another.account", channel?.Handle ?? "");
                }

                if (channel is not null && channel.SenderId != connection.SenderId)
                {
                    return new Refusal("account.taken", account.Handle);
                }

                if (connection.Link is { } link && !await UseAsync(db, link.Id, time.GetUtcNow(), token))
                {
                    return new Refusal("consent.over");
                }

                var isNew = channel is null;
                channel ??= New(connection, account);
                Renew(channel, account);
                if (isNew)
                {
                    db.Channels.Add(channel);
                }

                await db.SaveChangesAsync(token);
                db.Append(new LogEntry(actor, time.GetUtcNow(), isNew ? "channel.connected" : "channel.reconnected")
                {
                    SenderId = channel.SenderId,
                    ChannelId = channel.Id,
                    SubjectId = connection.Link?.AskedBy,
                    Code = channel.Platform,
                    RemoteId = channel.AccountId,
                });
                connections.Take(actor, name);
                return channel.Id;
            },
            cancellationToken);

    private async Task<Answer<ConnectStep>> StartAsync(Connection connection, IReadOnlyDictionary<string, string> typed, CancellationToken cancellationToken)
    {
        if (!platforms.TryGet(connection.Platform, out var platform))
        {
            return new Refusal("connect.platform");
        }

        var fields = WithSandbox(connection.Platform, await WithKeptAsync(platform!, typed, cancellationToken));
        var name = Connections.NewName();
        return await TryWireAsync<ConnectStep>(platform!, async stop =>
        {
            switch (platform)
            {
                case IConnectByForm form:
                    var result = await form.ConnectAsync(fields, stop);
                    if (result.Problem is { } problem)
                    {
                        return Worded(problem);
                    }

                    connections.Keep(name, connection with { Accounts = result.Accounts });
                    return new ConnectStep(name, null);
                case IConnectByOAuth oauth:
                    var start = await oauth.StartAsync(fields, address.Callback, name, stop);
                    if (start.Problem is { } wrong)
                    {
                        return Worded(wrong);
                    }

                    connections.Keep(name, connection with { Ticket = start.Ticket });
                    return new ConnectStep(name, start.Address);
                default:
                    return new Refusal("connect.platform");
            }
        }, cancellationToken);
    }

    /// <summary>With the app registration that is kept. One that can't be opened is asked for again.</summary>
    private async Task<IReadOnlyDictionary<string, string>> WithKeptAsync(IPlatform platform, IReadOnlyDictionary<string, string> typed, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        try
        {
            var fields = new Dictionary<string, string>(await apps.OpenAsync(db, platform, typed.GetValueOrDefault(FormField.ServerName), cancellationToken));
            foreach (var (field, value) in typed)
            {
                fields[field] = value;
            }

            return fields;
        }
        catch (CryptographicException)
        {
            return typed;
        }
    }

    /// <summary>An administrator connects anything; the person of a link what it is for. Where nothing is known, whoever may do either.</summary>
    private static bool MayConnect(Rights rights, Connection? connection) => connection switch
    {
        null => rights.CanSomewhere(Act.ManageChannels) || rights.CanSomewhere(Act.Consent),
        { Link: null } => rights.Can(Act.ManageChannels, connection.SenderId),
        _ => rights.Can(Act.Consent, connection.SenderId),
    };

    private Channel New(Connection connection, Account account) => new()
    {
        SenderId = connection.SenderId,
        Platform = account.Platform,
        Server = account.Server,
        AccountId = account.Id,
        Handle = account.Handle,
        DisplayName = account.DisplayName,
        Credentials = "",
        Limits = account.Limits,
        ConnectedAt = time.GetUtcNow(),
        Options = platforms[account.Platform].Info.Options.ToDictionary(option => option.Name, option => option.Default),
    };

    private void Renew(Channel channel, Account account)
    {
        channel.Handle = account.Handle;
        channel.DisplayName = account.DisplayName;
        channel.Credentials = keys.Protect(account.Credentials, account.Platform, account.Server, account.Id);
        channel.Limits = account.Limits;
        channel.RepeatSafeFor = account.RepeatSafeFor;
        channel.TokenExpires = account.Credentials.Expires;
        channel.SignInExpires = account.Credentials.RefreshExpires ?? (account.Credentials.RefreshToken is null ? account.Credentials.Expires : null);
        channel.ConnectedAt = time.GetUtcNow();
        channel.Version++;
        // Signing in again answers nothing that an alarm asks.
        if (channel.Health != ChannelHealth.Alarmed)
        {
            channel.Health = ChannelHealth.Working;
            channel.HealthCode = null;
        }
    }

    /// <summary>In a demo every platform stands in the sandbox, whatever was typed.</summary>
    private IReadOnlyDictionary<string, string> WithSandbox(string platform, IReadOnlyDictionary<string, string> fields) =>
        rules.Only is { } sandbox ? new Dictionary<string, string>(fields) { [FormField.ServerName] = new Uri(sandbox, platform).AbsoluteUri + "/" } : fields.Where(field => field.Key != FormField.ServerName || Asks(platform, field.Key)).ToDictionary();

    private bool Asks(string platform, string field) => (platforms[platform] switch
    {
        IConnectByForm form => form.Fields,
        IConnectByOAuth oauth => oauth.AppFields,
        _ => [],
    }).Any(asked => asked.Name == field);

    /// <summary>Within the platform's limit: the clients have none, and a server may take a call and never answer.</summary>
    private static async Task<Answer<T>> TryWireAsync<T>(IPlatform platform, Func<CancellationToken, Task<Answer<T>>> ask, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(platform.Info.CallLimit);
        try
        {
            return await ask(limit.Token);
        }
        catch (OutboundRefused refused)
        {
            return new Refusal(refused.Code, refused.Host);
        }
        catch (Exception failure) when (IsUnreached(failure, cancellationToken))
        {
            return new Refusal("connect.unreachable", failure.Message);
        }
    }

    /// <summary>The wire broke, or the time ran out without anybody having left.</summary>
    private static bool IsUnreached(Exception failure, CancellationToken cancellationToken) =>
        failure is HttpRequestException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    private static Refusal Worded(Problem problem) => new($"connect.{problem.Code}", [.. problem.Values]);
}
