using System.Globalization;

namespace Publisher.Web.Messages;

/// <summary>Languages a message can be in, each by its own name: those of the Union, and a few its offices also write.</summary>
internal static class Languages
{
    private static readonly string[] Codes =
    [
        "bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr", "hu", "it", "lt", "lv", "mt", "nl", "pl", "pt", "ro", "sk", "sl", "sv",
        "ar", "ca", "eu", "gl", "is", "lb", "nb", "ru", "tr", "uk",
    ];

    public static IReadOnlyList<(string Code, string Name)> All { get; } =
        [.. Codes.Select(code => (code, Name(code))).OrderBy(pair => pair.Item2, StringComparer.InvariantCultureIgnoreCase)];

    /// <summary>From "speech.de.vtt"; else the language of the message, and where that is taken the first that is not.</summary>
    public static string Guess(string fileName, string language, IReadOnlyCollection<string> taken)
    {
        var named = Path.GetFileNameWithoutExtension(fileName).Split('.', '-', '_').Last().ToLowerInvariant();
        return new[] { named, language }.Concat(Codes).First(code => IsKnown(code) && !taken.Contains(code));
    }

    public static bool IsKnown(string code) => Codes.Contains(code);

    public static string Name(string code)
    {
        var culture = CultureInfo.GetCultureInfo(code);
        return culture.TextInfo.ToTitleCase(culture.NativeName);
    }
}
