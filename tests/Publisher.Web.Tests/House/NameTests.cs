using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.House;

/// <summary>Files that can be read in one go, and names that say what a thing is.</summary>
public sealed partial class NameTests
{
    private const int MostLines = 400;

    // One list of tables in the order a database needs them; nothing in it to split off.
    private static readonly string[] Long = ["src/Publisher.Web/Storage/Migrations/Initial.cs"];

    // Small types that are read together: what a platform may be able to do, and how values are stored.
    private static readonly string[] Several = ["Abilities.cs", "Conversions.cs"];

    [Fact]
    public void No_file_is_longer_than_400_lines() => SourceTree.Files("src", ".cs", ".razor", ".css", ".js").Where(TooLong).Select(file => file.Path).ShouldBe(Long);

    [Fact]
    public void Nothing_has_a_name_that_fits_everything() => SourceTree.Files("src", ".cs", ".razor").Concat(SourceTree.Files("tests", ".cs")).SelectMany(Empty).ShouldBeEmpty();

    [Fact]
    public void A_file_is_called_as_the_type_in_it() => SourceTree.Files("src", ".cs").Where(IsMisnamed).Select(file => file.Path).ShouldBeEmpty();

    [Fact]
    public void A_long_file_is_found()
    {
        TooLong(new SourceFile("Some.cs", new string('\n', 401))).ShouldBeTrue();
        TooLong(new SourceFile("Some.cs", new string('\n', 400))).ShouldBeFalse();
    }

    [Theory]
    [InlineData("src/Publisher.Web/Helpers/Text.cs", "")]
    [InlineData("src/Publisher.Web/Messages/TextUtils.cs", "")]
    [InlineData("src/Publisher.Web/Messages/Text.cs", "internal sealed class MessageManager;")]
    [InlineData("src/Publisher.Web/Messages/Text.cs", "public interface IMessageService;")]
    [InlineData("src/Publisher.Web/Services/Text.cs", "")]
    public void An_empty_name_is_found(string path, string text) => Empty(new SourceFile(path, text)).ShouldNotBeEmpty();

    [Theory]
    [InlineData("src/Publisher.Web/Messages/Text.cs", "// the manager said yes\ninternal sealed class Manages(IServiceProvider services);")]
    [InlineData("src/Publisher.Web/Storage/Writer.cs", "public sealed class Writer : BackgroundService;")]
    public void A_good_name_is_not(string path, string text) => Empty(new SourceFile(path, text)).ShouldBeEmpty();

    [Fact]
    public void A_file_called_otherwise_is_found()
    {
        IsMisnamed(new SourceFile("src/Some.cs", "internal sealed class Other { }")).ShouldBeTrue();
        IsMisnamed(new SourceFile("src/Some.Parts.cs", "internal sealed partial class Some { }")).ShouldBeFalse();
        IsMisnamed(new SourceFile("src/Program.cs", "return 0;")).ShouldBeFalse();
    }

    private static bool TooLong(SourceFile file) => file.Text.AsSpan().Count('\n') > MostLines;

    private static IEnumerable<string> Empty(SourceFile file)
    {
        var folders = file.Path.Split('/')[..^1].Concat([file.Name.Split('.')[0]]);
        var types = file.Path.EndsWith(".cs", StringComparison.Ordinal)
            ? TypeName().Matches(CSharpText.Skeleton(file.Text)).Select(match => match.Groups["name"].Value)
            : [];
        return folders.Concat(types).Where(name => SaysNothing().IsMatch(name)).Select(name => $"{file.Path}: {name}");
    }

    private static bool IsMisnamed(SourceFile file)
    {
        var types = TypeName().Matches(CSharpText.Skeleton(file.Text)).Select(match => match.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);
        return types.Count > 0 && !types.Any(type => IsNamedAfter(file.Name, type)) && !Several.Contains(file.Name);
    }

    // A partial type's second file begins with its name: BlueskyPost.cs holds what Bluesky does with posts.
    private static bool IsNamedAfter(string name, string type) => name.StartsWith(type, StringComparison.Ordinal) && (name[type.Length] == '.' || char.IsUpper(name[type.Length]));

    [GeneratedRegex(@"^\s*(?:(?:public|internal|private|protected|sealed|static|abstract|partial|readonly|file)\s+)+(?:class|record struct|record|struct|interface|enum)\s+(?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex TypeName();

    [GeneratedRegex("(Helpers?|Utils?|Utility|Utilities|Common|Models?|Services?|Managers?|Processors?)$")]
    private static partial Regex SaysNothing();
}
