using System.Text.Json;
using Publisher.Web.Log;
using Publisher.Web.Messages;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Web.Approvals;

/// <summary>What a decision is about, as it stands in the transaction that decides.</summary>
/// <param name="Given">Authentic decisions on this revision, oldest first.</param>
internal sealed record UnderReview(
    PublisherDb Db, Actor Actor, DateTimeOffset Now, Message Message, Submission Submission, IReadOnlyList<FrozenPost> Posts, IReadOnlyList<Approval> Given)
{
    /// <summary>The last word of each person, where it is a yes: who says another time takes the first one back.</summary>
    public IEnumerable<Approval> Yeses => LastYeses(Given);

    public static IEnumerable<Approval> LastYeses(IEnumerable<Approval> given) =>
        given.GroupBy(approval => approval.PersonId).Select(own => own.OrderBy(approval => approval.Id).Last()).Where(approval => approval.IsYes);

    /// <summary>The yes of another person whose time can still be joined: it lies ahead, or it was "now" and its grace lasts.</summary>
    public static Approval? ToJoin(IEnumerable<Approval> given, long personId, DateTimeOffset now) =>
        LastYeses(given)
            .Where(yes => yes.PersonId != personId && (yes.Due >= now || (yes.Due == yes.At && now <= yes.Due + yes.Grace)))
            .MaxBy(yes => yes.Id);

    /// <summary>The time that was chosen, or the question to ask instead.</summary>
    public (DateTimeOffset Due, Refusal? Refusal) DueFor(Yes yes) => yes.When switch
    {
        // A message without a time goes out as soon as it is approved.
        WhenChoice.AsProposed when Submission.ProposedDue is { } proposed => proposed >= Now ? (proposed, null) : (default, new Refusal("too.late")),
        WhenChoice.AsProposed => (Now, null),
        WhenChoice.Now => Message.IsEmbargoed && Submission.ProposedDue > Now ? (default, new Refusal("embargo")) : (Now, null),
        WhenChoice.AtTime when yes.Time is null => (default, new Refusal("time.missing")),
        WhenChoice.AtTime when yes.Time < Now => (default, new Refusal("time.passed")),
        WhenChoice.AtTime when Submission.ProposedDue > Now && yes.Time < Submission.ProposedDue => (default, new Refusal("earlier.than.proposed")),
        WhenChoice.AtTime => (yes.Time!.Value.ToUniversalTime(), null),
        _ => ToJoin(Given, Actor.PersonId, Now) is { } other ? (other.Due, null) : (default, new Refusal("too.late")),
    };

    public string PlatformOf(FrozenPost post)
    {
        using var document = JsonDocument.Parse(post.Bytes);
        return document.RootElement.GetProperty("platform").GetString()!;
    }

    public LogEntry Entry(string action, IEnumerable<FrozenPost> posts, DateTimeOffset? due, string? code) => new(Actor, Now, action)
    {
        SenderId = Message.SenderId,
        MessageId = Message.Id,
        Revision = Submission.Revision,
        Seals = string.Join('\n', posts.Select(post => post.Seal)),
        Due = due,
        Code = code,
    };
}
