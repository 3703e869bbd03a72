using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Publisher.Sandbox;

/// <summary>A code on its way from the consent page to the client.</summary>
internal sealed record ConsentCode(string Code, string Account, string Client, string RedirectUri, string Scope, string? Challenge, string ChallengeMethod, DateTimeOffset GivenAt);

/// <summary>The page on which a person allows a client to post, and the one-time codes it hands out.</summary>
internal sealed class Consent(PlatformServer platform, TimeSpan codeLife, Func<string, bool> isClient)
{
    /// <summary>Why <see cref="Redeem"/> takes no code that came too late; some platforms word it apart.</summary>
    public const string Expired = "the code has expired";

    private readonly ConcurrentDictionary<string, ConsentCode> _codes = new();

    /// <summary>Parameters the authorize address must carry.</summary>
    public string[] Required { get; init; } = ["response_type", "client_id", "redirect_uri"];

    /// <summary>Parameters it may carry.</summary>
    public string[] Optional { get; init; } = [];

    /// <summary>What the platform calls the client's id.</summary>
    public string ClientName { get; init; } = "client_id";

    /// <summary>How it writes the digest of a code_verifier.</summary>
    public Func<byte[], string> WriteChallenge { get; init; } = digest => Base64Url.EncodeToString(digest);

    /// <summary>Shows the code for copying when this is the redirect address; null where the platform has no such thing.</summary>
    public string? OutOfBand { get; init; }

    /// <summary>What the platform leaves at the end of the address it sends people back to.</summary>
    public string Ending { get; init; } = "";

    public Func<string, string, bool> IsRedirect { get; init; } = (client, redirect) => client.Length > 0 && Uri.TryCreate(redirect, UriKind.Absolute, out _);

    public Route[] Routes(string path) =>
    [
        new("GET", path, CallKind.Page, Show) { Open = true },
        new("POST", path, CallKind.Page, Decide) { Open = true },
    ];

    /// <summary>Takes a code out of circulation and checks what came with it; an OAuth error word otherwise.</summary>
    public (ConsentCode? Code, string Error) Redeem(string? code, string? client, string? redirectUri, string? verifier)
    {
        if (code is null || !_codes.TryRemove(code, out var found))
        {
            return (null, "the code is unknown or was used");
        }

        if (found.GivenAt + codeLife <= platform.World.Now || found.GivenAt <= platform.CodesLapsedAt)
        {
            return (null, Expired);
        }

        if (found.Client != client || found.RedirectUri != redirectUri)
        {
            return (null, "client or redirect_uri differ from the authorization");
        }

        if (found.Challenge is null)
        {
            return (found, "");
        }

        var proof = found.ChallengeMethod == "plain" ? verifier : WriteChallenge(SHA256.HashData(Encoding.ASCII.GetBytes(verifier ?? "")));
        return proof == found.Challenge ? (found, "") : (null, "code_verifier does not fit the code_challenge");
    }

    private string? Wrong(Func<string, string?> value, IEnumerable<string> names)
    {
        var problem = Required.Where(r => string.IsNullOrEmpty(value(r))).Select(r => $"parameter {r} is missing").FirstOrDefault()
            ?? names.Where(n => !Required.Contains(n) && !Optional.Contains(n)).Select(n => $"query parameter {n} is not documented").FirstOrDefault();
        if (problem is not null)
        {
            return problem;
        }

        return value("response_type") != "code" ? "response_type must be code"
            : !isClient(value(ClientName)!) ? $"{ClientName} is not registered"
            : value("redirect_uri") != OutOfBand && !IsRedirect(value(ClientName)!, value("redirect_uri")!) ? "redirect_uri is not registered"
            : value("code_challenge") is not null && value("code_challenge_method") is not ("S256" or "plain") ? "code_challenge_method must be S256"
            : null;
    }

