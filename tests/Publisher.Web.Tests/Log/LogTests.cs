using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Publisher.Web.Log;
using Publisher.Web.People;
using Publisher.Web.Storage;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Log;

public sealed class LogTests : IAsyncLifetime
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("publisher-log-");
    private ServiceProvider _services = null!;
    private Actor _auditor;
    private Actor _managerOfTwo;
    private Actor _officer;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private LogDesk Desk => _services.GetRequiredService<LogDesk>();

    private Sequencer Sequencer => _services.GetRequiredService<Sequencer>();

    public async ValueTask InitializeAsync()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(TimeProvider.System);
        var folder = DataFolder.Open(Path.Combine(_root.FullName, "data"), asDemo: true);
        services.AddStorage(folder, postgres: null);
        services.AddKeyRing(folder, MasterKey.Open(folder, null));
        services.AddLog();
        _services = services.BuildServiceProvider();
        await _services.MigrateAsync(Stop);
        await _services.GetRequiredService<Writer>().StartAsync(Stop);
        _auditor = await PersonAsync("Aude", Role.Auditor, null);
        _managerOfTwo = await PersonAsync("Mara", Role.Manager, 2);
        _officer = await PersonAsync("Oscar", Role.Officer, null);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.GetRequiredService<Writer>().StopAsync(Stop);
        await _services.DisposeAsync();
        _root.Delete(recursive: true);
    }

    [Fact]
    public async Task Every_entry_gets_one_position_without_a_gap()
    {
        await Task.WhenAll(Enumerable.Range(0, 1200).Select(number => AppendAsync("message.created", message: number)));

        await PlaceAllAsync();

        await using var db = await ReadAsync();
        var positions = await db.LogPositions.OrderBy(row => row.Position).Select(row => row.Position).ToListAsync(Stop);
        positions.ShouldBe(Enumerable.Range(1, 1200).Select(number => (long)number));
        (await db.LogPending.CountAsync(Stop)).ShouldBe(0);
        (await db.LogPositions.Select(row => row.EntryId).Distinct().CountAsync(Stop)).ShouldBe(1200);
    }

    [Theory]
    [InlineData("UPDATE \"Log\" SET \"Action\" = 'nothing'")]
    [InlineData("DELETE FROM \"Log\"")]
    [InlineData("INSERT OR REPLACE INTO \"Log\" SELECT * FROM \"Log\"")]
    [InlineData("DELETE FROM \"LogPositions\"")]
    [InlineData("UPDATE \"LogPositions\" SET \"Position\" = \"Position\" + 100")]
    [InlineData("INSERT OR REPLACE INTO \"LogPositions\" SELECT * FROM \"LogPositions\"")]
    public async Task Not_even_the_database_lets_an_entry_be_changed(string statement)
    {
        await AppendAsync("message.created");
        await PlaceAllAsync();
        await using var db = await ReadAsync();

        (await Should.ThrowAsync<DbException>(() => db.Database.ExecuteSqlRawAsync(statement, Stop))).Message.ShouldContain("The log is never");
    }

    [Fact]
    public async Task An_entry_changed_past_the_triggers_is_shown_as_altered()
    {
        await AppendAsync("message.created");
        await AppendAsync("message.submitted");
        await PlaceAllAsync();
        await using var db = await ReadAsync();
        await db.Database.ExecuteSqlRawAsync("DROP TRIGGER Log_no_update", Stop);
        await db.Database.ExecuteSqlRawAsync("UPDATE \"Log\" SET \"Code\" = 'forged' WHERE \"Action\" = 'message.created'", Stop);

        var lines = (await Desk.ReadAsync(_auditor, new LogFilter(), null, Stop)).Value!.Lines;

        lines.Select(line => (line.Entry.Action, line.IsIntact)).ShouldBe([("message.submitted", true), ("message.created", false)]);
    }

    [Fact]
    public async Task Pages_follow_each_other_without_loss_while_new_entries_arrive()
    {
        for (var number = 0; number < 120; number++)
        {
            await AppendAsync("message.created", message: number);
        }

        await PlaceAllAsync();
        var seen = new List<long>();
        long? before = null;
        do
        {
            var view = (await Desk.ReadAsync(_auditor, new LogFilter(), before, Stop)).Value!;
            seen.AddRange(view.Lines.Select(line => line.Position));
            before = view.Next;
            await AppendAsync("message.created");
            await PlaceAllAsync();
        }
        while (before is not null);

        seen.ShouldBe(Enumerable.Range(1, 120).Reverse().Select(number => (long)number));
    }

    [Fact]
    public async Task Words_of_people_and_platforms_are_found_and_a_blanked_text_is_not()
    {
        await AppendAsync("message.rejected", text: "Die Zahl der Überschwemmungen stimmt nicht");
        await AppendAsync("delivery.rejected", text: "status: Text is too long");
        await PlaceAllAsync();

        (await FindAsync("uberschwemm")).ShouldBe(["message.rejected"]);
        (await FindAsync("TOO long")).ShouldBe(["delivery.rejected"]);
        (await FindAsync("\" OR 1=1 --")).ShouldBeEmpty();

        await using var db = await ReadAsync();
        await db.LogTexts.ExecuteUpdateAsync(set => set.SetProperty(text => text.Text, ""), Stop);
        (await FindAsync("uberschwemm")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Filters_by_action_message_channel_and_time_hold_together()
    {
        await AppendAsync("message.created", message: 7, channel: 3);
        await AppendAsync("message.submitted", message: 7, channel: 4);
        await AppendAsync("message.submitted", message: 8, channel: 3);
        await PlaceAllAsync();

        (await CountAsync(new LogFilter { Message = 7 })).ShouldBe(2);
        (await CountAsync(new LogFilter { Message = 7, Action = "message.submitted" })).ShouldBe(1);
        (await CountAsync(new LogFilter { Channel = 3 })).ShouldBe(2);
        (await CountAsync(new LogFilter { From = DateTimeOffset.UtcNow.AddHours(-1), To = DateTimeOffset.UtcNow.AddHours(1) })).ShouldBe(3);
        (await CountAsync(new LogFilter { To = DateTimeOffset.UtcNow.AddHours(-1) })).ShouldBe(0);
        (await CountAsync(new LogFilter { From = DateTimeOffset.UtcNow.AddHours(1) })).ShouldBe(0);
    }

    [Fact]
    public async Task A_manager_of_one_sender_reads_only_of_that_sender()
    {
        await AppendAsync("message.created", sender: 1);
        await AppendAsync("message.submitted", sender: 2);
        await AppendAsync("sign.in");
        await PlaceAllAsync();

        var view = await Desk.ReadAsync(_managerOfTwo, new LogFilter(), null, Stop);

        view.Value!.Lines.Select(line => line.Entry.Action).ShouldBe(["message.submitted"]);
        (await Desk.ReadAsync(_officer, new LogFilter(), null, Stop)).Refusal.ShouldBe(Refusal.NotAllowed);
    }

    [Fact]
    public async Task Looking_and_exporting_are_entries_themselves()
    {
        (await Desk.VisitAsync(_auditor, Stop)).ShouldBeNull();
        (await Desk.ExportAsync(_auditor, new LogFilter(), "csv", Stop)).Refusal.ShouldBeNull();
        (await Desk.VisitAsync(_officer, Stop)).ShouldBe(Refusal.NotAllowed);
        await PlaceAllAsync();

        var lines = (await Desk.ReadAsync(_auditor, new LogFilter(), null, Stop)).Value!.Lines;

        lines.Select(line => (line.Entry.Action, line.Person)).ShouldBe([("log.exported", "Aude"), ("log.viewed", "Aude")]);
    }

    [Fact]
    public async Task An_export_holds_everything_in_order_and_no_cell_a_spreadsheet_would_run()
    {
        await AppendAsync("message.rejected", text: "=HYPERLINK(\"http://evil.example\")");
        await AppendAsync("message.rejected", text: "line one\r\nline two, with comma");
        await PlaceAllAsync();
        var lines = (await Desk.ExportAsync(_auditor, new LogFilter { Action = "message.rejected" }, "csv", Stop)).Value!;
        using var file = new MemoryStream();

        await LogExport.WriteCsvAsync(lines, file, Stop);

        var text = System.Text.Encoding.UTF8.GetString(file.ToArray());
        text.ShouldStartWith("Position,At,Action,");
        text.ShouldNotContain(",=HYPERLINK");
        text.ShouldNotContain(",\"=HYPERLINK");
        text.ShouldContain("HYPERLINK");
        text.ShouldContain("\"line one\r\nline two, with comma\"");
        text.IndexOf("HYPERLINK", StringComparison.Ordinal).ShouldBeLessThan(text.IndexOf("line one", StringComparison.Ordinal));
    }

    private async Task<List<string>> FindAsync(string words) =>
        [.. (await Desk.ReadAsync(_auditor, new LogFilter { Text = words }, null, Stop)).Value!.Lines.Select(line => line.Entry.Action)];

    private async Task<int> CountAsync(LogFilter filter) => (await Desk.ReadAsync(_auditor, filter, null, Stop)).Value!.Lines.Count;

    private Task<bool> AppendAsync(string action, long? message = null, long? channel = null, long? sender = null, string? text = null) =>
        _services.GetRequiredService<Writer>().WriteAsync(
            (db, _) =>
            {
                db.Append(new LogEntry(null, DateTimeOffset.UtcNow, action) { MessageId = message, ChannelId = channel, SenderId = sender }, text);
                return Task.FromResult(true);
            },
            Stop);

    private async Task PlaceAllAsync()
    {
        while (await Sequencer.PlaceAsync(Stop) > 0)
        {
        }
    }

    private Task<PublisherDb> ReadAsync() => _services.GetRequiredService<IDbContextFactory<PublisherDb>>().CreateDbContextAsync(Stop);

    private async Task<Actor> PersonAsync(string name, Role role, long? sender)
    {
        await using var db = await ReadAsync();
        var person = new Person { DisplayName = name, UserName = name };
        person.Grants.Add(new Grant { Role = role, SenderId = sender });
        db.Users.Add(person);
        await db.SaveChangesAsync(Stop);
        var session = new Session { Id = Guid.NewGuid(), PersonId = person.Id, StartedAt = DateTimeOffset.UtcNow, SeenAt = DateTimeOffset.UtcNow };
        db.Sessions.Add(session);
        await db.SaveChangesAsync(Stop);
        return new Actor(person.Id, session.Id);
    }
}
