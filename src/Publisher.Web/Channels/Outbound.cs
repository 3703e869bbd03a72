using System.Net;
using System.Net.Sockets;
using Publisher.Web.Storage;

namespace Publisher.Web.Channels;

/// <summary>Looks a name up. Replaced in tests.</summary>
public delegate Task<IPAddress[]> NameLookup(string host, CancellationToken cancellationToken);

/// <summary>
/// Where this process may connect to, and the one handler that does it: https, to an address that is public after the name
/// was looked up, without cookies, proxies or redirects. Exceptions stand in <see cref="OutboundRules"/>, origin by origin.
/// </summary>
public sealed class Outbound(OutboundRules rules, NameLookup lookup, Standstill standstill)
{
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(10);

    /// <summary>Long enough to be worth keeping, short enough to follow a name that moves.</summary>
    private static readonly TimeSpan ConnectionLife = TimeSpan.FromMinutes(5);

    public SocketsHttpHandler CreateHandler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        // A proxy would look names up itself, and nobody would check what it finds.
        UseProxy = false,
        Credentials = null,
        PreAuthenticate = false,
        ActivityHeadersPropagator = null,
        AutomaticDecompression = DecompressionMethods.All,
        PooledConnectionLifetime = ConnectionLife,
        MaxResponseHeadersLength = 64,
        // Covers the TLS handshake too; the socket has its own limit below.
        ConnectTimeout = ConnectLimit + ConnectLimit,
        ConnectCallback = ConnectAsync,
    };

    /// <summary>Refuses before anything is looked up where the address alone says no, and everything as long as this may be a copy.</summary>
    /// <exception cref="OutboundRefused">It does.</exception>
    public void Check(Uri address)
    {
        if (standstill.IsOn)
        {
            throw new OutboundRefused("outbound.standstill", address.Host);
        }

        if (rules.Only is { } only)
        {
            if (!OutboundRules.IsSameOrigin(only, address))
            {
                throw new OutboundRefused("outbound.demo", address.Host);
            }
        }
        else if (address.Scheme != Uri.UriSchemeHttps && !rules.Allows(address))
        {
            throw new OutboundRefused("outbound.not.https", address.Host);
        }
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var address = context.InitialRequestMessage.RequestUri!;
        Check(address);
        var found = await lookup(context.DnsEndPoint.Host, cancellationToken);
        var open = rules.Only is not null || rules.Allows(address) ? found : [.. found.Where(PublicAddress.Is)];
        if (open.Length == 0)
        {
            throw found.Length == 0 ? new SocketException((int)SocketError.HostNotFound) : new OutboundRefused("outbound.private", context.DnsEndPoint.Host);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ConnectLimit);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            // The addresses that were checked, never the name: a second look-up could answer something else.
            await socket.ConnectAsync(open, context.DnsEndPoint.Port, limit.Token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            socket.Dispose();
            throw new SocketException((int)SocketError.TimedOut);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>What may be met besides public https addresses.</summary>
/// <param name="Only">In a demo, the sandbox: nothing else is met at all. Null in a real folder.</param>
/// <param name="Allowed">Origins whose address may be private, and which may be plain http where they say so.</param>
public sealed record OutboundRules(Uri? Only, IReadOnlyList<Uri> Allowed)
{
    /// <summary>Reads "https://social.intern.example;http://localhost:3000"; a name alone means https.</summary>
    /// <exception cref="StartRefused">An entry is no origin.</exception>
    public static IReadOnlyList<Uri> Read(string? setting) =>
    [
        .. (setting ?? "").Split([';', ',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(entry =>
            Uri.TryCreate(entry.Contains("://", StringComparison.Ordinal) ? entry : $"https://{entry}", UriKind.Absolute, out var origin)
            && origin.Scheme is "https" or "http" && origin.PathAndQuery == "/" && origin.UserInfo.Length == 0
                ? origin
                : throw new StartRefused($"Publisher:AllowedHosts holds \"{entry}\", which is no address such as https://social.example.org.")),
    ];

    public bool Allows(Uri address) => Allowed.Any(origin => IsSameOrigin(origin, address));

    public static bool IsSameOrigin(Uri one, Uri other) =>
        one.Scheme == other.Scheme && one.Port == other.Port && string.Equals(one.IdnHost, other.IdnHost, StringComparison.OrdinalIgnoreCase);
}

/// <summary>This process would not connect there. Nothing was sent.</summary>
/// <param name="code">What the rule was; the screens word it.</param>
public sealed class OutboundRefused(string code, string host)
    : HttpRequestException(HttpRequestError.ConnectionError, $"Connecting to {host} is not allowed here ({code}).")
{
    public string Code { get; } = code;

    public string Host { get; } = host;
}
