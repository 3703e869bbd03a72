using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Publisher.Platforms;
using Publisher.Web.Channels;
using Publisher.Web.Deliveries;
using Publisher.Web.Messages;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Deliveries;

/// <summary>What stands at the platform shortly after a post went out.</summary>
public sealed class ReadingBackTests : IAsyncLifetime
{
    private readonly TellingPlatform _platform = new("one");
    private SendingRoom _room = null!;
    private Channel? _channel;

    public async ValueTask InitializeAsync() => _room = await SendingRoom.OpenAsync(_platform);

    public ValueTask DisposeAsync() => _room.DisposeAsync();

    [Fact]
    public async Task Every_part_is_read_back_once_some_seconds_after_it_went_out()
    {
        var message = await PublishAsync("One\n---\nTwo");

        await ReadBackAsync();
        _platform.Readings.ShouldBe(0);
        _room.Time.Advance(TimeSpan.FromSeconds(15));
        await ReadBackAsync();
        await ReadBackAsync();

        _platform.Readings.ShouldBe(2);
        var rows = await RowsAsync();
        rows.Select(row => (row.Part, row.Text, row.Differs)).ShouldBe([(1, "One", false), (2, "Two", false)]);
        (await _room.LoggedAsync(message)).Count(action => action == "delivery.read.back").ShouldBe(2);
    }

    [Fact]
    public async Task A_text_that_was_cut_is_kept_with_what_was_sent_and_logged_as_a_difference()
    {
        _platform.Back = _ => ReadBackResult.Read("Flood warning", 0);
        var message = await PublishAsync("Flood warning (level 2) lifted");
        _room.Time.Advance(TimeSpan.FromSeconds(15));

        await ReadBackAsync();

        var row = (await RowsAsync()).ShouldHaveSingleItem();
        (row.Text, row.Differs, row.At).ShouldBe(("Flood warning", true, SendingRoom.Nine.AddSeconds(15)));
        (await _room.LoggedAsync(message)).ShouldContain("delivery.differs");
        await using var db = await _room.ReadAsync();
        (await db.LogTexts.SingleAsync(text => text.Text == "Flood warning", SendingRoom.Ended)).BlankedAt.ShouldBeNull();
        (await _room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.Published);
    }

    [Fact]
    public async Task What_was_corrected_meanwhile_is_read_back_for_the_correction_alone()
    {
        var first = await PublishAsync("Opens on Mnday");
        var correction = await PublishAsync("Opens on Monday");
        await _room.SqlAsync($"UPDATE Messages SET CorrectsMessageId = {first.Id} WHERE Id = {correction.Id}");
        await _room.SqlAsync($"UPDATE Deliveries SET Way = {"Edit"} WHERE MessageId = {correction.Id}");
        _room.Time.Advance(TimeSpan.FromSeconds(15));

        await ReadBackAsync();

        (await RowsAsync()).ShouldHaveSingleItem().Text.ShouldBe("Opens on Monday");
    }

    [Fact]
    public async Task A_missing_file_is_a_difference()
    {
        var message = await PublishAsync("With a picture", await _room.AddMediaAsync("png"));
        _room.Time.Advance(TimeSpan.FromSeconds(15));

        await ReadBackAsync();

        (await RowsAsync()).ShouldHaveSingleItem().Differs.ShouldBeTrue();
        (await _room.LoggedAsync(message)).ShouldContain("delivery.differs");
    }

    [Fact]
    public async Task What_cannot_be_read_is_no_difference_and_not_asked_again()
    {
        _platform.Back = _ => ReadBackResult.Failed(PublishResult.NotNow(Codes.ServerError));
        var message = await PublishAsync("Flood warning lifted");
        _room.Time.Advance(TimeSpan.FromSeconds(15));

        await ReadBackAsync();
        await ReadBackAsync();

        _platform.Readings.ShouldBe(1);
        (await RowsAsync()).ShouldHaveSingleItem().Differs.ShouldBeFalse();
        (await _room.LoggedAsync(message)).ShouldNotContain(action => action.StartsWith("delivery.read", StringComparison.Ordinal) || action == "delivery.differs");
    }

    [Fact]
    public async Task Two_machines_read_a_part_once()
    {
        await PublishAsync("Flood warning lifted");
        var second = await _room.StartProcessAsync();
        _room.Time.Advance(TimeSpan.FromSeconds(15));

        await Task.WhenAll(ReadBackAsync(), second.Services.GetRequiredService<ReadingBack>().RunAsync(SendingRoom.Ended));

        _platform.Readings.ShouldBe(1);
    }

    private async Task<Message> PublishAsync(string text, Publisher.Platforms.Media? media = null)
    {
        _channel ??= await _room.AddChannelAsync();
        var message = await _room.ApproveAsync(text, SendingRoom.Nine, [_channel], media);
        await _room.WorkAsync();
        (await _room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.Published);
        return message;
    }

    private Task ReadBackAsync() => _room.First.Services.GetRequiredService<ReadingBack>().RunAsync(SendingRoom.Ended);

    private async Task<List<ReadBack>> RowsAsync()
    {
        await using var db = await _room.ReadAsync();
        return await db.ReadBacks.AsNoTracking().OrderBy(row => row.Part).ToListAsync(SendingRoom.Ended);
    }
}
