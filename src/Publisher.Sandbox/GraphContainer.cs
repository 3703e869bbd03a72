namespace Publisher.Sandbox;

/// <summary>A post on its way: what was given, what was fetched for it, and the post it became.</summary>
internal sealed record GraphContainer(string Id, string Account, string Kind, DateTimeOffset Made)
{
    private static readonly TimeSpan Life = TimeSpan.FromHours(24);

    public required IReadOnlyDictionary<string, string> Fields { get; init; }

    public IReadOnlyList<string> Children { get; init; } = [];

    public SandboxMedia? Media { get; init; }

    /// <summary>When it can be published; null while a file is still fetched.</summary>
    public DateTimeOffset? Ready { get; init; }

    public string? Failure { get; init; }

    public string? Post { get; init; }

    public bool IsItem => Fields.ContainsKey("is_carousel_item");

    public string this[string name] => Fields.GetValueOrDefault(name, "");

    public string Status(DateTimeOffset now) =>
        Post is not null ? "PUBLISHED" : Failure is not null ? "ERROR" : Made + Life <= now ? "EXPIRED" : Ready is { } ready && ready <= now ? "FINISHED" : "IN_PROGRESS";
}
