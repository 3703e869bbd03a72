namespace Publisher.Sandbox;

/// <summary>Every platform that has a stand-in. A new one is its file and one line here.</summary>
internal static class PlatformList
{
    private static readonly (SandboxAccount[] Accounts, Func<World, PlatformServer> Create)[] All =
    [
        (Mastodon.Known, world => new Mastodon(world)),
        (Bluesky.Known, world => new Bluesky(world)),
        (X.Known, world => new X(world)),
        (LinkedIn.Known, world => new LinkedIn(world)),
        (Facebook.Known, world => new Facebook(world)),
        (Instagram.Known, world => new Instagram(world)),
        (Threads.Known, world => new Threads(world)),
        (YouTube.Known, world => new YouTube(world)),
        (TikTok.Known, world => new TikTok(world)),
        (Telegram.Known, world => new Telegram(world)),
        (Pinterest.Known, world => new Pinterest(world)),
        (Flickr.Known, world => new Flickr(world)),
        (PeerTube.Known, world => new PeerTube(world)),
        (Pixelfed.Known, world => new Pixelfed(world)),
    ];

    public static IEnumerable<SandboxAccount> Accounts => All.SelectMany(platform => platform.Accounts);

    public static PlatformServer[] Create(World world) => [.. All.Select(platform => platform.Create(world))];
}
