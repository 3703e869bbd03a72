using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Trace;
using Publisher.Sandbox;
using Publisher.Web.Shell;
using Publisher.Web.Tests.Crash;
using Publisher.Web.Tests.Start;
using Publisher.Web.Tests.Storage;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Health;

/// <summary>What leaves for a collector, and what becomes of the sending where there is none.</summary>
public sealed class TelemetryTests(PostgresServer postgres) : IClassFixture<PostgresServer>, IDisposable
{
    private static readonly string[] Figures =
    [
        "publisher.first_byte.lateness", "publisher.prepare.duration", "publisher.attempts", "publisher.token.refreshes", "publisher.deliveries", "publisher.deliveries.due",
        "publisher.deliveries.unclear", "publisher.channels.closed", "publisher.holds", "publisher.standstill", "publisher.sweep.age", "publisher.scheduler.lateness",
    ];

    private static readonly string[] Platforms = [.. SandboxAccounts.All.Select(account => account.Platform).Distinct()];

    private static readonly SandboxAccount Lapsed = SandboxAccounts.Of("x", "water");

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("publisher-telemetry-");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Folder => Path.Combine(_root.FullName, "data");

    // What must not leave: everything that opens an account, every text, everybody's name, every path.
    private IEnumerable<string> Secrets =>
    [
        .. SandboxAccounts.All.SelectMany(account => new[] { account.Token, account.RefreshToken, account.AppPassword, account.ClientSecret, account.DisplayName }).OfType<string>().Where(secret => secret.Length > 0),
        .. DemoStory.All.SelectMany(story => new[] { story.Title, story.Text[..20], story.Author, story.Manager }), "/bot", "sendMessage", _root.FullName,
    ];

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public async Task What_a_demo_sends_arrives_as_figures_and_traces_without_a_token_a_text_or_an_address()
    {
        await using var sandbox = await StartedSandbox.OpenAsync(Path.Combine(_root.FullName, "sandbox.json"), Stop);
        foreach (var account in SandboxAccounts.All.Where(account => account.Sender == SandboxAccounts.Environment && account.RefreshToken is not null))
        {
            await sandbox.ChangeTokensAsync(account, "expire", Stop);
        }

        await sandbox.ChangeTokensAsync(Lapsed, "lapse", Stop);
        await using var collector = await Collector.OpenAsync("http/protobuf");
        await using (await StartedProduct.OpenAsync(Folder, "--demo", [.. collector.Settings, ("Publisher__Sandbox", sandbox.Address.ToString())]))
        {
            await UntilAsync(async () => await CountAsync("Settings WHERE Name = 'demo.told'") == 1, () => "The examples are not told.");
            await UntilAsync(
                () => Task.FromResult(Figures.All(name => collector.Points.Any(point => point.Metric == name)) && Count("publisher.channels.closed", "SignInNeeded") == 1),
                () => $"Missing: {string.Join(", ", Figures.Except(collector.Points.Select(point => point.Metric)))}");
            // What the database says went out is what the figures say, platform by platform.
            foreach (var platform in Platforms)
            {
                await UntilAsync(
                    async () => await CountAsync($"Attempts JOIN Deliveries ON Deliveries.Id = DeliveryId JOIN Channels ON Channels.Id = ChannelId WHERE Platform = '{platform}' AND Outcome IN ('Published', 'Processing')")
                        == Count("publisher.attempts", platform, "Published") + Count("publisher.attempts", platform, "Processing"),
                    () => $"{platform}: {string.Join("; ", collector.Points.Where(point => point.Metric == "publisher.attempts" && point.Tags["platform"] == platform))}");
            }
        }

        foreach (var platform in Platforms)
        {
            var renewed = await CountAsync($"Log JOIN Channels ON Channels.Id = Log.ChannelId WHERE Action = 'channel.token.refreshed' AND Platform = '{platform}'");
            Count("publisher.token.refreshes", platform, "Refreshed").ShouldBe(renewed, platform);
        }

        Count("publisher.token.refreshes", "Refreshed").ShouldBeGreaterThan(5);
        Count("publisher.token.refreshes", Lapsed.Platform, "SignInNeeded").ShouldBeGreaterThan(0);
        Count("publisher.attempts", "Rejected").ShouldBe(1);
        collector.Points.ShouldContain(point => point.Metric == "publisher.deliveries" && point.Tags["state"] == "Refused" && point.Value == 0, "Who waits for it to rise must see it before.");
        collector.Points.Single(point => point.Metric == "publisher.first_byte.lateness" && point.Tags["platform"] == "mastodon").ShouldSatisfyAllConditions(
            late => late.Value.ShouldBeGreaterThan(0), late => (late.Sum / late.Value).ShouldBeInRange(0, 60));
        TracesHangTogether(collector.Spans.ToList());
        collector.Services.Distinct().ShouldBe(["publisher"]);
        collector.Leaks(Secrets).ShouldBeEmpty();

        double Count(string metric, params string[] tags) => collector.Points.Where(point => point.Metric == metric && tags.All(point.Tags.Values.Contains)).Sum(point => point.Value);
    }

