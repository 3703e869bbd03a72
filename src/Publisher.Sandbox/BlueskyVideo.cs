namespace Publisher.Sandbox;

/// <summary>Bluesky's video service, below the same address as the PDS.</summary>
internal sealed partial class Bluesky
{
    private void AddVideo() => Add(
        new("GET", "xrpc/com.atproto.server.getServiceAuth", CallKind.Token, ServiceAuth) { Query = ["aud", "exp", "lxm"] },
        new("GET", "xrpc/app.bsky.video.getUploadLimits", CallKind.Media, call => ServiceAccount(call) is null
            ? Refuse(call, Trouble.NoToken, "")!
            : Answer.Json(new { canUpload = true, remainingDailyVideos = 25, remainingDailyBytes = 10_000_000_000 })) { Open = true },
        new("POST", "xrpc/app.bsky.video.uploadVideo", CallKind.Media, UploadVideo) { Open = true, Query = ["did", "name"], Accepts = ["video/mp4"] },
        new("GET", "xrpc/app.bsky.video.getJobStatus", CallKind.Media, call => call.Asked("jobId") is { } id && Uploads.TryGetValue(id, out var job)
            ? Answer.Json(new { jobStatus = Status(job) })
            : Error(400, "InvalidRequest", "Job not found")) { Open = true, Query = ["jobId"] });

    private Answer ServiceAuth(Call call)
    {
        if (call.Asked("aud") is not { } audience || !audience.StartsWith("did:", StringComparison.Ordinal))
        {
            Object(call, "aud must be a DID");
            return Error(400, "InvalidRequest", "Error: Params must have the property \"aud\"");
        }

        var now = World.Now;
        var until = long.TryParse(call.Asked("exp"), out var seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds) : now.AddMinutes(1);
        return until <= now || until > now.AddHours(1)
            ? Error(400, "BadExpiration", "expiration must be in the future, at most one hour")
            : Answer.Json(new { token = Tokens.Issue("service.", call.Account.Id, "service", call.Asked("lxm") ?? "*", until).Token });
    }

    private string? ServiceAccount(Call call)
        => Tokens.Find(call.Bearer) is { Kind: "service", Revoked: false } grant && grant.Expires > World.Now ? grant.Account : null;

    private Answer UploadVideo(Call call)
    {
        if (ServiceAccount(call) is not { } did || did != call.Asked("did") || !Tokens.Find(call.Bearer)!.Allows("com.atproto.repo.uploadBlob"))
        {
            return Error(401, "AuthenticationRequired", "A service token for com.atproto.repo.uploadBlob is needed");
        }

        if (MediaStore.Look(call.Body).Type != "video/mp4" || call.Body.Length > 300_000_000)
        {
            return Error(400, "InvalidRequest", "The file is no MP4 or too large");
        }

        // The same file again is answered with the job that exists.
        var video = StoreBlob(did, call.Body, "video/mp4");
        var key = $"video:{did}:{video.Sha256}";
        if (Notes.TryGetValue(key, out var earlier) && Uploads.TryGetValue(earlier, out var known))
        {
            var status = Status(known);
            status["error"] = "already_exists";
            status["message"] = "Video already processed";
            return Answer.Json(status, 409);
        }

        var job = video with { Id = "job" + Feed.NextNumber(World.Now), Note = video.Id, Ready = World.Now + World.Options.ProcessingTime };
        Uploads[job.Id] = job;
        Notes[key] = job.Id;
        return Answer.Json(new { jobStatus = Status(job) });
    }

    private Dictionary<string, object> Status(Upload job)
    {
        var isReady = job.Ready <= World.Now;
        var status = new Dictionary<string, object>
        {
            ["jobId"] = job.Id,
            ["did"] = job.Account,
            ["state"] = isReady ? "JOB_STATE_COMPLETED" : "JOB_STATE_ENCODING",
            ["progress"] = isReady ? 100 : 40,
        };
        if (isReady)
        {
            status["blob"] = Blob(Uploads[job.Note!]);
        }

        return status;
    }
}
