using Publisher.Platforms;

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
    }
}
