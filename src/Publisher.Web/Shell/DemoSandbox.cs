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
    private readonly int _port;
    private SandboxServer? _server;

    private DemoSandbox(DataFolder folder, int port)
    {
        _folder = folder;
        _port = port;
        Address = new Uri($"http://localhost:{port}/");
    }

    public Uri Address { get; }

    public static DemoSandbox Of(DataFolder folder)
    {
        if (!folder.IsDemo)
        {
            throw new InvalidOperationException("The sandbox is started in a demo only.");
        }

        var kept = Path.Combine(folder.Root, "sandbox.port");
        if (!File.Exists(kept) || !int.TryParse(File.ReadAllText(kept), CultureInfo.InvariantCulture, out var port))
        {
            using var free = new TcpListener(IPAddress.Loopback, 0);
            free.Start();
            port = ((IPEndPoint)free.LocalEndpoint).Port;
            File.WriteAllText(kept, port.ToString(CultureInfo.InvariantCulture));
        }

        return new DemoSandbox(folder, port);
    }

    /// <exception cref="StartRefused">The port is taken, or its file can't be read.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            _server = await SandboxServer.StartAsync(
                new SandboxOptions { Port = _port, StateFile = Path.Combine(_folder.Root, "sandbox", "state.json") }, cancellationToken);
        }
        catch (IOException failure)
        {
            throw new StartRefused($"{failure.Message} Stop what uses it, or start the demo in another folder with Publisher__DataFolder.");
        }
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;
}
