using Microsoft.AspNetCore.Localization;
using Microsoft.AspNetCore.Mvc;

namespace Publisher.Web.Shell;

/// <summary>Light or dark, and the language of the screens: two cookies of this browser.</summary>
internal static class Preferences
{
    public const string LanguageCookie = "publisher.language";
    public const string ThemeCookie = "publisher.theme";

    public static void MapPreferences(this WebApplication app)
    {
        app.MapPost("/preferences", (HttpContext context, [FromForm] string? theme, [FromForm] string? language, [FromForm] string? back) =>
        {
            if (theme is "light" or "dark" or "system")
            {
                Keep(context, ThemeCookie, theme);
            }

            if (language is "en-GB" or "de-DE")
            {
                Keep(context, LanguageCookie, CookieRequestCultureProvider.MakeCookieValue(new RequestCulture(language)));
            }

            return Results.LocalRedirect(back is ['/', not '/', ..] or "/" ? $"~{back}" : "~/");
        }).AllowAnonymous();
    }

    /// <summary>"light", "dark", or "system" for what the machine says.</summary>
    public static string Theme(HttpContext? context) => context?.Request.Cookies[ThemeCookie] is "light" or "dark" ? context.Request.Cookies[ThemeCookie]! : "system";

    private static void Keep(HttpContext context, string name, string value) =>
        context.Response.Cookies.Append(name, value, new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
            MaxAge = TimeSpan.FromDays(365),
            IsEssential = true,
        });
}
