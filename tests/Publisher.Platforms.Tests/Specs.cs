using Xunit;

namespace Publisher.Platforms.Tests;

/// <summary>Published test vectors and machine descriptions. They are data of others and lie beside the project, not in it.</summary>
internal static class Specs
{
    /// <summary>The full path of a file in the nearest "shared/specs" above the tests; where it is absent the test says so and is skipped.</summary>
    public static string Find(string file)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "shared", "specs", file);
            if (File.Exists(path) || Directory.Exists(path))
            {
                return path;
            }
        }

        Assert.Skip($"The published data '{file}' is not here: no folder above the tests holds shared/specs.");
        return "";
    }
}