    private Answer Show(Call call)
    {
        if (Wrong(call.Asked, call.Query.Keys) is { } problem)
        {
            platform.World.Journal.Add(new SandboxObjection(platform.Key, call.Method, call.Path, problem, platform.World.Now));
            return Html.Page("Not possible", $"<h1>{Html.E(platform.Name)} cannot ask for your consent</h1><p>{Html.E(problem)}</p>", 400);
        }

        var kept = call.Query.Where(q => Required.Contains(q.Key) || Optional.Contains(q.Key)).Select(q => (q.Key, q.Value.ToString()));
        return Ask(platform, call.Path, kept, call.Asked("redirect_uri"), call.Asked("scope") ?? "");
    }

    /// <summary>The question itself. What is kept comes back with the answer.</summary>
    public static Answer Ask(PlatformServer platform, string path, IEnumerable<(string Name, string Value)> kept, string? redirect, string scope)
    {
        var hidden = string.Concat(kept.Select(field => $"""<input type="hidden" name="{Html.E(field.Name)}" value="{Html.E(field.Value)}">"""));
        var accounts = string.Concat(platform.Accounts.Select((a, i) =>
            $"""<label class="choice"><input type="radio" name="account" value="{Html.E(a.Id)}"{(i == 0 ? " checked" : "")}><span><b>{Html.E(a.DisplayName)}</b><br><span class="soft">{Html.E(a.Handle)}</span></span></label>"""));
        var scopes = string.Concat(scope.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries).Select(s => $"<li><code>{Html.E(s)}</code></li>"));
        return Html.Page($"Allow access to {platform.Name}", $"""
            <section class="card narrow">
            <h1>Allow access to {Html.E(platform.Name)}?</h1>
            <p>An application asks to act for one of your accounts. It will be sent back to <b>{Html.E(redirect)}</b>.</p>
            <form method="post" action="/{platform.Key}/{Html.E(path)}">
            {hidden}
            <fieldset><legend>Account</legend>{accounts}</fieldset>
            {(scopes.Length > 0 ? $"<p>It asks for:</p><ul>{scopes}</ul>" : "")}
            <p class="row"><button class="primary" name="decision" value="allow">Allow</button><button name="decision" value="deny">Deny</button></p>
            </form>
            </section>
            """, formTarget: Origin(redirect));
    }

    private Answer Decide(Call call)
    {
        var isForeign = call.Headers["Sec-Fetch-Site"] == "cross-site";
        if (isForeign || Wrong(call.Field, Required) is not null || platform.Accounts.FirstOrDefault(a => a.Id == call.Field("account")) is not { } account)
        {
            return Html.Page("Not possible", "<h1>This consent is not complete</h1><p>Start again from the application.</p>", 400);
        }

        var redirect = call.Field("redirect_uri")!;
        var state = call.Field("state") is { } given ? "&state=" + Uri.EscapeDataString(given) : "";
        var glue = redirect.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        if (call.Field("decision") != "allow")
        {
            return redirect == OutOfBand
                ? Html.Page("Denied", "<h1>Access was denied</h1>")
                : Answer.Redirect($"{redirect}{glue}error=access_denied&error_description=The+person+said+no{state}");
        }

        var code = new ConsentCode(
            RandomNumberGenerator.GetHexString(32, lowercase: true), account.Id, call.Field(ClientName)!, redirect, call.Field("scope") ?? "",
            call.Field("code_challenge"), call.Field("code_challenge_method") ?? "plain", platform.World.Now);
        _codes[code.Code] = code;
        return redirect == OutOfBand
            ? Html.Page("Your code", $"<section class=\"card narrow\"><h1>Copy this code into the application</h1><p><code>{code.Code}</code></p></section>")
            : Answer.Redirect($"{redirect}{glue}code={code.Code}{state}{Ending}");
    }

    // A browser also holds the redirect after a form against form-action.
    private static string? Origin(string? redirect)
        => Uri.TryCreate(redirect, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri.GetLeftPart(UriPartial.Authority) : null;
}
