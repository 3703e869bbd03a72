using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Publisher.Sandbox;
using Publisher.Web.Storage;

namespace Publisher.Web.Shell;

/// <summary>The stand-ins for all platforms, inside a demo. Their port is fixed with the folder: it is part of every channel's address.</summary>
public sealed class DemoSandbox : IAsyncDisposable
{
    private readonly DataFolder _folder;
    private readonly bool _isOurs;
    private SandboxServer? _server;

    private DemoSandbox(DataFolder folder, Uri address, bool isOurs)
    {
        _folder = folder;
        _isOurs = isOurs;
        Address = address;
    }

    public Uri Address { get; }

    /// <param name="running">The address of one that runs already, to be used instead; it outlives this process.</param>
    /// <exception cref="StartRefused">That address is not on this machine.</exception>
    public static DemoSandbox Of(DataFolder folder, string? running)
    {
        if (!folder.IsDemo)
        {
            throw new InvalidOperationException("The sandbox is started in a demo only.");
        }

        if (!string.IsNullOrWhiteSpace(running))
        {
            return Uri.TryCreate(running, UriKind.Absolute, out var address) && address is { Scheme: "http", IsLoopback: true, PathAndQuery: "/" }
                ? new DemoSandbox(folder, address, isOurs: false)
                : throw new StartRefused($"Publisher:Sandbox is \"{running}\", and a demo meets this machine only. Use an address such as http://localhost:5100/.");
        }

        return int.TryParse(folder.Settle("sandbox.port", FreePort), CultureInfo.InvariantCulture, out var port)
            ? new DemoSandbox(folder, new Uri($"http://localhost:{port}/"), isOurs: true)
            : throw new StartRefused($"The file sandbox.port in {folder.Root} holds no port. Delete the folder: a demo is made anew in a minute.");
    }

    /// <exception cref="StartRefused">The port is taken, or its file can't be read.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (!_isOurs)
        {
            return;
        }

        try
        {
            _server = await SandboxServer.StartAsync(
                new SandboxOptions { Port = Address.Port, StateFile = Path.Combine(_folder.Root, "sandbox", "state.json") }, cancellationToken);
        }
        catch (IOException failure)
        {
            // Another process of this demo may have it open already.
            if (!_folder.IsShared || !await IsOpenAsync(cancellationToken))
            {
                throw new StartRefused($"{failure.Message} Stop what uses it, or start the demo in another folder with Publisher__DataFolder.");
            }
        }
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task<bool> IsOpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(5) };
            using var answer = await http.GetAsync(new Uri("_sandbox/objections", UriKind.Relative), cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static string FreePort()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        return ((IPEndPoint)free.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
    }
}
