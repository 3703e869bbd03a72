using Publisher.Sandbox;
using Publisher.Web.Messages;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Journeys;

/// <summary>Somebody has the database and the disk in their hands, while the product runs: still nothing goes out that was not approved.</summary>
public sealed class ForgeryTests(Demo demo, ITestOutputHelper output) : IClassFixture<Demo>, IDisposable
{
    private const string Alarm = "Something that was not approved tried to go out here";

    private readonly string _picture = Path.Combine(Path.GetTempPath(), $"publisher-forgery-{Guid.NewGuid():N}.png");

    public void Dispose() => File.Delete(_picture);

    [Fact]
    public async Task Neither_text_nor_account_nor_picture_nor_approval_can_be_forged_past_the_product()
    {
        await demo.OpenAsync();
        await demo.WaitForStoriesAsync();
        var olivia = await demo.SeatOfAsync("Olivia Officer");
        var mara = await demo.SeatOfAsync("Mara Manager", width: 390);

        await AlteredAsync(olivia, mara);
        await SwappedAsync(mara);
        await InsertedAsync(mara);
    }

    /// <summary>Approved for four channels; on three of them something else is altered afterwards. The fourth goes out: the clock runs, and nobody else is stopped.</summary>
    private async Task AlteredAsync(Seat olivia, Seat mara)
    {
        await File.WriteAllBytesAsync(_picture, TestPicture.Png(3), TestContext.Current.CancellationToken);
        var message = await olivia.ComposeAsync("To be altered", "This sentence was approved as it stands here.", _picture, "Blue and green");
        await mara.GoAsync($"review/{message}");
        await mara.ApproveForAsync(Steps.SecondsFromNow(10));

        const string Alter = "UPDATE FrozenPosts SET Bytes = CAST(replace(CAST(Bytes AS TEXT), 'was approved', 'is forged') AS BLOB) WHERE MessageId = $m AND ChannelId = $c";
        var mastodon = await ChannelAsync("mastodon");
        await demo.SqlAsync(Alter, ("$m", message), ("$c", mastodon));
        var x = await ChannelAsync("x");
        await demo.SqlAsync(Alter, ("$m", message), ("$c", x));
        var seal = Seal.Of((byte[])(await demo.ValueAsync("SELECT Bytes FROM FrozenPosts WHERE MessageId = $m AND ChannelId = $c", ("$m", message), ("$c", x)))!);
        await demo.SqlAsync(
            "UPDATE FrozenPosts SET Seal = $s WHERE MessageId = $m AND ChannelId = $c; UPDATE Deliveries SET Seal = $s WHERE MessageId = $m AND ChannelId = $c",
            ("$s", seal), ("$m", message), ("$c", x));
        var bluesky = await ChannelAsync("bluesky");
        await demo.SqlAsync("UPDATE Channels SET AccountId = 'did:plc:someone2else' WHERE Id = $c", ("$c", bluesky));

        await SettledAsync(message);

        await SentAsync(message, "is forged", 0);
        await SentAsync(message, "was approved as", 1);
        await AlarmAsync(mara, message, 3);
    }

    /// <summary>The file is swapped on the disk before the approval, under the name of the one that was submitted.</summary>
    private async Task SwappedAsync(Seat mara)
    {
        var oscar = await demo.SeatOfAsync("Oscar Officer");
        var picture = TestPicture.Png(4);
        await File.WriteAllBytesAsync(_picture, picture, TestContext.Current.CancellationToken);
        var message = await oscar.ComposeAsync("To be swapped", "This picture was approved.", _picture, "Violet and green");
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(picture));
        await File.WriteAllBytesAsync(Path.Combine(demo.Media, hash[..2], hash), TestPicture.Png(5), TestContext.Current.CancellationToken);
        await mara.GoAsync($"review/{message}");
        await mara.ApproveForAsync(Steps.SecondsFromNow(5));

        await SettledAsync(message);

