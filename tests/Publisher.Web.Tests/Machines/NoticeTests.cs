using System.Text;
using Publisher.Web.Machines;
using Publisher.Web.People;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Machines;

public sealed class NoticeTests
{
    [Fact]
    public void However_much_moved_at_once_every_notice_fits_and_nothing_is_left_out()
    {
        var from = Guid.NewGuid();
        var messages = Enumerable.Range(0, 1000).Select(one => long.MaxValue - one).ToList();
        var rings = Enumerable.Range(0, 100).Select(one => new SessionBell.Ring(long.MaxValue - one, Guid.NewGuid(), IsOver: false)).ToList();

        var notices = Notice.Write(from, messages, rings).ToList();

        notices.ShouldAllBe(notice => Encoding.UTF8.GetByteCount(notice) < 8000);
        var heard = notices.Select(notice => Notice.Read(notice)!).ToList();
        heard.ShouldAllBe(notice => notice.From == from);
        heard.SelectMany(notice => notice.Messages).ShouldBe(messages);
        heard.SelectMany(notice => notice.Rings).ShouldBe(rings);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[1,2]")]
    [InlineData("{\"From\":\"3f2504e0-4f89-11d3-9a0c-0305e82c3301\",\"Messages\":null,\"Rings\":[]}")]
    public void What_another_version_may_say_is_not_misread(string payload) => Notice.Read(payload).ShouldBeNull();
}
