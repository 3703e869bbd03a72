using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Publisher.Sandbox;

/// <summary>Why a call is refused before its handler sees it.</summary>
internal enum Trouble
{
    UnknownPath,
    WrongMethod,
    WrongType,
    Malformed,
    UnknownParameter,
    UnknownHeader,
    BadField,
    NoToken,
    BadToken,
    ExpiredToken,
    RevokedToken,
    MissingScope,
    TooMany,
}

/// <summary>
/// One platform's stand-in: its routes, its accounts, its feed. A platform derives from it, lists its routes and words its errors;
/// strictness, faults, tokens and the journal are here.
/// </summary>
internal abstract class PlatformServer
{
    private static readonly string[] EveryClientSends =
    [
        "Accept", "Accept-Encoding", "Accept-Language", "Authorization", "Cache-Control", "Connection", "Content-Length", "Content-Type", "Expect", "Host",
        "Keep-Alive", "Pragma", "Request-Id", "Transfer-Encoding", "User-Agent", "traceparent", "tracestate", "baggage", "Correlation-Context",
    ];

    private readonly List<Route> _routes = [];
    private long _changes;

    protected PlatformServer(World world, string key, string name)
    {
        World = world;
        Key = key;
        Name = name;
        Accounts = SandboxAccounts.All.Where(a => a.Platform == key).ToArray();
    }

    public string Key { get; }

    public string Name { get; }

    public World World { get; }

    public IReadOnlyList<SandboxAccount> Accounts { get; }

    public Feed Feed { get; } = new();

    public Tokens Tokens { get; } = new();

    public ConcurrentDictionary<string, Upload> Uploads { get; } = new();

    /// <summary>What a person's consent gave out until then is redeemed no more, as if its time were over.</summary>
    public DateTimeOffset CodesLapsedAt { get; set; }

    /// <summary>Small facts the platform keeps, such as registered clients.</summary>
    public ConcurrentDictionary<string, string> Notes { get; } = new();

    /// <summary>Grows with everything that may have changed what is kept.</summary>
    public long Changes => Interlocked.Read(ref _changes);

    /// <summary>The server's base address, ending in a slash.</summary>
    public string Base => $"{World.Address}{Key}/";

    protected RateCounter Rates { get; } = new();

    // Handlers that read or write posts run one at a time; media handlers touch only concurrent dictionaries.
    protected Lock Gate { get; } = new();

    /// <summary>Faults only this platform knows, with what each does in words for the page. See <see cref="Special"/>.</summary>
    public virtual (string Kind, string Does)[] OwnFaults => [];

    /// <summary>Gives the accounts their first tokens; called once, after kept state was read.</summary>
    public abstract void Seed();

    /// <summary>The posts with their permalinks filled in, oldest first.</summary>
    public IReadOnlyList<SandboxPost> PublicPosts() => [.. Feed.All.Select(p => p with { Url = Base + p.Path })];

    /// <summary>What stands below the name of an account.</summary>
    public virtual string Shown(SandboxAccount account) => "@" + account.Handle;

    public void Touch() => Interlocked.Increment(ref _changes);

    /// <summary>Drops what would make a fresh start look used: duplicate guards, repeat keys.</summary>
    public virtual void Forget()
    {
    }

