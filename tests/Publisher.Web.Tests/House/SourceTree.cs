namespace Publisher.Web.Tests.House;

/// <summary>A file of the project as the house rules read it.</summary>
/// <param name="Path">From the project's root, with slashes.</param>
internal sealed record SourceFile(string Path, string Text)
{
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];

    /// <summary>The feature folder of Publisher.Web it stands in, or nothing.</summary>
    public string Feature => Path.Split('/') is ["src", "Publisher.Web", var feature, _, ..] ? feature : "";
}

/// <summary>The project's own files: found from where the tests run, without what a build writes.</summary>
internal static class SourceTree
{
    private static readonly string[] Written = ["bin", "obj", "node_modules", "results"];

    public static string Root { get; } = Find();

    public static IReadOnlyList<SourceFile> Files(string folder, params string[] endings) =>
    [
        .. Walk(Path.Combine(Root, folder))
            .Where(path => endings.Length == 0 || endings.Any(ending => path.EndsWith(ending, StringComparison.Ordinal)))
            .Select(path => new SourceFile(Path.GetRelativePath(Root, path).Replace(Path.DirectorySeparatorChar, '/'), File.ReadAllText(path)))
            .OrderBy(file => file.Path, StringComparer.Ordinal),
    ];

    private static IEnumerable<string> Walk(string folder) =>
        Directory.EnumerateFiles(folder).Concat(Directory.EnumerateDirectories(folder)
            .Where(inner => !Written.Contains(Path.GetFileName(inner)))
            .SelectMany(Walk));

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Publisher.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"Publisher.sln stands in no folder above {AppContext.BaseDirectory}.");
    }
}
