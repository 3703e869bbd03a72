namespace Publisher.Sandbox;

/// <summary>What all platforms of one sandbox share.</summary>
internal sealed class World(SandboxOptions options)
{
    public SandboxOptions Options { get; } = options;

    public TimeProvider Time => Options.TimeProvider;

    public DateTimeOffset Now => Time.GetUtcNow();

    /// <summary>http://localhost:PORT/, known once the server listens.</summary>
    public Uri Address { get; set; } = new("http://localhost/");

    public Journal Journal { get; } = new();

    public Faults Faults { get; } = new();

    public MediaStore Media { get; } = new(options.StateFile is null ? null : options.StateFile + ".media");
}
