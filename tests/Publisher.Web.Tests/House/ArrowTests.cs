using System.Text.RegularExpressions;
using System.Xml.Linq;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.House;

/// <summary>Who may know whom: between the projects, and between the feature folders of Publisher.Web.</summary>
public sealed partial class ArrowTests
{
    private static readonly string[] Everybody = ["Storage", "Log", "People", "Media", "Channels", "Contacts", "Messages", "Approvals", "Deliveries", "Schedule", "Copies"];

    // What a folder may use; itself always. The Log knows People because an entry says who and a desk asks for rights.
    private static readonly Dictionary<string, string[]> Below = new()
    {
        ["Storage"] = [],
        ["Log"] = ["Storage", "People"],
        ["People"] = ["Storage", "Log"],
        ["Media"] = ["Storage", "Log", "People"],
        ["Channels"] = ["Storage", "Log", "People"],
        ["Contacts"] = ["Storage", "Log", "People"],
        ["Messages"] = ["Storage", "Log", "People", "Media", "Channels", "Contacts"],
        ["Approvals"] = ["Storage", "Log", "People", "Media", "Channels", "Messages"],
        ["Deliveries"] = ["Storage", "Log", "People", "Media", "Channels", "Messages", "Approvals"],
        ["Schedule"] = ["Storage", "Log", "People", "Media", "Channels", "Messages", "Approvals", "Deliveries"],
        // Carries between processes what others raise in one, and moves an installation to where there can be several.
        ["Machines"] = ["Storage", "Log", "People"],
        // Reads and copies everything there is, and ends what a copy waits for.
        ["Copies"] = ["Storage", "Log", "People", "Media", "Channels", "Messages", "Approvals", "Deliveries", "Schedule"],
        // Asks of everything whether it works; nobody asks back.
        ["Health"] = ["Storage", "Media", "Channels", "Deliveries", "Schedule"],
        ["Shell"] = [.. Everybody, "Machines"],
    };

    // Files that may know more than their folder, each with its reason.
    private static readonly Dictionary<string, string[]> Exceptions = new()
    {
        // One context maps every table, and raises the log's triggers after it migrated them.
        ["Storage/PublisherDb.cs"] = ["Log", "People", "Media", "Channels", "Contacts", "Messages", "Approvals", "Deliveries", "Schedule"],
        ["Storage/Migrating.cs"] = ["Log"],
        // Handing in freezes the policy as it is at that moment: a later change of the policy must not touch it.
        ["Messages/Submission.cs"] = ["Approvals"],
        ["Messages/MessageDesk.Submitting.cs"] = ["Approvals"],
        // What the pages of a message read and do: they show its deliveries. Nothing but pages uses them.
        ["Messages/MessageActions.cs"] = ["Deliveries"],
        ["Messages/MessageList.cs"] = ["Deliveries"],
        ["Messages/MessageReader.cs"] = ["Deliveries"],
        // Words times for the pages of several features, with the shell's way to name a zone.
        ["Messages/Clock.cs"] = ["Shell"],
        // The yes that meets the policy writes the deliveries in its own transaction: neither exists without the other.
        ["Approvals/ApprovalDesk.cs"] = ["Deliveries"],
    };

    [Fact]
    public void Platforms_know_nothing_of_ours_and_no_framework()
    {
        var project = Read("src/Publisher.Platforms/Publisher.Platforms.csproj");
        References(project).ShouldBeEmpty();
        SourceTree.Files("src/Publisher.Platforms", ".cs").SelectMany(Strangers).ShouldBeEmpty();
    }

    [Fact]
    public void The_sandbox_knows_nothing_of_ours()
    {
        References(Read("src/Publisher.Sandbox/Publisher.Sandbox.csproj")).Where(IsOurs).ShouldBeEmpty();
        SourceTree.Files("src/Publisher.Sandbox", ".cs").SelectMany(file => Uses(file, "Web", "Platforms")).ShouldBeEmpty();
    }

    [Fact]
    public void The_product_knows_platforms_and_sandbox_and_nothing_else_of_ours() =>
        References(Read("src/Publisher.Web/Publisher.Web.csproj")).Where(IsOurs).Order(StringComparer.Ordinal)
            .ShouldBe(["../Publisher.Platforms/Publisher.Platforms.csproj", "../Publisher.Sandbox/Publisher.Sandbox.csproj"]);

    [Fact]
    public void Only_the_demo_knows_the_sandbox() =>
        SourceTree.Files("src/Publisher.Web", ".cs", ".razor").Where(file => !IsDemo(file)).SelectMany(file => Uses(file, "Sandbox")).ShouldBeEmpty();

    [Fact]
    public void Features_depend_one_way() =>
        SourceTree.Files("src/Publisher.Web", ".cs").SelectMany(WrongWay).ShouldBeEmpty();

    [Fact]
    public void Every_feature_folder_is_placed() =>
        Directory.GetDirectories(Path.Combine(SourceTree.Root, "src/Publisher.Web")).Select(folder => Path.GetFileName(folder)!)
            .Except(["bin", "obj", "Properties", "wwwroot"]).Except(Below.Keys).ShouldBeEmpty();

