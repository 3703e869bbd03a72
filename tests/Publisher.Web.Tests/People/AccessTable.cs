using Publisher.Web.Approvals;
using Publisher.Web.Log;
using Publisher.Web.Media;
using Publisher.Web.Messages;
using Publisher.Web.People;
using Publisher.Web.Schedule;

namespace Publisher.Web.Tests.People;

/// <summary>
/// Who may open, call and do what. The walk fails for every page, endpoint and desk method that has no row here.
/// A row is one line: the page's route, the endpoint's method and route, or "Desk.MethodAsync"; who; and, where the
/// defaults of <see cref="Walk"/> don't fit, how to call it.
/// </summary>
internal static class AccessTable
{
    public static readonly Access[] Pages =
    [
        new("/", Who.SignedIn),
        new("/review", Who.May(Act.Approve)),
        new("/review/{Id:long}", Who.May(Act.ReadMessages)),
        new("/messages", Who.May(Act.ReadMessages)),
        new("/messages/{Id:long}", Who.May(Act.ReadMessages)),
        new("/messages/{Id:long}/retract", Who.May(Act.Retract)),
        new("/calendar", Who.May(Act.ReadMessages)),
        new("/holds", Who.May(Act.SetHold)),
        new("/log", Who.May(Act.ReadLog)),
        // Why nothing leaves concerns everybody; who may end it, the desk decides.
        new("/copy", Who.SignedIn),
        new("/channels", Who.May(Act.ReadChannels)),
        new("/channels/connect", Who.May(Act.ManageChannels)),
        new("/channels/apps", Who.May(Act.ManageChannels)),
        new("/channels/readiness", Who.May(Act.ReadChannels)),
        // Whom the link was made for, and no other, the page and the desk decide.
        new("/channels/consent/{Token}", Who.May(Act.Consent)),
        new("/contacts", Who.May(Act.ReadMessages)),
        new("/error", Who.Anyone),
        new("/not-found", Who.Anyone),

        new("/account/sign-in", Who.Anyone),
        new("/account/sign-out", Who.Anyone),
        new("/account/denied", Who.Anyone),
        new("/account/link/{Token}", Who.Anyone),
        new("/account/first-start/{Token}", Who.Anyone),
        new("/account", Who.SignedIn),
        new("/people", Who.May(Act.ManagePeople)),
        new("/messages/new", Who.May(Act.Draft)),
        new("/messages/{id:long}/edit", Who.May(Act.Draft)),
    ];

    public static readonly Access[] Endpoints =
    [
        new("GET /channels/callback", Who.May(Act.ReadChannels)),
        new("GET /log/export", Who.May(Act.ReadLog)),
        // Whoever has such an address was given it; this one is made up.
        new("GET /files/{token}/{name}", Who.Anyone, Path: _ => "/files/made-up/file.jpg"),
        // Whoever watches the process has no account.
        new("GET /health/live", Who.Anyone),
        new("GET /health/ready", Who.Anyone),
        new("POST /preferences", Who.Anyone),
        new("POST /account/seen", Who.SignedIn),
        new("GET /media/{hash:regex(^[0-9a-f]{{64}}$)}", Who.MayForSenderOnly(Act.ReadMessages), Path: walk => $"/media/{walk.MediaHash}"),
        new("GET /media/{hash:regex(^[0-9a-f]{{64}}$)}/thumb", Who.MayForSenderOnly(Act.ReadMessages), Path: walk => $"/media/{walk.MediaHash}/thumb"),
    ];

