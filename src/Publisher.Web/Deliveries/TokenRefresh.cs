using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Publisher.Platforms;
using Publisher.Web.Channels;
using Publisher.Web.Log;
using Publisher.Web.Storage;

namespace Publisher.Web.Deliveries;

/// <summary>
/// Exchanges a channel's token, one at a time per channel: many platforms take a refresh token only once. The new pair is
/// saved before anyone uses it.
/// </summary>
internal sealed class TokenRefresh(
    IDbContextFactory<PublisherDb> databases, Writer writer, ChannelKeys keys, PlatformList platforms, Calls calls, TimeProvider time, ILogger<TokenRefresh> logger)
{
    private static readonly TimeSpan Early = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<long, SemaphoreSlim> _doors = new();

    /// <summary>Whether the token will have lapsed by then, and something can be done about it.</summary>
    public bool IsDue(Channel channel, DateTimeOffset until) =>
        channel.TokenExpires is { } lapse && lapse <= until + Early && platforms[channel.Platform] is IRefreshTokens;

    /// <summary>The channel with a token newer than the one seen, or why there is none.</summary>
    public async Task<(Channel? Channel, PublishResult? Failure)> RefreshAsync(Channel seen, CancellationToken cancellationToken)
    {
        if (platforms[seen.Platform] is not IRefreshTokens refresher)
        {
            return (null, PublishResult.SignInNeeded(PublishResult.TokenExpired));
        }

        var door = _doors.GetOrAdd(seen.Id, _ => new SemaphoreSlim(1));
        await door.WaitAsync(cancellationToken);
        try
        {
            await using var db = await databases.CreateDbContextAsync(cancellationToken);
            // Held as long as this connection: other machines wait here, then find the new pair.
            await using var only = await OneMachine.EnterAsync(db, OneMachine.Refreshes, (int)(seen.Id % int.MaxValue), cancellationToken);
            var channel = await db.Channels.AsNoTracking().SingleAsync(row => row.Id == seen.Id, cancellationToken);
            if (channel.Credentials != seen.Credentials)
            {
                return (channel, null);
            }

            var account = keys.Open(channel);
            var platform = platforms[seen.Platform];
            // Not cut off when the process stops: by then the platform may have spent the former token.
            var result = await calls.QuietlyAsync(
                platform, platform.Info.CallLimit, stop => refresher.RefreshAsync(account, stop), failure => new RefreshResult(null, failure), CancellationToken.None);
            var failed = result.Credentials is null ? result.Failure ?? PublishResult.NotNow(PublishResult.TokenExpired) : null;
            Figures.Refreshed(seen.Platform, failed);
            if (result.Credentials is not { } fresh)
            {
                return (null, failed);
            }

            channel.Credentials = keys.Protect(fresh, channel.Platform, channel.Server, channel.AccountId);
            channel.TokenExpires = fresh.Expires;
            channel.SignInExpires = fresh.RefreshExpires ?? channel.SignInExpires;
            await SaveAsync(channel, seen.Credentials);
            return (channel, null);
        }
        finally
        {
            door.Release();
        }
    }

    // The former refresh token is spent: losing the new one would cost a person's sign-in, so it is saved again until it is.
    // Only in the place of the one it came from: who disconnected the channel meanwhile, or connected it again, has the last word.
    private async Task SaveAsync(Channel channel, string former)
    {
        while (true)
        {
            try
            {
                await writer.WriteAsync(
                    async (db, cancellation) =>
                    {
                        if (await db.Channels.Where(row => row.Id == channel.Id && row.Credentials == former).ExecuteUpdateAsync(
                            set => set.SetProperty(row => row.Credentials, channel.Credentials).SetProperty(row => row.TokenExpires, channel.TokenExpires)
                                .SetProperty(row => row.SignInExpires, channel.SignInExpires).SetProperty(row => row.Version, row => row.Version + 1),
                            cancellation) == 1)
                        {
                            db.Append(new LogEntry(null, time.GetUtcNow(), "channel.token.refreshed") { SenderId = channel.SenderId, ChannelId = channel.Id });
                        }

                        return true;
                    },
                    CancellationToken.None);
                return;
            }
            catch (Exception failure) when (failure is DbUpdateException or System.Data.Common.DbException or TimeoutException)
            {
                logger.LogError(failure, "The new token of channel {Channel} could not be saved and is kept", channel.Id);
                await Task.Delay(TimeSpan.FromSeconds(1), time);
            }
        }
    }
}
