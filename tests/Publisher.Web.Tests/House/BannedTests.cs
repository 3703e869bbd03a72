using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.House;

/// <summary>
/// Calls nobody makes here. A test and not an analyzer: the analyzer for it follows one version of the compiler, and a
/// fresh machine may have another.
/// </summary>
public sealed class BannedTests
{
    private static readonly (string Pattern, string Why)[] Banned =
    [
        (@"\bMarkupString\b", "writes text to the page without escaping it"),
        (@"\bAddMarkupContent\b", "writes text to the page without escaping it"),
        (@"\bDateTime(Offset)?\.(Utc)?(Now|Today)\b", "the time comes from TimeProvider"),
        (@"\bThread\.Sleep\b", "holds a thread: await a delay or an event"),
        (@"\.Result\b(?!\s*[=(])", "waits for a task by holding a thread: await it"),
        (@"\.Wait\(", "waits for a task by holding a thread: await it"),
        (@"\.GetAwaiter\(\)\.GetResult\(\)", "waits for a task by holding a thread: await it"),
        (Connecting, "opens a connection past the one way out, which alone knows where this may connect, and whether it may at all"),
        (@"\basync void\b", "nobody waits for it, and on a thread of the pool its failure ends the process"),
        (@"#region\b", "a file that needs regions is two files"),
    ];

    private const string Connecting = @"\bnew (HttpClient|SocketsHttpHandler|HttpClientHandler|TcpClient|UdpClient|SmtpClient|ClientWebSocket|Socket)\b";

    private static readonly Dictionary<string, string> Exceptions = new()
    {
        // The one way out itself.
        ["src/Publisher.Web/Channels/Outbound.cs"] = Connecting,
        // Asks the demo's own sandbox on this machine whether it is open; and the sandbox fetches files, as platforms do.
        ["src/Publisher.Web/Shell/DemoSandbox.cs"] = Connecting,
        ["src/Publisher.Sandbox/World.cs"] = Connecting,
        // Asked only after IsCompletedSuccessfully, in a handler of an event that can't wait.
        ["src/Publisher.Web/People/PersonState.cs"] = @"\.Result\b(?!\s*[=(])",
        // Begun by what the writer's keys raise, in the circuit's own context: a failure in them ends that page, and the text is kept in the browser.
        ["src/Publisher.Web/Messages/ComposePage.razor.cs"] = @"\basync void\b",
    };

    [Fact]
    public void Nobody_calls_what_is_banned() => SourceTree.Files("src", ".cs", ".razor").SelectMany(Found).ShouldBeEmpty();

    [Fact]
    public void An_exception_that_nobody_needs_any_more_is_taken_out() =>
        Exceptions.Where(pair => !Regex.IsMatch(File.ReadAllText(Path.Combine(SourceTree.Root, pair.Key)), pair.Value)).ShouldBeEmpty();

    [Theory]
    [InlineData("var page = (MarkupString)text;")]
    [InlineData("var now = DateTimeOffset.UtcNow;")]
    [InlineData("var day = DateTime.Today;")]
    [InlineData("Thread.Sleep(10);")]
    [InlineData("var found = FindAsync().Result;")]
    [InlineData("FindAsync().Wait();")]
    [InlineData("FindAsync().GetAwaiter().GetResult();")]
    [InlineData("try { Go(); } catch { }")]
    [InlineData("try { Go(); } catch (IOException)\n{\n}")]
    [InlineData("private async void Open() { }")]
    [InlineData("using var http = new HttpClient();")]
    [InlineData("var text = $\"{DateTime.Now:t}\";")]
    public void A_banned_call_is_found(string text) => Found(new SourceFile("Some.cs", text)).ShouldNotBeEmpty();

    [Theory]
    [InlineData("// DateTime.Now is banned.")]
    [InlineData("var text = \"Thread.Sleep\";")]
    [InlineData("try { Go(); } catch (IOException) { return null; }")]
    [InlineData("try { Go(); } catch (IOException) { /* The browser went first. */ }")]
    [InlineData("answer.Result = found;")]
    public void Talking_about_it_is_not(string text) => Found(new SourceFile("Some.cs", text)).ShouldBeEmpty();

    private static IEnumerable<string> Found(SourceFile file)
    {
        var text = file.Path.EndsWith(".cs", StringComparison.Ordinal) ? CSharpText.Skeleton(file.Text) : file.Text;
        var found = Banned.Where(rule => Exceptions.GetValueOrDefault(file.Path) != rule.Pattern && Regex.IsMatch(text, rule.Pattern)).Select(rule => $"{file.Path}: {rule.Why}");
        // A remark in it is what it means, so this one looks at the text with its remarks.
        return Regex.IsMatch(file.Text, @"\bcatch\b[^{;]*\{\s*\}") ? found.Append($"{file.Path}: swallows a failure: say what it means, or let it pass") : found;
    }
}
