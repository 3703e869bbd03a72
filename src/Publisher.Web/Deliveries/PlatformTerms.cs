using Publisher.Platforms;
using Publisher.Web.Channels;

namespace Publisher.Web.Deliveries;

/// <summary>What a platform and one connected server promise about unclear calls.</summary>
/// <param name="RepeatSafeFor">From the first try; null where the same request must never be repeated.</param>
public sealed record PlatformTerms(TimeSpan CallLimit, TimeSpan SettleTime, bool CanRecall, bool CanProveAbsence, TimeSpan? RepeatSafeFor)
{
    public static PlatformTerms Of(IPlatform platform, Channel channel) => new(
        platform.Info.CallLimit,
        platform.Info.SettleTime,
        platform is IRecall,
        platform.Info.CanProveAbsence,
        channel.RepeatSafeFor);
}
