using System.Net.Http.Json;
using System.Web;
using Publisher.Sandbox;

namespace Publisher.Platforms.Tests;

/// <summary>One sandbox for a test class, and a client that behaves as the product's does: no redirects, no repeats, no cookies.</summary>
public sealed class SandboxFixture : IAsyncLifetime
{
    private readonly Recorder _recorder = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
    });

    private SandboxServer? _server;

    public HttpClient Http { get; private set; } = null!;

    public Uri Address => Server.Address;

    public IReadOnlyList<Exchange> Exchanges => _recorder.Exchanges;

    private SandboxServer Server => _server ?? throw new InvalidOperationException("The sandbox has not started.");

    public async ValueTask InitializeAsync()
    {
        var options = new SandboxOptions { ProcessingTime = TimeSpan.FromMilliseconds(200) };
        _server = await SandboxServer.StartAsync(options, TestContext.Current.CancellationToken);
        Http = new HttpClient(_recorder);
    }

    public IReadOnlyList<SandboxObjection> Objections() => Server.Objections;

    public IReadOnlyList<SandboxPost> Posts(string platform) => Server.Posts(platform);

    /// <summary>Calls a platform received, of one kind: create, media, read, change or token.</summary>
    public async Task<IReadOnlyList<SandboxCall>> CallsAsync(string platform, string kind)
    {
        using var client = new HttpClient();
        var calls = await client.GetFromJsonAsync<List<SandboxCall>>(new Uri(Address, $"_sandbox/calls?platform={platform}"), TestContext.Current.CancellationToken);
        return [.. (calls ?? []).Where(call => call.Kind == kind)];
    }

    public Task SwitchOnAsync(object fault) => CommandAsync(HttpMethod.Post, "_sandbox/faults", fault);

    public Task SwitchOffFaultsAsync() => CommandAsync(HttpMethod.Delete, "_sandbox/faults", null);

    public Task ChangeTokensAsync(string platform, string account, string action) =>
        CommandAsync(HttpMethod.Post, "_sandbox/tokens", new { platform, account, action });

    /// <summary>What a person does on the consent page: looks at it, allows this account, and comes back with a code.</summary>
    public async Task<string> ConsentAsync(Uri address, string account, string state)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var page = await client.GetAsync(address, cancel);
        page.EnsureSuccessStatusCode();

        var asked = HttpUtility.ParseQueryString(address.Query);
        var form = asked.AllKeys.OfType<string>().ToDictionary(name => name, name => asked[name] ?? "");
        form["account"] = account;
        form["decision"] = "allow";
        using var content = new FormUrlEncodedContent(form);
        using var back = await client.PostAsync(new Uri(address.GetLeftPart(UriPartial.Path)), content, cancel);
        var query = HttpUtility.ParseQueryString(back.Headers.Location?.Query ?? "");
        return query["state"] == state && (query["code"] ?? query["oauth_verifier"]) is { } code ? code : throw new InvalidOperationException($"The consent page answered {(int)back.StatusCode}.");
    }

    /// <summary>No posts, calls, objections or faults; every account's tokens work.</summary>
    public async Task ResetAsync(string platform)
    {
        await CommandAsync(HttpMethod.Post, "_sandbox/reset", null);
        foreach (var account in SandboxAccounts.All.Where(account => account.Platform == platform))
        {
            await ChangeTokensAsync(platform, account.Id, "restore");
        }

        _recorder.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        _recorder.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    private async Task CommandAsync(HttpMethod method, string path, object? body)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(method, new Uri(Address, path)) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"The sandbox refused {path}: {await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
        }
    }
}
