using Publisher.Platforms;
using Publisher.Web.Channels;
using Publisher.Web.Contacts;
using Publisher.Web.Messages;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Messages;

/// <summary>What each channel gets from a correction: "ink" edits, "cards" has threads, "paper" has neither.</summary>
public sealed class PostBuilderCorrectionTests
{
    private static readonly PlatformList Platforms = new([new InkPlatform(), new AddressPlatform("cards"), new PaperPlatform("paper", text: 60), new InkPlatform("album", partPerFile: true)]);

    private static readonly Uri There = new("https://paper.example/1");

    private readonly PostBuilder _builder = new(Platforms, new KeptFiles());

    [Fact]
    public void Each_channel_is_reached_in_its_own_way()
    {
        var posts = Build(Draft());

        posts.Select(post => post.Way).ShouldBe([CorrectionWay.Edit, CorrectionWay.Reply, CorrectionWay.Link]);
        posts.Select(post => post.Post.Parts[0].Text).ShouldBe(["It opens on Monday.", "Correction: on Monday.", "Correction: on Monday.\n\nhttps://paper.example/1"]);
        posts.ShouldAllBe(post => !post.IsLeftOut);
        posts.Select(post => post.Post.Parts[0].Correction!.Post.Id).ShouldBe(["ink-1", "cards-1", "paper-1"]);
    }

    [Fact]
    public void An_edit_keeps_files_card_options_and_language_of_what_is_out()
    {
        var part = Build(Draft() with { Language = "de" })[0].Post.Parts[0];

        part.ShouldSatisfyAllConditions(
            () => part.Media.ShouldHaveSingleItem().AltText.ShouldBe("A bridge"),
            () => part.Options["audience"].ShouldBe("few"),
            () => part.Language.ShouldBe("en"));
    }

    [Fact]
    public void A_contact_gets_its_handle_in_new_words_and_in_a_follow_up()
    {
        var known = new Contact { Name = "Road Office", Key = Contact.KeyOf("Road Office"), Handles = new() { ["ink"] = "roads", ["cards"] = "known.roads" } };

        var posts = Build(Draft() with { LongText = "@{Road Office} opens it.", FollowUp = "Ask @{Road Office} now" }, contact: known);

        posts.Select(post => post.Post.Parts[0].Text).ShouldBe(["@roads opens it.", "Ask @known.roads now", "Ask Road Office now\n\nhttps://paper.example/1"]);
        Build(Draft() with { LongText = "@{Road Office} opens it.", FollowUp = "Ask @{Road Office} now" }).ShouldAllBe(post => post.IsLeftOut);
    }

    [Fact]
    public void A_card_that_can_not_follow_the_link_is_said_to_stay()
    {
        var live = Live("ink") with { Parts = [new Part { Text = "It opens.", Language = "en", Card = new LinkCard(new Uri("https://example.gov/old"), "Old", "") }] };

        var post = Build(Draft() with { Link = "https://example.gov/new" }, live)[0];

        post.Problems.ShouldContain(problem => problem.Code == "correction.card.stays" && problem.IsNote);
        post.Post.Parts[0].Card!.Address.AbsoluteUri.ShouldBe("https://example.gov/old");
    }

    [Fact]
    public void A_picture_of_the_old_text_is_said_to_stay()
    {
        var live = Live("ink");
        live = live with { Parts = [live.Parts[0] with { Media = [live.Parts[0].Media[0] with { AltText = "It opens on Mnday." }] }] };

        Build(Draft(), live)[0].Problems.ShouldHaveSingleItem().ShouldSatisfyAllConditions(problem => problem.Code.ShouldBe("correction.picture.stays"), problem => problem.IsNote.ShouldBeTrue());
        Build(Draft())[0].Problems.ShouldBeEmpty();
        Build(Draft() with { LongText = "It opens on Mnday." }, live)[0].Problems.ShouldHaveSingleItem().Code.ShouldBe("correction.same");
    }

    [Fact]
    public void A_thread_keeps_its_number_of_posts()
    {
        var post = Build(Draft() with { LongText = "One\n---\nTwo" })[0];

        post.IsLeftOut.ShouldBeTrue();
        post.Problems[0].ShouldSatisfyAllConditions(
            problem => problem.Code.ShouldBe("correction.parts"),
            problem => problem.Values.ShouldBe(["1", "2"]));
    }

    [Fact]
    public void Where_each_file_is_a_post_of_its_own_all_of_them_get_the_new_words()
    {
        var live = Live("album");
        live = live with { Parts = [live.Parts[0], live.Parts[0] with { Number = 2, Media = [live.Parts[0].Media[0] with { Hash = "cd", AltText = "A dam" }] }] };
        var draft = Draft() with { Corrects = [new CorrectedPost(1, 1, [new RemotePost("album-1", null), new RemotePost("album-2", null)], null)], Channels = [Draft().Channels[0]] };

        var post = _builder.Build(draft, [ChannelOf("album", 1)], new Findings { Live = new Dictionary<long, Post> { [1] = live } }).ShouldHaveSingleItem();

        post.Problems.ShouldBeEmpty();
        post.Post.Parts.Select(part => (part.Text, part.Media.ShouldHaveSingleItem().AltText, part.Correction!.Post.Id))
            .ShouldBe([("It opens on Monday.", "A bridge", "album-1"), ("It opens on Monday.", "A dam", "album-2")]);
    }

