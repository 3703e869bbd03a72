namespace Publisher.Web.Messages;

internal static class MessagesSetup
{
    public static void AddMessages(this IServiceCollection services)
    {
        services.AddSingleton<PostBuilder>();
        services.AddSingleton<LinkReader>();
        services.AddSingleton<MentionReader>();
        services.AddSingleton<FitReader>();
        services.AddSingleton<MessageDesk>();
        services.AddSingleton<ComposeRoom>();
    }
}
