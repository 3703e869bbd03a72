using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Shouldly;

namespace Publisher.Platforms.Tests;

/// <summary>
/// Writes which platform can do what, and which tests of the contract hold it to that, from the code; and holds the page in the docs to it.
/// With PUBLISHER_WRITE_DOCS=1 the page is written anew.
/// </summary>
public sealed partial class PlatformTableTests
{
    /// <summary>An ability: how a cell of it reads ("" for no), and the tests of the contract that only platforms with it run.</summary>
    private sealed record Ability(string Name, Func<IPlatform, string> Cell, params string[] Tests);

    private static readonly Ability[] Abilities =
    [
        new("Text", platform => Number(platform.Info.Limits.Text),
            nameof(PlatformContract.A_text_goes_out_exactly_as_approved), nameof(PlatformContract.A_link_stays_whole), nameof(PlatformContract.The_longest_text_passes_the_check_and_the_platform),
            nameof(PlatformContract.One_character_more_is_refused_by_the_check_and_by_the_platform), nameof(PlatformContract.Entities_stand_in_order_inside_the_text),
            nameof(PlatformContract.What_the_screens_show_is_complete)),
        new("Title", platform => platform.Info.Limits.Title is { } most ? Number(most) : ""),
        new("Link card of ours", platform => Yes(platform.Info.LinkAsCard), nameof(PlatformContract.A_link_card_shows_what_was_approved)),
        new("Pictures", platform => platform.Info.Limits.Images == 0 ? "" : platform.Info.PartPerFile ? $"{Number(platform.Info.Limits.Parts)}, a post each" : Number(platform.Info.Limits.Images),
            nameof(PlatformContract.Pictures_go_out_in_order_with_their_alt_text)),
        new("Alt text of pictures", platform => platform.Info.Limits is { Images: > 0, ImageAltText: true } ? Number(platform.Info.Limits.AltText) : ""),
        new("Videos", platform => platform.Info.Limits.Videos == 0 ? "" : Number(platform.Info.Limits.Videos), nameof(PlatformContract.A_video_goes_out_once_the_platform_has_processed_it)),
        new("Captions", platform => platform.Info.Limits.Captions > 0 ? platform.Info.Limits.CaptionsBytes is { } most ? $"{Number((int)(most / 1000))} kB" : "yes" : "",
            nameof(PlatformContract.A_video_goes_out_with_its_captions), nameof(PlatformContract.Captions_that_are_refused_are_said_before_anything_shows)),
        new("Cover", platform => platform.Info.Limits switch { { CoverBytes: > 0 } => "a picture", { CoverMoment: true } => "a moment of the video", _ => "" },
            nameof(PlatformContract.A_video_goes_out_with_the_cover_that_was_chosen)),
        new("Only with a file", platform => Yes(platform.Info.Limits.NeedsMedia)),
        new("Threads", platform => platform.Info.PartPerFile || platform.Info.Limits.Parts == 1 ? "" : Number(platform.Info.Limits.Parts), nameof(PlatformContract.A_thread_hangs_together)),
        new("Brought beforehand", platform => Yes(platform is IPrepare), nameof(PlatformContract.A_file_already_there_is_not_sent_again), nameof(PlatformContract.A_fault_of_the_server_while_preparing_is_certain)),
        new("Fetches files from us", platform => (platform.Info.FetchesImages, platform.Info.FetchesVideos) switch { (true, true) => "all", (true, _) => "pictures", (_, true) => "videos", _ => "" }),
        new("Finishes later", platform => Yes(platform is IFinishLater)),
        new("Looks for a lost answer", platform => Yes(platform is IRecall), nameof(PlatformContract.Looking_too_early_finds_it_later), nameof(PlatformContract.Looking_that_fails_never_says_absent)),
        new("Can prove absence", platform => Yes(platform is IRecall && platform.Info.CanProveAbsence), nameof(PlatformContract.Looking_for_what_never_arrived_says_absent)),
        new("Takes back", platform => Yes(platform is IRetract), nameof(PlatformContract.A_post_can_be_taken_back_and_a_second_time_is_no_error), nameof(PlatformContract.Taking_back_while_the_server_fails_is_tried_again)),
        new("Removes what was brought in vain", platform => Yes(platform is IDiscard),
            nameof(PlatformContract.What_was_brought_in_vain_is_removed_and_a_second_time_is_no_error), nameof(PlatformContract.What_others_can_see_by_now_is_left_alone),
            nameof(PlatformContract.A_draft_that_cannot_be_looked_at_or_deleted_now_stays_and_that_is_said)),
        new("Changes what is live", platform => Yes(platform is ICorrect), nameof(PlatformContract.A_correction_shows_the_new_text_where_the_old_one_stood), nameof(PlatformContract.A_correction_made_twice_leaves_what_it_left_once), nameof(PlatformContract.A_correction_whose_wire_breaks_is_made_once_and_can_be_made_again), nameof(PlatformContract.An_answer_to_a_correction_that_tells_nothing_leaves_it_open), nameof(PlatformContract.A_correction_with_an_expired_token_waits_for_a_fresh_one), nameof(PlatformContract.A_post_that_is_gone_cannot_be_corrected_and_that_is_said), nameof(PlatformContract.A_correction_that_is_too_long_changes_nothing)),
        new("Reads back what went out", platform => Yes(platform is IReadBack),
            nameof(PlatformContract.What_went_out_whole_reads_back_without_a_difference_and_nothing_is_written), nameof(PlatformContract.Reading_back_that_fails_claims_no_difference)),
        new("Tells counts or followers", platform => Yes(platform is IMeasure),
            nameof(PlatformContract.Counts_arrive_as_the_platform_gives_them_and_nothing_is_written), nameof(PlatformContract.A_post_that_is_gone_has_no_counts),
            nameof(PlatformContract.Counting_that_fails_invents_no_number)),
        new("Handles in a text", platform => Yes(platform.Info.HandleExample is not null), nameof(PlatformContract.A_handle_is_seen_in_a_text_where_the_platform_has_handles)),
        new("Looks up mentions", platform => Yes(platform is IResolveMentions)),
        new("Refreshes tokens", platform => Yes(platform is IRefreshTokens), nameof(PlatformContract.An_expired_token_is_refreshed_and_then_works), nameof(PlatformContract.A_refresh_the_server_cannot_answer_now_is_tried_later)),
        new("Gives tokens back", platform => Yes(platform is IRevoke), nameof(PlatformContract.What_was_taken_back_opens_the_account_no_more), nameof(PlatformContract.A_server_that_cannot_take_it_back_now_says_so)),
        new("Connected by", platform => platform switch { IConnectByOAuth => "consent", IConnectByForm => "form", _ => "" }),
    ];

