using System.Collections.Concurrent;
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
internal abstract partial class PlatformServer
{
    /// <summary>Accounts opened later are numbered from here, well away from those that are always there.</summary>
    private const int FirstOpened = 1000;

    private static readonly string[] EveryClientSends =
    [
        "Accept", "Accept-Encoding", "Accept-Language", "Authorization", "Cache-Control", "Connection", "Content-Length", "Content-Type", "Expect", "Host",
        "Keep-Alive", "Pragma", "Request-Id", "Transfer-Encoding", "User-Agent", "traceparent", "tracestate", "baggage", "Correlation-Context",
    ];

    private readonly List<Route> _routes = [];
    private volatile SandboxAccount[] _accounts;
    private long _changes;

    protected PlatformServer(World world, string key, string name)
    {
        World = world;
        Key = key;
        Name = name;
        _accounts = [.. SandboxAccounts.All.Where(a => a.Platform == key)];
    }

    public string Key { get; }

    public string Name { get; }

    public World World { get; }

    public IReadOnlyList<SandboxAccount> Accounts => _accounts;

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
    public void Seed()
    {
        foreach (var account in _accounts)
        {
            Seed(account);
        }
    }

    /// <summary>One account more, with tokens.</summary>
    public SandboxAccount Open()
    {
        lock (Gate)
        {
            var account = Another(FirstOpened + _accounts.Length);
            Seed(account);
            _accounts = [.. _accounts, account];
            Touch();
            return account;
        }
    }

    /// <summary>The accounts that were opened before a restart, whose tokens are kept.</summary>
    public void OpenAgain(int accounts)
    {
        while (_accounts.Length < accounts)
        {
            _accounts = [.. _accounts, Another(FirstOpened + _accounts.Length)];
        }
    }

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
            await Task.Delay(TimeSpan.FromMilliseconds(delay.DelayMs ?? 1000), World.Time, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (context.RequestAborted.IsCancellationRequested)
            {
                // Nobody waits for it any more, so it is not done; that it came is still to be seen.
                Note(call, route, 0, delay.Kind);
                return;
            }
        }

        call.Lag = TimeSpan.FromSeconds(faults.FirstOrDefault(f => f.Kind == "lagging-listing") is { } lag ? lag.Seconds ?? 30 : 0);
        var fault = faults.FirstOrDefault(f => f.Kind is not "delay" and not "lagging-listing");
        var answer = route is null ? Unknown(call) : Play(call, route, fault);
        Note(call, route, answer?.Status ?? 0, fault?.Kind ?? faults.FirstOrDefault()?.Kind);
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

    /// <summary>The first tokens of one account.</summary>
    protected abstract void Seed(SandboxAccount account);

    /// <summary>An account of the first sender with this number, as the platform would name and number it.</summary>
    protected abstract SandboxAccount Another(int number);

    /// <summary>Words a refusal as the platform does; null lets the call go on where the platform would not notice.</summary>
    protected abstract Answer? Refuse(Call call, Trouble trouble, string detail);

    /// <summary>The token a call came with, wherever the platform has it stand.</summary>
    protected virtual string? TokenOf(Call call) => call.Bearer;

    /// <summary>The platform's answer for a status code that a fault asks for.</summary>
    protected abstract Answer Fail(int status);

    /// <summary>The same answer, with a wait in place of the one it tells: in the header everybody knows, where the platform has no other way.</summary>
    protected virtual Answer Waiting(Answer answer, string wait) => answer.Instead("Retry-After", wait);

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

    private void Note(Call call, Route? route, int status, string? fault) => World.Journal.Add(
        new SandboxCall(Key, call.Signed?.Handle, call.Method, call.Path, (route?.Kind ?? CallKind.Read).ToString().ToLowerInvariant(), status, fault, call.At, call.ReadAt, World.Now));

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
            case "status-after":
                Perform(call, route);
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

    private Answer Dress(Answer answer, Fault fault)
    {
        if (fault.Body is not null)
        {
            answer = answer with { Body = System.Text.Encoding.UTF8.GetBytes(fault.Body) };
        }

        foreach (var (name, value) in fault.Headers ?? [])
        {
            answer.Instead(name, value);
        }

        return fault.RetryAfter is { } wait ? Waiting(answer, wait) : answer;
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
}
