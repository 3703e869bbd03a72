using Publisher.Platforms.Bluesky;
using Publisher.Platforms.Facebook;
using Publisher.Platforms.Flickr;
using Publisher.Platforms.Instagram;
using Publisher.Platforms.LinkedIn;
using Publisher.Platforms.Manual;
using Publisher.Platforms.Mastodon;
using Publisher.Platforms.PeerTube;
using Publisher.Platforms.Pinterest;
using Publisher.Platforms.Pixelfed;
using Publisher.Platforms.Telegram;
using Publisher.Platforms.Threads;
using Publisher.Platforms.TikTok;
using Publisher.Platforms.X;
using Publisher.Platforms.YouTube;

namespace Publisher.Platforms;

/// <summary>Every platform there is: one line each.</summary>
public sealed class PlatformList
{
    private readonly Dictionary<string, IPlatform> _byName;

    public PlatformList(HttpClient http, TimeProvider time, IMediaFiles files)
        : this(
        [
            new MastodonPlatform(http, time, files),
            new BlueskyPlatform(http, time, files),
            new XPlatform(http, time, files),
            new LinkedInPlatform(http, time, files),
            new FacebookPlatform(http, time, files),
            new InstagramPlatform(http, time, files),
            new ThreadsPlatform(http, time, files),
            new YouTubePlatform(http, time, files),
            new TikTokPlatform(http, time, files),
            new TelegramPlatform(http, time, files),
            new PinterestPlatform(http, time, files),
            new FlickrPlatform(http, time, files),
            new PeerTubePlatform(http, time, files),
            new PixelfedPlatform(http, time, files),
            new ManualPlatform(),
        ])
    {
    }

    public PlatformList(IReadOnlyList<IPlatform> platforms)
    {
        All = platforms;
        _byName = platforms.ToDictionary(platform => platform.Info.Name, StringComparer.Ordinal);
    }

    public IReadOnlyList<IPlatform> All { get; }

    public IPlatform this[string name] => _byName[name];

    public bool TryGet(string name, out IPlatform? platform) => _byName.TryGetValue(name, out platform);
}
