using System.Net;

namespace Publisher.Web.Channels;

/// <summary>The two ways out of this process. Nothing else of the product opens a connection to another machine.</summary>
internal static class OutboundClients
{
    /// <summary>For adapters: sends once, follows nothing, repeats nothing.</summary>
    public const string Platforms = "platforms";

    /// <summary>For reading linked pages and their pictures: GET, three redirects, 2 MB, 5 seconds.</summary>
    public const string Pages = "pages";

    private const string Agent = "Publisher/1.0";

    public static void AddOutbound(this IServiceCollection services)
    {
        services.AddSingleton<NameLookup>((host, cancellationToken) => Dns.GetHostAddressesAsync(host, cancellationToken));
        services.AddSingleton<Outbound>();
        Add(services, Platforms, Agent).AddHttpMessageHandler(provider => new OutboundGate(provider.GetRequiredService<Outbound>()));
        Add(services, Pages, $"{Agent} (link preview)")
            .AddHttpMessageHandler(() => new PageReading())
            .AddHttpMessageHandler(provider => new OutboundGate(provider.GetRequiredService<Outbound>()));
    }

    private static IHttpClientBuilder Add(IServiceCollection services, string name, string agent) =>
        services.AddHttpClient(name, client =>
            {
                client.DefaultRequestHeaders.UserAgent.ParseAdd(agent);
                // Callers set their own: PlatformInfo.CallLimit, or the five seconds of a page.
                client.Timeout = Timeout.InfiniteTimeSpan;
            })
            .ConfigurePrimaryHttpMessageHandler(provider => provider.GetRequiredService<Outbound>().CreateHandler())
            // The handler renews its connections itself.
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            // Addresses and headers carry secrets on some platforms.
            .RemoveAllLoggers();
}

/// <summary>Says no before anything is looked up, and names failures that certainly sent nothing as what they are.</summary>
internal sealed class OutboundGate(Outbound outbound) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        outbound.Check(request.RequestUri!);
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException failure) when (failure.InnerException is OutboundRefused refused)
        {
            throw new OutboundRefused(refused.Code, refused.Host);
        }
        catch (OperationCanceledException failure) when (failure.InnerException is TimeoutException)
        {
            // Only connecting has a limit inside the handler: the request had not left.
            throw new HttpRequestException(HttpRequestError.ConnectionError, $"No connection to {request.RequestUri!.Host} in time.", failure);
        }
    }
}

/// <summary>Reads a page: follows a few redirects, each checked like the first, and never more than a page's worth of bytes or time.</summary>
internal sealed class PageReading : DelegatingHandler
{
    private const int MostRedirects = 3;
    private const long MostBytes = 2 * 1024 * 1024;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Method != HttpMethod.Get)
        {
            throw new InvalidOperationException("Linked pages are only read.");
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            var response = await base.SendAsync(request, limit.Token);
            for (var redirects = 0; Target(response) is { } target; redirects++)
            {
                response.Dispose();
                if (redirects == MostRedirects)
                {
                    throw new HttpRequestException(HttpRequestError.InvalidResponse, $"{request.RequestUri!.Host} redirects more than {MostRedirects} times.");
                }

                response = await FollowAsync(request, target, limit.Token);
            }

            await LoadAsync(response.Content, limit.Token);
            return response;
        }
        catch (OperationCanceledException failure) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException(HttpRequestError.ResponseEnded, $"{request.RequestUri!.Host} took longer than {Limit.TotalSeconds} seconds.", failure);
        }
    }

    private static async Task LoadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        try
        {
            await content.LoadIntoBufferAsync(MostBytes, cancellationToken);
        }
        catch (InvalidOperationException failure)
        {
            // What unpacking says of bytes that are no Brotli; all other broken ways to pack have exceptions of their own.
            throw new HttpRequestException(HttpRequestError.InvalidResponse, "The answer is not packed as it says.", failure);
        }
    }

    private Task<HttpResponseMessage> FollowAsync(HttpRequestMessage first, Uri target, CancellationToken cancellationToken)
    {
        // A new request: whatever the first one carried stays with its host, all but what is wanted and who asks.
        var next = new HttpRequestMessage(HttpMethod.Get, target) { Version = first.Version };
        next.Headers.TryAddWithoutValidation("Accept", first.Headers.Accept.Select(type => type.ToString()));
        next.Headers.TryAddWithoutValidation("User-Agent", first.Headers.UserAgent.ToString());
        return base.SendAsync(next, cancellationToken);
    }

    private static Uri? Target(HttpResponseMessage response) =>
        response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect
        && response.Headers.Location is { } location && Uri.TryCreate(response.RequestMessage!.RequestUri!, location, out var target)
            ? target
            : null;
}
