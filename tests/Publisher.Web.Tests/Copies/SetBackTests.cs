using Publisher.Web.Copies;
using Publisher.Web.Tests.Crash;
using Publisher.Web.Tests.Deliveries;
using Publisher.Web.Tests.Start;
using Publisher.Web.Tests.Storage;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Copies;

/// <summary>Two running processes of the built product, whose database server is set back under them to a snapshot of some posts ago.</summary>
public sealed class SetBackTests(PostgresServer postgres, ITestOutputHelper output) : IClassFixture<PostgresServer>, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly string _root = Directory.CreateTempSubdirectory("publisher-set-back-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Both_stand_still_and_nothing_is_sent_a_second_time()
    {
        var database = postgres.Database("set_back");
        await using var sandbox = await StartedSandbox.OpenAsync(Path.Combine(_root, "stand-ins.json"), Stop);
        foreach (var platform in new[] { "mastodon", "bluesky" })
        {
            await sandbox.SlowAsync(platform, 1500, Stop);
        }

        var place = new CrashPlace(Path.Combine(_root, "data"), database, sandbox.Address);
        await using var office = await CrashOffice.OpenAsync(place, new Random(11), seed: 11, messages: 5, over: TimeSpan.FromSeconds(20), Stop);
        await using var first = await StartedProduct.OpenAsync(place.Folder, "--demo", place.Environment);
        await using var second = await StartedProduct.OpenAsync(place.Folder, "--demo", place.Environment);
        await SendingRoom.UntilAsync(async () => await sandbox.CountAsync(Stop) >= 5, Patience);

        await postgres.StopAsync();
        await postgres.KeepAsync();
        var mark = Path.Combine(place.Folder, RunFile.Name);
        var number = RunFile.Read(mark)!.Run;
        await postgres.StartAsync();
        var kept = await sandbox.CountAsync(Stop);
        // One of them has looked since, so there is a number that the snapshot does not know.
        await SendingRoom.UntilAsync(async () => await sandbox.CountAsync(Stop) >= kept + 5 && RunFile.Read(mark) is { IsSettled: true } next && next.Run != number, Patience);
        // Not the complaint of a look that met the stopped server: "Whether this may be a copy could not be looked up".
        (first.Output + second.Output).ShouldNotContain("This may be a copy", Case.Sensitive);

        await postgres.StopAsync();
        await postgres.SetBackAsync();
        await postgres.StartAsync();
        await SendingRoom.UntilAsync(() => Task.FromResult(new[] { first, second }.All(one => one.Output.Contains("This may be a copy (differs)", StringComparison.Ordinal))), Patience);
        var noticed = DateTimeOffset.UtcNow;
        // Longer than a sweep needs to find what is due by what the database says now.
        await Task.Delay(TimeSpan.FromSeconds(35), Stop);

        // What was under way when it was noticed is let end.
        (await sandbox.CallsAsync(Stop)).Where(call => call.At > noticed).ShouldBeEmpty();
        var posts = await sandbox.PostsAsync(Stop);
        output.WriteLine($"{kept} posts were seen at the snapshot, {posts.Count} in the end, of {office.Approved.Count}.");
        office.Approved
            .Select(post => (post.Words, Seen: posts.Count(one => one.Platform == post.Platform.Info.Name && one.Account == post.Account && one.Text.Contains(post.Words, StringComparison.Ordinal)), post.Parts.Count))
            .Where(one => one.Seen > one.Count).ShouldBeEmpty();
    }
}