        await SentAsync(message, "This picture was approved", 0);
        await AlarmAsync(mara, message, 4);
    }

    /// <summary>A message nobody approved, with an approval and a delivery written into the database by hand.</summary>
    private async Task InsertedAsync(Seat mara)
    {
        // The channel is made to look sound again, as somebody would who goes that far.
        await demo.SqlAsync("UPDATE Channels SET Health = 'Working', HealthCode = NULL");
        var message = await demo.NumberAsync("SELECT Id FROM Messages WHERE State = 'InReview' LIMIT 1");
        var channel = await ChannelAsync("linkedin");
        var due = DateTimeOffset.UtcNow.AddSeconds(5).UtcTicks;
        var deadline = due + TimeSpan.FromMinutes(10).Ticks;
        await demo.SqlAsync(
            """
            INSERT INTO Approvals (MessageId, Revision, PersonId, SessionId, Role, IsYes, Reason, At, Due, Grace, Seals, Policy, Mac)
            SELECT post.MessageId, post.Revision, yes.PersonId, yes.SessionId, yes.Role, 1, '', $due, $due, $deadline - $due, json_array(json_object('ChannelId', post.ChannelId, 'Seal', post.Seal)), yes.Policy, yes.Mac
            FROM FrozenPosts post, (SELECT * FROM Approvals WHERE IsYes = 1 LIMIT 1) yes WHERE post.MessageId = $m AND post.ChannelId = $c;
            INSERT INTO Deliveries (MessageId, SenderId, ChannelId, Label, FrozenPostId, Seal, ApprovalId, Due, Deadline, IsEmbargoed, State, NextAt, Lease, Failures, Absences, Code, Answer)
            SELECT post.MessageId, channel.SenderId, post.ChannelId, '', post.Id, post.Seal, (SELECT max(Id) FROM Approvals), $due, $deadline, 0, 'Waiting', $due, 0, 0, 0, '', ''
            FROM FrozenPosts post JOIN Channels channel ON channel.Id = post.ChannelId WHERE post.MessageId = $m AND post.ChannelId = $c;
            INSERT INTO DeliveryParts (DeliveryId, Number, Key) SELECT max(Id), 1, 'forged-part-key' FROM Deliveries;
            UPDATE Messages SET State = 'Approved' WHERE Id = $m;
            """,
            ("$m", message), ("$c", channel), ("$due", due), ("$deadline", deadline));

        await SettledAsync(message);

        await SentAsync(message, "Clean Air Plan", 0);
        await AlarmAsync(mara, message, 1);
    }

    private Task<long> ChannelAsync(string platform) =>
        demo.NumberAsync("SELECT Id FROM Channels WHERE Platform = $p AND AccountId = $a", ("$p", platform), ("$a", SandboxAccounts.Of(platform, "environment").Id));

    /// <summary>Until nothing of the message is planned or under way any more: what the alarm clock would have sent is decided.</summary>
    private async Task SettledAsync(long message)
    {
        var until = DateTime.UtcNow.AddMinutes(3);
        while (await demo.NumberAsync("SELECT COUNT(*) FROM Deliveries WHERE MessageId = $m AND State IN ('Waiting', 'Sending', 'Processing', 'Unclear')", ("$m", message)) > 0)
        {
            Assert.True(DateTime.UtcNow < until, "Something forged is still waiting.");
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }
    }

    private async Task SentAsync(long message, string text, int expected)
    {
        var sent = (await demo.PostsAsync()).Where(post => post.Text.Contains(text, StringComparison.Ordinal)).Select(post => post.Platform).ToList();
        output.WriteLine($"Message {message}: {sent.Count} posts with \"{text}\".");
        sent.Count.ShouldBe(expected, string.Join(", ", sent));
    }

    private async Task AlarmAsync(Seat seat, long message, int stopped)
    {
        await seat.GoAsync($"messages/{message}");
        await seat.Page.Locator("table.deliveries .state.bad").GetByText("Stopped").First.WaitForAsync();
        (await seat.Page.Locator("table.deliveries .state.bad").GetByText("Stopped").CountAsync()).ShouldBe(stopped);
        await seat.GoAsync("channels");
        await seat.Page.GetByText(Alarm).First.WaitForAsync();
        (await seat.Page.GetByText(Alarm).CountAsync()).ShouldBeGreaterThanOrEqualTo(stopped);
    }
}
