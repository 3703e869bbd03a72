using Publisher.Web.Channels;

namespace Publisher.Web.Shell;

/// <summary>Live pages are ours: a browser connects whatever site asks it to, sends our cookie along, and says in Origin which site it was.</summary>
internal sealed class LiveOrigin(RequestDelegate next, Start start)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (!request.Path.StartsWithSegments("/_blazor") || request.Headers.Origin.Count == 0 || IsOurs(request))
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }

    // The address that was asked will do too, for whoever sits at the machine itself. Another site gets a browser to name that as its origin only by turning
    // its own name onto this machine, and then our cookie stays away, because it belongs to our name alone. By which scheme a proxy was asked is known only
    // where a public address says it.
    private bool IsOurs(HttpRequest request) =>
        Uri.TryCreate(request.Headers.Origin, UriKind.Absolute, out var origin)
        && (start.PublicAddresses.Any(address => OutboundRules.IsSameOrigin(address, origin))
            || Uri.TryCreate($"{(start.PublicAddresses.Count == 0 ? origin.Scheme : request.Scheme)}://{request.Host}", UriKind.Absolute, out var asked) && OutboundRules.IsSameOrigin(asked, origin));
}