    public static readonly Access[] Desks =
    [
        // Doors: who stands before them is nobody yet.
        new("SignInDesk.WithPasswordAsync", Who.Anyone),
        new("SignInDesk.AsDemoPersonAsync", Who.Anyone),
        new("SignInDesk.OutAsync", Who.Anyone),
        new("FirstStartDesk.BeginAsync", Who.Anyone),
        new("PeopleDesk.AcceptAsync", Who.Anyone),

        new("MessageDesk.CreateAsync", Who.May(Act.Draft)),
        new("MessageDesk.SaveAsync", Who.May(Act.Draft), (walk, _) => [MessageDraft.Of(walk.NewMessage())]),
        new("MessageDesk.SubmitAsync", Who.May(Act.Draft), (walk, _) => [walk.NewMessage().Id, 0]),
        new("MessageDesk.WithdrawAsync", Who.May(Act.Draft), (walk, _) => [walk.NewMessage().Id, 0]),
        new("MessageDesk.DiscardAsync", Who.May(Act.Draft), (walk, _) => [walk.NewMessage().Id, 0]),
        new("MessageDesk.DuplicateAsync", Who.May(Act.Draft)),

        new("ApprovalDesk.ApproveAsync", Who.May(Act.Approve), (walk, _) => [new Yes(walk.NewMessage().Id, 0, 0, [walk.ChannelId], WhenChoice.Now)]),
        new("ApprovalDesk.RejectAsync", Who.May(Act.Approve), (walk, _) => [walk.NewMessage().Id, 0, 0, "a reason"]),
        // The version nobody has seen: the seeded channel stays as it is.
        new("ChannelDesk.BeginAsync", Who.May(Act.ManageChannels), (walk, _) => [walk.SenderId, "nowhere", null, new Dictionary<string, string>()]),
        // Of an administrator, or of the person of a link; what was begun says which.
        new("ChannelDesk.ReturnAsync", Who.MayForAny(Act.ManageChannels, Act.Consent)),
        new("ChannelDesk.ConfirmAsync", Who.MayForAny(Act.ManageChannels, Act.Consent)),
        new("ChannelDesk.AskAsync", Who.May(Act.ManageChannels), (walk, _) => [new Publisher.Web.Channels.ConsentAsked(walk.SenderId, "nowhere", null, walk.PersonId, "")]),
        new("ChannelDesk.WithdrawAsync", Who.May(Act.ManageChannels), (walk, _) => [walk.NewConsentLink()]),
        new("ChannelDesk.BeginByLinkAsync", Who.MayForAny(Act.Consent), (_, _) => ["made-up", new Dictionary<string, string>()]),
        new("AppDesk.KeepAsync", Who.May(Act.ManageChannels), (_, _) => ["nowhere", null, new Dictionary<string, string>()]),
        new("AppDesk.RemoveAsync", Who.May(Act.ManageChannels), (_, _) => [new Publisher.Web.Channels.AppRow(-1, "", "", default, "")]),
        new("ChannelDesk.TestAsync", Who.May(Act.ManageChannels)),
        new("ChannelDesk.SetOptionsAsync", Who.May(Act.ManageChannels), (walk, _) => [walk.ChannelId, -1, new Dictionary<string, string>()]),
        new("ChannelDesk.SetPersonAsync", Who.May(Act.ManageChannels), (walk, _) => [walk.ChannelId, -1, null]),
        new("ChannelDesk.DisconnectAsync", Who.May(Act.ManageChannels), (walk, _) => [walk.ChannelId, -1]),
        new("SenderDesk.SaveAsync", Who.May(Act.ManageChannels), (walk, _) => [null, new Publisher.Web.Channels.SenderFields("", "", "", "", "")]),
        new("SenderDesk.SaveSetAsync", Who.May(Act.ManageChannels), (walk, _) => [null, walk.SenderId, "", new List<long>()]),
        new("SenderDesk.RemoveSetAsync", Who.May(Act.ManageChannels), (_, _) => [-1L]),

        new("ContactDesk.SaveAsync", Who.MayForAny(Act.Draft), (_, _) => [null, 0, new Publisher.Web.Contacts.ContactFields("", new Dictionary<string, string>())]),
        new("ContactDesk.RemoveAsync", Who.MayForAny(Act.Draft), (_, _) => [-1L]),

        new("HoldDesk.SetAsync", Who.May(Act.SetHold), (walk, _) => [new HoldScope(walk.SenderId, null, "nothing has this label"), "a reason"]),
        new("HoldDesk.LiftAsync", Who.May(Act.LiftHold), (walk, _) => [walk.NewHold(), "a reason"]),
        new("CopyDesk.EndAsync", Who.MayForAny(Act.EndStandstill), (_, _) => [false, ""]),
        new("DeliveryDesk.CorrectAsync", Who.May(Act.Draft)),
        new("DeliveryDesk.CancelAsync", Who.May(Act.Cancel)),
        new("DeliveryDesk.SendAfterAllAsync", Who.May(Act.Approve), (walk, _) => [walk.DeliveryId, null]),
        new("DeliveryDesk.DecideThereAsync", Who.May(Act.DecideDelivery), (walk, _) => [walk.DeliveryId, "https://social.example/@ministry/1"]),
        new("DeliveryDesk.DecideNotThereAsync", Who.May(Act.DecideDelivery), (walk, _) => [walk.DeliveryId]),
        new("DeliveryDesk.CloseByHandAsync", Who.May(Act.CloseByHand), (walk, _) => [walk.DeliveryId, "nowhere", ""]),
        new("DeliveryDesk.ContinueThreadAsync", Who.May(Act.DecideDelivery), (walk, _) => [walk.DeliveryId]),
        new("DeliveryDesk.LeaveThreadAsync", Who.May(Act.DecideDelivery), (walk, _) => [walk.DeliveryId]),
        new("DeliveryDesk.RetractAsync", Who.May(Act.Retract), (walk, _) => [walk.DeliveryId, "a reason"]),
        new("DeliveryDesk.ClearAlarmAsync", Who.May(Act.DecideDelivery)),

        new("LogDesk.VisitAsync", Who.MayForAny(Act.ReadLog)),
        new("LogDesk.ReadAsync", Who.MayForAny(Act.ReadLog), (_, _) => [new LogFilter(), null]),
        new("LogDesk.ExportAsync", Who.MayForAny(Act.ReadLog), (_, _) => [new LogFilter(), "csv"]),

        new("MediaDesk.AddAsync", Who.May(Act.Draft), (walk, _) => [walk.SenderId, new MemoryStream([0]), "picture.jpg"]),
        new("MediaDesk.AddCaptionsAsync", Who.May(Act.Draft), (walk, _) => [walk.SenderId, walk.Picture.Id, new MemoryStream([0]), "speech.vtt"]),
        new("MediaDesk.TakeStillAsync", Who.May(Act.Draft), (walk, _) => [walk.SenderId, walk.Picture.Id, TimeSpan.Zero]),
        new("MediaDesk.FitAsync", Who.May(Act.Draft), (walk, _) => [walk.Picture, new Fit("image/jpeg", 1_000_000, 1_000_000, 1000, 0, 9)]),

        new("AccountDesk.ChangePasswordAsync", Who.SignedIn),
        new("PeopleDesk.InviteAsync", Who.May(Act.ManagePeople)),
        new("PeopleDesk.ReinviteAsync", Who.May(Act.ManagePeople)),
        new("PeopleDesk.SetGrantsAsync", Who.May(Act.ManagePeople)),
        new("PeopleDesk.SwitchOffAsync", Who.May(Act.ManagePeople)),
        new("PeopleDesk.SwitchOnAsync", Who.May(Act.ManagePeople)),
        new("PeopleDesk.RenameAsync", Who.May(Act.ManagePeople)),
        new("PeopleDesk.EndSessionAsync", Who.May(Act.ManagePeople), (walk, _) => [walk.OtherSessionId]),
    ];
}
