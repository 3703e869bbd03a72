using System.Globalization;
using NodaTime;
using NodaTime.Extensions;

namespace Publisher.Web.Shell;

/// <summary>Times as people read them: always with the zone they are meant in.</summary>
internal static class Zoned
{
    /// <summary>"Tue 24 Nov 2026, 09:00:00 Berlin (UTC+1)".</summary>
    public static string Long(DateTimeOffset time, string zone) => $"{In(time, zone).ToString("ddd d MMM yyyy, HH:mm:ss", CultureInfo.CurrentCulture)} {Place(time, zone)}";

    /// <summary>"24 Nov, 09:00".</summary>
    public static string Short(DateTimeOffset time, string zone) => In(time, zone).ToString("d MMM, HH:mm", CultureInfo.CurrentCulture);

    /// <summary>"09:00:00.04", for what is compared to the hundredth.</summary>
    public static string Exact(DateTimeOffset time, string zone) => In(time, zone).ToString("HH:mm:ss.ff", CultureInfo.CurrentCulture);

    /// <summary>By the same rules as typed times are read: the machine's own may be older or newer, and nine o'clock must be nine o'clock both ways.</summary>
    public static DateTimeOffset In(DateTimeOffset time, string zone) => time.ToInstant().InZone(DateTimeZoneProviders.Tzdb[zone]).ToDateTimeOffset();

    /// <summary>The moment a local time means; the first of two where the clocks go back, as much later as they jump where they go forward.</summary>
    public static DateTimeOffset At(DateTime local, string zone) =>
        LocalDateTime.FromDateTime(local).InZoneLeniently(DateTimeZoneProviders.Tzdb[zone]).ToInstant().ToDateTimeOffset();

    /// <summary>Where the day begins; not at midnight where the clocks jump over it.</summary>
    public static DateTimeOffset DayAt(DateOnly day, string zone) => DateTimeZoneProviders.Tzdb[zone].AtStartOfDay(day.ToLocalDate()).ToInstant().ToDateTimeOffset();

    /// <summary>"Berlin (UTC+1)".</summary>
    public static string Place(DateTimeOffset time, string zone)
    {
        var offset = In(time, zone).Offset;
        var minutes = offset.Minutes == 0 ? "" : $":{Math.Abs(offset.Minutes):00}";
        var city = zone[(zone.LastIndexOf('/') + 1)..].Replace('_', ' ');
        return $"{city} (UTC{(offset < TimeSpan.Zero ? '−' : '+')}{Math.Abs(offset.Hours)}{minutes})";
    }
}
