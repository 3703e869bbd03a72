using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Publisher.Web.Deliveries;
using Publisher.Web.Log;
using Publisher.Web.Schedule;
using Publisher.Web.Storage;
using Publisher.Web.Tests.Deliveries;
using Publisher.Web.Tests.Storage;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Machines;

/// <summary>The role that runs the product writes rows, and can neither change the tables nor take back what the log says.</summary>
public sealed class RunningRoleTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Messages_go_out_and_are_logged_under_a_role_that_can_change_neither_tables_nor_log()
    {
        var (owner, runner) = await RolesAsync("sending");
        await using var room = await SendingRoom.OpenOnAsync(runner, asOwner: owner);
        var second = await room.StartProcessAsync();
        var message = await room.ApproveAsync("Hello", TimeProvider.System.GetUtcNow(), [await room.AddChannelAsync()]);
        await SendingRoom.UntilAsync(async () => (await room.DeliveryAsync(message)).State is DeliveryState.Published);
        var hold = await room.First.Holds.SetAsync(room.Manager, new HoldScope(null, null, null), "Wrong figures", Stop);
        hold.Refusal.ShouldBeNull();
        (await second.Holds.LiftAsync(room.Manager, hold.Value!.Id, "Right after all", Stop)).Refusal.ShouldBeNull();
        await PlaceAsync(second);
        room.Platform.Calls.Count.ShouldBe(1);

        foreach (var statement in new[]
        {
            "UPDATE \"Log\" SET \"Action\" = 'nothing'",
            "DELETE FROM \"Log\"",
            "TRUNCATE \"Log\"",
            "UPDATE \"LogPositions\" SET \"LeafHash\" = ''",
            "DELETE FROM \"LogPositions\"",
            "TRUNCATE \"LogPositions\"",
            "DROP TRIGGER log_no_change ON \"Log\"",
            "ALTER TABLE \"Log\" DISABLE TRIGGER ALL",
            "ALTER TABLE \"LogPositions\" DISABLE TRIGGER ALL",
            "CREATE OR REPLACE FUNCTION log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
            "DROP TABLE \"Log\"",
            "CREATE TABLE \"Other\" (\"Id\" int)",
            "ALTER TABLE \"Deliveries\" ADD COLUMN \"Extra\" int",
            "DELETE FROM \"__EFMigrationsHistory\"",
            "SET session_replication_role = replica",
            "SET ROLE owner_sending",
        })
        {
            (await Should.ThrowAsync<PostgresException>(RunAsync(runner, statement), statement)).SqlState
                .ShouldBe(PostgresErrorCodes.InsufficientPrivilege, $"{statement} was refused for another reason");
        }
    }

    [Fact]
    public async Task A_start_of_the_running_role_alone_goes_on_where_the_form_is_right_and_refuses_where_it_is_not()
    {
        var (owner, runner) = await RolesAsync("alone");
        await using (await SendingRoom.OpenOnAsync(runner, asOwner: owner))
        {
        }

        await RunAsync(owner, "DELETE FROM \"Settings\" WHERE \"Name\" IN ('data.folder', 'master.key.check')");
        await using (await SendingRoom.OpenOnAsync(runner))
        {
        }

        await RunAsync(owner, "DELETE FROM \"Settings\" WHERE \"Name\" IN ('data.folder', 'master.key.check')");
        await RunAsync(owner, "ALTER TABLE \"Log\" DISABLE TRIGGER ALL");
        (await Should.ThrowAsync<StartRefused>(SendingRoom.OpenOnAsync(runner))).Message.ShouldContain("A trigger that keeps the log");
        await RunAsync(owner, "ALTER TABLE \"Log\" ENABLE TRIGGER ALL");
        await RunAsync(owner, "DELETE FROM \"__EFMigrationsHistory\"");
        (await Should.ThrowAsync<StartRefused>(SendingRoom.OpenOnAsync(runner))).Message.ShouldContain("older than this version");
    }

    private static async Task PlaceAsync(SendingRoom.Process process)
    {
        var sequencer = ActivatorUtilities.CreateInstance<Sequencer>(process.Services);
        (await sequencer.PlaceAsync(Stop)).ShouldBePositive();
    }

    private async Task<(string Owner, string Runner)> RolesAsync(string database)
    {
        var all = postgres.Database("postgres");
        await RunAsync(all, $"CREATE ROLE owner_{database} LOGIN");
        await RunAsync(all, $"CREATE ROLE runner_{database} LOGIN");
        await RunAsync(all, $"CREATE DATABASE {database} OWNER owner_{database}");
        return (As($"owner_{database}"), As($"runner_{database}"));

        string As(string role) => postgres.Database(database).Replace("Username=publisher", $"Username={role}", StringComparison.Ordinal);
    }

    private static async Task RunAsync(string connection, string statement)
    {
        await using var opened = new NpgsqlConnection(connection);
        await opened.OpenAsync(Stop);
#pragma warning disable CA2100 // Only what stands in this file.
        await using var command = new NpgsqlCommand(statement, opened);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(Stop);
    }
}
