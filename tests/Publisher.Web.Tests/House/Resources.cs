using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Publisher.Web.Tests.House;

/// <summary>The words of one class in one folder, in both languages.</summary>
/// <param name="Folder">The feature's name.</param>
/// <param name="Class">What a page names: IStringLocalizer of it.</param>
internal sealed record WordList(string Folder, string Class, IReadOnlyDictionary<string, string> English, IReadOnlyDictionary<string, string> German)
{
    public bool Has(string key) => English.ContainsKey(key);
}

internal static partial class Resources
{
    public static IReadOnlyList<WordList> All { get; } =
    [
        .. SourceTree.Files("src/Publisher.Web", ".resx").GroupBy(file => (file.Feature, Class: file.Name.Split('.')[0]))
            .Select(group => new WordList(
                group.Key.Feature,
                group.Key.Class,
                Read(group.FirstOrDefault(file => !file.Name.EndsWith(".de.resx", StringComparison.Ordinal))),
                Read(group.FirstOrDefault(file => file.Name.EndsWith(".de.resx", StringComparison.Ordinal))))),
    ];

    public static bool Say(string key, params string[] folders) => All.Any(list => folders.Contains(list.Folder) && list.Has(key));

    /// <summary>What differs between the two languages: a word that one lacks, a place for a value that one lacks, a word left empty.</summary>
    public static IEnumerable<string> Differences(WordList list)
    {
        var (english, german) = (list.English, list.German);
        return english.Keys.Except(german.Keys).Select(key => $"{list.Folder}/{list.Class}: {key} is missing in German")
            .Concat(german.Keys.Except(english.Keys).Select(key => $"{list.Folder}/{list.Class}: {key} is missing in English"))
            .Concat(english.Keys.Intersect(german.Keys).Where(key => !Places(english[key]).SetEquals(Places(german[key])))
                .Select(key => $"{list.Folder}/{list.Class}: {key} has other values in German"))
            .Concat(english.Concat(german).Where(pair => string.IsNullOrWhiteSpace(pair.Value)).Select(pair => $"{list.Folder}/{list.Class}: {pair.Key} says nothing"));
    }

    /// <summary>The list that "Words", "Log.Words" or "MessageWords" means in a file of this folder.</summary>
    public static WordList? Named(string name, string folder)
    {
        var parts = name.Split('.');
        var (at, type) = parts.Length > 1 ? (parts[^2], parts[^1]) : (folder, parts[0]);
        return All.FirstOrDefault(list => list.Folder == at && list.Class == type)
            ?? All.FirstOrDefault(list => parts.Length == 1 && list.Class == type && (list.Folder == "Shell" || All.Count(other => other.Class == type) == 1));
    }

    private static Dictionary<string, string> Read(SourceFile? file) => file is null
        ? []
        : XDocument.Parse(file.Text).Root!.Elements("data").GroupBy(data => data.Attribute("name")!.Value)
            // Of a word that stands twice nobody knows which is shown: as empty it is reported.
            .ToDictionary(same => same.Key, same => same.Count() == 1 ? same.Single().Element("value")!.Value : "");

    private static HashSet<string> Places(string text) => [.. Place().Matches(text).Select(match => match.Groups[1].Value)];

    [GeneratedRegex(@"\{(\d+)[^}]*\}")]
    private static partial Regex Place();
}
