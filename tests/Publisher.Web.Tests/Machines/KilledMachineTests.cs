using Publisher.Web.Tests.Journeys;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Machines;

[Collection(nameof(OneAtATime))]
public sealed class KilledMachineTests(SeveralMachines machines, ITestOutputHelper output) : IClassFixture<SeveralMachines>, IDisposable
{
    private readonly string _picture = Path.Combine(Path.GetTempPath(), $"publisher-killed-{Guid.NewGuid():N}.png");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => File.Delete(_picture);

    [Fact]
    public async Task When_the_machine_that_armed_a_message_dies_a_second_before_it_is_due_the_other_sends_it_once_and_in_time()
    {
        await machines.OpenAsync("all", "all");
        await machines.WaitForStoriesAsync();
        await File.WriteAllBytesAsync(_picture, TestPicture.Png(9), Stop);
        var olivia = await machines.SeatOfAsync(0, "Olivia Officer");
        var message = await olivia.ComposeAsync("Survived", "The machine that planned this was dead when it went out.", _picture, "Red and grey");
        var mara = await machines.SeatOfAsync(0, "Mara Manager", width: 390);
        await mara.GoAsync($"review/{message}");
        var due = Steps.SecondsFromNow(30);
        await mara.ApproveForAsync(due);
        // Uploads are done, so that nothing is in the dying machine's hands but its trigger.
        while (await machines.NumberAsync($"SELECT COUNT(*) FROM \"DeliveryParts\" WHERE \"PreparedAt\" IS NOT NULL AND \"DeliveryId\" IN (SELECT \"Id\" FROM \"Deliveries\" WHERE \"MessageId\" = {message} AND \"LeaseEnd\" IS NULL)") < 4)
        {
            Assert.True(DateTimeOffset.UtcNow < due, "Not everything is prepared.");
            await Task.Delay(100, Stop);
        }

        var left = due.AddSeconds(-1) - DateTimeOffset.UtcNow;
        left.ShouldBeGreaterThan(TimeSpan.Zero, "approving took too long for this machine");
        await Task.Delay(left, Stop);
        await machines.KillAsync(0);

        var until = due.AddMinutes(2);
        while (await machines.NumberAsync($"SELECT COUNT(*) FROM \"Deliveries\" WHERE \"MessageId\" = {message} AND \"State\" = 'Published'") < 4)
        {
            Assert.True(DateTimeOffset.UtcNow < until, "The surviving machine has not sent it.");
            await Task.Delay(100, Stop);
        }

        var posts = (await machines.PostsAsync()).Where(post => post.Text.StartsWith("The machine that planned this", StringComparison.Ordinal)).ToList();
        posts.Select(post => post.Platform).Order(StringComparer.Ordinal).ShouldBe(["bluesky", "linkedin", "mastodon", "x"]);
        posts.ShouldAllBe(post => post.At >= due && post.RequestCount == 1);
        output.WriteLine(await machines.TextAsync($"SELECT string_agg(\"Action\" || ' ' || \"ChannelId\" || ' at ' || to_timestamp((\"At\" - 621355968000000000) / 1e7)::text, E'\\n' ORDER BY \"At\") FROM \"Log\" WHERE \"MessageId\" = {message}"));
        output.WriteLine($"The last of four was visible {posts.Max(post => post.VisibleFrom - due).TotalMilliseconds:F0} ms after the due second.");
        posts.ShouldAllBe(post => post.VisibleFrom <= due.AddSeconds(2));
        (await machines.NumberAsync($"SELECT COUNT(*) FROM \"Log\" WHERE \"MessageId\" = {message} AND \"Action\" = 'delivery.started'")).ShouldBe(4);
    }
}
