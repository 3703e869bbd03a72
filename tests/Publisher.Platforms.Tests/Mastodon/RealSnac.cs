using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Publisher.Platforms.Tests.Mastodon;

/// <summary>snac2, a small server with Mastodon's API that nobody here wrote, started for one test class on loopback.</summary>
public sealed partial class RealSnac : IAsyncLifetime
{
    private const string User = "office";

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"publisher-snac-{Guid.NewGuid():n}");

    private Process? _process;
    private string _password = "";

    /// <summary>snac closes connections without saying so: each call gets its own.</summary>
    public HttpClient Http { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false, PooledConnectionLifetime = TimeSpan.Zero });

    public Uri Address { get; private set; } = new("http://localhost/");

    public async ValueTask InitializeAsync()
    {
        if (Tools.OnPath("snac") is null)
        {
            return;
        }

        var port = FreePort();
        Address = new Uri($"http://localhost:{port}/");
        await Tools.RunAsync("snac", ["init", _folder], $"127.0.0.1\n{port}\nlocalhost:{port}\n\n\n");

        // It writes its addresses with https; on loopback there is none.
        var settings = Path.Combine(_folder, "server.json");
        await File.WriteAllTextAsync(settings, (await File.ReadAllTextAsync(settings)).Replace("\"protocol\": \"https\"", "\"protocol\": \"http\"", StringComparison.Ordinal));
        var added = await Tools.RunAsync("snac", ["adduser", _folder, User], "\n\n");
        _password = Password().Match(added).Groups[1].Value;

        _process = Tools.Start("snac", "httpd", _folder);
        _ = _process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        _ = _process.StandardError.ReadToEndAsync(CancellationToken.None);
        await WaitAsync();
    }

    /// <summary>The account with a token, got as snac gives it out: by a form that asks for the password.</summary>
    public async Task<Account> ConnectAsync(IPlatform platform)
    {
        Tools.Need(_process is not null, "snac2 is not installed: run install_snac2 of tests/tools.sh.");
        var cancel = TestContext.Current.CancellationToken;
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["login"] = User, ["passwd"] = _password });
        using var answer = await Http.PostAsync(new Uri(Address, "oauth/x-snac-get-token"), form, cancel);
        var page = await answer.Content.ReadAsStringAsync(cancel);
        var token = Token().Match(page) is { Success: true } match ? match.Value : throw new InvalidOperationException($"No token in the answer {(int)answer.StatusCode}: {page}");
        return new Account
        {
            Platform = platform.Info.Name,
            Server = Address,
            Id = User,
            Handle = User,
            DisplayName = User,
            Credentials = new Credentials { Token = new Secret(token) },
            Limits = platform.Info.Limits,
        };
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (_process is not null)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private async Task WaitAsync()
    {
        for (var turn = 0; ; turn++)
        {
            try
            {
                using var answer = await Http.GetAsync(new Uri(Address, "api/v1/instance"), TestContext.Current.CancellationToken);
                return;
            }
            catch (HttpRequestException) when (turn < 200)
            {
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }
        }
    }

    [GeneratedRegex(@"User password is (\S+)")]
    private static partial Regex Password();

    [GeneratedRegex(@"[0-9a-f]{32,}")]
    private static partial Regex Token();
}
