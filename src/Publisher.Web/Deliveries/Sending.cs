using System.Security.Cryptography;
using Publisher.Platforms;
using Publisher.Web.Media;
using Publisher.Web.Storage;

namespace Publisher.Web.Deliveries;

internal enum NextPlace
{
    /// <summary>Nothing more for now; the delivery's next time is saved.</summary>
    Rest,

    /// <summary>It must be prepared, looked for or asked about, beside the lane.</summary>
    Aside,

    /// <summary>It is ready to be sent in its lane.</summary>
    Lane,

    /// <summary>Nothing was done; the sweep comes back to it.</summary>
    Later,
}

/// <summary>Sends one delivery: verify, slot, fence, one call, outcome; the parts of a thread one after the other.</summary>
internal sealed class Sending(
    Dossiers dossiers, Verification verification, Refusing refusing, Fence fence, Calls calls, Saving saving, Leases leases, TokenRefresh tokens, Accounts accounts,
    PlatformList platforms, IMediaFiles files, SendingTimes times, DatabaseClock clock, TimeProvider time)
{
    /// <param name="former">Saves the outcome of the lane's former delivery; until that is done the lane is taken.</param>
    public async Task<(NextPlace Next, Task Saved)> SendAsync(Dossier dossier, Task former, CancellationToken stopping)
    {
        var saved = Task.CompletedTask;
        var isClaimed = false;
        while (dossier.Delivery.NextPart is { } row)
        {
            await saved;
            var (post, mismatch) = verification.Check(dossier);
            if (post is null)
            {
                await refusing.RefuseAsync(dossier.Delivery, mismatch!);
                return (NextPlace.Rest, saved);
            }

            var platform = platforms[post.Platform];
            var part = dossier.PartFor(post, row);
            if (stopping.IsCancellationRequested)
            {
                return (NextPlace.Later, saved);
            }

            // A thread's next part follows inside the claim of the first; what comes here in sending was started by somebody else.
            if (!isClaimed && !dossier.Delivery.MayStart(row, PlatformTerms.Of(platform, dossier.Channel!, dossier.Delivery, times), clock.Now))
            {
                return (NextPlace.Rest, saved);
            }

            if (!Preparing.IsReady(platform, row, part, clock.Now))
            {
                return (await YieldAsync(dossier, row), saved);
            }

            if (!Delivery.NeedsPreparing(platform, part) && !await AreApprovedAsync(part, stopping))
            {
                await refusing.RefuseAsync(dossier.Delivery, Calls.MediaAltered);
                return (NextPlace.Rest, saved);
            }

            if (tokens.IsDue(dossier.Channel!, clock.Now) && (await tokens.RefreshAsync(dossier.Channel!, stopping)).Channel is { } fresh)
            {
                dossier = dossier with { Channel = fresh };
            }

            if (accounts.Open(dossier.Channel!) is not { } account)
            {
                await refusing.RefuseAsync(dossier.Delivery, "account.differs");
                return (NextPlace.Rest, saved);
            }

            using var slot = await calls.SlotAsync(platform.Info, stopping);
            var fenced = await fence.StartAsync(dossier.Delivery, row);
            if (fenced.Answer is FenceAnswer.LaneBusy && !former.IsCompleted)
            {
                await former;
                fenced = await fence.StartAsync(dossier.Delivery, row);
            }

            while (fenced.Answer is FenceAnswer.LaneBusy && isClaimed)
            {
                // The lane is this delivery's; another machine's look at it passes.
                await Task.Delay(FanOut.Pause, time, CancellationToken.None);
                fenced = await fence.StartAsync(dossier.Delivery, row);
            }

            if (fenced is not { Answer: FenceAnswer.Started, Attempt: { } attempt })
            {
                return (fenced.Answer is FenceAnswer.LaneBusy ? NextPlace.Lane : NextPlace.Rest, saved);
            }

            isClaimed = true;
            (var isOver, saved) = await CallAsync(dossier, platform, row, dossier.PartFor(post, row), account, attempt, fenced.Stamp);
            if (isOver)
            {
                return (NextPlace.Rest, saved);
            }
        }

        return (NextPlace.Rest, saved);
    }

    /// <summary>
    /// Files that no preparation has read travel with the visible call: they are read before the fence, for a file found altered on its way
    /// would be found when part of it has left.
    /// </summary>
    private async Task<bool> AreApprovedAsync(Part part, CancellationToken stopping)
    {
        foreach (var media in part.Files())
        {
            try
            {
                await using var file = files.Open(media);
                if (Convert.ToHexStringLower(await SHA256.HashDataAsync(file, stopping)) != media.Hash)
                {
                    return false;
                }
            }
            catch (Exception failure) when (failure is MediaSwapped or FileNotFoundException or DirectoryNotFoundException)
            {
                return false;
            }
        }

        return true;
    }

    private async Task<(bool IsOver, Task Saved)> CallAsync(Dossier dossier, IPlatform platform, DeliveryPart row, Part part, Account account, Attempt attempt, long stamp)
    {
        var delivery = dossier.Delivery;
        if (time.GetElapsedTime(stamp) > Fence.OldAfter)
        {
            delivery.RecordUnused(attempt, PlatformTerms.Of(platform, dossier.Channel!, delivery, times), clock.Now);
            return (true, saving.SaveAsync(delivery, row, attempt, delivery.Entry(null, clock.Now, "delivery.not.now", attempt, code: attempt.Code), null));
        }

        using var span = Figures.Attempt(platform.Info.Name, attempt);
        var (result, seen) = await calls.PublishAsync(platform, stop => PublishAsync(dossier, platform, row, part, account, stop));
        attempt.RequestDigest = seen.Digest;
        result = await dossiers.WithoutForeignAsync(delivery, row, result);
        var refreshFailed = result.Code == PublishResult.TokenExpired ? (await tokens.RefreshAsync(dossier.Channel!, CancellationToken.None)).Failure : null;
        if (refreshFailed is { Outcome: Outcome.SignInNeeded })
        {
            result = refreshFailed;
        }

        Figures.Ended(span, platform.Info.Name, delivery, attempt, result, seen);

        // What waits for later must not wait for a time that a wrong clock names.
        var now = clock.Now;
        delivery.Record(attempt, result with { Status = result.Status ?? seen.Status }, PlatformTerms.Of(platform, dossier.Channel!, delivery, times), now);
        var entry = delivery.Entry(null, now, delivery.Led(row), attempt);
        // The next part follows inside the same claim.
        var goesOn = delivery.State is DeliveryState.Waiting && row.PublishedAt is not null;
        if (goesOn)
        {
            delivery.State = DeliveryState.Sending;
            delivery.LeaseEnd = now + leases.Length;
            delivery.NextAt = delivery.LeaseEnd;
        }

        return (!goesOn, saving.SaveAsync(delivery, row, attempt, entry, result));
    }

    private static Task<PublishResult> PublishAsync(Dossier dossier, IPlatform platform, DeliveryPart row, Part part, Account account, CancellationToken stop) =>
        part.Correction is not null && dossier.IsOriginalGone ? Task.FromResult(PublishResult.Rejected(Codes.PostGone))
        : part.Correction?.Way is not CorrectionWay.Edit ? platform.PublishAsync(part, row.PreparedSoFar, account, stop)
        : platform is ICorrect correcting ? correcting.CorrectAsync(part, account, stop)
        : Task.FromResult(PublishResult.Rejected(Codes.NotOffered));

    // A thread's next part that must be prepared first frees the lane; its claim ends here.
    private async Task<NextPlace> YieldAsync(Dossier dossier, DeliveryPart row)
    {
        var delivery = dossier.Delivery;
        if (delivery.State is DeliveryState.Sending)
        {
            delivery.State = DeliveryState.Waiting;
            delivery.NextAt = clock.Now;
            await saving.SaveAsync(delivery, row, null, delivery.Entry(null, clock.Now, "delivery.preparing", part: row), null);
        }

        leases.Free(delivery.Id);
        return NextPlace.Aside;
    }
}
