using System.Security.Cryptography;
using Publisher.Web.Tests.Journeys;
using Publisher.Web.Tests.Storage;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Faults;

/// <summary>Walks every line of the tables of our own faults, all at once: each mostly waits.</summary>
[Collection(nameof(OneAtATime))]
public sealed class OwnFaultTests(PostgresServer postgres, ITestOutputHelper output) : IClassFixture<PostgresServer>
{
    [Fact]
    public async Task Whatever_goes_wrong_on_our_side_a_reader_sees_every_approved_post_once()
    {
        var faults = OwnFaultTable.OnSqlite.Select(fault => (fault, false)).Concat(OwnFaultTable.OnPostgres.Select(fault => (fault, true)));
        var wrong = new List<string>();
        await Task.WhenAll(faults.Select(one => Task.Run(async () =>
        {
            var (fault, onPostgres) = one;
            await using var own = onPostgres && fault.NeedsOwnServer ? new PostgresServer() : null;
            if (own is not null)
            {
                await own.InitializeAsync();
            }

            var walk = new OwnFaultWalk(fault, RandomNumberGenerator.GetInt32(1, 1_000_000), onPostgres ? own ?? postgres : null);
            (IReadOnlyList<string> Wrong, string Told) walked;
            try
            {
                walked = await walk.RunAsync();
            }
            catch (Exception broken)
            {
                // The other walks are let end and told too.
                walked = ([$"{broken}"], fault.Does);
            }

            lock (wrong)
            {
                output.WriteLine(walked.Told);
                wrong.AddRange(walked.Wrong.Select(what => $"{(onPostgres ? "PostgreSQL" : "SQLite")}, when {fault.Does}: {what}"));
            }
        })));
        wrong.ShouldBeEmpty(string.Join('\n', wrong));
    }
}
