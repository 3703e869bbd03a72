using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.House;

/// <summary>A component that listens to what outlives it keeps itself, and its person's page, in memory for ever.</summary>
public sealed partial class SubscriptionTests
{
    [Fact]
    public void Components_that_subscribe_unsubscribe() => Components().SelectMany(Faults).ShouldBeEmpty();

    [Fact]
    public void There_are_components_that_subscribe() => Components().Count(file => Subscribing().IsMatch(file.Text)).ShouldBePositive();

    [Theory]
    [InlineData("@code { protected override void OnInitialized() => Writer.Committed += Look; }")]
    [InlineData("@implements IDisposable\n@code { void Open() { Writer.Committed += Look; } public void Dispose() { } }")]
    [InlineData("@implements IDisposable\n@code { void Open() { Writer.Committed += Look; } public void Dispose() { Bell.Rang -= Look; } }")]
    [InlineData("@code { void Open() { Writer.Committed += Look; } void Close() { Writer.Committed -= Look; } }")]
    [InlineData("@implements IDisposable\n@code { protected override async Task OnInitializedAsync() { _all = await ReadAsync(); Writer.Committed += Look; } public void Dispose() => Writer.Committed -= Look; }")]
    [InlineData("@implements IDisposable\n@code { void Open() { Writer.Committed += ids => Look(ids); } public void Dispose() { Writer.Committed -= ids => Look(ids); } }")]
    public void One_that_stays_subscribed_is_found(string text) => Faults(new SourceFile("Page.razor", text)).ShouldNotBeEmpty();

    [Theory]
    [InlineData("@implements IDisposable\n@code { void Open() { Writer.Committed += Look; } public void Dispose() => Writer.Committed -= Look; }")]
    [InlineData("@implements IDisposable\n@code { async Task ReadAsync() => _all = await AllAsync(); protected override async Task OnInitializedAsync() { Writer.Committed += Look; await ReadAsync(); } public void Dispose() => Writer.Committed -= Look; }")]
    [InlineData("@code { void Count() { _count += Step; total += Step; } }")]
    public void One_that_lets_go_is_not(string text) => Faults(new SourceFile("Page.razor", text)).ShouldBeEmpty();

    /// <summary>A page and the class beside it are one component.</summary>
    private static IEnumerable<SourceFile> Components()
    {
        var files = SourceTree.Files("src/Publisher.Web", ".razor", ".razor.cs").ToDictionary(file => file.Path);
        return files.Values.Where(file => !file.Path.EndsWith(".cs", StringComparison.Ordinal))
            .Select(file => file with { Text = $"{file.Text}\n{files.GetValueOrDefault(file.Path + ".cs")?.Text}" });
    }

    private static IEnumerable<string> Faults(SourceFile component)
    {
        foreach (Match match in Subscribing().Matches(component.Text))
        {
            var (source, handler) = (match.Groups["event"].Value, match.Groups["handler"].Value);
            if (handler.Length == 0)
            {
                yield return $"{component.Path}: what {source} calls has no name, so it can't be taken off";
            }
            else if (!Regex.IsMatch(component.Text, $@"{Regex.Escape(source)}\s*-=\s*{handler}\s*;"))
            {
                yield return $"{component.Path}: {handler} is never taken off {source}";
            }
            else if (!Disposable().IsMatch(component.Text))
            {
                yield return $"{component.Path}: takes {handler} off {source}, but is not IDisposable";
            }
            else if (Waiting().IsMatch(component.Text[..match.Index]))
            {
                yield return $"{component.Path}: waits before {handler} is put on {source}; a page that is closed meanwhile never takes it off";
            }
        }
    }

    [GeneratedRegex(@"(?<event>(?:\b\w+\.)+[A-Z]\w*|(?<![\w.])[A-Z]\w*)\s*\+=\s*(?:(?<handler>[A-Z]\w*)\s*;|\(?[\w, ]*\)?\s*=>)")]
    private static partial Regex Subscribing();

    // In the method that subscribes: none begins after it.
    [GeneratedRegex(@"\bawait\b(?!.*\boverride\b)", RegexOptions.Singleline)]
    private static partial Regex Waiting();

    [GeneratedRegex(@"@implements\s+I(Async)?Disposable|class\s+\w+[^{]*\bI(Async)?Disposable\b|override\s+\w+\s+Dispose")]
    private static partial Regex Disposable();
}
