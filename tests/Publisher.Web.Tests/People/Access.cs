using Publisher.Web.People;

namespace Publisher.Web.Tests.People;

/// <param name="Name">"/route" of a page, "METHOD /route" of an endpoint, "Desk.MethodAsync" of a desk.</param>
/// <param name="Arguments">Of a desk method, in order, without the actor and the cancellation token; null for the defaults of <see cref="Walk.Argument"/>.</param>
/// <param name="Path">Of a page or endpoint, with its parameters filled in; null for the defaults of <see cref="Walk.Fill"/>.</param>
internal sealed record Access(string Name, Who Who, Func<Walk, Walker, object?[]>? Arguments = null, Func<Walk, string>? Path = null);

/// <summary>Whom a row lets in.</summary>
internal sealed record Who(Func<Walker, bool> MayAtAll, Func<Walker, bool> MayForSender)
{
    public static Who Anyone { get; } = new(_ => true, _ => true);

    public static Who SignedIn { get; } = new(walker => walker.IsIn, walker => walker.IsIn);

    /// <summary>Pages and endpoints: whoever may it for any sender. Desks: whoever may it for the sender of the seeded rows.</summary>
    public static Who May(Act act) => new(
        walker => walker.IsIn && walker.Role is { } role && Rights.RolesFor(act).Contains(role),
        walker => walker.IsIn && !walker.IsOfAnotherSender && walker.Role is { } role && Rights.RolesFor(act).Contains(role));

    /// <summary>Whoever may one of these for any sender: for a desk where everybody meets what is their own.</summary>
    public static Who MayForAny(params Act[] acts)
    {
        bool May(Walker walker) => acts.Any(act => Who.May(act).MayAtAll(walker));
        return new(May, May);
    }

    /// <summary>As <see cref="May"/>, for an endpoint that hands out what belongs to the sender of the seeded rows.</summary>
    public static Who MayForSenderOnly(Act act) => May(act) with { MayAtAll = May(act).MayForSender };
}

/// <summary>Somebody who tries every door.</summary>
/// <param name="IsIn">Has an open session and an account that is on.</param>
internal sealed record Walker(string Name, Actor Actor, Role? Role, bool IsOfAnotherSender, bool IsIn)
{
    public override string ToString() => Name;
}
