namespace Publisher.Web.Shell;

/// <summary>What every answer tells the browser not to do. Inline style is allowed because Radzen's components need it.</summary>
internal sealed class SafeHeaders(RequestDelegate next, Start start)
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' blob: data:; media-src 'self' blob:; font-src 'self'; "
        + "connect-src 'self'; form-action 'self'; base-uri 'self'; frame-ancestors 'none'; manifest-src 'self'";

    public Task InvokeAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        if (start.IsHttps)
        {
            // For a year, and for this name alone: what else its domain holds is not ours to decide.
            headers.StrictTransportSecurity = "max-age=31536000";
        }

        return next(context);
    }
}
