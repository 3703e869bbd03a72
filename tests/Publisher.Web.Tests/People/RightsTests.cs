using Publisher.Web.People;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.People;

/// <summary>Who may do what, written out a second time: a change of the table is a change here too, seen and meant.</summary>
public sealed class RightsTests
{
    [Theory]
    [InlineData(Act.ReadMessages, "Officer Manager Auditor")]
    [InlineData(Act.Draft, "Officer Manager")]
    [InlineData(Act.Approve, "Manager")]
    [InlineData(Act.SetHold, "Officer Manager Administrator")]
    [InlineData(Act.LiftHold, "Manager")]
    [InlineData(Act.Cancel, "Officer Manager")]
    [InlineData(Act.Retract, "Manager")]
    [InlineData(Act.DecideDelivery, "Manager")]
    [InlineData(Act.CloseByHand, "Officer Manager")]
    [InlineData(Act.ReadLog, "Manager Auditor")]
    [InlineData(Act.ReadChannels, "Officer Manager Auditor Administrator")]
    [InlineData(Act.ManageChannels, "Administrator")]
    [InlineData(Act.ManagePeople, "Administrator")]
    public void The_table_says_who_may_do_what(Act act, string roles) => string.Join(' ', Rights.RolesFor(act)).ShouldBe(roles);

    [Fact]
    public void Every_act_stands_in_the_table() => Enum.GetValues<Act>().ShouldAllBe(act => Rights.RolesFor(act).Count > 0);
}
