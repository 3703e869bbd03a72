using Publisher.Platforms.X;
using Shouldly;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace Publisher.Platforms.Tests.Text;

/// <summary>The conformance vectors published with twitter-text.</summary>
public sealed class TwitterTextVectorTests
{
    [Theory]
    [InlineData("extract.yml", "urls", EntityKind.Link)]
    [InlineData("extract.yml", "tco_urls_with_params", EntityKind.Link)]
    [InlineData("extract.yml", "hashtags", EntityKind.Hashtag)]
    [InlineData("extract.yml", "hashtags_from_astral", EntityKind.Hashtag)]
    [InlineData("extract.yml", "mentions", EntityKind.Mention)]
    [InlineData("tlds.yml", "country", EntityKind.Link)]
    [InlineData("tlds.yml", "generic", EntityKind.Link)]
    public void Finds_what_the_vectors_say(string file, string section, EntityKind kind) =>
        Compare(file, section, expected => ((YamlScalarNode)expected).Value!, text => Found(text, kind).Select(entity => Shown(text, entity)));

    [Theory]
    [InlineData("urls_with_indices", EntityKind.Link)]
    [InlineData("urls_with_directional_markers", EntityKind.Link)]
    [InlineData("hashtags_with_indices", EntityKind.Hashtag)]
    [InlineData("mentions_with_indices", EntityKind.Mention)]
    public void Finds_it_where_the_vectors_say(string section, EntityKind kind) =>
        Compare(
            "extract.yml",
            section,
            expected => string.Join("-", ((YamlSequenceNode)expected["indices"]).Select(index => index.ToString())),
            text => Found(text, kind).Select(entity => $"{entity.Start}-{entity.Start + entity.Length}"));

    [Fact]
    public void Finds_cashtags() => Compare("extract.yml", "cashtags", expected => ((YamlScalarNode)expected).Value!, XText.Cashtags);

    // The vectors for one kind know nothing of the others; where kinds overlap a platform shows the first.
    private static IEnumerable<Entity> Found(string text, EntityKind kind) => kind == EntityKind.Mention
        ? XText.Mentions(text)
        : XText.Entities(text).Where(entity => entity.Kind == kind);

    private static string Shown(string text, Entity entity) =>
        entity.Kind == EntityKind.Link ? text.Substring(entity.Start, entity.Length) : entity.Value;

    private static void Compare(string file, string section, Func<YamlNode, string> expected, Func<string, IEnumerable<string>> find)
    {
        using var reader = new StreamReader(Specs.Find(Path.Combine("twitter-text", "conformance", file)));
        var yaml = new YamlStream();
        yaml.Load(reader);
        var cases = (YamlSequenceNode)yaml.Documents[0].RootNode["tests"][section];

        var wrong = new List<string>();
        foreach (var one in cases)
        {
            var text = ((YamlScalarNode)one["text"]).Value!;
            var should = one["expected"] is YamlSequenceNode list ? string.Join(" | ", list.Select(expected)) : "";
            var found = string.Join(" | ", find(text));
            if (found != should)
            {
                wrong.Add($"{one["description"]}: <{text}> gave <{found}>, not <{should}>");
            }
        }

        cases.Children.Count.ShouldBeGreaterThan(1);
        wrong.ShouldBeEmpty();
    }
}
