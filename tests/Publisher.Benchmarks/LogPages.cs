using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Publisher.Web.Log;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Benchmarks;

/// <summary>How long the server needs for a page of a log of a million entries, beside reading as many rows by their keys.</summary>
internal static class LogPages
{
    private const int Runs = 50;
    private static readonly TimeSpan _goal = TimeSpan.FromMilliseconds(200);

    public static async Task RunAsync(Run run)
    {
        using var folder = new TemporaryFolder();
        using var data = DataFolder.Open(folder.Root, asDemo: true);
        var collection = new ServiceCollection();
        collection.AddLogging();
        collection.AddSingleton(TimeProvider.System);
        collection.AddStorage(data, postgres: null);
        collection.AddKeyRing(data, MasterKey.Open(data, null));
        collection.AddLog();
        collection.AddSingleton<LongLog>();
        await using var services = collection.BuildServiceProvider();
        await services.MigrateAsync(CancellationToken.None);

        var log = services.GetRequiredService<LongLog>();
        var started = Stopwatch.GetTimestamp();
        await log.WriteAsync();
        Console.WriteLine($"{LongLog.Entries:N0} entries written in {Stopwatch.GetElapsedTime(started).TotalSeconds:F0} s, {new FileInfo(data.Database).Length / 1048576} MB on the disk");

        var desk = services.GetRequiredService<LogDesk>();
        var all = await log.ReaderAsync();
        var two = await log.ReaderAsync(3, 11);
        Console.WriteLine($"{"page of 50",-34} {"p50",9} {"p95",9} {"processor",9}");
        var floor = Floor(data);
        Print("floor: 50 rows by key, bare", floor);
        var late = LongLog.First + (0.9 * LongLog.Entries * LongLog.Step);
        var early = LongLog.First + (0.1 * LongLog.Entries * LongLog.Step);
        var isMet = true;
        foreach (var (name, reader, filter, before) in new (string, Actor, Func<int, LogFilter>, Func<int, long?>)[]
        {
            ("newest", all, _ => new(), _ => null),
            ("deep, before 500,000", all, _ => new(), run => 500_000 - (run * 100)),
            ("one message", all, run => new() { Message = 1 + (run * 397) }, _ => null),
            ("one person", all, run => new() { Person = 1 + (run % LongLog.People) }, _ => null),
            ("one person, deep", all, run => new() { Person = 1 + (run % LongLog.People) }, _ => 500_000),
            ("one channel", all, run => new() { Channel = 1 + run }, _ => null),
            ("one action", all, _ => new() { Action = "delivery.published" }, _ => null),
            ("five entries of long ago, by action", all, _ => new() { Action = LongLog.RareAction }, _ => null),
            ("the same, of one person", all, run => new() { Action = LongLog.RareAction, Person = 1 + (run % LongLog.People) }, _ => null),
            ("one day of long ago", all, run => new() { From = early.AddDays(run), To = early.AddDays(run + 1) }, _ => null),
            ("most of three years", all, run => new() { From = early.AddDays(run), To = late }, _ => null),
            ("until long ago", all, run => new() { To = early.AddDays(run) }, _ => null),
            ("rare word", all, _ => new() { Text = LongLog.RareWord }, _ => null),
            ("word of 100,000 entries", all, _ => new() { Text = LongLog.CommonWord }, _ => null),
            ("two of twenty senders", two, _ => new(), _ => null),
            ("two of twenty senders, deep", two, _ => new(), _ => 500_000),
            ("two of twenty senders, rare word", two, _ => new() { Text = LongLog.RareWord }, _ => null),
        })
        {
            var sample = new Sample();
            await ReadAsync(desk, reader, filter(0), before(0));
            for (var turn = 0; turn < Runs; turn++)
            {
                await sample.TimeAsync(() => ReadAsync(desk, reader, filter(turn), before(turn)));
            }

            Print(name, sample);
            isMet &= sample.At(0.95) < _goal;
        }

        Print("floor again", Floor(data));
        Console.WriteLine($"goal, every page below {_goal.TotalMilliseconds:F0} ms at p95: {(isMet ? "met" : "MISSED")}");
    }

    private static async Task ReadAsync(LogDesk desk, Actor reader, LogFilter filter, long? before)
    {
        var view = await desk.ReadAsync(reader, filter, before, CancellationToken.None);
        if (view.Refusal is not null || view.Value!.Lines.Any(line => !line.IsIntact))
        {
            throw new InvalidOperationException("The log was not readable or not intact.");
        }
    }

    private static Sample Floor(DataFolder folder)
    {
        using var connection = new SqliteConnection($"Data Source={folder.Database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT * FROM LogPositions JOIN Log ON Log.Id = LogPositions.EntryId WHERE Position = @position";
        var position = command.Parameters.Add(new SqliteParameter("@position", SqliteType.Integer));
        command.Prepare();
        var sample = new Sample();
        for (var run = -1; run < Runs; run++)
        {
            // The first reads what the others find in memory.
            (run < 0 ? new Sample() : sample).Time(() =>
            {
                for (var row = 0; row < LogDesk.PageSize; row++)
                {
                    position.Value = LongLog.Entries - (Math.Max(run, 0) * 100) - row;
                    using var reader = command.ExecuteReader();
                    reader.Read();
                    reader.GetValues(new object[reader.FieldCount]);
                }
            });
        }

        return sample;
    }

    private static void Print(string name, Sample sample) => Console.WriteLine($"{name,-34} {sample.Median.TotalMilliseconds,6:F1} ms {sample.At(0.95).TotalMilliseconds,6:F1} ms {sample.Processor.TotalMilliseconds,6:F1} ms");
}
