using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Publisher.Web.Channels;

/// <summary>Where platforms send people back to: from the settings or from what this process listens on, never from what a request says.</summary>
public sealed class ConnectAddress(IConfiguration configuration, IServer server)
{
    public const string Path = "channels/callback";

    public Uri Callback => new(new Uri(Base().TrimEnd('/') + "/"), Path);

    private string Base() =>
        configuration["Publisher:PublicAddress"]?.Split(';')[0]
        ?? server.Features.Get<IServerAddressesFeature>()!.Addresses.First().Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
}
