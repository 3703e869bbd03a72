using Publisher.Web.Storage;

namespace Publisher.Web.People;

/// <summary>A role to give, for one sender or, where that is null, for all.</summary>
public readonly record struct NewGrant(Role Role, long? SenderId)
{
    public override string ToString() => $"{Role}:{(SenderId is { } sender ? sender.ToString(System.Globalization.CultureInfo.InvariantCulture) : "all")}";
}

/// <summary>Which roles go together. Who connects the channels or checks the log must not be who publishes.</summary>
internal static class GrantRules
{
    private static readonly Role[] Alone = [Role.Auditor, Role.Administrator];

    /// <summary>The grants without repetitions, or why they can't be given.</summary>
    public static Answer<IReadOnlyList<NewGrant>> Check(IReadOnlyCollection<NewGrant> wanted)
    {
        if (wanted.Count == 0)
        {
            return new Refusal("grants.none");
        }

        if (wanted.Any(grant => Alone.Contains(grant.Role)) && wanted.Select(grant => grant.Role).Distinct().Count() > 1)
        {
            return new Refusal("grants.exclusive");
        }

        if (wanted.Any(grant => Alone.Contains(grant.Role) && grant.SenderId is not null))
        {
            return new Refusal("grants.for.all");
        }

        // One for all senders holds the ones for single senders.
        var forAll = wanted.Where(grant => grant.SenderId is null).Select(grant => grant.Role).ToHashSet();
        return new Answer<IReadOnlyList<NewGrant>>(
            [.. wanted.Where(grant => grant.SenderId is null || !forAll.Contains(grant.Role)).Distinct().OrderBy(grant => grant.Role).ThenBy(grant => grant.SenderId)],
            null);
    }

    /// <summary>For the log: roles and sender ids, no names.</summary>
    public static string Code(IEnumerable<NewGrant> grants) =>
        string.Join(",", grants.OrderBy(grant => grant.Role).ThenBy(grant => grant.SenderId));
}
