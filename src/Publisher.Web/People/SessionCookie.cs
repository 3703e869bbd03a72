using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Identity;

namespace Publisher.Web.People;

/// <summary>The cookie carries a session's id; the row decides whether it still opens anything.</summary>
internal static class SessionCookie
{
    public const string Name = "publisher";

    public static void Shape(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = Name;
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.ExpireTimeSpan = Session.Longest;
        options.SlidingExpiration = false;
        options.LoginPath = "/account/sign-in";
        options.LogoutPath = "/account/sign-out";
        options.AccessDeniedPath = "/account/denied";
        options.ReturnUrlParameter = "returnUrl";
        options.Events.OnValidatePrincipal = CheckAsync;
        options.Events.OnRedirectToLogin = context => Answer(context, StatusCodes.Status401Unauthorized);
        options.Events.OnRedirectToAccessDenied = context => Answer(context, StatusCodes.Status403Forbidden);
    }

    /// <summary>Gives the browser the cookie of a session that a desk has started.</summary>
    public static async Task GiveAsync(SignInManager<Person> signIn, Actor actor)
    {
        var person = await signIn.UserManager.FindByIdAsync(actor.PersonId.ToString(System.Globalization.CultureInfo.InvariantCulture))
            ?? throw new InvalidOperationException("A session was started for a person who does not exist.");
        await signIn.SignInWithClaimsAsync(person, isPersistent: false, [new Claim(CurrentPerson.SessionClaim, actor.SessionId.ToString())]);
    }

    /// <summary>The framework makes a new principal when it looks at the security stamp; the session goes with it.</summary>
    public static Task KeepSession(SecurityStampRefreshingPrincipalContext context)
    {
        if (context.CurrentPrincipal?.FindFirst(CurrentPerson.SessionClaim) is { } session && context.NewPrincipal?.Identity is ClaimsIdentity identity)
        {
            identity.AddClaim(new Claim(session.Type, session.Value));
        }

        return Task.CompletedTask;
    }

    private static async Task CheckAsync(CookieValidatePrincipalContext context)
    {
        await SecurityStampValidator.ValidatePrincipalAsync(context);
        var services = context.HttpContext.RequestServices;
        if (context.Principal is { } user
            && CurrentPerson.Read(user) is { } actor
            && await services.GetRequiredService<Sessions>().SeeAsync(actor, context.HttpContext.RequestAborted))
        {
            return;
        }

        context.RejectPrincipal();
        await context.HttpContext.SignOutAsync(IdentityConstants.ApplicationScheme);
    }

    // A program that asks for data gets a plain no: a sign-in page with status 200 would look like the data.
    private static Task Answer(RedirectContext<CookieAuthenticationOptions> context, int status)
    {
        if (context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<ComponentTypeMetadata>() is not null || IsBrowsing(context.Request))
        {
            context.Response.Redirect(context.RedirectUri);
        }
        else
        {
            context.HttpContext.Features.Get<IStatusCodePagesFeature>()?.Enabled = false;
            context.Response.StatusCode = status;
        }

        return Task.CompletedTask;
    }

    private static bool IsBrowsing(HttpRequest request) =>
        request.HttpContext.GetEndpoint() is null && HttpMethods.IsGet(request.Method) && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
}
