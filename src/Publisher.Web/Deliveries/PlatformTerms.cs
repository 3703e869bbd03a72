using Publisher.Platforms;
using Publisher.Web.Channels;

namespace Publisher.Web.Deliveries;

/// <summary>What a platform and one connected server promise about unclear calls.</summary>
/// <param name="SecondAbsence">Between the two looks that prove a post is not there.</param>
/// <param name="RepeatSafeFor">From the first try; null where the same request must never be repeated.</param>
public sealed record PlatformTerms(TimeSpan CallLimit, TimeSpan SettleTime, TimeSpan SecondAbsence, bool CanRecall, bool CanProveAbsence, TimeSpan? RepeatSafeFor)
{
    internal static PlatformTerms Of(IPlatform platform, Channel channel, SendingTimes times) => new(
        times.CallLimit(platform.Info),
        times.SettleTime(platform.Info),
        times.SecondAbsence,
        platform is IRecall,
        platform.Info.CanProveAbsence,
        channel.RepeatSafeFor);
}
