namespace Publisher.Web.Tests.Crash;

/// <summary>What the processes of one round have in common: the folder, the database and the platforms.</summary>
/// <param name="Postgres">Null for SQLite in the folder.</param>
internal sealed record CrashPlace(string Folder, string? Postgres, Uri Sandbox)
{
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(2);
    public static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(3);

    /// <summary>Short, so that a round takes a minute instead of an hour; a call is still let end before anybody looks for its post.</summary>
    public Dictionary<string, string?> Settings => new()
    {
        ["Publisher:Sandbox"] = Sandbox.AbsoluteUri,
        ["Publisher:Database"] = Postgres,
        ["Publisher:Sending:Lease"] = $"{Lease}",
        ["Publisher:Sending:LongestCall"] = $"{LongestCall}",
        ["Publisher:Sending:LongestSettle"] = "00:00:02",
        ["Publisher:Sending:SecondAbsence"] = "00:00:01",
    };

    public (string Name, string Value)[] Environment =>
        [.. Settings.Where(setting => setting.Value is not null).Select(setting => (setting.Key.Replace(":", "__", StringComparison.Ordinal), setting.Value!))];
}
