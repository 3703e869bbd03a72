namespace Publisher.Web.Copies;

internal static class CopiesSetup
{
    public static void AddCopies(this IServiceCollection services)
    {
        services.AddSingleton<RunMark>();
        services.AddSingleton<CopyDesk>();
        services.AddSingleton<CopyReader>();
        services.AddHostedService<CopyWatch>();
    }

    /// <summary>Before anything of this process can call: finds out whether this may be a copy.</summary>
    public static Task NoticeCopyAsync(this IServiceProvider services, CancellationToken cancellationToken) => services.GetRequiredService<RunMark>().NoticeAsync(cancellationToken);
}
