using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using Publisher.Web.Storage;
using IPNetwork = System.Net.IPNetwork;

namespace Publisher.Web.Shell;

/// <summary>Whose word is taken for where a request came from: tries to sign in are counted for people, not for the proxy they all come through.</summary>
internal static class Proxies
{
    /// <summary>Reads "10.0.0.5;10.0.1.0/24"; where nothing is said, a proxy on this machine.</summary>
    /// <exception cref="StartRefused">An entry is neither an address nor a network.</exception>
    public static ForwardedHeadersOptions Read(string? setting)
    {
        // Read from the nearest back to the first that is no proxy: what stands before that was written by whoever asks. An empty list would believe everybody,
        // so an empty entry is refused like any other that is wrong.
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor, ForwardLimit = null };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var entry in (setting ?? "127.0.0.0/8;::1").Split(';', StringSplitOptions.TrimEntries))
        {
            if (IPAddress.TryParse(entry, out var address))
            {
                options.KnownProxies.Add(address);
            }
            else if (IPNetwork.TryParse(entry, out var network))
            {
                options.KnownIPNetworks.Add(network);
            }
            else
            {
                throw new StartRefused($"Publisher:Proxies holds \"{entry}\", which is no address such as 10.0.0.5 and no network such as 10.0.1.0/24.");
            }
        }

        return options;
    }
}