    [Fact]
    public void Without_a_follow_up_the_channels_that_need_one_and_the_message_say_so()
    {
        var draft = Draft() with { FollowUp = " " };
        var posts = Build(draft);

        posts.Select(post => post.IsLeftOut).ShouldBe([false, true, true]);
        MessageCheck.CheckCorrection(draft, posts).ShouldHaveSingleItem().Code.ShouldBe("follow.up.missing");
        var only = draft with { Channels = [draft.Channels[0]] };
        MessageCheck.CheckCorrection(only, Build(only)).ShouldBeEmpty();
    }

    [Fact]
    public void A_follow_up_is_measured_with_the_link_it_carries()
    {
        var posts = Build(Draft() with { FollowUp = new string('a', 50) });

        posts.Select(post => post.IsLeftOut).ShouldBe([false, false, true]);
        posts[2].Problems[0].Code.ShouldBe("text.too.long");
    }

    [Fact]
    public void A_correction_that_changes_nothing_is_not_ready()
    {
        var draft = Draft() with { LongText = "It opens on Mnday." };
        draft = draft with { Channels = [draft.Channels[0]] };

        MessageCheck.CheckCorrection(draft, Build(draft)).ShouldHaveSingleItem().Code.ShouldBe("correction.nothing");
    }

    [Fact]
    public void What_a_person_put_out_is_followed_by_a_post_with_its_address()
    {
        var draft = Draft();
        var post = Build(draft with { Corrects = [new CorrectedPost(1, 1, [], There), draft.Corrects![1], draft.Corrects[2]] })[0];

        post.Way.ShouldBe(CorrectionWay.Link);
        post.Post.Parts[0].Text.ShouldEndWith("\n\nhttps://paper.example/1");
        post.Post.Parts[0].Correction!.Post.Id.ShouldBe("https://paper.example/1");
    }

    [Fact]
    public void The_seal_binds_the_post_that_is_corrected()
    {
        var post = Build(Draft())[0].Post;
        var other = post with { Parts = [post.Parts[0] with { Correction = new Correction(new RemotePost("ink-2", null), CorrectionWay.Edit) }] };

        Seal.Of(Seal.Freeze(post, "salt")).ShouldNotBe(Seal.Of(Seal.Freeze(other, "salt")));
        var thawed = Seal.Thaw(Seal.Freeze(other, "salt"), Seal.Format, other.Limits);
        thawed.Parts[0].Correction.ShouldBe(other.Parts[0].Correction);
        Seal.Freeze(thawed, "salt").ShouldBe(Seal.Freeze(other, "salt"));
    }

    private static Channel ChannelOf(string platform, long id) => new()
    {
        Id = id,
        SenderId = 1,
        Platform = platform,
        Server = new Uri($"https://{platform}.example/"),
        AccountId = "office",
        Handle = "office",
        DisplayName = "Office",
        Credentials = "",
        Limits = Platforms[platform].Info.Limits,
        ConnectedAt = DateTimeOffset.UnixEpoch,
    };

    private static Post Live(string platform) => new()
    {
        Platform = platform,
        Server = new Uri($"https://{platform}.example/"),
        AccountId = "office",
        Limits = Platforms[platform].Info.Limits,
        Parts =
        [
            new Part
            {
                Text = "It opens on Mnday.",
                Language = "en",
                Media = [new Publisher.Platforms.Media { Hash = "ab", Length = 10, Type = "image/jpeg", Width = 4, Height = 3, AltText = "A bridge" }],
                Options = new Dictionary<string, string> { ["audience"] = "few" },
            },
        ],
    };

    private static MessageDraft Draft() => new()
    {
        Id = 2,
        Version = 1,
        SenderId = 1,
        Language = "en",
        TimeZone = "Europe/Berlin",
        LongText = "It opens on Monday.",
        FollowUp = "Correction: on Monday.",
        CorrectsMessageId = 1,
        Corrects =
        [
            new CorrectedPost(1, 1, [new RemotePost("ink-1", null)], new Uri("https://ink.example/1")),
            new CorrectedPost(2, 2, [new RemotePost("cards-1", null)], new Uri("https://cards.example/1")),
            new CorrectedPost(3, 3, [new RemotePost("paper-1", There)], There),
        ],
        Channels = [.. Enumerable.Range(1, 3).Select(id => new DraftChannel(id, null, new Dictionary<string, string>()))],
    };

    private IReadOnlyList<BuiltPost> Build(MessageDraft draft, Post? ink = null, Contact? contact = null) => _builder.Build(
        draft,
        [ChannelOf("ink", 1), ChannelOf("cards", 2), ChannelOf("paper", 3)],
        new Findings
        {
            Live = new Dictionary<long, Post> { [1] = ink ?? Live("ink"), [2] = Live("cards"), [3] = Live("paper") },
            Contacts = new[] { contact }.OfType<Contact>().ToDictionary(one => one.Key),
        });

    private sealed class InkPlatform(string name = "ink", bool partPerFile = false) : PaperPlatform(name, parts: 5, partPerFile: partPerFile), ICorrect
    {
        public Task<PublishResult> CorrectAsync(Part part, Account account, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("Nothing is sent while composing.");
    }
}
