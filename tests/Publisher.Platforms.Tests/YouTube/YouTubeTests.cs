using System.Text;
using System.Text.Json;
using System.Web;
using Publisher.Sandbox;
using Shouldly;

namespace Publisher.Platforms.Tests.YouTube;

public sealed class YouTubeTests(SandboxFixture sandbox) : PlatformContract(sandbox, "youtube")
{
    /// <summary>The visible call names a video that is there: however often, it is one.</summary>
    protected override TimeSpan? RepeatSafeFor => TimeSpan.FromDays(36500);

    protected override bool TellsRevoked => false;

    /// <summary>Without angle brackets, which are refused.</summary>
    protected override string AwkwardText => base.AwkwardText.Replace("<b>", "‹b›").Replace("</b>", "‹/b›");
}
