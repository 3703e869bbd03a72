using System.Reflection;
using System.Text.RegularExpressions;
using Publisher.Platforms;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.House;

/// <summary>Whatever the code says by a code, a screen can say in words, in both languages.</summary>
public sealed class WordTests
{
    private static readonly IReadOnlyList<SourceFile> Web = SourceTree.Files("src/Publisher.Web", ".cs", ".razor");

    private static readonly IReadOnlyList<SourceFile> Screens = [.. Web.Select(file => file with { Text = Beside(file) })];

    // Folders without words of their own, and whose pages show what they refuse.
    private static readonly Dictionary<string, string[]> ShownBy = new()
    {
        ["Deliveries"] = ["Messages", "Schedule", "Channels"],
        ["Schedule"] = ["Messages"],
    };

    [Fact]
    public void Both_languages_have_the_same_words_with_the_same_values() => Resources.All.SelectMany(Resources.Differences).ShouldBeEmpty();

    [Fact]
    public void Every_word_a_page_asks_for_is_there() => Web.SelectMany(file => Missing(file, Beside(file))).Distinct().ShouldBeEmpty();

    [Fact]
    public void Every_action_of_the_log_has_a_word()
    {
        var actions = WordUses.Actions(Web).ToList();
        actions.Count.ShouldBeGreaterThan(40);
        actions.Where(action => !Resources.Say($"action.{action}", "Log")).ShouldBeEmpty();
    }

    [Fact]
    public void Words_for_actions_stand_in_one_place() =>
        Resources.All.Where(list => list.Folder != "Log").SelectMany(list => list.English.Keys.Where(key => key.StartsWith("action.", StringComparison.Ordinal)).Select(key => $"{list.Folder}: {key}")).ShouldBeEmpty();

    [Fact]
    public void Every_refusal_has_a_sentence()
    {
        var refusals = Web.SelectMany(file => WordUses.FirstArguments(file.Text, "new Refusal").Select(code => (file.Feature, Code: code))).Distinct().ToList();
        refusals.Count.ShouldBeGreaterThan(50);
        refusals.Where(refusal => !Resources.Say($"refusal.{refusal.Code}", [refusal.Feature, "Shell", .. ShownBy.GetValueOrDefault(refusal.Feature, [])]))
            .Select(refusal => $"{refusal.Feature}: {refusal.Code}").ShouldBeEmpty();
        new[] { "sign.in.again", "not.allowed", "look.again", "not.found" }.Where(code => !Resources.Say($"refusal.{code}", "Shell")).ShouldBeEmpty();
    }

    [Fact]
    public void Every_problem_of_a_post_has_a_sentence()
    {
        var problems = SourceTree.Files("src/Publisher.Platforms", ".cs").Where(file => !IsConnecting(file)).Concat(Web.Where(file => file.Feature == "Messages"))
            .SelectMany(file => WordUses.FirstArguments(file.Text, "new Problem")).Distinct().ToList();
        problems.Count.ShouldBeGreaterThan(25);
        Unread("problem", problems, Screens).ShouldBeEmpty();
    }

    [Fact]
    public void Every_problem_of_connecting_has_a_sentence()
    {
        var problems = SourceTree.Files("src/Publisher.Platforms", ".cs").Where(IsConnecting)
            .SelectMany(file => WordUses.FirstArguments(file.Text, "new Problem").Concat(WordUses.FirstArguments(file.Text, "Refused")).Concat(NamedCodes(file.Text))).Distinct().ToList();
        problems.ShouldNotBeEmpty();
        problems.Where(code => !Resources.Say($"refusal.connect.{code}", "Channels")).ShouldBeEmpty();
    }

    [Fact]
    public void Every_outcome_of_a_delivery_has_a_sentence() => Unread("code", Outcomes(), Screens).ShouldBeEmpty();

    [Fact]
    public void A_sentence_in_words_that_the_screen_does_not_read_is_found() =>
        Unread("code", ["media.altered"], [new("src/Publisher.Web/Messages/SomePage.razor", "@inject IStringLocalizer<Words> W\n<p>@W[$\"code.{code}\"]</p>")]).ShouldBe(["media.altered"]);

    [Fact]
    public void A_word_in_one_language_only_is_found()
    {
        var list = new WordList("Some", "Words", new Dictionary<string, string> { ["a"] = "One of {0}", ["b"] = "Two" }, new Dictionary<string, string> { ["a"] = "Eins", ["c"] = " " });
        Resources.Differences(list).Count().ShouldBe(4);
    }

    [Theory]
    [InlineData("@inject IStringLocalizer<Words> W\n<p>@W[\"no.such.word\"]</p>")]
    [InlineData("@inject IStringLocalizer<Words> W\n<p>@W[_open ? \"title\" : \"no.such.word\"]</p>")]
    [InlineData("@inject IStringLocalizer<Words> W\n<p>@W[$\"no.such.{word}\", W[\"title\"]]</p>")]
    public void A_word_that_is_not_there_is_found(string page) => Missing(new SourceFile("src/Publisher.Web/Log/SomePage.razor", page), page).ShouldHaveSingleItem();