    [Fact]
    public async Task A_collector_that_speaks_grpc_gets_both_too_and_what_PostgreSQL_counts()
    {
        await using var collector = await Collector.OpenAsync("grpc");
        await using var product = await StartedProduct.OpenAsync(Folder, "--demo", [.. collector.Settings, ("Publisher__Database", postgres.Database("telemetry"))]);

        await UntilAsync(
            () => Task.FromResult(
                collector.Spans.Any(span => span.Name == "attempt") && collector.Points.Any(point => point.Metric == "publisher.attempts")
                && collector.Points.Any(point => point.Metric == "publisher.deliveries" && point.Tags["state"] == "Published" && point.Value > 0)),
            () => $"{collector.Spans.Count()} spans, {collector.Points.Count()} figures: {product.Output}");

        collector.Leaks(Secrets).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("publisher.delivery", "7", false)]
    [InlineData("url.full", "https://api.example/bot1:abc/send", true)]
    [InlineData("url.path", "/upload", true)]
    [InlineData("server.address", "https://files.example/?signature=abc", true)]
    [InlineData("publisher.outcome", "Floods: what to do now", true)]
    public async Task What_should_not_leave_would_be_found(string tag, string value, bool isFound)
    {
        await using var collector = await Collector.OpenAsync("http/protobuf");
        using var source = new ActivitySource("Publisher.Leaking");
        using (Sdk.CreateTracerProviderBuilder().AddSource(source.Name)
            .AddOtlpExporter(exporter => (exporter.Endpoint, exporter.Protocol) = (new Uri(collector.Address, "v1/traces"), OtlpExportProtocol.HttpProtobuf)).Build())
        {
            using (source.StartActivity("send")?.SetTag(tag, value))
            {
            }
        }

        collector.Spans.ShouldHaveSingleItem().Tags[tag].ShouldBe(value);
        collector.Leaks(Secrets).Any().ShouldBe(isFound);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_collector_that_is_away_or_silent_disturbs_nothing_and_is_named_in_the_log(bool isSilent)
    {
        using var port = new TcpListener(IPAddress.Loopback, 0);
        port.Start();
        var address = new Uri($"http://{port.LocalEndpoint}");
        if (!isSilent)
        {
            port.Stop();
        }

        long begun;
        await using (var product = await StartedProduct.OpenAsync(Folder, "--demo", Collector.SettingsFor(address, "http/protobuf")))
        {
            await product.SaysAsync("Figures and traces do not reach the collector", Stop);
            await UntilAsync(
                async () => await CountAsync("Deliveries JOIN Messages ON Messages.Id = MessageId WHERE Title LIKE 'Floods%' AND Deliveries.State = 'Published'") >= 10, () => product.Output + product.Errors);
            using var http = new HttpClient();
            (await http.GetAsync(new Uri(product.Address, "health/ready"), Stop)).StatusCode.ShouldBe(HttpStatusCode.OK);
            product.Output.ShouldNotContain(address.Authority);
            product.Errors.ShouldBe("");
            begun = Stopwatch.GetTimestamp();
        }

        Stopwatch.GetElapsedTime(begun).ShouldBeLessThan(TimeSpan.FromSeconds(20));
    }

    [Theory]
    [InlineData("localhost:4317")]
    [InlineData("collector")]
    [InlineData("ftp://collector:4317")]
    public async Task What_is_no_collector_s_address_is_said_at_start(string address)
    {
        var (code, _, errors) = await StartedProduct.EndAsync(Folder, "--demo", ("OTEL_EXPORTER_OTLP_ENDPOINT", address));

        code.ShouldBe(1);
        errors.Trim().ShouldBe("OTEL_EXPORTER_OTLP_ENDPOINT is no address of a collector. It looks like http://localhost:4317.");
    }

    [Fact]
    public async Task Without_a_collector_nothing_of_it_is_loaded_though_posts_go_out()
    {
        await using var product = await StartedProduct.OpenAsync(Folder, "--demo");
        await UntilAsync(async () => await CountAsync("Deliveries WHERE State = 'Published'") > 0, () => product.Output + product.Errors);

        var loaded = await File.ReadAllTextAsync($"/proc/{product.Id}/maps", Stop);

        loaded.ShouldContain("Publisher.Web.dll");
        loaded.ShouldNotContain("OpenTelemetry");
    }

    // Telegram's token travels in the path of every request.
    private static void TracesHangTogether(List<ReceivedSpan> spans)
    {
        var attempt = spans.First(span => span.Name == "attempt" && span.Tags["publisher.platform"] == "telegram" && span.Tags["publisher.outcome"] == "Published");
        var send = spans.Single(span => span.Id == attempt.Parent);
        var fanOut = spans.Single(span => span.Id == send.Parent);
        var call = spans.First(span => span.Parent == attempt.Id);

        (send.Name, fanOut.Name, fanOut.Parent, call.Name).ShouldBe(("send", "fan out", "", "HTTP POST"));
        new[] { attempt.Trace, send.Trace, call.Trace }.ShouldAllBe(trace => trace == fanOut.Trace);
        send.Tags["publisher.delivery"].ShouldBe(attempt.Tags["publisher.delivery"]);
        send.Tags["publisher.message"].ShouldBe(fanOut.Tags["publisher.message"]);
        (call.Tags["server.address"], call.Tags["http.response.status_code"]).ShouldBe(("localhost", "200"));
        spans.ShouldContain(span => span.Name == "prepare");
        spans.Where(span => span.Tags.ContainsKey("server.address")).ShouldAllBe(span => span.Tags["server.address"] == "localhost");
    }

    private async Task<long> CountAsync(string what) => File.Exists(Path.Combine(Folder, "publisher.db")) ? await StartedProduct.CountAsync(Folder, what) : 0;

    private static async Task UntilAsync(Func<Task<bool>> there, Func<string> otherwise)
    {
        var until = TimeProvider.System.GetUtcNow().AddMinutes(3);
        while (!await there())
        {
            (TimeProvider.System.GetUtcNow() < until).ShouldBeTrue(otherwise());
            await Task.Delay(300, Stop);
        }
    }
}
