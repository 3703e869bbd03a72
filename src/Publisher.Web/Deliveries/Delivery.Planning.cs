using Publisher.Platforms;
using Publisher.Web.Approvals;
using Publisher.Web.Messages;

namespace Publisher.Web.Deliveries;

public sealed partial class Delivery
{
    /// <summary>How long before due the platform gets files and containers, unless the message is embargoed.</summary>
    public static readonly TimeSpan PrepareAhead = TimeSpan.FromMinutes(10);

    /// <summary>What an approval that completed its policy makes of one channel. The approval has its id already.</summary>
    public static Delivery Of(Message message, Approval approval, FrozenPost frozen, IPlatform platform, DateTimeOffset now)
    {
        var post = Messages.Seal.Thaw(frozen.Bytes, frozen.Format, platform.Info.Limits);
        var delivery = new Delivery
        {
            MessageId = message.Id,
            SenderId = message.SenderId,
            ChannelId = frozen.ChannelId,
            Label = message.Label,
            FrozenPostId = frozen.Id,
            Seal = frozen.Seal,
            ApprovalId = approval.Id,
            Due = approval.Due,
            Deadline = approval.Due + approval.Grace,
            IsEmbargoed = message.IsEmbargoed,
            Way = post.Parts[0].Correction?.Way,
            Parts = [.. post.Parts.Select(part => new DeliveryPart { Number = part.Number, Key = PartKey.New(now.AddMicroseconds(part.Number)) })],
        };
        delivery.NextAt = delivery.FirstWake(platform, post.Parts[0], now);
        return delivery;
    }

    /// <summary>An edit leaves the files where they are.</summary>
    public static bool NeedsPreparing(IPlatform platform, Part part) =>
        platform is IPrepare && part.Correction?.Way is not CorrectionWay.Edit && (platform.Info.PreparesText || part.Files().Any());

    /// <summary>Due, or earlier where something can be brought to the platform beforehand.</summary>
    private DateTimeOffset FirstWake(IPlatform platform, Part first, DateTimeOffset now)
    {
        if (IsEmbargoed || !NeedsPreparing(platform, first))
        {
            return Due;
        }

        var ahead = Due - PrepareAhead;
        return ahead > now ? ahead : now < Due ? now : Due;
    }
}
