namespace Publisher.Web.Machines;

internal static class MachinesSetup
{
    /// <summary>On PostgreSQL: tells the other machines and hears them. Before the storage, so that it stops after it and tells of the last commits.</summary>
    public static void AddMachines(this IServiceCollection services, string? postgres)
    {
        if (postgres is null)
        {
            return;
        }

        services.AddSingleton<Identity>();
        services.AddHostedService<Telling>();
        services.AddHostedService(provider => ActivatorUtilities.CreateInstance<Listening>(provider, postgres));
    }
}

/// <summary>This process among those on one database; new at every start.</summary>
internal sealed class Identity
{
    public Guid Id { get; } = Guid.NewGuid();
}
