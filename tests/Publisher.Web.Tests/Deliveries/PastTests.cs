using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Publisher.Web.Deliveries;
using Publisher.Web.Log;
using Publisher.Web.Tests.Faults;
using Publisher.Web.Tests.Storage;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Deliveries;

/// <summary>The past only grows: nothing that runs by itself may read through it, or every year makes the next post later.</summary>
public sealed partial class PastTests
{
    private static readonly string[] _growing = ["Messages", "Submissions", "FrozenPosts", "Approvals", "Deliveries", "DeliveryParts", "Attempts", "ReadBacks", "Log", "LogTexts", "LogPositions"];

    [Fact]
    public async Task What_runs_by_itself_reads_through_no_table_that_only_grows()
    {
        await using var room = await SendingRoom.OpenAsync(new TellingPlatform("one"));
        var channel = await room.AddChannelAsync();
        using var heard = new Statements(room.Folder.Database);

        var message = await room.ApproveAsync("One\n---\nTwo", SendingRoom.Nine, [channel]);
        room.Time.MoveTo(SendingRoom.Nine);
        await room.SweepAsync();
        await room.WorkAsync();
        room.Time.Advance(TimeSpan.FromSeconds(15));
        await room.First.Services.GetRequiredService<ReadingBack>().RunAsync(SendingRoom.Ended);
        await room.First.Leases.RenewAsync(SendingRoom.Ended);
        await ActivatorUtilities.CreateInstance<Sequencer>(room.First.Services).PlaceAsync(SendingRoom.Ended);
        await room.SweepAsync();

        (await room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.Published);
        heard.All.Count.ShouldBeGreaterThan(30);
        heard.All.ShouldContain(statement => statement.Contains("INSERT INTO \"LogPositions\"", StringComparison.Ordinal));
        heard.All.ShouldContain(statement => statement.Contains("UPDATE \"ReadBacks\"", StringComparison.Ordinal));
        (await WalksAsync(room, heard.All)).ShouldBe(
            // An index without anything else in it, and of each message one look into another: some tenths of a second a minute for a million.
            ["SCAN m USING COVERING INDEX IX_Messages_SenderId_State"]);
    }

    private static async Task<List<string>> WalksAsync(SendingRoom room, IEnumerable<string> statements)
    {
        var walks = new List<string>();
        await using var db = await room.ReadAsync();
        await db.Database.OpenConnectionAsync(SendingRoom.Ended);
        foreach (var statement in statements)
        {
            var growing = Named().Matches(statement).Where(named => _growing.Contains(named.Groups["table"].Value)).Select(named => $"SCAN {named.Groups["alias"].Value}").ToList();
            await using var command = db.Database.GetDbConnection().CreateCommand();
#pragma warning disable CA2100 // What the product itself has asked.
            command.CommandText = statement.Split(";\n")[0];
#pragma warning restore CA2100
            foreach (var name in Parameter().Matches(command.CommandText).Select(match => match.Value).Distinct())
            {
                var parameter = command.CreateParameter();
                (parameter.ParameterName, parameter.Value) = (name, 1);
                command.Parameters.Add(parameter);
            }

            // All of a channel's past is no better than all of the past.
            walks.AddRange((await command.ExplainAsync(SendingRoom.Ended)).Where(step =>
                growing.Exists(walk => step == walk || step.StartsWith(walk + " ", StringComparison.Ordinal)) || step.EndsWith("IX_Deliveries_ChannelId_Due (ChannelId=?)", StringComparison.Ordinal)));
        }

        return [.. walks.Distinct()];
    }

    [GeneratedRegex("""
        (?:FROM|JOIN|UPDATE) "(?<table>\w+)" AS "(?<alias>\w+)"
        """)]
    private static partial Regex Named();

    [GeneratedRegex(@"@\w+")]
    private static partial Regex Parameter();

    /// <summary>What this process asks one database.</summary>
    private sealed class Statements : IDisposable
    {
        private readonly string _database;
        private readonly ConcurrentDictionary<string, bool> _all = new();
        private readonly ConcurrentBag<IDisposable> _subscriptions = [];

        public Statements(string database)
        {
            _database = database;
            _subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(new Observer<DiagnosticListener>(listener =>
            {
                if (listener.Name == DbLoggerCategory.Name)
                {
                    _subscriptions.Add(listener.Subscribe(new Observer<KeyValuePair<string, object?>>(Hear)));
                }
            })));
        }

        public ICollection<string> All => _all.Keys;

        public void Dispose() => _subscriptions.ToList().ForEach(subscription => subscription.Dispose());

        private void Hear(KeyValuePair<string, object?> what)
        {
            if (what.Value is CommandExecutedEventData { Command: var command } && command.Connection?.DataSource == _database && !command.CommandText.StartsWith("PRAGMA", StringComparison.Ordinal))
            {
                _all[command.CommandText] = true;
            }
        }
    }
}
