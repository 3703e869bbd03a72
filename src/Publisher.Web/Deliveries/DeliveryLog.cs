using Publisher.Platforms;
using Publisher.Web.Log;
using Publisher.Web.People;

namespace Publisher.Web.Deliveries;

/// <summary>Entries about a delivery. The state it is in names the action.</summary>
internal static class DeliveryLog
{
    public static LogEntry Entry(this Delivery delivery, Actor? by, DateTimeOffset at, string action, Attempt? attempt = null, DeliveryPart? part = null, string? code = null) =>
        new(by, at, action)
        {
            SenderId = delivery.SenderId,
            MessageId = delivery.MessageId,
            ChannelId = delivery.ChannelId,
            DeliveryId = delivery.Id,
            Seals = delivery.Seal,
            Part = attempt?.Part ?? part?.Number,
            Attempt = attempt?.Number,
            RequestDigest = attempt?.RequestDigest,
            Status = attempt?.Status,
            RemoteId = attempt?.RemoteId ?? part?.RemoteId,
            Code = code ?? delivery.Code,
            Due = delivery.IsStopped ? delivery.Due : delivery.NextAt ?? delivery.Due,
        };

    /// <summary>What an attempt, a look or an answer has led to.</summary>
    public static string Led(this Delivery delivery, DeliveryPart part) => delivery.State switch
    {
        DeliveryState.Published when delivery.Way is CorrectionWay.Edit => "delivery.corrected",
        DeliveryState.Published => "delivery.published",
        DeliveryState.Waiting when part.PublishedAt is not null => "delivery.part.published",
        DeliveryState.Waiting when delivery.Code == "recall.absent" => "delivery.absent",
        DeliveryState.Waiting => "delivery.not.now",
        DeliveryState.Processing => "delivery.processing",
        DeliveryState.Unclear when delivery.Way is CorrectionWay.Edit => "delivery.correction.unclear",
        DeliveryState.Unclear => "delivery.unclear",
        DeliveryState.CannotTell => "delivery.cannot.tell",
        DeliveryState.SignInNeeded => "delivery.sign.in.needed",
        DeliveryState.PartlyOut => "delivery.partly.out",
        DeliveryState.HandedOver => "delivery.handed.over",
        DeliveryState.Rejected => "delivery.rejected",
        DeliveryState.Missed => "delivery.missed",
        DeliveryState.Retracting => "delivery.retracting",
        DeliveryState.Retracted => "delivery.retracted",
        _ => "delivery.changed",
    };

    /// <summary>Words of the platform, for the side row.</summary>
    public static string? Words(this PublishResult result) => result.Outcome is Outcome.Published ? null : result.Answer;
}
