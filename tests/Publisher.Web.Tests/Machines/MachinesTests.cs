using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Publisher.Web.Deliveries;
using Publisher.Web.People;
using Publisher.Web.Schedule;
using Publisher.Web.Storage;
using Publisher.Web.Tests.Deliveries;
using Publisher.Web.Tests.Storage;
using Quartz;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Machines;

/// <summary>What one machine commits, the others know before anybody notices that there are several.</summary>
public sealed class MachinesTests(PostgresServer postgres, ITestOutputHelper output) : IClassFixture<PostgresServer>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_committed_on_one_machine_is_armed_and_shown_on_the_other()
    {
        await using var room = await SendingRoom.OpenOnAsync(postgres.Database("told"));
        var second = await HearingAsync(room);
        var channel = await room.AddChannelAsync();
        var message = await room.ApproveAsync("Hello", TimeProvider.System.GetUtcNow().AddMinutes(90), [channel]);
        var shown = Heard(second);
        var scheduler = await second.Services.GetRequiredService<ISchedulerFactory>().GetScheduler(Stop);
        // Its preparation wakes later than any sweep looks ahead: only the notice can have set it.
        await SendingRoom.UntilAsync(async () => await scheduler.GetTrigger(new TriggerKey($"{message.Id}", Timetable.Job.Name), Stop) is not null);

        shown.Clear();
        var clock = Stopwatch.StartNew();
        await TouchAsync(room.First, message.Id);
        await SendingRoom.UntilAsync(() => Task.FromResult(shown.Contains(message.Id)), Soon);
        output.WriteLine($"Shown on the other machine after {clock.ElapsedMilliseconds} ms.");
    }

    [Fact]
    public async Task A_machine_does_not_listen_to_itself_and_shows_its_own_commits_at_once()
    {
        await using var room = await SendingRoom.OpenOnAsync(postgres.Database("own"));
        var second = await HearingAsync(room);
        var (here, there) = (Heard(room.First), Heard(second));

        await TouchAsync(room.First, 71);
        here.ShouldContain(71);
        await SendingRoom.UntilAsync(() => Task.FromResult(there.Contains(71)));
        // What comes later on the same way has passed the notice of the first.
        await TouchAsync(second, 72);
        await SendingRoom.UntilAsync(() => Task.FromResult(here.Contains(72)));

        here.Count(id => id == 71).ShouldBe(1);
        there.Count(id => id == 72).ShouldBe(1);
    }

    [Fact]
    public async Task A_burst_of_commits_becomes_few_notices_and_all_of_it_is_heard()
    {
        await using var room = await SendingRoom.OpenOnAsync(postgres.Database("burst"));
        var second = await HearingAsync(room);
        var calls = 0;
        second.Services.GetRequiredService<Writer>().Committed += _ => Interlocked.Increment(ref calls);
        var there = Heard(second);

        for (var id = 1000; id < 1400; id++)
        {
            await TouchAsync(room.First, id);
        }

        await SendingRoom.UntilAsync(() => Task.FromResult(Enumerable.Range(1000, 400).All(id => there.Contains(id))));
        output.WriteLine($"400 commits were told in {calls} notices.");
        calls.ShouldBeLessThan(200);
    }

    [Fact]
    public async Task A_machine_that_lost_its_connection_looks_at_everything_again_and_hears_on()
    {
        await using var room = await SendingRoom.OpenOnAsync(postgres.Database("lost"));
        var second = await HearingAsync(room);
        var there = Heard(second);

        (await CutAsync(room)).ShouldBe(2);
        await SendingRoom.UntilAsync(() => Task.FromResult(there.Contains(PublisherDb.EveryPage)));
        await TouchAsync(room.First, 81);
        await SendingRoom.UntilAsync(() => Task.FromResult(there.Contains(81)));
    }

    [Fact]
    public async Task A_session_that_ends_on_one_machine_rings_on_the_other()
    {
        await using var room = await SendingRoom.OpenOnAsync(postgres.Database("rung"));
        var second = await HearingAsync(room);
        var rung = new TaskCompletionSource<SessionBell.Ring>();
        second.Services.GetRequiredService<SessionBell>().Rang += ring => rung.TrySetResult(ring);
        var own = 0;
        room.First.Services.GetRequiredService<SessionBell>().Rang += _ => own++;

        room.First.Services.GetRequiredService<SessionBell>().SessionsOver(room.Officer.PersonId, room.Officer.SessionId);

        own.ShouldBe(1);
        var ring = await rung.Task.WaitAsync(Soon, Stop);
        ring.Concerns(room.Officer).ShouldBeTrue();
        ring.IsOver.ShouldBeTrue();
        ring.Concerns(room.Manager).ShouldBeFalse();
    }

    /// <summary>A second machine, once both hear each other.</summary>
    private static async Task<SendingRoom.Process> HearingAsync(SendingRoom room)
    {
        var second = await room.StartProcessAsync();
        await SendingRoom.UntilAsync(async () => await ListeningAsync(room) == 2);
        var (here, there) = (Heard(room.First), Heard(second));
        await SendingRoom.UntilAsync(async () =>
        {
            await TouchAsync(room.First, 1);
            await TouchAsync(second, 2);
            return here.Contains(2) && there.Contains(1);
        });
        return second;
    }

    private static ConcurrentQueue<long> Heard(SendingRoom.Process process)
    {
        var heard = new ConcurrentQueue<long>();
        process.Services.GetRequiredService<Writer>().Committed += ids =>
        {
            foreach (var id in ids)
            {
                heard.Enqueue(id);
            }
        };
        return heard;
    }

    private static Task<bool> TouchAsync(SendingRoom.Process process, long messageId) => process.Services.GetRequiredService<Writer>().WriteAsync(
        (db, _) =>
        {
            db.Touch(messageId);
            return Task.FromResult(true);
        },
        Stop);

    private static async Task<int> ListeningAsync(SendingRoom room)
    {
        await using var db = await room.ReadAsync();
        return await db.Database.SqlQuery<int>($"""
            SELECT COUNT(*)::int AS "Value" FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'Publisher, listening'
            """).SingleAsync(Stop);
    }

    private static async Task<int> CutAsync(SendingRoom room)
    {
        await using var db = await room.ReadAsync();
        return await db.Database.SqlQuery<int>($"""
            SELECT COUNT(pg_terminate_backend(pid))::int AS "Value" FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'Publisher, listening'
            """).SingleAsync(Stop);
    }
}
