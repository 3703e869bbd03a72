using System.Diagnostics;
using System.Diagnostics.Metrics;
using Publisher.Platforms;

namespace Publisher.Web.Deliveries;

/// <summary>
/// What sending can be watched by: figures and traces. They hold ids, codes and names of platforms, never a text, a token, a person or an address: some platforms take their
/// token in the path. Costs next to nothing as long as nobody listens.
/// </summary>
internal static class Figures
{
    public const string Source = "Publisher";

    private static readonly Meter Meter = new(Source);
    private static readonly ActivitySource Spans = new(Source);

    private static readonly Histogram<double> Lateness = Meter.CreateHistogram(
        "publisher.first_byte.lateness", "s", "From the approved second to the first byte of the first visible call.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 600] });

    private static readonly Histogram<double> Preparations = Meter.CreateHistogram(
        "publisher.prepare.duration", "s", "One step of bringing files and containers to a platform.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300] });

    private static readonly Counter<long> Attempts = Meter.CreateCounter<long>("publisher.attempts", description: "Visible calls that ended, by platform and outcome.");
    private static readonly Counter<long> Refreshes = Meter.CreateCounter<long>("publisher.token.refreshes", description: "Exchanges of a token, by platform and outcome.");

    /// <summary>What one reading of what is due hands on of one message: the trace that all of it stands in.</summary>
    public static Activity? FanOut(long messageId) => Spans.StartActivity("fan out")?.SetTag("publisher.message", messageId);

    /// <summary>Work on one delivery, in the trace of its message.</summary>
    public static Activity? Deliver(DueDelivery due, string work) => Spans.StartActivity(work, ActivityKind.Internal, due.Trace)
        ?.SetTag("publisher.message", due.MessageId).SetTag("publisher.delivery", due.Id).SetTag("publisher.channel", due.ChannelId);

    public static Activity? Attempt(string platform, Attempt attempt) => Spans.StartActivity("attempt")
        ?.SetTag("publisher.platform", platform).SetTag("publisher.delivery", attempt.DeliveryId).SetTag("publisher.part", attempt.Part).SetTag("publisher.attempt", attempt.Number);

    /// <summary>One request. Nothing of its address but the host is kept.</summary>
    public static Activity? Call(HttpRequestMessage request) => Spans.StartActivity($"HTTP {request.Method}", ActivityKind.Client)
        ?.SetTag("http.request.method", request.Method.Method).SetTag("server.address", request.RequestUri?.Host);

    public static void Ended(Activity? span, string platform, Delivery delivery, Attempt attempt, PublishResult result, WireRecord seen)
    {
        var tags = Tags(platform, result.Outcome.ToString());
        Attempts.Add(1, tags);
        if (attempt is { Number: 1, Part: var part } && part == delivery.Parts.Min(one => one.Number) && seen.BegunAt is { } begun)
        {
            Lateness.Record((begun - delivery.Due).TotalSeconds, tags[0]);
        }

        span?.SetTag("publisher.outcome", result.Outcome.ToString()).SetTag("http.response.status_code", result.Status ?? seen.Status)
            .SetStatus(result.Outcome is Outcome.Published or Outcome.Processing or Outcome.ByHand ? ActivityStatusCode.Ok : ActivityStatusCode.Error);
    }

    public static void Prepared(string platform, TimeSpan took, PrepareResult result) =>
        Preparations.Record(took.TotalSeconds, Tags(platform, result.Failure?.Outcome.ToString() ?? (result.IsReady ? "Ready" : "Processing")));

    public static void Refreshed(string platform, PublishResult? failure) => Refreshes.Add(1, Tags(platform, failure?.Outcome.ToString() ?? "Refreshed"));

    private static KeyValuePair<string, object?>[] Tags(string platform, string outcome) => [new("platform", platform), new("outcome", outcome)];
}