    [Fact]
    public async Task The_page_in_the_docs_says_what_the_code_says()
    {
        var page = Path.Combine(Root(), "docs", "platforms", "README.md");
        var said = Page();
        if (Environment.GetEnvironmentVariable("PUBLISHER_WRITE_DOCS") == "1")
        {
            await File.WriteAllTextAsync(page, said, TestContext.Current.CancellationToken);
        }

        (await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken)).ShouldBe(said, "Write it anew with PUBLISHER_WRITE_DOCS=1.");
    }

    [Fact]
    public void Every_platform_that_sends_has_the_contract_and_a_page()
    {
        var held = typeof(PlatformContract).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(PlatformContract))).Select(type => type.Name).ToList();
        foreach (var info in All().Select(platform => platform.Info))
        {
            (info.IsByHand || held.Contains($"{info.Name}Tests", StringComparer.OrdinalIgnoreCase)).ShouldBeTrue(info.Name);
            File.Exists(Path.Combine(Root(), "docs", "platforms", $"{info.Name}.md")).ShouldBeTrue(info.Name);
        }
    }

    [Fact]
    public async Task Every_page_says_where_what_an_office_must_obtain_is_from_and_what_is_an_estimate()
    {
        foreach (var info in All().Select(platform => platform.Info).Where(info => info.Readiness is not null))
        {
            var page = await File.ReadAllLinesAsync(Path.Combine(Root(), "docs", "platforms", $"{info.Name}.md"), TestContext.Current.CancellationToken);
            var facts = info.Readiness!;
            foreach (var (name, words) in new[] { ("What", facts.Needs), ("From whom", facts.From), ("How long", facts.Takes), ("What it costs", facts.Costs) })
            {
                var begins = $"| {name} | {words.English} | ";
                var source = page.SingleOrDefault(line => line.StartsWith(begins, StringComparison.Ordinal))?[begins.Length..];
                source.ShouldNotBeNull($"{info.Name}.md has no line \"{begins}\"");
                SourceOrEstimate().IsMatch(source).ShouldBeTrue($"{info.Name}.md, {name}: \"{source}\" names neither a source with its date nor an estimate");
            }
        }
    }

    private static string Page()
    {
        var platforms = All().Where(platform => !platform.Info.IsByHand).ToList();
        var page = new StringBuilder("# What each platform can do\n\nWritten from the code by the tests; a test holds it to the code. A platform's own page says how to connect it, its limits with their sources, and its oddities. ");
        page.Append("For places no server may post to: [by hand](manual.md).\n\n");
        page.Append("A message takes up to 4 pictures of 32 MB each or one video of 512 MB. This table and the pages say what the platform would take.\n\n");
        page.Append(CultureInfo.InvariantCulture, $"| | {string.Join(" | ", platforms.Select(platform => $"[{platform.Info.Title}]({platform.Info.Name}.md)"))} |\n|---|{string.Concat(Enumerable.Repeat("---|", platforms.Count))}\n");
        foreach (var ability in Abilities)
        {
            page.Append(CultureInfo.InvariantCulture, $"| {ability.Name} | {string.Join(" | ", platforms.Select(ability.Cell))} |\n");
        }

        var tests = typeof(PlatformContract).GetMethods(BindingFlags.Instance | BindingFlags.Public).Where(method => method.GetCustomAttribute<FactAttribute>() is not null).Select(method => method.Name).ToList();
        var special = Abilities.SelectMany(ability => ability.Tests).ToHashSet();
        page.Append("\n## Which tests hold it\n\nEach runs against the platform's stand-in over real HTTP, for every platform that has the ability.\n\n| Ability | Tests of the contract |\n|---|---|\n");
        foreach (var ability in Abilities.Where(ability => ability.Tests.Length > 0))
        {
            page.Append(CultureInfo.InvariantCulture, $"| {ability.Name} | {string.Join("; ", ability.Tests.Select(Sentence))} |\n");
        }

        page.Append(CultureInfo.InvariantCulture, $"| every platform, on a bad day | {string.Join("; ", tests.Where(test => !special.Contains(test)).Select(Sentence))} |\n");
        return page.ToString();
    }

    private static IReadOnlyList<IPlatform> All() => new PlatformList(new HttpClient(), TimeProvider.System, new MediaShelf()).All;

    private static string Yes(bool can) => can ? "yes" : "";

    private static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Sentence(string name) => name.Replace('_', ' ');

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Publisher.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("Publisher.sln is in no folder above the tests.");
    }

    /// <summary>Such as "docs.example.org/apps, 2026-11".</summary>
    [GeneratedRegex(@"\w\.\w.*\b20\d\d-\d\d|[Ee]stimate")]
    private static partial Regex SourceOrEstimate();
}