    public async Task HandleAsync(HttpContext context, string path, DateTimeOffset at)
    {
        (path, var token) = TakeToken(path);
        var call = await Call.ReadAsync(context, path, at, World.Time);
        call.PathToken = token;
        var route = Find(call);
        call.Grant = Tokens.Find(TokenOf(call));
        call.Signed = Accounts.FirstOrDefault(a => a.Id == call.Grant?.Account);
        var faults = World.Faults.Take(Key, call.Signed, route?.Kind ?? CallKind.Read);
        foreach (var delay in faults.Where(f => f.Kind == "delay"))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(delay.DelayMs ?? 1000), World.Time, context.RequestAborted);
        }

        call.Lag = TimeSpan.FromSeconds(faults.FirstOrDefault(f => f.Kind == "lagging-listing") is { } lag ? lag.Seconds ?? 30 : 0);
        var fault = faults.FirstOrDefault(f => f.Kind is not "delay" and not "lagging-listing");
        var answer = route is null ? Unknown(call) : Play(call, route, fault);
        var seen = answer?.Status ?? 0;
        World.Journal.Add(new SandboxCall(Key, call.Signed?.Handle, call.Method, path, (route?.Kind ?? CallKind.Read).ToString().ToLowerInvariant(), seen, fault?.Kind ?? faults.FirstOrDefault()?.Kind, call.At, call.ReadAt, World.Now));
        if (answer is null)
        {
            context.Abort();
            return;
        }

        await SendAsync(context, answer);
    }

    /// <summary>Notes something the documentation does not allow.</summary>
    protected void Object(Call call, string what) => World.Journal.Add(new SandboxObjection(Key, call.Method, call.Path, what, World.Now));

    /// <summary>Where the platform wants the token in the path: the path without it, which alone is routed and noted, and the token.</summary>
    protected virtual (string Path, string? Token) TakeToken(string path) => (path, null);

    /// <summary>Words a refusal as the platform does; null lets the call go on where the platform would not notice.</summary>
    protected abstract Answer? Refuse(Call call, Trouble trouble, string detail);

    /// <summary>The token a call came with, wherever the platform has it stand.</summary>
    protected virtual string? TokenOf(Call call) => call.Bearer;

    /// <summary>The platform's answer for a status code that a fault asks for.</summary>
    protected abstract Answer Fail(int status);

    /// <summary>One of <see cref="OwnFaults"/>; null when this call does not show it.</summary>
    protected virtual Answer? Special(Call call, string fault) => null;

    /// <summary>Adds the headers every answer of the platform carries; may refuse a call over the limit.</summary>
    protected virtual Answer Finish(Call call, Route route, Answer answer) => answer;

    /// <summary>Checks headers of substance. Each string is an objection; a non-null answer ends the call.</summary>
    protected virtual Answer? CheckHeaders(Call call, Route route) => null;

    protected void Add(params Route[] routes) => _routes.AddRange(routes);

    protected Answer? Authorize(Call call, Route route)
    {
        if (TokenOf(call) is null)
        {
            return Refuse(call, Trouble.NoToken, "no token");
        }

        if (call.Grant is not { } grant || grant.Kind != "access" || call.Signed is null)
        {
            return Refuse(call, Trouble.BadToken, "unknown token");
        }

        if (grant.Revoked)
        {
            return Refuse(call, Trouble.RevokedToken, "revoked token");
        }

        if (grant.Expires is { } expires && expires <= World.Now)
        {
            return Refuse(call, Trouble.ExpiredToken, "expired token");
        }

        return grant.Allows(route.Scope) ? null : Refuse(call, Trouble.MissingScope, route.Scope ?? "");
    }

    public static async Task SendAsync(HttpContext context, Answer answer)
    {
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.ContentType;
        foreach (var (name, value) in answer.Headers)
        {
            context.Response.Headers.Append(name, value);
        }

        if (answer.Status is not 204 and not 304)
        {
            context.Response.ContentLength = answer.Body.Length;
            await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted);
        }
    }

    private Route? Find(Call call)
    {
        foreach (var route in _routes)
        {
            if (route.Method == call.Method && route.Matches(call.Path, out var values) && route.Fits(call))
            {
                call.Values = values;
                return route.KindOf is { } kindOf ? route with { Kind = kindOf(call) } : route;
            }
        }

        return null;
    }

    private Answer Unknown(Call call)
    {
        // A person who follows a link here, to a profile say, is no client that got a path wrong.
        if (call.Method == "GET" && call.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal))
        {
            return PostPage.Of(this, null);
        }

        var isMethod = _routes.Any(r => r.Matches(call.Path, out _));
        Object(call, isMethod ? "method not documented for this path" : "path not documented");
        return Refuse(call, isMethod ? Trouble.WrongMethod : Trouble.UnknownPath, call.Path) ?? Answer.Empty(404);
    }

    // Null means: cut the connection.
    private Answer? Play(Call call, Route route, Fault? fault)
    {
        switch (fault?.Kind)
        {
            case null:
                return Perform(call, route);
            case "cut-before":
                return null;
            case "cut-after":
                Perform(call, route);
                return null;
            case "504-then-visible":
                _ = PerformLaterAsync(call, route, TimeSpan.FromSeconds(fault.Seconds ?? 20));
                return Dress(Fail(504), fault);
            case "status":
                return Dress(Fail(fault.Status ?? 503), fault);
            case "garbage":
                Perform(call, route);
                return Answer.Text(fault.Body ?? "{\"ok\":tru\u0000<<", 200) with { ContentType = "application/json" };
            case "wrong-type":
                return Answer.Html(fault.Body ?? "<!doctype html><title>Sign in</title><p>Please sign in to the network.</p>");
            case "expired-token":
                return Refuse(call, Trouble.ExpiredToken, "expired token") ?? Perform(call, route);
            case "revoked-token":
                return Refuse(call, Trouble.RevokedToken, "revoked token") ?? Perform(call, route);
            default:
                return Special(call, fault.Kind) ?? Perform(call, route);
        }
    }

    private static Answer Dress(Answer answer, Fault fault)
    {
        if (fault.Body is not null)
        {
            answer = answer with { Body = System.Text.Encoding.UTF8.GetBytes(fault.Body) };
        }

        foreach (var (name, value) in fault.Headers ?? [])
        {
            answer.With(name, value);
        }

        return fault.RetryAfter is { } wait ? answer.With("Retry-After", wait) : answer;
    }

    private async Task PerformLaterAsync(Call call, Route route, TimeSpan wait)
    {
        await Task.Delay(wait, World.Time);
        Perform(call, route);
    }

    private Answer Perform(Call call, Route route)
    {
        var answer = Check(call, route);
        if (answer is null)
        {
            if (route.Kind == CallKind.Media)
            {
                answer = route.Handle(call);
            }
            else
            {
                lock (Gate)
                {
                    answer = route.Handle(call);
                }
            }
        }

        if (route.Kind != CallKind.Read)
        {
            Touch();
        }

        return Finish(call, route, answer);
    }

    private Answer? Check(Call call, Route route)
    {
        if (route.Kind == CallKind.Page)
        {
            return null;
        }

        Answer? refusal = null;
        foreach (var header in call.Headers.Keys.Where(h => !EveryClientSends.Concat(route.Headers).Contains(h, StringComparer.OrdinalIgnoreCase)))
        {
            refusal ??= Note(call, Trouble.UnknownHeader, $"header {header} is not documented");
        }

        foreach (var name in call.Query.Keys.Where(q => !route.Query.Contains(q)))
        {
            refusal ??= Note(call, Trouble.UnknownParameter, $"query parameter {name} is not documented");
        }

        return refusal ?? CheckHeaders(call, route) ?? (route.Open ? null : Authorize(call, route)) ?? CheckBody(call, route);
    }

    private Answer? CheckBody(Call call, Route route)
    {
        if (route.Accepts.Length == 0)
        {
            return call.Body.Length > 0 ? Note(call, Trouble.WrongType, "this call has no body") : null;
        }

        if (!route.Accepts.Contains(call.ContentType) && !route.Accepts.Contains("*/*"))
        {
            return Note(call, Trouble.WrongType, $"content type {(call.ContentType.Length == 0 ? "missing" : call.ContentType)}, documented: {string.Join(", ", route.Accepts)}")
                ?? Refuse(call, Trouble.Malformed, "content type");
        }

        if (call.ContentType == "application/json" && route.Shape is not null)
        {
            return CheckJson(call, route.Shape);
        }

        Answer? refusal = null;
        var fields = call.Form.Keys.Concat(call.Form.Files.Select(f => f.Name)).ToArray();
        if (route.Fields.Length > 0)
        {
            foreach (var name in fields.Where(f => !route.Fields.Any(k => k.TrimEnd('!') == f)))
            {
                refusal ??= Note(call, Trouble.UnknownParameter, $"form field {name} is not documented");
            }

            foreach (var name in route.Fields.Where(f => f.EndsWith('!')).Select(f => f.TrimEnd('!')).Where(f => !fields.Contains(f)))
            {
                refusal ??= Note(call, Trouble.BadField, $"form field {name} is missing");
            }
        }

        return refusal;
    }

    private Answer? CheckJson(Call call, Shape shape)
    {
        try
        {
            using var document = JsonDocument.Parse(call.Body);
            call.Json = document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return Note(call, Trouble.Malformed, "the body is not JSON") ?? Answer.Empty((int)HttpStatusCode.BadRequest);
        }

        Answer? refusal = null;
        foreach (var problem in shape.Check(call.Json))
        {
            var isUnknown = problem.EndsWith("is not a known field", StringComparison.Ordinal);
            Object(call, problem);
            refusal ??= Refuse(call, isUnknown ? Trouble.UnknownParameter : Trouble.BadField, problem);
        }

        return refusal;
    }

    private Answer? Note(Call call, Trouble trouble, string what)
    {
        Object(call, what);
        return Refuse(call, trouble, what);
    }
}
