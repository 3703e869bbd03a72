using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Publisher.Sandbox;

namespace Publisher.Benchmarks;

/// <summary>Two hundred messages to four channels, all due at the same second: how many deliveries leave a second, how late, and whether each left once.</summary>
internal static class Burst
{
    private const int Messages = 200;
    private const int Rounds = 3;

    private static readonly TimeSpan _atLeast = TimeSpan.FromSeconds(8);

    /// <summary>Long enough to write everything down before its second; what it takes is known after the first time.</summary>
    private static TimeSpan _ahead = TimeSpan.FromSeconds(60);

    public static async Task RunAsync()
    {
        using var folder = new TemporaryFolder();
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), CancellationToken.None);
        await using var office = await SendingOffice.OpenAsync(folder.Data, sandbox);
        // The first of everything is slower: not what a process that has run for hours does.
        await SendBareAsync(office, "warm", 20);
        await SendAsync(office, sandbox, "warm", 20);

        var (rates, floors, late, lost, twice) = (new List<double>(), new List<double>(), new List<Sample>(), 0, 0);
        for (var round = 1; round <= Rounds; round++)
        {
            floors.Add(await SendBareAsync(office, $"round {round}", Messages));
            var sent = await SendAsync(office, sandbox, $"round {round}", Messages);
            Console.WriteLine(
                $"round {round}: {sent.Rate:F0} deliveries/s, late p50 {sent.Late.Median.TotalMilliseconds:F0} ms, p99 {sent.Late.At(0.99).TotalMilliseconds:F0} ms, first {sent.Late.At(0).TotalMilliseconds:F0} ms; "
                + $"bare calls {floors[^1]:F0}/s; lost {sent.Lost}, twice {sent.Twice}");
            rates.Add(sent.Rate);
            late.Add(sent.Late);
            lost += sent.Lost;
            twice += sent.Twice;
        }

        var (rate, floor) = (Median(rates), Median(floors));
        Console.WriteLine($"{Messages} messages x {office.Channels.Count} channels, medians of {Rounds} rounds");
        Console.WriteLine($"deliveries a second         {rate:F0}; floor, bare calls {floor:F0}; share of the floor {rate / floor:P0}");
        Console.WriteLine($"due second to the platform  p50 {Median(late.Select(one => one.Median.TotalMilliseconds)):F0} ms, p99 {Median(late.Select(one => one.At(0.99).TotalMilliseconds)):F0} ms, first {Median(late.Select(one => one.At(0).TotalMilliseconds)):F0} ms");
        Console.WriteLine($"the same by bare calls      p50 {Messages * office.Channels.Count / floor * 500:F0} ms, last {Messages * office.Channels.Count / floor * 1000:F0} ms");
        Console.WriteLine($"lost {lost}, twice {twice}, objections of the platforms {sandbox.Objections.Count}");
    }

    private static async Task<double> SendBareAsync(SendingOffice office, string round, int messages) =>
        await (await BareCalls.OfAsync(office.Channels, office.Keys, Texts($"Bare {round}", messages))).SendAsync();

    private static async Task<(double Rate, Sample Late, int Lost, int Twice)> SendAsync(SendingOffice office, SandboxServer sandbox, string round, int messages)
    {
        var texts = Texts($"Sent {round}", messages);
        var due = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds() + (int)_ahead.TotalSeconds);
        var started = Stopwatch.GetTimestamp();
        await office.ApproveAsync(texts, due);
        // A warm-up approves a tenth of what a round does, with code that runs for the first time.
        _ahead = _atLeast + (5 * Stopwatch.GetElapsedTime(started));
        if (DateTimeOffset.UtcNow > due.AddSeconds(-2))
        {
            throw new InvalidOperationException("The machine is too busy: approving took as long as was left until the due second.");
        }

        await SentAsync(office, due);
        var sent = texts.ToHashSet();
        var posts = office.Channels.SelectMany(channel => sandbox.Posts(channel.Platform)).Where(post => sent.Contains(post.Text)).ToList();
        var late = new Sample();
        posts.ForEach(post => late.Add(post.At - due));
        var wanted = messages * office.Channels.Count;
        var different = posts.DistinctBy(post => (post.Platform, post.Text)).Count();
        return (wanted / late.At(1).TotalSeconds, late, wanted - different, posts.Count - different);
    }

    /// <summary>Until no delivery of that second has anything left to do, as the database says. One that waits for a person counts as lost.</summary>
    private static async Task SentAsync(SendingOffice office, DateTimeOffset due)
    {
        var until = due.AddMinutes(10);
        await Task.Delay(due - DateTimeOffset.UtcNow);
        do
        {
            // Looking must not cost the burst much.
            await Task.Delay(500);
            await using var db = await office.ReadAsync();
            if (!await db.Deliveries.AnyAsync(row => row.Due == due && row.NextAt != null))
            {
                return;
            }
        }
        while (DateTimeOffset.UtcNow < until);
    }

    private static List<string> Texts(string round, int messages) => [.. Enumerable.Range(1, messages).Select(number => $"{round}: the flood warning number {number} is lifted.")];

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Rounds / 2);
}
