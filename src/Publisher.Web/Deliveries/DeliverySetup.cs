using Publisher.Platforms;
using Publisher.Web.Channels;

namespace Publisher.Web.Deliveries;

internal static class DeliverySetup
{
    /// <summary>Longer than the longest call, so that a stopping process hears how its calls ended.</summary>
    public static readonly TimeSpan StopWithin = TimeSpan.FromMinutes(6);

    /// <param name="sends">Otherwise what people do with deliveries works, and nothing goes out from this process.</param>
    public static void AddDeliveries(this IServiceCollection services, bool sends = true)
    {
        services.AddSingleton(new SendingTimes());
        services.AddSingleton<DeliveryFiles>();
        services.AddSingleton<IMediaFiles>(provider => provider.GetRequiredService<DeliveryFiles>());
        services.AddSingleton<Verification>();
        services.AddSingleton<Dossiers>();
        services.AddSingleton<Leases>();
        services.AddSingleton<Fence>();
        services.AddSingleton<Calls>();
        services.AddSingleton<Saving>();
        services.AddSingleton<Refusing>();
        services.AddSingleton<Accounts>();
        services.AddSingleton<TokenRefresh>();
        services.AddSingleton<Sending>();
        services.AddSingleton<Preparing>();
        services.AddSingleton<Looking>();
        services.AddSingleton<Retracting>();
        services.AddSingleton<Discarding>();
        services.AddSingleton<Recovering>();
        services.AddSingleton<Measuring>();
        services.AddSingleton<Witness>();
        services.AddSingleton<ReadingBack>();
        services.AddSingleton<DeliveryDesk>();
        services.AddTransient<WireTap>();
        services.AddHttpClient(OutboundClients.Platforms).AddHttpMessageHandler<WireTap>();
        services.AddSingleton<FanOut>();
        if (sends)
        {
            services.AddHostedService(provider => provider.GetRequiredService<Leases>());
            services.AddHostedService(provider => provider.GetRequiredService<ReadingBack>());
            services.AddHostedService(provider => provider.GetRequiredService<FanOut>());
            services.AddHostedService<Rehearsal>();
        }

        services.Configure<HostOptions>(options => options.ShutdownTimeout = StopWithin);
    }

    /// <summary>Files for platforms that fetch them. Open to everybody: who has the address was given it.</summary>
    public static void MapDeliveryFiles(this WebApplication app) =>
        app.MapGet("/files/{token}/{name}", (string token, HttpContext context, DeliveryFiles files) => files.SendAsync(token, context)).AllowAnonymous();
}
