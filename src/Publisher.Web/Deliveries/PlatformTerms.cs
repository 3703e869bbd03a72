using Publisher.Platforms;
using Publisher.Web.Channels;

namespace Publisher.Web.Deliveries;

/// <summary>What a platform and one connected server promise about unclear calls.</summary>
/// <param name="CanRecall">False for an edit: the post is there in any case, and whose words it shows tells nothing of a call.</param>
/// <param name="SecondAbsence">Between the two looks that prove a post is not there.</param>
/// <param name="RepeatSafeFor">From the first try; null where the same request must never be repeated.</param>
public sealed record PlatformTerms(TimeSpan CallLimit, TimeSpan SettleTime, TimeSpan SecondAbsence, bool CanRecall, bool CanProveAbsence, TimeSpan? RepeatSafeFor)
{
    internal static PlatformTerms Of(IPlatform platform, Channel channel, Delivery delivery, SendingTimes times) => new(
        times.CallLimit(platform.Info),
        times.SettleTime(platform.Info),
        times.SecondAbsence,
        platform is IRecall && delivery.Way is not CorrectionWay.Edit,
        platform.Info.CanProveAbsence,
        delivery.Way is CorrectionWay.Edit ? TimeSpan.MaxValue : channel.RepeatSafeFor);
}
