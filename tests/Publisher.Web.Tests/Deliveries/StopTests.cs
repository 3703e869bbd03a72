using System.Globalization;
using System.Text.RegularExpressions;
using Publisher.Platforms;
using Publisher.Web.Deliveries;
using Publisher.Web.Tests.House;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Deliveries;

public sealed class StopTests
{
    [Fact]
    public void A_process_that_stops_waits_longer_than_any_call_takes_and_systemd_longer_than_that()
    {
        var longest = new PlatformList(new HttpClient(), TimeProvider.System, null!).All.Max(platform => platform.Info.CallLimit);
        var unit = File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "systemd", "publisher.service"));

        DeliverySetup.StopWithin.ShouldBeGreaterThan(longest + TimeSpan.FromSeconds(30));
        TimeSpan.FromSeconds(int.Parse(Regex.Match(unit, @"TimeoutStopSec=(\d+)").Groups[1].Value, CultureInfo.InvariantCulture)).ShouldBeGreaterThan(DeliverySetup.StopWithin);
    }
}
