namespace Publisher.Sandbox;

/// <summary>How a sandbox is started.</summary>
public sealed record SandboxOptions
{
    /// <summary>The loopback port; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>Where posts, media and tokens outlive a restart; null keeps them in memory. Media bytes lie in a folder beside it.</summary>
    public string? StateFile { get; init; }

    /// <summary>The clock of every platform.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>How long a video (on LinkedIn an image too) is processed before it can be posted.</summary>
    public TimeSpan ProcessingTime { get; init; } = TimeSpan.FromSeconds(1.5);

    /// <summary>Answer 429 when a documented limit is reached. The headers always count; refusing is off so that load can be measured.</summary>
    public bool EnforceRateLimits { get; init; }
}
