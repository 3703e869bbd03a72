using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Publisher.Sandbox;
using Xunit;

namespace Publisher.Platforms.Tests.Sandbox;

/// <summary>A sandbox of its own for a test class, and plain calls to it.</summary>
public class SandboxClient : IAsyncLifetime
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });

    protected static readonly TimeSpan Processing = TimeSpan.FromMinutes(1);

    protected SteppingClock Clock { get; } = new();

    public SandboxServer Server { get; private set; } = null!;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected static SandboxAccount Account(string platform) => SandboxAccounts.Of(platform, "environment");

    public async ValueTask InitializeAsync()
        => Server = await SandboxServer.StartAsync(new SandboxOptions { ProcessingTime = Processing, TimeProvider = Clock }, Cancel);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected async Task<(int Status, JsonNode? Json, HttpResponseMessage Response)> CallAsync(
        HttpMethod method, string path, object? body = null, string? token = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(Server.Address, path));
        request.Content = body as HttpContent ?? (body is null ? null : new StringContent(System.Text.Json.JsonSerializer.Serialize(body), new MediaTypeHeaderValue("application/json")));
        if (token is not null)
        {
            request.Headers.Authorization = new("Bearer", token);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        var response = await _http.SendAsync(request, Cancel);
        var text = await response.Content.ReadAsStringAsync(Cancel);
        var json = response.Content.Headers.ContentType?.MediaType?.Contains("json", StringComparison.Ordinal) == true && text.Length > 0 ? JsonNode.Parse(text) : null;
        return ((int)response.StatusCode, json, response);
    }

    protected async Task<string> PageAsync(string path) => await _http.GetStringAsync(new Uri(Server.Address, path), Cancel);

    protected Task FaultAsync(object fault) => CallAsync(HttpMethod.Post, "_sandbox/faults", fault);

    protected static ByteArrayContent Bytes(byte[] bytes, string type = "image/png")
        => new(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };

    /// <summary>The real time plus the steps a test has taken.</summary>
    protected sealed class SteppingClock : TimeProvider
    {
        private TimeSpan _ahead;

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _ahead;

        public void Advance(TimeSpan step) => _ahead += step;
    }
}
