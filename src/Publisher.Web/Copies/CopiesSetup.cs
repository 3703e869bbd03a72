using Publisher.Web.Storage;

namespace Publisher.Web.Copies;

internal static class CopiesSetup
{
    public static void AddCopies(this IServiceCollection services, string? runFile)
    {
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<RunMark>(provider, runFile ?? Path.Combine(provider.GetRequiredService<DataFolder>().Root, RunFile.Name)));
        services.AddSingleton<CopyDesk>();
        services.AddSingleton<CopyReader>();
        services.AddHostedService<CopyWatch>();
    }

    /// <summary>Before anything of this process can call: finds out whether this may be a copy.</summary>
    /// <exception cref="StartRefused">That can't be found out.</exception>
    public static async Task NoticeCopyAsync(this IServiceProvider services, CancellationToken cancellationToken)
    {
        try
        {
            await services.GetRequiredService<RunMark>().LookAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartRefused($"Whether this is a copy can't be found out: {failure.Message} The file must be writable for this user; where it lies elsewhere, Publisher__RunFile names it.");
        }
    }
}
