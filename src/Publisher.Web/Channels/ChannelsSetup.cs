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
            provider.GetRequiredService<IHttpClientFactory>().CreateClient(OutboundClients.Platforms), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ChannelKeys>();
        services.AddSingleton<Connections>();
        services.AddSingleton<ConnectAddress>();
        services.AddSingleton<ChannelDesk>();
        services.AddSingleton<SenderDesk>();
        services.AddScoped<ConnectRoom>();
    }

    /// <summary>Where platforms send people back to. Takes the code once, and shows what was found on a page without it in the address.</summary>
    public static void MapChannels(this WebApplication app) => app
        .MapGet($"/{ConnectAddress.Path}", async (HttpContext context, ChannelDesk desk, string? state, string? code) =>
        {
            if (CurrentPerson.Read(context.User) is not { } actor)
            {
                return Results.LocalRedirect("~/channels");
            }

            var answer = await desk.ReturnAsync(actor, state ?? "", code ?? "", context.RequestAborted);
            return Results.LocalRedirect(answer.Refusal is { } refusal ? $"~/channels/connect?refused={Uri.EscapeDataString(refusal.Code)}" : $"~/channels/connect?found={answer.Value!.Name}");
        })
        .RequireAuthorization(nameof(Act.ManageChannels));
}
