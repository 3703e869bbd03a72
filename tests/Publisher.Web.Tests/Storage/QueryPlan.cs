using System.Data.Common;

namespace Publisher.Web.Tests.Storage;

/// <summary>How SQLite would go about a statement.</summary>
internal static class QueryPlan
{
    /// <summary>Its steps in SQLite's words, such as "SCAN d" for a table that is read through. The connection is open.</summary>
    public static async Task<List<string>> ExplainAsync(this DbCommand command, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // What the product itself asks.
        command.CommandText = "EXPLAIN QUERY PLAN " + command.CommandText;
#pragma warning restore CA2100
        var plan = new List<string>();
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            plan.Add(rows.GetString(3));
        }

        return plan;
    }
}