    [Theory]
    [InlineData("@inject IStringLocalizer<Words> W\n<p>@W[_kind == \"no.such.word\" ? \"title\" : \"loading\"] @W[$\"action.{code}\", \"value\"]</p>")]
    public void One_that_is_there_is_not(string page) => Missing(new SourceFile("src/Publisher.Web/Log/SomePage.razor", page), page).ShouldBeEmpty();

    [Fact]
    public void Actions_are_found_however_they_are_handed_on() =>
        WordUses.Actions([
            new("One.cs", "class One { void Go() { db.Append(new LogEntry(actor, Now(), isNew ? \"one.added\" : \"one.changed\") { Code = \"no.action\" }); } }"),
            new("Two.cs", "class Two\n{\n    public static LogEntry Entry(this One one, Actor? by, string action, string? code = null) => new(by, now, action);\n    void Go() { db.Append(one.Entry(actor, \"two.done\", code: \"no.code\")); } }"),
            new("Three.cs", "class Three { void Go() { var action = one is null ? \"three.first\" : \"three.next\"; db.Append(new LogEntry(null, now, action)); } }"),
            new("Four.cs", "class Four\n{\n    public static string Led(int state) => state switch { 1 => \"four.out\", _ => \"four.other\" }; void Go() { db.Append(one.Entry(null, Led(state))); } }"),
        ]).Order(StringComparer.Ordinal).ShouldBe(["four.other", "four.out", "one.added", "one.changed", "three.first", "three.next", "two.done"]);

    [Fact]
    public void Codes_are_found_where_they_are_made() =>
        WordUses.FirstArguments("return state == \"open\" ? new Refusal(kind is \"a.kind\" ? \"one.code\" : \"two.code\", \"no.code\") : new Refusal(Found);", "new Refusal").ShouldBe(["one.code", "two.code"]);

    private static bool IsConnecting(SourceFile file) => file.Path.EndsWith(".Connection.cs", StringComparison.Ordinal);

    /// <summary>Codes from the list that are handed on by their names.</summary>
    private static IEnumerable<string> NamedCodes(string text) =>
        Regex.Matches(CSharpText.Skeleton(text), @"(?:Refused\(|=>\s*|\?\s*|:\s*)Codes\.(\w+)")
            .Select(match => (string)typeof(Codes).GetField(match.Groups[1].Value)!.GetRawConstantValue()!);

    private static HashSet<string> Outcomes()
    {
        var made = SourceTree.Files("src/Publisher.Platforms", ".cs").Where(file => !IsConnecting(file)).Concat(Web.Where(file => file.Feature == "Deliveries"));
        var codes = new[] { "Rejected", "SignInNeeded", "NotNow", "Unclear", "Processing", "CannotTell" }
            .SelectMany(outcome => made.SelectMany(file => WordUses.FirstArguments(file.Text, $"PublishResult.{outcome}"))).ToHashSet(StringComparer.Ordinal);
        // What a delivery says of itself: its own constants, and what it notes where a result says nothing.
        var own = Web.Where(file => file.Feature == "Deliveries").Select(file => CSharpText.WithoutComments(file.Text)).ToList();
        codes.UnionWith(own.SelectMany(text => Regex.Matches(text, "\\b(?:const string \\w+|Code) = \"([a-z.]+)\"").Select(match => match.Groups[1].Value)));
        codes.UnionWith(own.SelectMany(text => new[] { "Stop", "WaitFor", "RefuseAsync" }.SelectMany(call => CSharpText.Calls(text, call)))
            .Where(arguments => arguments.Count == 2).SelectMany(arguments => CSharpText.Literals(arguments[1])));
        codes.UnionWith(own.SelectMany(text => WordUses.FirstArguments(text, "AskPerson")));
        codes.UnionWith(typeof(Codes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!));
        // What does not fit the approval is named by the check before the claim.
        codes.UnionWith(Web.Where(file => file.Path.EndsWith("Deliveries/Verification.cs", StringComparison.Ordinal))
            .SelectMany(file => CSharpText.Literals(CSharpText.WithoutComments(file.Text))).Where(text => text.All(letter => letter is '.' or >= 'a' and <= 'z')));
        codes.Count.ShouldBeGreaterThan(25);
        return codes;
    }

    /// <summary>Codes without a sentence in the words that these screens ask for such a code.</summary>
    private static List<string> Unread(string kind, IEnumerable<string> codes, IReadOnlyList<SourceFile> screens)
    {
        var read = screens.SelectMany(file => WordUses.Keys(file.Text).Where(use => use.Key == $"{kind}.*").Select(use => Resources.Named(use.List, file.Feature)!)).Distinct().ToList();
        read.ShouldNotBeEmpty();
        return [.. codes.Where(code => !read.TrueForAll(words => words.Has($"{kind}.{code}")))];
    }

    private static string Beside(SourceFile file) => string.Join('\n', Web.Where(other => other.Path == file.Path || other.Path == $"{file.Path}.cs" || $"{other.Path}.cs" == file.Path).Select(other => other.Text));

    private static IEnumerable<string> Missing(SourceFile file, string text) =>
        from use in WordUses.Keys(text)
        let list = Resources.Named(use.List, file.Feature)
        where list is null || !WordUses.IsAmong(use.Key, list.English.Keys)
        select $"{file.Path} asks {use.List} for {use.Key}";
}
