using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Publisher.Platforms.Tests;

/// <summary>
/// A proxy that holds every request and every answer against a platform's OpenAPI description and says in a header what does not fit
/// (stoplight.io/open-source/prism). Runs on loopback as long as the test.
/// </summary>
internal sealed partial class Prism : IAsyncDisposable
{
    private readonly Process _process;

    private Prism(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    public static async Task<Prism> StartAsync(string description, Uri server)
    {
        var program = Path.Combine(Tools.Npm("prism", "@stoplight/prism-cli"), "node_modules", ".bin", "prism");
        var port = FreePort();
        var process = Tools.Start(program, "proxy", "-h", "127.0.0.1", "-p", $"{port}", description, server.AbsoluteUri.TrimEnd('/'));
        var prism = new Prism(process, new Uri($"http://127.0.0.1:{port}/"));
        var listening = new TaskCompletionSource();
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data?.Contains("Prism is listening", StringComparison.Ordinal) == true)
            {
                listening.TrySetResult();
            }
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await listening.Task.WaitAsync(TimeSpan.FromSeconds(90), TestContext.Current.CancellationToken);
            return prism;
        }
        catch
        {
            await prism.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Sends what the description knows through the proxy, the rest past it, and keeps what did not fit.</summary>
    internal sealed partial class Client(Prism prism, Uri server, string description) : DelegatingHandler(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
    {
        private readonly List<Regex> _paths = Paths(description);

        /// <summary>Method and path of each call that was checked.</summary>
        public List<string> Checked { get; } = [];

        /// <summary>Each call that could not be checked.</summary>
        public List<string> Past { get; } = [];

        public List<string> Violations { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var whole = request.RequestUri!.PathAndQuery;
            var path = whole.StartsWith(server.AbsolutePath, StringComparison.Ordinal) ? whole[(server.AbsolutePath.Length - 1)..] : whole;
            var call = $"{request.Method} {path.Split('?')[0]}";
            // Prism itself ends at a multipart body with bytes in it; the sandbox's strictness covers those.
            if (request.Content is MultipartContent || !_paths.Any(known => known.IsMatch(path.Split('?')[0])))
            {
                Past.Add(call);
                return await base.SendAsync(request, cancellationToken);
            }

            request.RequestUri = new Uri(prism.Address, path);
            var response = await base.SendAsync(request, cancellationToken);
            Checked.Add(call);
            if (response.Headers.TryGetValues("sl-violations", out var lists))
            {
                foreach (var violation in lists.SelectMany(list => JsonSerializer.Deserialize<JsonElement[]>(list)!))
                {
                    Violations.Add($"{call}: {string.Join(".", violation.GetProperty("location").EnumerateArray())}: {violation.GetProperty("message")}");
                }
            }

            return response;
        }

        private static List<Regex> Paths(string description)
        {
            using var json = JsonDocument.Parse(File.ReadAllText(description));
            return [.. json.RootElement.GetProperty("paths").EnumerateObject().Select(path => new Regex($"^{Parameter().Replace(path.Name, "[^/]+")}$"))];
        }

        [GeneratedRegex(@"\{[^}]+\}")]
        private static partial Regex Parameter();
    }
}
