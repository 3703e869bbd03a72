using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.House;

/// <summary>A platform's name stands in its own folder, the two lists, the sandbox, the demo, docs and tests; nowhere else.</summary>
public sealed class PlatformNameTests
{
    /// <summary>A folder that holds FooPlatform.cs is the platform Foo: a new one is watched without being named here.</summary>
    private static readonly string[] Platforms =
    [
        .. SourceTree.Files("src/Publisher.Platforms", "Platform.cs")
            .Where(file => file.Path.EndsWith($"/{file.Name[..^"Platform.cs".Length]}/{file.Name}", StringComparison.Ordinal))
            .Select(file => file.Name[..^"Platform.cs".Length]),
    ];

    [Fact]
    public void Platforms_are_named_only_where_they_live()
    {
        Platforms.Length.ShouldBeGreaterThanOrEqualTo(4);
        SourceTree.Files("src", ".cs", ".razor", ".resx", ".css", ".js", ".json").Where(file => !MayName(file.Path)).SelectMany(Named).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Deliveries/Retry.cs", "if (channel.Platform == \"mastodon\") { }")]
    [InlineData("Deliveries/Retry.cs", "return new BlueskyText();")]
    [InlineData("Deliveries/Retry.cs", "if (channel.Platform == \"x\") { }")]
    [InlineData("Channels/ConnectPage.razor", "<p>@(platform is XPlatform)</p>")]
    [InlineData("Channels/Words.resx", "<value>Sign in at X first.</value>")]
    [InlineData("Shell/publisher.css", ".linkedin { color: blue }")]
    public void A_name_elsewhere_is_found(string path, string text) => Named(new SourceFile($"src/Publisher.Web/{path}", text)).ShouldNotBeEmpty();

    [Theory]
    [InlineData("Media/MediaKind.cs", "[(byte)'V', (byte)'P', (byte)'8', (byte)'X']")]
    [InlineData("Media/Fit.cs", "var ratio = (X: 4, Y: 3); // as X and Mastodon crop it")]
    [InlineData("Messages/Words.resx", "<value>{0} × {1}, max. 4x</value>")]
    public void A_letter_and_a_remark_are_not(string path, string text) => Named(new SourceFile($"src/Publisher.Web/{path}", text)).ShouldBeEmpty();

    private static bool MayName(string path) =>
        path.StartsWith("src/Publisher.Sandbox/", StringComparison.Ordinal)
        || path == "src/Publisher.Platforms/PlatformList.cs"
        // The names of the internet's own top level: some companies have theirs there.
        || path == "src/Publisher.Platforms/Text/TopLevelDomains.cs"
        || path.StartsWith("src/Publisher.Web/Shell/Demo", StringComparison.Ordinal)
        || path.EndsWith("packages.lock.json", StringComparison.Ordinal)
        || Platforms.Any(platform => path.StartsWith($"src/Publisher.Platforms/{platform}/", StringComparison.Ordinal));

    private static IEnumerable<string> Named(SourceFile file)
    {
        // A remark may tell where a rule comes from; code may not branch on it.
        var text = file.Path.EndsWith(".cs", StringComparison.Ordinal) ? CSharpText.WithoutComments(file.Text) : file.Text;
        return Platforms.Where(platform => Pattern(platform, file.Path).IsMatch(text)).Select(platform => $"{file.Path} names {platform}");
    }

    /// <summary>A name of one letter is a word in a sentence, a code in quotes, or the beginning of its folder's types.</summary>
    private static Regex Pattern(string platform, string path) => platform.Length > 1
        ? new Regex(platform, RegexOptions.IgnoreCase)
        : path.EndsWith(".resx", StringComparison.Ordinal)
            ? new Regex($@"(?<![\w.]){platform}(?![\w.])")
            : new Regex($@"""{platform}""|""{char.ToLowerInvariant(platform[0])}""|\b{platform}(Platform|Text|Emoji)\b|Platforms\.{platform}\b");
}
