using System.Globalization;
using Microsoft.Extensions.Localization;
using Publisher.Platforms;

namespace Publisher.Web.Messages;

/// <summary>Problems in words: one sentence each, and what can be done about it.</summary>
internal static class ProblemWords
{
    /// <summary>"The text is 12 characters too long for X."</summary>
    public static string Say(this IStringLocalizer<Words> words, Problem problem, string platform = "")
    {
        object[] values = [platform, .. Values(problem)];
        var sentence = words[$"problem.{problem.Code}", values];
        var said = sentence.ResourceNotFound ? words["problem.other", platform, problem.Code] : sentence;
        return problem.Part > 1 ? words["problem.in.part", problem.Part, said] : said;
    }

    /// <summary>Two or three words for a chip.</summary>
    public static string SayShort(this IStringLocalizer<Words> words, Problem problem)
    {
        var few = words[$"short.{problem.Code}", [.. Values(problem)]];
        return few.ResourceNotFound ? words["short.other"] : few;
    }

    public static StepKind StepFor(Problem problem) => problem.Code switch
    {
        "text.too.long" or "text.too.many.bytes" or "parts.too.many" or "mention.unknown" or "mention.open"
            or "images.too.many" or "videos.too.many" or "images.not.taken" or "videos.not.taken" or "media.mixed" or "media.type" or "image.too.large" or "image.too.many.pixels" or "image.side.too.long" or "image.ratio" or "video.ratio"
            or "hashtags.too.many" or "mentions.too.many" or "links.too.many"
            or "video.too.large" or "video.too.long" or "video.too.short" or "video.too.small" or "alt.too.long" => StepKind.Differ,
        "card.bare" => StepKind.ReadLink,
        "channel.sign.in.needed" or "channel.alarmed" or "channel.disconnected" => StepKind.Channels,
        "contact.unknown" => StepKind.Contacts,
        "media.needed" or "image.needed" or "card.text.old" => StepKind.DrawText,
        _ => StepKind.None,
    };

    private static IEnumerable<object> Values(Problem problem) => problem.Code switch
    {
        // Limits come as the platforms state them; people read megabytes and minutes.
        "text.too.long" or "text.too.many.bytes" or "alt.too.long" => [.. problem.Values, Over(problem)],
        "image.too.large" or "video.too.large" or "video.too.small" or "card.image.too.large" or "captions.too.large" or "cover.too.large" => problem.Values.Select(value => Size(value)),
        "video.too.long" or "video.too.short" => problem.Values.Select(value => Span(value)),
        "option.too.long" => [CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "de" ? problem.Values[1] : problem.Values[0], .. problem.Values.Skip(2)],
        _ => problem.Values,
    };

    private static int Over(Problem problem) =>
        int.Parse(problem.Values[0], CultureInfo.InvariantCulture) - int.Parse(problem.Values[1], CultureInfo.InvariantCulture);

    private static string Size(string value) => long.TryParse(value, CultureInfo.InvariantCulture, out var bytes)
        ? bytes < 1_000_000 ? $"{Math.Max(1, bytes / 1000)} kB" : $"{(bytes / 1_000_000m).ToString("0.#", CultureInfo.CurrentCulture)} MB"
        : value;

    private static string Span(string value) => TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out var span)
        ? span.TotalHours >= 1 ? span.ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture) : span.ToString(@"m\:ss", CultureInfo.InvariantCulture)
        : value;
}
