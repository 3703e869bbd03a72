using System.Text.Json;

namespace Publisher.Sandbox;

/// <summary>The sandbox's own calls below <c>/_sandbox/</c>: what became visible, what was called, objections, faults, tokens, codes.</summary>
internal sealed class OwnCalls(World world, PlatformServer[] platforms)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Null when the path is not one of these calls.</summary>
    public Answer? Answer(Call call) => (call.Method, call.Path) switch
    {
        ("GET", "_sandbox/posts") => List(Chosen(call).SelectMany(p => p.PublicPosts())),
        ("GET", "_sandbox/count") => Sandbox.Answer.Json(Chosen(call).Sum(p => p.Feed.Count)),
        ("GET", "_sandbox/calls") => List(world.Journal.Calls.Where(c => IsChosen(call, c.Platform))),
        ("GET", "_sandbox/objections") => List(world.Journal.Objections.Where(o => IsChosen(call, o.Platform))),
        ("DELETE", "_sandbox/objections") => Done(world.Journal.ClearObjections),
        ("GET", "_sandbox/faults") when call.Headers.Accept.ToString().Contains("json", StringComparison.Ordinal) => List(world.Faults.All),
        ("GET", "_sandbox/faults/kinds") => List(platforms.SelectMany(p => Fault.Kinds.Concat(p.OwnFaults).Select(k => new SandboxFaultKind(p.Key, k.Kind, k.Does, p.OwnFaults.Contains(k))))),
        ("POST", "_sandbox/faults") => AddFault(call),
        ("DELETE", "_sandbox/faults") => Done(() => world.Faults.Clear(call.Asked("platform"))),
        ("POST", "_sandbox/tokens") => ChangeTokens(call),
        ("POST", "_sandbox/codes") => LapseCodes(call),
        ("POST", "_sandbox/accounts") => OpenAccount(call),
        ("POST", "_sandbox/reset") => Reset(call),
        ("GET", var path) when path.StartsWith("_sandbox/media/", StringComparison.Ordinal) => Media(path["_sandbox/media/".Length..]),
        _ => null,
    };

    private static Answer List<T>(IEnumerable<T> items) => new(200, JsonSerializer.SerializeToUtf8Bytes(items.ToList(), Json), "application/json; charset=utf-8");

    private static Answer Done(Action action)
    {
        action();
        return Sandbox.Answer.Empty(204);
    }

    private static Answer Back(Call call) => call.ContentType.Contains("form", StringComparison.Ordinal) ? Sandbox.Answer.Redirect("/_sandbox/faults", 303) : Sandbox.Answer.Empty(204);

    private static Answer Wrong(string what) => Sandbox.Answer.Json(new { error = what }, 400);

    private static T? ReadJson<T>(Call call)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(call.Body, Json);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static bool IsChosen(Call call, string platform) => call.Asked("platform") is not { Length: > 0 } asked || asked == platform;

    private IEnumerable<PlatformServer> Chosen(Call call) => platforms.Where(p => IsChosen(call, p.Key));

    private Answer AddFault(Call call)
    {
        var isForm = call.ContentType.Contains("form", StringComparison.Ordinal);
        if (isForm && call.Field("clear") is not null)
        {
            world.Faults.Clear();
            return Back(call);
        }

        var fault = isForm ? FromForm(call) : ReadJson<Fault>(call);
        if (fault is null || !Kinds(fault.Platform).Contains(fault.Kind))
        {
            return Wrong("kind must be one of " + string.Join(", ", Kinds(fault?.Platform ?? "*")));
        }

        if (fault.Platform != "*" && platforms.All(p => p.Key != fault.Platform))
        {
            return Wrong("platform must be * or one of " + string.Join(", ", platforms.Select(p => p.Key)));
        }

        if (fault.Calls is not ("create" or "media" or "read" or "change" or "token" or "all"))
        {
            return Wrong("on must be create, media, read, change, token or all");
        }

        world.Faults.Add(fault);
        return Back(call);
    }

    private IEnumerable<string> Kinds(string platform) =>
        Fault.Kinds.Concat(platforms.Where(p => platform == "*" || p.Key == platform).SelectMany(p => p.OwnFaults)).Select(k => k.Kind).Distinct();

    private static Fault FromForm(Call call) => new()
    {
        Platform = call.Field("platform") ?? "*",
        Account = call.Field("account") is { Length: > 0 } account ? account : null,
        Kind = call.Field("kind") ?? "",
        On = call.Field("on") is { Length: > 0 } on ? on : null,
        Times = int.TryParse(call.Field("times"), out var times) ? times : null,
        Status = int.TryParse(call.Field("status"), out var status) && status is >= 200 and < 600 ? status : null,
        DelayMs = int.TryParse(call.Field("delayMs"), out var delay) && delay >= 0 ? delay : null,
        Seconds = double.TryParse(call.Field("seconds"), System.Globalization.CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and < 86400 ? seconds : null,
        RetryAfter = call.Field("retryAfter") is { Length: > 0 } wait ? wait : null,
    };

    private Answer ChangeTokens(Call call)
    {
        var change = call.ContentType.Contains("form", StringComparison.Ordinal)
            ? new TokenChange(call.Field("platform"), call.Field("account"), call.Field("action"))
            : ReadJson<TokenChange>(call);
        var platform = platforms.FirstOrDefault(p => p.Key == change?.Platform);
        var account = platform?.Accounts.FirstOrDefault(a => a.Id == change?.Account || a.Handle == change?.Account);
        if (platform is null || account is null || change?.Action is not ("expire" or "lapse" or "revoke" or "restore"))
        {
            return Wrong("platform, account (id or handle) and action (expire, lapse, revoke, restore) are needed");
        }

        platform.Tokens.Change(account.Id, change.Action, world.Now);
        platform.Touch();
        return Back(call);
    }

    private Answer LapseCodes(Call call)
    {
        foreach (var platform in Chosen(call))
        {
            platform.CodesLapsedAt = world.Now;
        }

        return Back(call);
    }

    /// <summary>Answers the new account with everything needed to connect it.</summary>
    private Answer OpenAccount(Call call) => platforms.FirstOrDefault(p => p.Key == call.Asked("platform")) is { } platform
        ? new Answer(201, JsonSerializer.SerializeToUtf8Bytes(platform.Open(), Json), "application/json; charset=utf-8")
        : Wrong("platform must be one of " + string.Join(", ", platforms.Select(p => p.Key)));

    private Answer Reset(Call call)
    {
        foreach (var platform in platforms)
        {
            platform.Feed.Clear();
            platform.Forget();
            platform.Touch();
        }

        world.Journal.ClearCalls();
        world.Journal.ClearObjections();
        world.Faults.Clear();
        return Back(call);
    }

    private Answer Media(string hash)
    {
        if (world.Media.Get(hash) is not { } bytes)
        {
            return Sandbox.Answer.Text("No such media.", 404);
        }

        // Only what was recognised as an image or a video is shown; anything else is downloaded.
        var type = MediaStore.Look(bytes).Type;
        var answer = new Answer(200, bytes, type ?? "application/octet-stream").With("X-Content-Type-Options", "nosniff").With("Cache-Control", "max-age=86400, immutable");
        return type is null ? answer.With("Content-Disposition", "attachment") : answer;
    }

    private sealed record TokenChange(string? Platform, string? Account, string? Action);
}
