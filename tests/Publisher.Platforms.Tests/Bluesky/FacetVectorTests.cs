using System.Text.Json;
using System.Text.Json.Nodes;
using Publisher.Platforms.Bluesky;
using Shouldly;

namespace Publisher.Platforms.Tests.Bluesky;

/// <summary>Links, mentions and hashtags against the published vectors of Bluesky's own library.</summary>
public sealed class FacetVectorTests
{
    [Fact]
    public void Links_and_mentions_are_those_of_the_app()
    {
        var misses = Cases("mentionsAndLinks", "extra").Select(test =>
        {
            var text = test.GetProperty("text").GetString()!;
            var expected = test.GetProperty("facets").EnumerateArray().Select(facet => Line(facet, test: true)).ToList();
            var found = Found(text).Select(facet => Line(facet, test: false)).ToList();
            return expected.SequenceEqual(found) ? null : $"{text}\n  expected {string.Join(" | ", expected)}\n  found    {string.Join(" | ", found)}";
        }).OfType<string>().ToList();

        misses.ShouldBeEmpty();
    }

    [Fact]
    public void Hashtags_are_those_of_the_app()
    {
        var misses = Cases("tags").Select(test =>
        {
            var text = test.GetProperty("text").GetString()!;
            var expected = test.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString())
                .Zip(test.GetProperty("indices").EnumerateArray(), (tag, index) => $"{index.GetProperty("byteStart")}-{index.GetProperty("byteEnd")} {tag}").ToList();
            var found = Found(text).Select(facet => Line(facet, test: false)).ToList();
            return expected.SequenceEqual(found) ? null : $"{text}\n  expected {string.Join(" | ", expected)}\n  found    {string.Join(" | ", found)}";
        }).OfType<string>().ToList();

        misses.ShouldBeEmpty();
    }

    private static IEnumerable<JsonElement> Cases(params string[] groups)
    {
        using var vectors = JsonDocument.Parse(File.ReadAllText(Specs.Find("bluesky/facets/vectors.json")));
        return [.. groups.SelectMany(group => vectors.RootElement.GetProperty(group).EnumerateArray()).Select(test => test.Clone())];
    }

    private static IEnumerable<JsonElement> Found(string text)
    {
        var entities = BlueskyText.Entities(text);
        var mentions = entities.Where(entity => entity.Kind == EntityKind.Mention).Select(entity => new Mention(entity.Value, $"did:fake:{entity.Value}")).ToList();
        var facets = Facets.Of(new Part { Text = text, Language = "en", Mentions = mentions }, entities);
        return JsonSerializer.SerializeToElement<JsonNode>(facets).EnumerateArray();
    }

    private static string Line(JsonElement facet, bool test)
    {
        // The vectors hold the offsets beside the feature, the record below "index".
        var index = test ? facet : facet.GetProperty("index");
        var feature = facet.GetProperty("features")[0];
        var value = new[] { "uri", "did", "tag" }.Select(name => feature.TryGetProperty(name, out var found) ? found.GetString() : null).OfType<string>().Single();
        return $"{index.GetProperty("byteStart")}-{index.GetProperty("byteEnd")} {value}";
    }
}
