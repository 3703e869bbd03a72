using NodaTime;
using NodaTime.Extensions;
using NodaTime.Text;

namespace Publisher.Web.Messages;

/// <summary>What a local time in a zone means. Where the clocks change it can mean two moments, or none: then a person is asked.</summary>
public abstract record DueTime
{
    private static readonly LocalDateTimePattern Typed = LocalDateTimePattern.CreateWithInvariantCulture("uuuu'-'MM'-'dd'T'HH':'mm");
    private static readonly LocalDateTimePattern TypedSeconds = LocalDateTimePattern.CreateWithInvariantCulture("uuuu'-'MM'-'dd'T'HH':'mm':'ss");

    private DueTime()
    {
    }

    /// <param name="typed">As a browser's date and time field gives it: "2026-11-24T09:00" or with seconds.</param>
    /// <param name="zone">IANA name.</param>
    public static DueTime Read(string typed, string zone)
    {
        var parsed = TypedSeconds.Parse(typed);
        if (!parsed.Success)
        {
            parsed = Typed.Parse(typed);
        }

        if (!parsed.TryGetValue(default, out var local) || DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone) is not { } where)
        {
            return new Unreadable();
        }

        var map = where.MapLocal(local);
        return map.Count switch
        {
            0 => new Skipped(map.LateInterval.Start.ToDateTimeOffset()),
            1 => new Once(map.Single().ToInstant().ToDateTimeOffset()),
            _ => new Twice(map.First().ToInstant().ToDateTimeOffset(), map.Last().ToInstant().ToDateTimeOffset()),
        };
    }

    /// <summary>The moment as the field wants it.</summary>
    public static string Write(DateTimeOffset at, string zone) =>
        TypedSeconds.Format(at.ToInstant().InZone(DateTimeZoneProviders.Tzdb[zone]).LocalDateTime);

    /// <summary>The moment at which clocks of another zone show the same; null where they show it twice or never, so that a person has to be asked.</summary>
    public static DateTimeOffset? Move(DateTimeOffset at, string from, string to) => from == to ? at : (Read(Write(at, from), to) as Once)?.At;

    /// <summary>The next full hour that leaves half an hour for the approval.</summary>
    public static DateTimeOffset Proposal(DateTimeOffset now, string zone)
    {
        var where = DateTimeZoneProviders.Tzdb[zone];
        var local = (now.ToInstant() + Duration.FromMinutes(30)).InZone(where).LocalDateTime;
        var hour = new LocalDateTime(local.Year, local.Month, local.Day, local.Hour, 0).PlusHours(1);
        return where.AtLeniently(hour).ToInstant().ToDateTimeOffset();
    }

    public sealed record Once(DateTimeOffset At) : DueTime;

    /// <summary>The clocks go back: this time comes twice.</summary>
    public sealed record Twice(DateTimeOffset First, DateTimeOffset Second) : DueTime;

    /// <summary>The clocks go forward over this time.</summary>
    /// <param name="Next">The first moment after the jump.</param>
    public sealed record Skipped(DateTimeOffset Next) : DueTime;

    public sealed record Unreadable : DueTime;
}
