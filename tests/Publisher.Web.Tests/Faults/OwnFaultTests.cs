using System.Security.Cryptography;
using Publisher.Web.Tests.Journeys;
using Publisher.Web.Tests.Storage;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Faults;

/// <summary>Walks every line of the table of our own faults, those of one database at once: each mostly waits.</summary>
[Collection(nameof(OneAtATime))]
public sealed class OwnFaultTests(PostgresServer postgres, ITestOutputHelper output) : IClassFixture<PostgresServer>
{
    [Fact]
    public Task Whatever_goes_wrong_on_our_side_a_reader_sees_every_approved_post_once_with_SQLite() => WalkAsync(OwnFaultTable.OnSqlite, onPostgres: false);

    [Fact]
    public Task Whatever_goes_wrong_on_our_side_a_reader_sees_every_approved_post_once_with_PostgreSQL() => WalkAsync(OwnFaultTable.OnPostgres, onPostgres: true);

    private async Task WalkAsync(IReadOnlyList<OwnFault> faults, bool onPostgres)
    {
        var wrong = new List<string>();
        await Task.WhenAll(faults.Select(fault => Task.Run(async () =>
        {
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
                wrong.AddRange(walked.Wrong.Select(one => $"When {fault.Does}: {one}"));
            }
        })));
        wrong.ShouldBeEmpty(string.Join('\n', wrong));
    }
}
