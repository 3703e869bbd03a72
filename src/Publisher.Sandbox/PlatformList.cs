namespace Publisher.Sandbox;

/// <summary>Every platform that has a stand-in. A new one is its file and one line here.</summary>
internal static class PlatformList
{
    public static PlatformServer[] Create(World world) =>
    [
        new Mastodon(world),
        new Bluesky(world),
        new X(world),
        new LinkedIn(world),
    ];
}
