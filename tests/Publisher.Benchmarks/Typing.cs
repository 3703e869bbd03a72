using Publisher.Platforms;
using Publisher.Platforms.Text;
using Publisher.Web.Channels;
using Publisher.Web.Media;
using Publisher.Web.Messages;

namespace Publisher.Benchmarks;

/// <summary>What every key a person presses costs with fourteen channels chosen: all posts computed and checked anew. The browser's share is not in it.</summary>
internal static class Typing
{
    private const int Channels = 14;

    private const string Sentence =
        "The flood warning for the lower Elbe is lifted; the gauge at Hohnstorf fell below 8.5 m this morning. \U0001F30A #Elbe @flood.example.gov https://example.gov/elbe/warnings?day=24 ";

    private static readonly TimeSpan _goal = TimeSpan.FromMilliseconds(30);

    public static Task RunAsync(Run run)
    {
        using var http = new HttpClient();
        var platforms = new PlatformList(http, TimeProvider.System, new NoFiles());
        var builder = new PostBuilder(platforms, new NoFiles());
        var channels = Enumerable.Range(1, Channels).Select(number => ChannelOf(number, platforms.All[number % platforms.All.Count].Info)).ToList();
        var found = new Findings { Media = new Dictionary<long, MediaFile> { [1] = Picture(1), [2] = Picture(2) } };
        var message = MessageOf(channels);
        var text = string.Concat(Enumerable.Repeat(Sentence, 12)).Insert(900, "\n---\n");

        // Twice, so that the first keys are not those of a program that has just been started.
        Type(builder, message, text, channels, found);
        var (keys, floor) = Type(builder, message, text, channels, found);

        Console.WriteLine($"{text.Length} keys, {Channels} channels on {platforms.All.Count} platforms, two variants, two pictures, a link");
        Print("a key", keys);
        Print("floor: graphemes counted once", floor);
        Console.WriteLine($"a key costs {keys.Median / floor.Median:F0} floors, {keys.Median / floor.Median / Channels:F0} a channel");
        Console.WriteLine($"goal, p95 below {_goal.TotalMilliseconds:F0} ms: {(keys.At(0.95) < _goal ? "met" : "MISSED")}");
        return Task.CompletedTask;
    }

    private static (Sample Keys, Sample Floor) Type(PostBuilder builder, MessageDraft message, string text, List<Channel> channels, Findings found)
    {
        var (keys, floor) = (new Sample(), new Sample());
        for (var length = 1; length <= text.Length; length++)
        {
            var typed = message with { LongText = text[..length] };
            keys.Time(() =>
            {
                if (builder.Build(typed, channels, found).Count != Channels || MessageCheck.Check(typed, found).Any())
                {
                    throw new InvalidOperationException("Something else was measured than meant.");
                }
            });
            floor.Time(() => Count(typed));
        }

        return (keys, floor);
    }

    private static int Count(MessageDraft message) =>
        Graphemes.Count(message.LongText) + Graphemes.Count(message.ShortText) + message.Variants.Sum(variant => Graphemes.Count(variant.Text));

    private static MessageDraft MessageOf(List<Channel> channels) => new()
    {
        Id = 1,
        Version = 1,
        SenderId = 1,
        Language = "en",
        TimeZone = "Europe/Berlin",
        ShortText = Sentence[..^1],
        Link = "https://example.gov/elbe",
        Card = new MessageCard("https://example.gov/elbe", "Warnings on the Elbe", "All gauges, every quarter of an hour.", null),
        Variants = [new DraftVariant(Sentence, null), new DraftVariant(Sentence + Sentence, [1])],
        Channels = [.. channels.Select(channel => new DraftChannel(channel.Id, channel.Id <= 2 ? (int)channel.Id - 1 : null, new Dictionary<string, string>()))],
        Media = [new DraftMedia(1, "The gauge at Hohnstorf in the morning light.", false, "", "Press office"), new DraftMedia(2, "The dyke, dry again.", false, "", "Press office")],
    };

    private static Channel ChannelOf(int number, PlatformInfo info) => new()
    {
        Id = number,
        SenderId = 1,
        Platform = info.Name,
        Server = new Uri($"https://{info.Name}{number}.example/"),
        AccountId = $"{number}",
        Handle = $"press{number}",
        DisplayName = $"Press {number}",
        Credentials = "",
        Limits = info.Limits,
        ConnectedAt = DateTimeOffset.UnixEpoch,
    };

    private static MediaFile Picture(long id) => new()
    {
        Id = id, SenderId = 1, Hash = new string('0', 63) + id, Type = "image/jpeg", Length = 400_000, Width = 1600, Height = 900, FileName = "gauge.jpg", AddedBy = 1, AddedAt = DateTimeOffset.UnixEpoch,
    };

    private static void Print(string name, Sample sample) =>
        Console.WriteLine($"{name,-34} p50 {sample.Median.TotalMilliseconds:F3} ms, p95 {sample.At(0.95).TotalMilliseconds:F3} ms, processor {sample.Processor.TotalMilliseconds:F3} ms");
}
