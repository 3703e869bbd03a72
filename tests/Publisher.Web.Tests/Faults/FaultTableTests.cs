using System.Net.Http.Json;
using Publisher.Platforms;
using Publisher.Sandbox;
using Publisher.Web.Tests.Messages;
using Publisher.Web.Tests.Start;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Faults;

/// <summary>The table leaves no fault of the stand-ins out, and the page in the docs says what it says. With PUBLISHER_WRITE_DOCS=1 the page is written anew.</summary>
public sealed class FaultTableTests : IAsyncLifetime
{
    private static readonly IReadOnlyList<IPlatform> Platforms = new Publisher.Platforms.PlatformList(new HttpClient(), TimeProvider.System, new KeptFiles()).All;

    /// <summary>What is only about changing and counting what is out: the tests of corrections and followers meet it.</summary>
    private static readonly string[] MetElsewhere = ["pixelfed editing-off", "pinterest no-beta", "youtube subscribers-hidden"];

    private List<SandboxFaultKind> _kinds = [];

    public async ValueTask InitializeAsync()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), TestContext.Current.CancellationToken);
        using var http = new HttpClient { BaseAddress = sandbox.Address };
        _kinds = (await http.GetFromJsonAsync<List<SandboxFaultKind>>("_sandbox/faults/kinds", TestContext.Current.CancellationToken))!;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public void Every_fault_of_the_stand_ins_is_in_the_table()
    {
        // Access is taken back for good, so that refreshing the token fails too, instead of for one call.
        var walked = FaultTable.Columns.SelectMany(column => column.Faults.Select(fault => fault.Kind)).Append("revoked-token").ToHashSet();
        _kinds.Where(kind => !kind.IsOwn && !walked.Contains(kind.Kind)).ShouldBeEmpty();
        FaultTable.Columns.ShouldContain(column => column.Tokens == "revoke");
        FaultTable.Own.Select(column => $"{column.Only} {column.Faults[0].Kind}").Concat(MetElsewhere).ShouldBe(_kinds.Where(kind => kind.IsOwn).Select(kind => $"{kind.Platform} {kind.Kind}"), ignoreOrder: true);
    }

    [Fact]
    public void Every_exception_is_about_a_cell_that_would_follow_the_rule_otherwise()
    {
        foreach (var (name, stage, column, cell, reason) in FaultTable.Exceptions)
        {
            var platform = Platforms.Single(one => one.Info.Name == name);
            FaultTable.Columns.Single(one => one.Stage == stage && one.Name == column).Follows(platform).ShouldNotBe(cell, $"{name} {column}");
            reason.ShouldNotBeEmpty();
        }
    }

    [Fact]
    public async Task The_page_in_the_docs_says_what_the_table_says()
    {
        var page = Path.Combine(StartedProduct.Root(), "docs", "faults.md");
        var said = FaultPage.Write(Platforms, _kinds);
        if (Environment.GetEnvironmentVariable("PUBLISHER_WRITE_DOCS") == "1")
        {
            await File.WriteAllTextAsync(page, said, TestContext.Current.CancellationToken);
        }

        (await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken)).ShouldBe(said, "Write it anew with PUBLISHER_WRITE_DOCS=1.");
    }
}
