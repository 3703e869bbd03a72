using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Publisher.Platforms;
using Publisher.Web.Deliveries;

namespace Publisher.Benchmarks;

/// <summary>The visible requests the adapters would make, sent without anything around them: nothing is claimed, checked, fenced or written.</summary>
internal sealed class BareCalls
{
    private readonly List<Request[]> _lanes = [];

    /// <summary>One lane for each channel, as the product has them. What is brought to a platform beforehand has been brought when this returns.</summary>
    public static async Task<BareCalls> OfAsync(SendingOffice office, IReadOnlyList<Approved> messages, IMediaFiles? files = null)
    {
        var brought = await BringAsync(office, messages);
        var calls = new BareCalls();
        foreach (var channel in messages[0].Channels)
        {
            using var recorder = new Recorder();
            using var http = new HttpClient(recorder);
            var platform = new PlatformList(http, TimeProvider.System, files ?? new NoFiles())[channel.Platform];
            var account = office.Keys.Open(channel);
            for (var message = 0; message < messages.Count; message++)
            {
                var (part, prepared) = brought[(channel.Id, message)];
                await platform.PublishAsync(part, prepared, account, CancellationToken.None);
            }

            calls._lanes.Add([.. recorder.Requests]);
        }

        return calls;
    }

    /// <summary>Every part with what its platform holds of it.</summary>
    public static async Task<IReadOnlyDictionary<(long Channel, int Message), (Part Part, Prepared Prepared)>> BringAsync(SendingOffice office, IReadOnlyList<Approved> messages)
    {
        var brought = new ConcurrentDictionary<(long, int), (Part, Prepared)>();
        var posts = messages.SelectMany((message, number) => office.Build(message, 1_000_000 + Stopwatch.GetTimestamp()).Select(post => (number, post)));
        await Parallel.ForEachAsync(posts, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (one, cancellation) =>
        {
            var now = DateTimeOffset.UtcNow;
            var part = one.post.Post.Parts[0] with { Key = PartKey.New(now), CreatedAt = now };
            brought[(one.post.Channel.Id, one.number)] = (part, await PrepareAsync(one.post.Platform, part, office.Keys.Open(one.post.Channel), cancellation));
        });
        return brought;
    }

    public static async Task<Prepared> PrepareAsync(IPlatform platform, Part part, Account account, CancellationToken cancellationToken)
    {
        var prepared = Prepared.Nothing;
        while (Delivery.NeedsPreparing(platform, part))
        {
            var result = await ((IPrepare)platform).PrepareAsync(part, prepared, account, cancellationToken);
            if (result.Failure is { } failure)
            {
                throw new InvalidOperationException($"{platform.Info.Name} would not take what is brought beforehand: {failure.Code} {failure.Answer}");
            }

            prepared = result.Prepared;
            if (result.AskAfter is not { } wait)
            {
                break;
            }

            await Task.Delay(wait < TimeSpan.FromSeconds(1) ? wait : TimeSpan.FromSeconds(1), cancellationToken);
        }

        return prepared;
    }

    /// <summary>At that moment, and no earlier.</summary>
    public async Task<double> SendAsync(DateTimeOffset due)
    {
        while (due - DateTimeOffset.UtcNow is var left && left > TimeSpan.Zero)
        {
            await Task.Delay(left + TimeSpan.FromMilliseconds(1));
        }

        return await SendAsync();
    }

    /// <summary>Sends them all, the lanes beside each other and each lane one after the other. Answers how many went out a second.</summary>
    public async Task<double> SendAsync()
    {
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(_lanes.Select(async lane =>
        {
            foreach (var request in lane)
            {
                using var message = request.ToMessage();
                using var answer = await _http.SendAsync(message);
                answer.EnsureSuccessStatusCode();
                await answer.Content.ReadAsByteArrayAsync();
            }
        }));
        return _lanes.Sum(lane => lane.Length) / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static readonly HttpClient _http = new();

    private sealed record Request(HttpMethod Method, Uri Address, List<KeyValuePair<string, IEnumerable<string>>> Headers, byte[] Body, List<KeyValuePair<string, IEnumerable<string>>> BodyHeaders)
    {
        public HttpRequestMessage ToMessage()
        {
            var message = new HttpRequestMessage(Method, Address) { Content = new ByteArrayContent(Body) };
            Headers.ForEach(header => message.Headers.TryAddWithoutValidation(header.Key, header.Value));
            BodyHeaders.ForEach(header => message.Content.Headers.TryAddWithoutValidation(header.Key, header.Value));
            return message;
        }
    }

    /// <summary>Notes what an adapter asks, and lets nothing out.</summary>
    private sealed class Recorder : HttpMessageHandler
    {
        public List<Request> Requests { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests.Add(new Request(
                request.Method, request.RequestUri!, [.. request.Headers], await request.Content!.ReadAsByteArrayAsync(cancellationToken), [.. request.Content.Headers]));
            return new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) { RequestMessage = request, Content = new StringContent("") };
        }
    }
}
