using Publisher.Platforms;
using Publisher.Web.Channels;
using Publisher.Web.Contacts;
using Publisher.Web.Messages;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Messages;

/// <summary>What becomes of "@{Name}" in a text.</summary>
public sealed class ContactPostTests
{
    private static readonly PlatformList Platforms = new([new PaperPlatform("paper"), new AddressPlatform("cards"), new PaperPlatform("tiny", text: 30)]);

    private static readonly Findings Found = new()
    {
        Contacts = new[] { Contact("Flood Centre", ("paper", "floods"), ("cards", "known.floods")), Contact("Weather Service", ("paper", "weather")) }.ToDictionary(contact => contact.Key),
    };

    [Fact]
    public void Each_platform_gets_the_handle_there_and_the_name_where_there_is_none()
    {
        var posts = Build("The @{Flood Centre} is open.");

        posts.Select(post => post.Post.Parts[0].Text).ShouldBe(["The @floods is open.", "The @known.floods is open.", "The Flood Centre is open."]);
        posts.ShouldAllBe(post => !post.IsLeftOut);
        posts[2].Problems.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            problem => problem.Code.ShouldBe("contact.plain"),
            problem => problem.Values.ShouldBe(["Flood Centre"]),
            problem => problem.IsNote.ShouldBeTrue());
    }

    [Fact]
    public void The_length_is_that_of_what_goes_out()
    {
        // 29 of 30 signs with the name, 32 as it was typed.
        var post = Build("The @{Flood Centre} is open now.")[2];

        post.Lengths.ShouldBe(["The Flood Centre is open now.".Length]);
        post.IsLeftOut.ShouldBeFalse();
    }

    [Fact]
    public void A_handle_is_looked_up_and_linked_as_if_it_had_been_typed()
    {
        var open = Build("With @{Flood Centre} now");
        MentionReader.Open(open, Found).ShouldHaveSingleItem().Handle.ShouldBe("known.floods");

        var key = new MentionKey("cards", new Uri("https://cards.example/"), "known.floods");
        var post = Build("With @{Flood Centre} now", Found with { Mentions = new Dictionary<MentionKey, string?> { [key] = "id-1" } })[1];

        post.Post.Parts[0].Mentions.ShouldBe([new Mention("known.floods", "id-1")]);
    }

    [Theory]
    [InlineData("With @{ flood centre } now", "With @floods now")]
    [InlineData("@{Flood Centre}, @{Weather Service}: now", "@floods, @weather: now")]
    [InlineData("(@{Flood Centre})", "(@floods)")]
    public void It_is_found_however_it_is_written(string typed, string sent) => Build(typed)[0].Post.Parts[0].Text.ShouldBe(sent);

    [Theory]
    [InlineData("With @{Nobody Here} now", "Nobody Here")]
    [InlineData("With @{Flood Centre now", "Flood Centre now")]
    [InlineData("With @{Flood Centre\nand the rest", "Flood Centre")]
    [InlineData("With @{}", "")]
    public void What_means_nobody_never_goes_out_with_its_signs(string typed, string name)
    {
        foreach (var post in Build(typed))
        {
            post.IsLeftOut.ShouldBeTrue();
            post.Problems.ShouldContain(problem => problem.Code == "contact.unknown" && problem.Values[0] == name);
        }
    }

    [Fact]
    public void A_handle_that_runs_into_the_next_word_would_mention_somebody_else_and_holds_the_post_up()
    {
        var posts = Build("The @{Weather Service}s of all lands, and office@{Weather Service}");

        posts[0].IsLeftOut.ShouldBeTrue();
        posts[0].Problems.ShouldContain(problem => problem.Code == "contact.joined");
        posts[1].IsLeftOut.ShouldBeFalse();
    }

    [Fact]
    public void Every_part_of_a_thread_gets_its_own()
    {
        var parts = Build("First @{Flood Centre}\n---\nThen @{Flood Centre}")[1].Post.Parts;

        parts.Select(part => part.Text).ShouldBe(["First @known.floods", "Then @known.floods"]);
    }

    private static Contact Contact(string name, params (string Platform, string Handle)[] handles) =>
        new() { Name = name, Key = Publisher.Web.Contacts.Contact.KeyOf(name), Handles = handles.ToDictionary(handle => handle.Platform, handle => handle.Handle) };

    private static IReadOnlyList<BuiltPost> Build(string text, Findings? found = null)
    {
        var channels = Platforms.All.Select((platform, at) => new Channel
        {
            Id = at + 1,
            SenderId = 1,
            Platform = platform.Info.Name,
            Server = new Uri($"https://{platform.Info.Name}.example/"),
            AccountId = "1",
            Handle = "office",
            DisplayName = "Office",
            Credentials = "",
            Limits = platform.Info.Limits,
            ConnectedAt = DateTimeOffset.UnixEpoch,
        }).ToList();
        var draft = new MessageDraft
        {
            Id = 1, Version = 0, SenderId = 1, Language = "en", TimeZone = "Europe/Berlin", LongText = text,
            Channels = [.. channels.Select(channel => new DraftChannel(channel.Id, null, new Dictionary<string, string>()))],
        };
        return new PostBuilder(Platforms, new KeptFiles()).Build(draft, channels, found ?? Found);
    }
}
