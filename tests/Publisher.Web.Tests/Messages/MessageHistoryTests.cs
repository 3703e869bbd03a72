using Publisher.Web.Log;
using Publisher.Web.Messages;
using Publisher.Web.Tests.Shell;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Messages;

public sealed class MessageHistoryTests
{
    [Fact]
    public async Task Every_time_in_the_history_has_its_seconds()
    {
        var full = new DateTimeOffset(2026, 11, 24, 1, 11, 0, TimeSpan.Zero);
        await using var history = await Screen.OpenAsync<MessageHistory>(
            default,
            _ => { },
            (nameof(MessageHistory.Lines), new[] { full.AddSeconds(2), full, full.AddSeconds(-1) }.Select(at => new HistoryLine(new LogEntry(null, at, "delivery.started"), null, null, null)).ToList()),
            (nameof(MessageHistory.Zone), "Europe/Berlin"),
            (nameof(MessageHistory.Now), full));

        var shown = await history.ReadAsync();

        shown.ShouldSatisfyAllConditions(() => shown.ShouldContain(">02:11:02<"), () => shown.ShouldContain(">02:11:00<"), () => shown.ShouldContain(">02:10:59<"));
    }
}
