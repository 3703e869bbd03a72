namespace Publisher.Sandbox;

/// <summary>What all platforms of one sandbox share.</summary>
internal sealed class World(SandboxOptions options)
{
    /// <summary>A file larger than any platform here takes.</summary>
    private const int MostFetched = 300_000_000;

    private static readonly HttpClient Http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false })
    {
        Timeout = TimeSpan.FromSeconds(20),
        MaxResponseContentBufferSize = MostFetched,
    };

    public SandboxOptions Options { get; } = options;

    public TimeProvider Time => Options.TimeProvider;

    public DateTimeOffset Now => Time.GetUtcNow();

    /// <summary>http://localhost:PORT/, known once the server listens.</summary>
    public Uri Address { get; set; } = new("http://localhost/");

    public Journal Journal { get; } = new();

    public Faults Faults { get; } = new();

    /// <summary>Fetches a file as a platform that is given an address does; null where it cannot. Only from this machine: a sandbox calls nobody else.</summary>
    public static async Task<byte[]?> FetchAsync(string? address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || !uri.IsLoopback || uri.Scheme is not ("http" or "https"))
        {
            return null;
        }

        try
        {
            using var response = await Http.GetAsync(uri);
            return response.IsSuccessStatusCode ? await response.Content.ReadAsByteArrayAsync() : null;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return null;
        }
    }

    public MediaStore Media { get; } = new(options.StateFile is null ? null : options.StateFile + ".media");
}
