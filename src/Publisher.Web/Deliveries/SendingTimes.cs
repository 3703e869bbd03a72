using Publisher.Platforms;
using Publisher.Web.Storage;

namespace Publisher.Web.Deliveries;

/// <summary>
/// How long sending waits before it takes a process for gone, a call for over and a listing for complete. A real folder
/// has these values and no others; a demo may shorten them, so that nobody waits minutes to see it recover.
/// </summary>
internal sealed record SendingTimes
{
    /// <summary>Of a claim; renewed whenever a third of it has passed.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Bounds what a platform says about its calls.</summary>
    public TimeSpan LongestCall { get; init; } = TimeSpan.MaxValue;

    /// <summary>Bounds what a platform says about its listing.</summary>
    public TimeSpan LongestSettle { get; init; } = TimeSpan.MaxValue;

    /// <summary>Between the two looks that prove a post is not there.</summary>
    public TimeSpan SecondAbsence { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>From Publisher:Sending.</summary>
    /// <exception cref="StartRefused">A value is no span of time above zero.</exception>
    public static SendingTimes ReadForDemo(IConfiguration configuration)
    {
        try
        {
            var times = configuration.GetSection("Publisher:Sending").Get<SendingTimes>() ?? new SendingTimes();
            return new[] { times.Lease, times.LongestCall, times.LongestSettle, times.SecondAbsence }.All(span => span > TimeSpan.Zero)
                ? times
                : throw new StartRefused("A time in Publisher:Sending is not above zero.");
        }
        catch (InvalidOperationException failure)
        {
            throw new StartRefused($"Publisher:Sending can't be read: {failure.Message}");
        }
    }

    /// <summary>Hard time-out of one visible call.</summary>
    public TimeSpan CallLimit(PlatformInfo info) => info.CallLimit < LongestCall ? info.CallLimit : LongestCall;

    public TimeSpan SettleTime(PlatformInfo info) => info.SettleTime < LongestSettle ? info.SettleTime : LongestSettle;
}
