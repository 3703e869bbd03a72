using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Publisher.Web.Storage;

namespace Publisher.Web.Channels;

/// <summary>Under what address platforms know this installation: from the settings or from what this process listens on, never from what a request says.</summary>
public sealed class OwnAddress(IConfiguration configuration, DataFolder folder, IServer? server = null)
{
    public const string CallbackPath = "channels/callback";

    /// <summary>Where platforms send people back to.</summary>
    public Uri Callback => new(Base, CallbackPath);

    /// <summary>
    /// Where platforms can fetch files. Null where they can't reach us: only a public https address will do, except for the
    /// stand-ins of a demo, which are on this machine.
    /// </summary>
    public Uri? ForPlatforms => folder.IsDemo || (Told is not null && Base is { Scheme: "https", IsLoopback: false }) ? Base : null;

    private string? Told => configuration["Publisher:PublicAddress"]?.Split(';')[0];

    private Uri Base => new((Told ?? Listening).TrimEnd('/') + "/");

    private string Listening =>
        server?.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault()?.Replace("127.0.0.1", "localhost", StringComparison.Ordinal) ?? "http://localhost";
}
