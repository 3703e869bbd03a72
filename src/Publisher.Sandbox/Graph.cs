using System.Globalization;

namespace Publisher.Sandbox;

/// <summary>What Meta's Graph interfaces have in common: errors, fields asked by name, listings in pages.</summary>
internal abstract class Graph(World world, string key, string name) : PlatformServer(world, key, name)
{
    protected static readonly string[] FormOnly = ["application/x-www-form-urlencoded"];

    protected override Answer? Refuse(Call call, Trouble trouble, string detail) => trouble switch
    {
        Trouble.NoToken => Error(104, "An access token is required to request this resource."),
        Trouble.BadToken => Error(190, "Invalid OAuth access token - Cannot parse access token"),
        Trouble.ExpiredToken => Error(190, "Error validating access token: Session has expired.", 463),
        Trouble.RevokedToken => Error(190, "Error validating access token: The user has not authorized application.", 458),
        Trouble.MissingScope => Error(10, "Application does not have permission for this action: " + detail),
        Trouble.UnknownPath => Missing(call.Path),
        Trouble.WrongMethod => Error(100, "Unsupported request - method type: " + call.Method.ToLowerInvariant()),
        // What Graph does not know it passes over in silence.
        Trouble.UnknownHeader or Trouble.UnknownParameter => null,
        _ => Error(100, "Invalid parameter: " + detail),
    };

    protected override Answer Fail(int status) => status switch
    {
        429 => Error(4, "Application request limit reached", status: 429, isTransient: true),
        >= 500 => Error(2, "An unexpected error has occurred. Please retry your request later.", status: status, isTransient: true),
        _ => Error(1, "An unknown error occurred", status: status),
    };

    protected static Answer Error(int code, string message, int detail = 0, int status = 400, bool isTransient = false)
    {
        var error = new Dictionary<string, object> { ["message"] = message, ["type"] = code is 190 or 104 ? "OAuthException" : "GraphMethodException", ["code"] = code, ["is_transient"] = isTransient };
        if (detail != 0)
        {
            error["error_subcode"] = detail;
        }

        error["fbtrace_id"] = "A" + Guid.NewGuid().ToString("N")[..20];
        return Answer.Json(new { error }, status);
    }

    /// <summary>Two sentences for a code that came too late and one that came twice.</summary>
    protected static Answer CodeError(string error) => error == Consent.Expired
        ? Error(100, "This authorization code has expired.", 36007)
        : Error(100, "This authorization code has been used: " + error, 36009);

    protected static Answer Missing(string id) =>
        Error(100, $"Unsupported request. Object with ID '{id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation", 33);

    /// <summary>An object with the fields that were asked for, and its id always; what is null is left out.</summary>
    protected Dictionary<string, object> Choose(Call call, Dictionary<string, object?> all)
    {
        // A field's own parameters follow it: reactions.limit(0).summary(true).
        var asked = (call.Asked("fields") ?? "id").Split(',').Select(name => name.Split('.')[0]).ToList();
        foreach (var name in asked.Where(name => !all.ContainsKey(name)))
        {
            Object(call, $"field {name} does not exist");
        }

        return all.Where(field => field.Value is not null && (field.Key == "id" || asked.Contains(field.Key))).ToDictionary(field => field.Key, field => field.Value!);
    }

    /// <summary>One page of posts, newest first, from "since" on; "after" names the last of the page before.</summary>
    protected Answer Page(Call call, IEnumerable<SandboxPost> newest, int mostPerPage, Func<SandboxPost, Dictionary<string, object?>> view)
    {
        var limit = int.TryParse(call.Asked("limit"), CultureInfo.InvariantCulture, out var wanted) ? wanted : 25;
        if (limit < 1 || limit > mostPerPage)
        {
            Object(call, $"limit is 1 to {mostPerPage}");
            return Error(100, "Param limit is out of range");
        }

        var since = long.TryParse(call.Asked("since"), CultureInfo.InvariantCulture, out var seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds) : DateTimeOffset.MinValue;
        var after = call.Asked("after");
        var rest = newest.Where(post => post.At >= since).SkipWhile(post => after is not null && post.Id != after).Skip(after is null ? 0 : 1).Take(limit + 1).ToList();
        var shown = rest.Take(limit).ToList();
        var data = shown.Select(post => Choose(call, view(post))).ToArray();
        if (shown.Count == 0)
        {
            return Answer.Json(new { data });
        }

        var cursors = new { before = shown[0].Id, after = shown[^1].Id };
        return rest.Count > limit
            ? Answer.Json(new { data, paging = new { cursors, next = $"{Base}{call.Path}?access_token={call.Bearer}&after={cursors.after}" } })
            : Answer.Json(new { data, paging = new { cursors } });
    }

    protected static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'+0000'", CultureInfo.InvariantCulture);
}
