using Publisher.Web.Storage;

namespace Publisher.Web.Approvals;

internal static class ApprovalSetup
{
    public static void AddApprovals(this IServiceCollection services)
    {
        services.AddSingleton(provider => new ApprovalKey(provider.GetRequiredService<MasterKey>().Derive("Publisher.Approvals")));
        services.AddSingleton<ApprovalDesk>();
        services.AddSingleton<ReviewReader>();
        services.AddSingleton<ReviewList>();
    }
}
