namespace Publisher.Web.Log;

internal static class LogSetup
{
    public static void AddLog(this IServiceCollection services)
    {
        services.AddSingleton<LogDesk>();
        services.AddSingleton<Sequencer>();
        services.AddHostedService(provider => provider.GetRequiredService<Sequencer>());
    }
}
