using Publisher.Web.Shell;

namespace Publisher.Web.Approvals;

internal static class ApprovalSetup
{
    public static void AddApprovals(this IServiceCollection services, Start start)
    {
        services.AddSingleton(provider => ApprovalKey.Open(start.Folder, provider.GetRequiredService<IConfiguration>()["Publisher:MasterKey"]));
        services.AddSingleton<ApprovalDesk>();
    }
}
