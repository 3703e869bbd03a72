using System.Net;
using System.Net.Sockets;
using Publisher.Web.Storage;

namespace Publisher.Web.Shell;

/// <summary>Tries the addresses before the host does: its own refusal comes with a page of stack trace.</summary>
internal static class ListenAddress
{
    /// <exception cref="StartRefused">One of them can't be listened on.</exception>
    public static void Check(string urls)
    {
        foreach (var url in urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var address = Microsoft.AspNetCore.Http.BindingAddress.Parse(url);
            if (address.IsUnixPipe || address.IsNamedPipe || address.Port == 0)
            {
                continue;
            }

            foreach (var ip in AddressesOf(address.Host))
            {
                TryListen(url, new IPEndPoint(ip, address.Port));
            }
        }
    }

    private static IPAddress[] AddressesOf(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? [IPAddress.Loopback, IPAddress.IPv6Loopback]
        : IPAddress.TryParse(host.Trim('[', ']'), out var ip) ? [ip]
        : [IPAddress.Any];

    private static void TryListen(string url, IPEndPoint point)
    {
        try
        {
            using var listener = new TcpListener(point);
            listener.Start();
        }
        catch (SocketException failure) when (failure.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new StartRefused($"The address {url} is in use by another process. Stop that one, or choose another with ASPNETCORE_URLS.");
        }
        catch (SocketException failure) when (failure.SocketErrorCode == SocketError.AccessDenied)
        {
            throw new StartRefused($"This user may not listen on {url}. Choose a port above 1023 with ASPNETCORE_URLS, and let a reverse proxy stand in front.");
        }
        catch (SocketException)
        {
            // No IPv6 here, or the like: the host knows what to make of it.
        }
    }
}
