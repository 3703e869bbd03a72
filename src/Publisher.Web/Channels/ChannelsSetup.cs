using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Publisher.Platforms;
using Publisher.Web.People;

namespace Publisher.Web.Channels;

internal static class ChannelsSetup
{
    public static void AddChannels(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(new OutboundRules(null, OutboundRules.Read(configuration["Publisher:AllowedHosts"])));
        services.AddOutbound();
        services.AddSingleton(provider => new PlatformList(
            provider.GetRequiredService<IHttpClientFactory>().CreateClient(OutboundClients.Platforms), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<IMediaFiles>()));
        services.AddSingleton<ChannelKeys>();
        services.AddSingleton<AppKeys>();
        services.AddSingleton<Connections>();
        services.AddSingleton<OwnAddress>();
        services.AddSingleton<ChannelDesk>();
        services.AddSingleton<SenderDesk>();
        services.AddSingleton<AppDesk>();
        services.AddScoped<ConnectRoom>();
    }

    /// <summary>Where platforms send people back to, with a code or, on OAuth 1.0a, a verifier. Takes the code once, and shows what was found on a page without it in the address.</summary>
    public static void MapChannels(this WebApplication app) => app
        .MapGet($"/{OwnAddress.CallbackPath}", async (HttpContext context, ChannelDesk desk, string? state, string? code, [FromQuery(Name = "oauth_verifier")] string? verifier) =>
        {
            if (CurrentPerson.Read(context.User) is not { } actor)
            {
                return Results.LocalRedirect(Returned.List);
            }

            var back = await desk.ReturnAsync(actor, state ?? "", code ?? verifier ?? "", context.RequestAborted);
            return Results.LocalRedirect(QueryHelpers.AddQueryString(back.Page, back.Name is null ? "refused" : "found", back.Name ?? back.Refusal!.Code));
        })
        // An administrator comes back here, or the person of a link; which of them may, the desk decides.
        .RequireAuthorization(nameof(Act.ReadChannels));
}