    [Fact]
    public void An_exception_that_nobody_needs_any_more_is_taken_out()
    {
        var files = SourceTree.Files("src/Publisher.Web", ".cs").ToDictionary(file => file.Path["src/Publisher.Web/".Length..]);
        Exceptions.Where(pair => !files.TryGetValue(pair.Key, out var file) || Known(file).Intersect(pair.Value).Count() == 0).Select(pair => pair.Key).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("src/Publisher.Web/Messages/Planning.cs", "using Publisher.Web.Deliveries;")]
    [InlineData("src/Publisher.Web/Approvals/Alarm.cs", "var table = Publisher.Web.Schedule.Timetable.Of(time);")]
    [InlineData("src/Publisher.Web/Log/LogNote.cs", "using Publisher.Web.Messages;")]
    [InlineData("src/Publisher.Web/Deliveries/Look.cs", "using Publisher.Web.Shell;")]
    [InlineData("src/Publisher.Web/People/Look.cs", "public Shell.Preferences? Preferences { get; }")]
    [InlineData("src/Publisher.Web/Messages/Look.cs", "using static Publisher.Web.Schedule.Timetable;")]
    public void A_dependency_upwards_is_found(string path, string text) => WrongWay(new SourceFile(path, text)).ShouldHaveSingleItem();

    [Theory]
    [InlineData("src/Publisher.Web/Schedule/Planning.cs", "using Publisher.Web.Deliveries;")]
    [InlineData("src/Publisher.Web/Messages/ListPage.razor.cs", "using Publisher.Web.Shell;")]
    [InlineData("src/Publisher.Web/Messages/Note.cs", "// Publisher.Web.Schedule.Timetable wakes it.")]
    [InlineData("src/Publisher.Web/Messages/Say.cs", "var text = \"Publisher.Web.Schedule.\";")]
    public void A_dependency_downwards_a_page_and_a_remark_are_not(string path, string text) => WrongWay(new SourceFile(path, text)).ShouldBeEmpty();

    [Fact]
    public void A_platform_that_knows_the_database_or_the_sandbox_is_found()
    {
        Strangers(new SourceFile("src/Publisher.Platforms/X/XPlatform.cs", "using Microsoft.EntityFrameworkCore;")).ShouldHaveSingleItem();
        Strangers(new SourceFile("src/Publisher.Platforms/X/XPlatform.cs", "Publisher.Sandbox.X.Serve();")).ShouldHaveSingleItem();
        Uses(new SourceFile("src/Publisher.Sandbox/X.cs", "using Publisher.Platforms.Text;"), "Web", "Platforms").ShouldHaveSingleItem();
        References("<Project><ItemGroup><PackageReference Include=\"Quartz\" /></ItemGroup></Project>").ShouldHaveSingleItem();
    }

    private static string Read(string path) => File.ReadAllText(Path.Combine(SourceTree.Root, path));

    private static bool IsOurs(string reference) => reference.Contains("Publisher.", StringComparison.Ordinal);

    private static bool IsDemo(SourceFile file) => file.Feature == "Shell" && file.Name.StartsWith("Demo", StringComparison.Ordinal);

    /// <summary>Pages show what they need and wear the shell's widgets; nothing depends on a page.</summary>
    private static bool IsPage(SourceFile file) => file.Path.EndsWith(".razor.cs", StringComparison.Ordinal);

    private static IEnumerable<string> References(string project) =>
        XDocument.Parse(project).Descendants().Where(element => element.Name.LocalName is "ProjectReference" or "PackageReference" or "FrameworkReference")
            .Select(element => element.Attribute("Include")!.Value);

    private static IEnumerable<string> Strangers(SourceFile file) =>
        Uses(file, "Web", "Sandbox").Concat(Framework().Matches(CSharpText.Skeleton(file.Text)).Select(match => $"{file.Path}: {match.Value}"));

    private static IEnumerable<string> Uses(SourceFile file, params string[] projects) =>
        projects.Where(project => Regex.IsMatch(CSharpText.Skeleton(file.Text), $@"\bPublisher\.{project}\b"))
            .Select(project => $"{file.Path} knows Publisher.{project}");

    private static IEnumerable<string> WrongWay(SourceFile file)
    {
        if (!Below.TryGetValue(file.Feature, out var below) || IsPage(file))
        {
            return [];
        }

        var own = Exceptions.GetValueOrDefault(file.Path["src/Publisher.Web/".Length..], []);
        return Known(file).Except(below).Except(own).Select(feature => $"{file.Path} knows {feature}");
    }

    private static IEnumerable<string> Known(SourceFile file) =>
        FeatureName().Matches(CSharpText.Skeleton(file.Text)).Select(match => match.Groups["feature"].Value).Distinct()
            .Where(feature => feature != file.Feature && Below.ContainsKey(feature));

    // Shell also without its namespace before it: nothing else is called so, while "Channels." is a table's name too.
    [GeneratedRegex(@"(\bPublisher\.Web\.(?<feature>[A-Z]\w+)\b|(?<![\w.])(?<feature>Shell)\.[A-Z])", RegexOptions.ExplicitCapture)]
    private static partial Regex FeatureName();

    [GeneratedRegex(@"\b(Microsoft\.(EntityFrameworkCore|AspNetCore)|Quartz|Npgsql)\b")]
    private static partial Regex Framework();
}
