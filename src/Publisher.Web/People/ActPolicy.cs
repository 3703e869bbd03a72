using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;
using Publisher.Web.Storage;

namespace Publisher.Web.People;

/// <summary>Lets a page or an endpoint say <c>[Authorize(Policy = nameof(Act.Draft))]</c>. For which sender, the desk decides.</summary>
internal sealed class ActPolicy(IDbContextFactory<PublisherDb> databases, TimeProvider time) : AuthorizationHandler<ActPolicy.Requirement>
{
    public static void AddAll(AuthorizationOptions options)
    {
        foreach (var act in Enum.GetValues<Act>())
        {
            options.AddPolicy(act.ToString(), policy => policy.RequireAuthenticatedUser().AddRequirements(new Requirement(act)));
        }
    }

    protected override async Task HandleRequirementAsync(AuthorizationHandlerContext context, Requirement requirement)
    {
        if (CurrentPerson.Read(context.User) is not { } actor)
        {
            return;
        }

        await using var db = await databases.CreateDbContextAsync();
        if (await Rights.LoadAsync(db, actor, time.GetUtcNow(), CancellationToken.None) is { } rights && rights.CanSomewhere(requirement.Act))
        {
            context.Succeed(requirement);
        }
    }

    public sealed record Requirement(Act Act) : IAuthorizationRequirement;
}
