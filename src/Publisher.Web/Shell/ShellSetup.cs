using System.Globalization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Localization;
using Publisher.Web.People;
using Radzen;

namespace Publisher.Web.Shell;

internal static class ShellSetup
{
    private static readonly CultureInfo[] Languages = [new("en-GB"), new("de-DE")];

    /// <exception cref="StartRefused">The setting of the proxies is wrong.</exception>
    public static void AddShell(this IServiceCollection services, Start start, string? proxies)
    {
        services.AddSingleton(start);
        services.AddSingleton(Proxies.Read(proxies));
        services.AddSingleton(TimeProvider.System);
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddCascadingAuthenticationState();
        services.AddHttpContextAccessor();
        services.AddRadzenComponents();
        services.AddLocalization();
        services.AddScoped<NavCounts>();
        services.AddScoped<CurrentPerson>();
        services.AddPages();
        services.AddHostedService<EarlyLoading>();
        services.Configure<RequestLocalizationOptions>(options =>
        {
            options.DefaultRequestCulture = new RequestCulture(Languages[0]);
            options.SupportedCultures = Languages;
            options.SupportedUICultures = Languages;
            options.RequestCultureProviders = [new CookieRequestCultureProvider { CookieName = Preferences.LanguageCookie }, new AcceptLanguageHeaderRequestCultureProvider()];
        });
    }

    public static void UseShell(this WebApplication app)
    {
        var start = app.Services.GetRequiredService<Start>();
        app.UseForwardedHeaders(app.Services.GetRequiredService<ForwardedHeadersOptions>());
        app.Use((context, next) =>
        {
            // A proxy speaks plain HTTP to us. Who is led on, by a form or to sign in, stays with the scheme of the address that was typed.
            var host = context.Request.Host;
            context.Request.Scheme = start.PublicAddresses.FirstOrDefault(one => one.IdnHost == host.Host && one.Port == (host.Port ?? one.Port))?.Scheme ?? context.Request.Scheme;
            return next(context);
        });
        app.UseMiddleware<LiveOrigin>();
        if (start.IsHttps)
        {
            // Said for all cookies at once, whatever the Host header says. Antiforgery, told so itself, would refuse every request that does not look like https.
            app.UseCookiePolicy(new CookiePolicyOptions { Secure = CookieSecurePolicy.Always });
        }

        app.UseExceptionHandler("/error");
        app.UseStatusCodePagesWithReExecute("/not-found");
        app.Use((context, next) =>
        {
            // A page that says what went wrong is only read, whatever was posted before: reading the refused form again would fail again.
            if (context.Features.Get<IStatusCodeReExecuteFeature>() is not null || context.Features.Get<IExceptionHandlerFeature>() is not null)
            {
                context.Request.Method = HttpMethods.Get;
            }

            return next(context);
        });
        app.UseMiddleware<SafeHeaders>();
        app.UseRequestLocalization();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.MapStaticAssets().AllowAnonymous();
        app.MapPreferences();
        app.MapPeople();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
    }
}
