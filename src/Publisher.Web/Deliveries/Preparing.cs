using Publisher.Platforms;
using Publisher.Web.Channels;
using Publisher.Web.Storage;

namespace Publisher.Web.Deliveries;

/// <summary>Brings files and containers to the platform before the visible call. Repeatable, and nothing of it shows.</summary>
internal sealed class Preparing(
    Verification verification, Refusing refusing, Fence fence, Calls calls, Saving saving, TokenRefresh tokens, Accounts accounts, PlatformList platforms, DatabaseClock clock, TimeProvider time)
{
    /// <summary>How long after due a token must still be good, or it is exchanged while there is time.</summary>
    private static readonly TimeSpan TokenReserve = TimeSpan.FromMinutes(5);

    /// <summary>Whether everything the platform needs is there, unlapsed, and of the approved bytes.</summary>
    public static bool IsReady(IPlatform platform, DeliveryPart row, Part part, DateTimeOffset now) =>
        !Delivery.NeedsPreparing(platform, part)
        || (row.PreparedAt is not null && !IsLapsed(row.PreparedSoFar, now) && IsOfApprovedBytes(row.PreparedSoFar, part));

    public async Task<NextPlace> RunAsync(Dossier dossier, CancellationToken stopping)
    {
        var (post, mismatch) = verification.Check(dossier);
        var delivery = dossier.Delivery;
        if (post is null || delivery.NextPart is not { } row)
        {
            await refusing.RefuseAsync(delivery, mismatch ?? "part.missing");
            return NextPlace.Rest;
        }

        var platform = platforms[post.Platform];
        var part = dossier.PartFor(post, row);
        if (clock.Now >= delivery.Due && IsReady(platform, row, part, clock.Now))
        {
            return NextPlace.Lane;
        }

        if (row.PreparedAt is not null && !IsOfApprovedBytes(row.PreparedSoFar, part))
        {
            await refusing.RefuseAsync(delivery, Calls.MediaAltered);
            return NextPlace.Rest;
        }

        if (await fence.MayPrepareAsync(delivery) is var answer and not FenceAnswer.Started)
        {
            return answer is FenceAnswer.Stopped ? NextPlace.Rest : NextPlace.Later;
        }

        var (result, channel) = await PrepareAsync(dossier.Channel!, platform, part, row, delivery, stopping);
        if (result.Failure?.Code == Calls.MediaAltered || (result.IsReady && platform is IPrepare && !IsOfApprovedBytes(result.Prepared, part)))
        {
            await refusing.RefuseAsync(delivery, Calls.MediaAltered);
            return NextPlace.Rest;
        }

        var failure = result.Failure;
        if (failure?.Code == PublishResult.TokenExpired && (await tokens.RefreshAsync(channel, stopping)).Failure is { Outcome: Outcome.SignInNeeded } revoked)
        {
            failure = revoked;
            result = result with { Failure = revoked };
        }

        var now = clock.Now;
        delivery.RecordPreparation(row, result, now);
        var action = result.IsReady ? "delivery.prepared" : result.Failure is null ? "delivery.preparing" : delivery.Led(row);
        await saving.SaveAsync(delivery, row, null, delivery.Entry(null, now, action, part: row), failure);
        return result.IsReady && now >= delivery.Due ? NextPlace.Lane : NextPlace.Rest;
    }

    private async Task<(PrepareResult Result, Channel Channel)> PrepareAsync(
        Channel channel, IPlatform platform, Part part, DeliveryPart row, Delivery delivery, CancellationToken stopping)
    {
        if (tokens.IsDue(channel, delivery.Due + TokenReserve))
        {
            var (fresh, failure) = await tokens.RefreshAsync(channel, stopping);
            if (failure is { Outcome: Outcome.SignInNeeded })
            {
                return (PrepareResult.Failed(row.PreparedSoFar, failure), channel);
            }

            channel = fresh ?? channel;
        }

        if (platform is not IPrepare prepare)
        {
            return (PrepareResult.Ready(Prepared.Nothing), channel);
        }

        if (accounts.Open(channel) is not { } account)
        {
            return (PrepareResult.Failed(row.PreparedSoFar, PublishResult.SignInNeeded("credentials.unreadable")), channel);
        }

        var soFar = IsLapsed(row.PreparedSoFar, clock.Now) ? Prepared.Nothing : row.PreparedSoFar;
        // An upload may take long, but never longer than it is of use.
        var left = delivery.Deadline - clock.Now;
        var begun = time.GetTimestamp();
        var result = await calls.QuietlyAsync(
            platform,
            left > platform.Info.CallLimit ? left : platform.Info.CallLimit,
            stop => prepare.PrepareAsync(part, soFar, account, stop),
            failure => PrepareResult.Failed(soFar, failure),
            stopping);
        Figures.Prepared(platform.Info.Name, time.GetElapsedTime(begun), result);
        return (result, channel);
    }

    private static bool IsLapsed(Prepared prepared, DateTimeOffset now) => prepared.UsableUntil is { } lapse && lapse <= now + TimeSpan.FromSeconds(30);

    private static bool IsOfApprovedBytes(Prepared prepared, Part part) =>
        prepared.Files.Select(file => file.Hash).SequenceEqual(part.Files().Select(file => file.Hash), StringComparer.Ordinal);
}
