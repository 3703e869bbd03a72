using System.Diagnostics;
using System.Globalization;
using System.Text;
using Publisher.Sandbox;
using Publisher.Web.Deliveries;
using Publisher.Web.Tests.Start;

namespace Publisher.Web.Tests.Crash;

/// <summary>What one round came to.</summary>
/// <param name="Takeovers">Started attempts whose process was killed before it heard or saved how they ended.</param>
internal sealed record CrashFigures(int Kills, int Expected, int Seen, int Twice, int Lost, int Early, int Open, int Takeovers, TimeSpan Time)
{
    public static CrashFigures operator +(CrashFigures one, CrashFigures other) => new(
        one.Kills + other.Kills, one.Expected + other.Expected, one.Seen + other.Seen, one.Twice + other.Twice, one.Lost + other.Lost,
        one.Early + other.Early, one.Open + other.Open, one.Takeovers + other.Takeovers, one.Time + other.Time);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Kills} kills, {Expected} posts approved, {Seen} seen, {Twice} twice, {Lost} lost, {Early} early, {Open} left to a person, {Takeovers} attempts cut off, {Time.TotalSeconds:0} s");
}

/// <summary>
/// One office, one sandbox in another process, and a product that is killed again and again while it sends. Then it is
/// let run until nothing is left to do, and what readers see is compared with what was approved.
/// </summary>
internal sealed class CrashRound(int seed, string root)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private readonly Random _random = new(seed);
    private readonly StringBuilder _course = new();
    private readonly StringBuilder _said = new();

    /// <summary>What is wrong, one line each; empty where all is well.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>What was done and when.</summary>
    public string Course => _course.ToString();

    /// <summary>What the product said, for whoever has to find out why.</summary>
    public string Said => _said.ToString();

    public async Task<CrashFigures> RunAsync(CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        await using var sandbox = await StartedSandbox.OpenAsync(Path.Combine(root, "sandbox.json"), cancellationToken);
        foreach (var platform in SandboxAccounts.All.Select(account => account.Platform).Distinct())
        {
            await sandbox.SlowAsync(platform, _random.Next(100, 350), cancellationToken);
        }

        // Short, so that a round takes seconds instead of minutes; a call is still let end before anybody looks for its post.
        var settings = new Dictionary<string, string?>
        {
            ["Publisher:Sandbox"] = sandbox.Address.AbsoluteUri,
            ["Publisher:Sending:Lease"] = "00:00:02",
            ["Publisher:Sending:LongestCall"] = "00:00:03",
            ["Publisher:Sending:LongestSettle"] = "00:00:02",
            ["Publisher:Sending:SecondAbsence"] = "00:00:01",
        };
        var folder = Path.Combine(root, "data");
        await using var office = await CrashOffice.OpenAsync(folder, settings, seed, cancellationToken);
        Tell(clock, $"{office.Approved.Count} posts approved");
        (string, string)[] environment = [.. settings.Select(setting => (setting.Key.Replace(":", "__", StringComparison.Ordinal), setting.Value!))];

        var kills = _random.Next(4, 8);
        for (var kill = 1; kill <= kills; kill++)
        {
            await KillOnceAsync(sandbox, folder, environment, clock, cancellationToken);
        }

        await using (var last = await StartedProduct.OpenAsync(folder, "--demo", environment))
        {
            var late = clock.Elapsed + Patience;
            while (!await office.IsQuietAsync(cancellationToken) && clock.Elapsed < late)
            {
                await Task.Delay(200, cancellationToken);
            }

            Tell(clock, $"quiet: {await office.IsQuietAsync(cancellationToken)}");
            // Whatever would still come twice, comes now.
            await Task.Delay(1000, cancellationToken);
            _said.AppendLine(last.Output).AppendLine(last.Errors);
        }

        Faults.AddRange((await sandbox.ObjectionsAsync(cancellationToken)).Select(objection => $"{objection.Platform} objects to {objection.Method} {objection.Path}: {objection.What}"));
        return Count(office.Approved, await sandbox.PostsAsync(cancellationToken), await office.DeliveriesAsync(cancellationToken)) with { Kills = kills, Time = clock.Elapsed };
    }

    private async Task KillOnceAsync(StartedSandbox sandbox, string folder, (string, string)[] environment, Stopwatch clock, CancellationToken cancellationToken)
    {
        // Right when a post became visible, before its outcome can be saved, is the worst moment; the others are for what nobody thought of.
        var more = _random.Next(1, 16);
        var pause = _random.Next(3) == 0 ? _random.Next(0, 1500) : _random.Next(0, 30);
        var before = await sandbox.CountAsync(cancellationToken);
        await using var product = await StartedProduct.OpenAsync(folder, "--demo", environment);
        var open = clock.Elapsed;
        var late = open + LongestWait;
        int seen;
        while ((seen = await sandbox.CountAsync(cancellationToken)) < before + more && clock.Elapsed < late)
        {
            await Task.Delay(20, cancellationToken);
        }

        await Task.Delay(pause, cancellationToken);
        await product.KillAsync();
        Tell(clock, $"killed, open since {open.TotalSeconds:0.0} s: {before} posts before this start, {seen} when {before + more} were waited for, {pause} ms after");
        _said.AppendLine(product.Output).AppendLine(product.Errors);
    }

    private CrashFigures Count(IReadOnlyList<ApprovedPost> approved, List<SandboxPost> posts, List<Delivery> deliveries)
    {
        int seen = 0, twice = 0, lost = 0, early = 0, open = 0;
        var claimed = new HashSet<string>();
        foreach (var post in approved)
        {
            var found = posts.Where(one => one.Platform == post.Platform && one.Account == post.Account && one.Text.Contains(post.Words, StringComparison.Ordinal)).ToList();
            found.ForEach(one => claimed.Add(one.Id));
            var delivery = deliveries.SingleOrDefault(row => row.MessageId == post.MessageId && row.ChannelId == post.ChannelId);
            var part = delivery?.Parts.Find(row => row.Number == post.Part);
            seen += found.Count > 0 ? 1 : 0;
            if (found.Count > 1)
            {
                twice++;
                Fault($"seen {found.Count} times", post, delivery);
            }

            if (found.Exists(one => one.At < post.Due))
            {
                early++;
                Fault($"visible at {found[0].At:HH:mm:ss.fff}, before due", post, delivery);
            }

            if (delivery?.State is DeliveryState.CannotTell)
            {
                open++;
                Fault("left to a person, although the platform's listing tells", post, delivery);
            }
            else if (found.Count == 0)
            {
                lost++;
                Fault("not visible", post, delivery);
            }
            else if (delivery?.State is not DeliveryState.Published || part?.RemoteId != found[0].Id)
            {
                Fault($"visible as {found[0].Id}, and not known as such", post, delivery);
            }
        }

        Faults.AddRange(posts.Where(post => !claimed.Contains(post.Id)).Select(post => $"{post.Platform} {post.Account}: nobody approved \"{post.Text}\""));
        var cut = deliveries.Sum(row => row.Attempts.Count(attempt => attempt.Code == "process.ended"));
        return new CrashFigures(0, approved.Count, seen, twice, lost, early, open, cut, TimeSpan.Zero);
    }

    private void Fault(string what, ApprovedPost post, Delivery? delivery)
    {
        var attempts = delivery?.Attempts.Where(attempt => attempt.Part == post.Part).OrderBy(attempt => attempt.Number)
            .Select(attempt => $"{attempt.StartedAt:HH:mm:ss.fff} {attempt.Outcome} {attempt.Code}") ?? [];
        Faults.Add($"{post.Platform} {post.Account} part {post.Part} \"{post.Words}\" due {post.Due:HH:mm:ss.fff}: {what}; {delivery?.State} {delivery?.Code} {delivery?.Answer}; attempts: {string.Join(", ", attempts)}");
    }

    private void Tell(Stopwatch clock, string what) => _course.AppendLine(CultureInfo.InvariantCulture, $"{clock.Elapsed.TotalSeconds:0.0} s: {what}");
}
