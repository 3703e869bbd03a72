using Microsoft.EntityFrameworkCore;

namespace Publisher.Web.Storage;

/// <summary>
/// On PostgreSQL the role that runs the product need not be the one that owns the tables: it reads and writes rows, changes no table, and adds to the log
/// without being able to change or take away an entry.
/// </summary>
internal static class RunningRole
{
    /// <summary>Whether this connection's role may bring the database to another form.</summary>
    public static async Task<bool> MayMigrateAsync(PublisherDb db, CancellationToken cancellationToken) =>
        db.Database.IsSqlite()
        || (await db.Database.SqlQueryRaw<bool>("SELECT has_schema_privilege(current_schema(), 'CREATE') AS \"Value\"").ToListAsync(cancellationToken))[0];

    public static async Task<string> NameAsync(PublisherDb db, CancellationToken cancellationToken) =>
        (await db.Database.SqlQueryRaw<string>("SELECT current_user::text AS \"Value\"").ToListAsync(cancellationToken))[0];

    /// <summary>Gives the role what running needs and no more, by the role that owns the tables. In one transaction: another machine may be running.</summary>
    public static async Task GrantAsync(PublisherDb owner, string role, CancellationToken cancellationToken)
    {
        if (role == await NameAsync(owner, cancellationToken))
        {
            return;
        }

        var schema = (await owner.Database.SqlQueryRaw<string>("SELECT quote_ident(current_schema()) AS \"Value\"").ToListAsync(cancellationToken))[0];
        var to = $"\"{role.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
        await using var transaction = await owner.Database.BeginTransactionAsync(cancellationToken);
        foreach (var statement in Statements(schema, to))
        {
            await owner.Database.ExecuteSqlRawAsync(statement, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    private static IEnumerable<string> Statements(string schema, string role)
    {
        // Before version 15 everybody may make tables there.
        yield return $"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC";
        yield return $"GRANT USAGE ON SCHEMA {schema} TO {role}";
        yield return $"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role}";
        yield return $"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}";
        yield return $"REVOKE UPDATE, DELETE ON \"Log\", \"LogPositions\" FROM {role}";
        yield return $"REVOKE INSERT, UPDATE, DELETE ON \"__EFMigrationsHistory\" FROM {role}";
        yield return $"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {role}";
    }
}
