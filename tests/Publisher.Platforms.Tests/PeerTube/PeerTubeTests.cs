using System.Text;
using System.Text.Json;
using Publisher.Sandbox;
using Shouldly;

namespace Publisher.Platforms.Tests.PeerTube;

public sealed class PeerTubeTests(SandboxFixture sandbox) : PlatformContract(sandbox, "peertube")
{
    /// <summary>The visible call names a video that is there: however often, it is one.</summary>
    protected override TimeSpan? RepeatSafeFor => TimeSpan.FromDays(36500);

    protected override bool TellsRevoked => false;
}
