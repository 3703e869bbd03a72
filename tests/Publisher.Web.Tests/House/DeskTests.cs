using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.House;

/// <summary>Every method of a desk that changes something leaves an entry in the log, in the same transaction.</summary>
public sealed partial class DeskTests
{
    private static readonly string[] Silent =
    [
        // A draft is written every two seconds while somebody types; handing it in is what counts.
        "MessageDesk.SaveAsync",
        // Reads; that the page was opened is noted by VisitAsync.
        "LogDesk.ReadAsync",
        // Ask the platform who signs in and keep the answer in memory; ConfirmAsync is what connects.
        "ChannelDesk.BeginAsync",
        "ChannelDesk.BeginByLinkAsync",
        "ChannelDesk.ReturnAsync",
    ];

    [Fact]
    public void Every_method_of_a_desk_that_changes_something_is_logged() =>
        Unlogged(SourceTree.Files("src/Publisher.Web", ".cs")).Except(Silent).ShouldBeEmpty();

    [Fact]
    public void What_is_said_to_be_silent_is() => Silent.Except(Unlogged(SourceTree.Files("src/Publisher.Web", ".cs"))).ShouldBeEmpty();

    [Fact]
    public void All_desks_are_read() => SourceTree.Files("src/Publisher.Web", ".cs").Count(file => Desk().IsMatch(CSharpText.Skeleton(file.Text))).ShouldBeGreaterThanOrEqualTo(10);

    [Fact]
    public void A_change_without_an_entry_is_found() =>
        Unlogged([new("src/Publisher.Web/Messages/SomeDesk.cs", """
            public sealed class SomeDesk(Writer writer)
            {
                public Task<bool> LoudAsync(long id, CancellationToken stop) => ChangeAsync(id, true, stop);

                public async Task<bool> QuietAsync(long id, CancellationToken stop)
                {
                    // db.Append(entry)
                    return await writer.WriteAsync(async (db, token) => await TakeAsync(db, id), stop);
                }

                private Task<bool> ChangeAsync(long id, bool on, CancellationToken stop) => writer.WriteAsync((db, token) =>
                {
                    db.Append(new LogEntry(null, now, "some.changed"));
                    return true;
                }, stop);

                private Task<bool> TakeAsync(PublisherDb db, long id) => db.Things.AnyAsync(row => names.Append("one").Contains(row.Name));
            }
            """)]).ShouldBe(["SomeDesk.QuietAsync"]);

    private static IEnumerable<string> Unlogged(IEnumerable<SourceFile> files) =>
        from file in files
        let desk = Desk().Match(CSharpText.Skeleton(file.Text))
        where desk.Success
        group file by desk.Groups["name"].Value into desk
        let members = desk.SelectMany(file => CSharpText.Members(file.Text)).ToList()
        from method in members
        where method.Modifiers.Contains("public", StringComparison.Ordinal) && !method.Modifiers.Contains("override", StringComparison.Ordinal)
        where method.Name.EndsWith("Async", StringComparison.Ordinal) && !Appends(method, members, [])
        select $"{desk.Key}.{method.Name}";

    private static bool Appends(Member method, List<Member> members, HashSet<Member> seen)
    {
        if (!seen.Add(method))
        {
            return false;
        }

        var body = CSharpText.Skeleton(method.Body);
        return Appending().IsMatch(body)
            || members.Any(other => Regex.IsMatch(body, $@"\b{other.Name}\b(?:<[^()<>]*>)?\s*\(") && Appends(other, members, seen));
    }

    [GeneratedRegex(@"\bclass\s+(?<name>\w+Desk)\b")]
    private static partial Regex Desk();

    [GeneratedRegex(@"\b[dD]b\.Append\(")]
    private static partial Regex Appending();
}
