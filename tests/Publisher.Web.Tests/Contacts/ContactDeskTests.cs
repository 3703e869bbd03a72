using System.Text;
using Microsoft.EntityFrameworkCore;
using Publisher.Web.Contacts;
using Publisher.Web.People;
using Publisher.Web.Storage;
using Publisher.Web.Tests.Messages;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Contacts;

public sealed class ContactDeskTests : IAsyncLifetime
{
    private WritingRoom _room = null!;

    private static CancellationToken Stop => WritingRoom.Stop;

    private ContactDesk Desk => _room.Get<ContactDesk>();

    public async ValueTask InitializeAsync() => _room = await WritingRoom.OpenAsync();

    public ValueTask DisposeAsync() => _room.DisposeAsync();

    [Fact]
    public async Task A_contact_is_kept_with_its_handles_and_the_log_tells_what_was_there_before()
    {
        var id = (await SaveAsync("Flood Centre", ("paper", "@floods"), ("cards", ""))).Value;
        _room.Now = _room.Now.AddMinutes(1);
        (await Desk.SaveAsync(_room.Olivia, id, 0, Fields("Flood Centre", ("paper", "floods.eu")), Stop)).Refusal.ShouldBeNull();
        _room.Now = _room.Now.AddMinutes(1);
        (await Desk.RemoveAsync(_room.Mara, id, Stop)).Refusal.ShouldBeNull();

        await using var db = await _room.ReadAsync();
        (await db.Contacts.CountAsync(Stop)).ShouldBe(0);
        var entries = await db.Log.AsNoTracking().Where(entry => entry.Code == $"contact:{id}").OrderBy(entry => entry.Id).ToListAsync(Stop);
        entries.Select(entry => (entry.Action, entry.PersonId)).ShouldBe([("contact.added", _room.Olivia.PersonId), ("contact.changed", _room.Olivia.PersonId), ("contact.removed", _room.Mara.PersonId)]);
        var texts = await db.LogTexts.AsNoTracking().ToDictionaryAsync(text => text.EntryId, text => text.Text, Stop);
        entries.Select(entry => texts[entry.Id]).ShouldBe(["Flood Centre: paper @floods", "Flood Centre: paper @floods\n→ Flood Centre: paper @floods.eu", "Flood Centre: paper @floods.eu"]);
    }

    [Fact]
    public async Task Two_people_who_change_the_same_contact_lose_nothing_silently()
    {
        var id = (await SaveAsync("Flood Centre", ("paper", "floods"))).Value;

        (await Desk.SaveAsync(_room.Olivia, id, 0, Fields("Flood Centre", ("paper", "first")), Stop)).Refusal.ShouldBeNull();
        (await Desk.SaveAsync(_room.Mara, id, 0, Fields("Flood Centre", ("paper", "second")), Stop)).Refusal.ShouldBe(Refusal.LookAgain);

        (await ReadAsync(id)).Handles["paper"].ShouldBe("first");
    }

    [Theory]
    [InlineData("", "floods", "contact.name")]
    [InlineData("Flood {Centre}", "floods", "contact.name")]
    [InlineData("Flood\nCentre", "floods", "contact.name")]
    [InlineData("Flood Centre", "two words", "contact.handle")]
    [InlineData("Flood Centre", "https://paper.example/floods", "contact.handle")]
    [InlineData("weather SERVICE", "floods", "contact.twice")]
    public async Task What_could_not_be_found_or_mentioned_again_is_refused(string name, string handle, string code)
    {
        await SaveAsync("Weather Service");

        (await SaveAsync(name, ("paper", handle))).Refusal!.Code.ShouldBe(code);
    }

    [Fact]
    public async Task Whoever_drafts_for_one_sender_keeps_the_list_and_an_auditor_only_reads_it()
    {
        var other = await _room.PersonAsync("oscar", Role.Officer, _room.OtherSenderId);
        var auditor = await _room.PersonAsync("aude", Role.Auditor);

        (await Desk.SaveAsync(other, null, 0, Fields("Flood Centre"), Stop)).Refusal.ShouldBeNull();
        (await Desk.SaveAsync(auditor, null, 0, Fields("Weather Service"), Stop)).Refusal.ShouldBe(Refusal.NotAllowed);
    }

    [Fact]
    public async Task What_was_submitted_keeps_the_handle_it_was_sealed_with()
    {
        var id = (await SaveAsync("Flood Centre", ("paper", "floods"), ("cards", "known.floods"))).Value;
        var draft = await _room.DraftAsync(_room.Olivia, draft => draft with { LongText = "With the @{flood centre} today." });
        (await _room.Desk.SubmitAsync(_room.Olivia, draft.Id, draft.Version, Stop)).Value!.Posts.ShouldBe(3);
        var sealedBefore = await TextsAsync(draft.Id);

        (await Desk.SaveAsync(_room.Olivia, id, 0, Fields("Flood Office", ("paper", "elsewhere")), Stop)).Refusal.ShouldBeNull();

        sealedBefore[0].ShouldContain("With the @floods today.");
        sealedBefore[1].ShouldContain("With the @known.floods today.");
        sealedBefore[1].ShouldContain("id-known.floods");
        sealedBefore[2].ShouldContain("With the Flood Centre today.");
        (await TextsAsync(draft.Id)).ShouldBe(sealedBefore);
        (await _room.MessageAsync(draft.Id)).Title.ShouldBe("With the flood centre today.");
    }

    [Fact]
    public async Task A_page_that_is_open_learns_of_a_new_contact()
    {
        var draft = await _room.DraftAsync(_room.Olivia, draft => draft with { LongText = "With the @{Flood Centre} today." });
        using var page = (await _room.Room.OpenAsync(_room.Olivia, draft.Id, Stop)).Value!;
        page.Posts.ShouldAllBe(post => post.IsLeftOut);

        await SaveAsync("Flood Centre", ("paper", "floods"));
        await page.ReadContactsAsync();
        page.Rebuild();

        page.Posts[0].Post.Parts[0].Text.ShouldBe("With the @floods today.");
    }

    private static ContactFields Fields(string name, params (string Platform, string Handle)[] handles) => new(name, handles.ToDictionary(handle => handle.Platform, handle => handle.Handle));

    private Task<Answer<long>> SaveAsync(string name, params (string Platform, string Handle)[] handles) => Desk.SaveAsync(_room.Olivia, null, 0, Fields(name, handles), Stop);

    private async Task<Contact> ReadAsync(long id)
    {
        await using var db = await _room.ReadAsync();
        return await db.Contacts.AsNoTracking().SingleAsync(contact => contact.Id == id, Stop);
    }

    private async Task<List<string>> TextsAsync(long message) => (await _room.FrozenAsync(message)).ConvertAll(post => Encoding.UTF8.GetString(post.Bytes));
}
