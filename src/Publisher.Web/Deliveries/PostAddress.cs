using Publisher.Platforms;
using Publisher.Web.Channels;

namespace Publisher.Web.Deliveries;

/// <summary>Whether an address a person typed can be that of a post of this channel.</summary>
internal static class PostAddress
{
    /// <param name="isDemo">A demo's posts stand in the sandbox of this machine.</param>
    public static bool TryRead(string typed, Channel channel, PlatformInfo info, bool isDemo, out Uri address)
    {
        address = channel.Server;
        if (!Uri.TryCreate(typed.Trim(), UriKind.Absolute, out var read) || read.UserInfo.Length > 0)
        {
            return false;
        }

        address = read;
        if (isDemo && read is { IsLoopback: true, Scheme: "http" or "https" })
        {
            return true;
        }

        return read.Scheme == Uri.UriSchemeHttps && read.IsDefaultPort && (IsOf(read.Host, Home(channel.Server, info)) || info.PostHosts.Any(host => IsOf(read.Host, host)));
    }

    // Where everyone shares one address, its interface and its pages stand under the same name; a server of one's own is only itself.
    private static string Home(Uri server, PlatformInfo info) =>
        info.Server is null ? server.Host : string.Join('.', server.Host.Split('.')[^Math.Min(2, server.Host.Split('.').Length)..]);

    private static bool IsOf(string host, string home) =>
        host.Equals(home, StringComparison.OrdinalIgnoreCase) || host.EndsWith("." + home, StringComparison.OrdinalIgnoreCase);
}
