using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace Publisher.Platforms.Tests.Bluesky;

/// <summary>A real Bluesky server from npm, started for one test class on loopback.</summary>
public sealed class RealBluesky : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private Process? _process;

    public HttpClient Http { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });

    /// <summary>Null where the server is not installed.</summary>
    public Uri? Address { get; private set; }

    public async ValueTask InitializeAsync()
    {
        var folder = Path.Combine(Tools.Folder, "pds");
        if (!Directory.Exists(Path.Combine(folder, "node_modules", "@atproto", "dev-env")) || Tools.OnPath("node") is null)
        {
            return;
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        _process = Tools.Start("node", Tools.Script("pds.mjs"), folder);
        var errors = _process.StandardError.ReadToEndAsync(patience.Token);
        var line = await _process.StandardOutput.ReadLineAsync(patience.Token)
            ?? throw new InvalidOperationException($"The Bluesky server did not start: {await errors}");

        // Its log goes on; nobody reads it, but a full pipe would stop the server.
        _ = _process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        using var started = JsonDocument.Parse(line);
        Address = new Uri(started.RootElement.GetProperty("pds").GetString() + "/");
    }

    /// <summary>A new account, connected as a person would connect it.</summary>
    public async Task<Account> ConnectAsync(IPlatform platform, string name)
    {
        Tools.Need(Address is not null, $"The Bluesky server is not installed in {Tools.Folder}/pds: run install_pds of tests/tools.sh.");
        var cancel = TestContext.Current.CancellationToken;
        var handle = $"{name}-{Guid.NewGuid():n}"[..16] + ".test";
        using var created = await Http.PostAsJsonAsync(
            new Uri(Address!, "xrpc/com.atproto.server.createAccount"), new { handle, email = $"{handle}@example.test", password = "for-this-test-only" }, cancel);
        created.EnsureSuccessStatusCode();

        var form = new Dictionary<string, string> { ["server"] = Address!.AbsoluteUri, ["handle"] = handle, ["password"] = "for-this-test-only" };
        var result = await ((IConnectByForm)platform).ConnectAsync(form, cancel);
        return result.Problem is null ? result.Accounts.Single() : throw new InvalidOperationException(result.Problem.Code);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (_process is null)
        {
            return;
        }

        _process.StandardInput.Close();
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            await _process.WaitForExitAsync(soon.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }
}
