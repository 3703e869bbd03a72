using Publisher.Web.Messages;
using Publisher.Web.Schedule;

namespace Publisher.Web.Shell;

/// <summary>What the pages that show messages read with.</summary>
internal static class PagesSetup
{
    public static void AddPages(this IServiceCollection services)
    {
        services.AddSingleton<MessageList>();
        services.AddSingleton<MessageReader>();
        services.AddScoped<MessageActions>();
        services.AddSingleton<CalendarReader>();
        services.AddSingleton<TodayReader>();
    }
}
