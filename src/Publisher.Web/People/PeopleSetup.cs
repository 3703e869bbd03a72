using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Identity;
using Publisher.Web.Storage;

namespace Publisher.Web.People;

internal static class PeopleSetup
{
    public static void AddPeople(this IServiceCollection services)
    {
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies(cookies => cookies.ApplicationCookie?.Configure(SessionCookie.Shape));
        // Desks are singletons and use these two; neither has state.
        services.AddSingleton<IPasswordHasher<Person>, PasswordHasher<Person>>();
        services.AddSingleton<ILookupNormalizer, UpperInvariantLookupNormalizer>();
        services.AddIdentityCore<Person>(Shape).AddEntityFrameworkStores<PublisherDb>().AddSignInManager();
        services.Configure<PasswordHasherOptions>(options => options.IterationCount = 210_000);
        services.Configure<SecurityStampValidatorOptions>(options =>
        {
            // Sessions are asked at every request; this catches a new password set on another machine.
            options.ValidationInterval = TimeSpan.FromMinutes(1);
            options.OnRefreshingPrincipal = SessionCookie.KeepSession;
        });

        services.AddAuthorization(options =>
        {
            ActPolicy.AddAll(options);
            // What says nothing is for people who are signed in; what is for everyone has to say so.
            options.FallbackPolicy = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build();
        });
        services.AddScoped<IAuthorizationHandler, ActPolicy>();
        services.AddScoped<AuthenticationStateProvider, PersonState>();

        services.AddScoped<LinkAddress>();
        services.AddSingleton<SessionBell>();
        services.AddSingleton<Sessions>();
        services.AddSingleton<SignInLimit>();
        services.AddSingleton<PeopleDesk>();
        services.AddSingleton<SignInDesk>();
        services.AddSingleton<AccountDesk>();
        services.AddSingleton<FirstStartDesk>();
    }

    public static void MapPeople(this IEndpointRouteBuilder endpoints) =>
        // Asked by the browser while somebody types or points, at most once a minute: the cookie's check notes it. Needs no antiforgery, because being
        // there is all it says, and the cookie does not travel with another site's request.
        endpoints.MapPost("/account/seen", () => Results.NoContent()).DisableAntiforgery();

    private static void Shape(IdentityOptions options)
    {
        options.User.RequireUniqueEmail = true;
        options.Lockout.MaxFailedAccessAttempts = 5;
        options.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(15);
        options.Password.RequiredLength = PersonFields.ShortestPassword;
        options.Password.RequireDigit = false;
        options.Password.RequireLowercase = false;
        options.Password.RequireUppercase = false;
        options.Password.RequireNonAlphanumeric = false;
    }
}
