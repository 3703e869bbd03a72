using System.Diagnostics;
using System.Net;
using Publisher.Platforms;
using Publisher.Web.Channels;

namespace Publisher.Benchmarks;

/// <summary>The requests the adapters would make, sent without anything around them: nothing is claimed, checked, fenced or written.</summary>
internal sealed class BareCalls
{
    private readonly List<Request[]> _lanes = [];

    /// <summary>One lane for each channel, as the product has them.</summary>
    public static async Task<BareCalls> OfAsync(IReadOnlyList<Channel> channels, ChannelKeys keys, IReadOnlyList<string> texts)
    {
        var calls = new BareCalls();
        foreach (var channel in channels)
        {
            using var recorder = new Recorder();
            using var http = new HttpClient(recorder);
            var platform = new PlatformList(http, TimeProvider.System, new NoFiles())[channel.Platform];
            foreach (var text in texts)
            {
                var now = DateTimeOffset.UtcNow;
                await platform.PublishAsync(new Part { Text = text, Language = "en", Key = PartKey.New(now), CreatedAt = now }, Prepared.Nothing, keys.Open(channel), CancellationToken.None);
            }

            calls._lanes.Add([.. recorder.Requests]);
        }

        return calls;
    }

    /// <summary>Sends them all, the lanes beside each other and each lane one after the other. Answers how many went out a second.</summary>
    public async Task<double> SendAsync()
    {
        using var http = new HttpClient();
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(_lanes.Select(async lane =>
        {
            foreach (var request in lane)
            {
                using var message = request.ToMessage();
                using var answer = await http.SendAsync(message);
                answer.EnsureSuccessStatusCode();
                await answer.Content.ReadAsByteArrayAsync();
            }
        }));
        return _lanes.Sum(lane => lane.Length) / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

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
