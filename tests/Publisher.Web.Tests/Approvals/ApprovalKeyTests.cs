using Publisher.Web.Approvals;
using Publisher.Web.People;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Approvals;

public sealed class ApprovalKeyTests
{
    private static readonly ApprovalKey Key = new(new byte[32]);

    public static TheoryData<string> Changes { get; } = [.. Changed.Keys];

    private static Dictionary<string, Func<Approval>> Changed => new()
    {
        ["message"] = () => Of(message: 2),
        ["revision"] = () => Of(revision: 3),
        ["person"] = () => Of(person: 8),
        ["role"] = () => Of(role: Role.Administrator),
        ["no instead of yes"] = () => Of(isYes: false),
        ["reason"] = () => Of(reason: "x"),
        ["time"] = () => Of(due: 1),
        ["grace"] = () => Of(grace: 11),
        ["policy"] = () => Of(approvals: 2),
        ["seal"] = () => Of(seals: [new(1, "ab"), new(2, "ce")]),
        ["channel"] = () => Of(seals: [new(1, "ab"), new(3, "cd")]),
        ["one seal fewer"] = () => Of(seals: [new(1, "ab")]),
        ["one seal more"] = () => Of(seals: [new(1, "ab"), new(2, "cd"), new(3, "ef")]),
        ["other cut between fields"] = () => Of(seals: [new(1, "ab2cd")]),
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Whatever_is_changed_in_a_row_is_noticed(string what)
    {
        var forged = Changed[what]();
        forged.Mac = Key.MacOf(Of());

        Key.IsAuthentic(forged).ShouldBeFalse();
    }

    [Fact]
    public void The_same_row_with_another_key_or_without_one_is_no_approval()
    {
        var approval = Of();
        approval.Mac = Key.MacOf(approval);

        Key.IsAuthentic(approval).ShouldBeTrue();
        new ApprovalKey([.. Enumerable.Repeat((byte)1, 32)]).IsAuthentic(approval).ShouldBeFalse();
        approval.Mac = "";
        Key.IsAuthentic(approval).ShouldBeFalse();
    }

    private static Approval Of(
        long message = 1, int revision = 2, long person = 7, Role role = Role.Manager, bool isYes = true, string reason = "", int due = 0, int grace = 10, int approvals = 1,
        List<ApprovedSeal>? seals = null) => new()
    {
        MessageId = message,
        Revision = revision,
        PersonId = person,
        SessionId = new Guid("11111111-2222-3333-4444-555555555555"),
        Role = role,
        IsYes = isYes,
        Reason = reason,
        At = ReviewRoom.Eight,
        Due = ReviewRoom.Nine.AddTicks(due),
        Grace = TimeSpan.FromMinutes(grace),
        Seals = seals ?? [new(1, "ab"), new(2, "cd")],
        Policy = new ApprovalPolicy(approvals),
        Mac = "",
    };
}
