using System.Text.RegularExpressions;

namespace Publisher.Platforms.Meta;

/// <summary>
/// Posts that start as a container: made with text and the addresses of its files, filled by Meta, published by its id. A container becomes
/// one post and never two, so the same container is what every try of a part carries.
/// </summary>
internal sealed partial class Containers(Graph graph, TimeProvider time, ContainerForm form)
{
    /// <summary>Meta keeps a container 24 hours; an hour is left for clocks and a slow day.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromHours(23);

    /// <summary>Meta advises to ask about once a minute; pictures are ready far earlier.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>For reading the permalink of a post that is live: its outcome does not wait longer for it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task<PrepareResult> PrepareAsync(Part part, Prepared soFar, Account account, Func<Media, Uri?> addressOf, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var prepared = soFar.UsableUntil > now ? soFar : new Prepared { UsableUntil = now + Kept };
        var media = part.Files().ToList();
        if (media.Any(file => addressOf(file) is null))
        {
            return PrepareResult.Failed(prepared, PublishResult.Rejected(Codes.AddressMissing));
        }

        if (media.Count > 1 && prepared.Container is null)
        {
            (prepared, var outcome) = await BringItemsAsync(media, prepared, account, addressOf, cancellationToken);
            if (outcome is not null)
            {
                return outcome;
            }
        }

        if (prepared.Container is null)
        {
            var only = media.Count == 1 ? media[0] : null;
            var fields = media.Count > 1 ? form.Several(part) : WithAddress(form.Single(part, only), only, addressOf);
            if (media.Count > 1)
            {
                fields["children"] = string.Join(',', prepared.Files.Select(file => file.Id));
            }

            var (id, refusal) = await MakeAsync(fields, account, cancellationToken);
            if (id is null)
            {
                return PrepareResult.Failed(prepared, refusal!);
            }

            prepared = prepared with { Container = id, Files = only is null ? prepared.Files : [new PreparedFile(id, only.Hash) { IsReady = false }] };
        }

        var (state, failure) = await AskAsync(prepared.Container, account, cancellationToken);
        return (state, failure) switch
        {
            // Published: an earlier try whose answer was lost. The next one is told so, and finds the post.
            (State.Ready or State.Published, _) => PrepareResult.Ready(prepared with { Files = [.. prepared.Files.Select(file => file with { IsReady = true })] }),
            (State.Working, _) => PrepareResult.Working(prepared, Pause),
            (State.Unknown, _) => PrepareResult.Failed(prepared, failure!),
            // A container that failed never recovers: the next try starts with new ones.
            _ => PrepareResult.Failed(Prepared.Nothing, failure!),
        };
    }

    /// <summary>
    /// The one visible call. A refusal may mean that this container is a post already; only the container knows, so it is asked.
    /// </summary>
    public async Task<PublishResult> PublishAsync(
        Prepared prepared, Account account, Func<TimeWindow, Task<RecallResult>> look, CancellationToken cancellationToken)
    {
        if (prepared.Container is not { } container)
        {
            return PublishResult.NotNow(Codes.MediaGone);
        }

        using var content = new FormUrlEncodedContent(new Dictionary<string, string> { ["creation_id"] = container });
        var answer = await graph.PostAsync($"{account.Id}/{form.Publish}", content, account, cancellationToken);
        if (answer.IsSuccess)
        {
            return answer.Json().Text("id") is { Length: > 0 } id
                ? answer.As(PublishResult.Published(new RemotePost(id, await PermalinkAsync(id, account, cancellationToken))))
                : answer.As(PublishResult.Unclear(Codes.AnswerUnreadable));
        }

        var refusal = GraphErrors.Read(answer, visible: true);
        if (refusal.Code is not (Codes.MediaGone or Codes.MediaNotReady or Codes.ContentRefused or Codes.Refused))
        {
            return refusal;
        }

        var (state, _) = await AskAsync(container, account, cancellationToken);
        return state switch
        {
            State.Published => answer.As(await FoundAsync(look)),
            State.Unknown => answer.As(PublishResult.Unclear(Codes.AnswerUnreadable)),
            State.Ready or State.Working when refusal.Code == Codes.MediaGone => refusal with { Code = Codes.MediaNotReady, RetryAfter = Pause },
            State.Failed or State.Gone when refusal.Code == Codes.MediaNotReady => answer.As(PublishResult.NotNow(Codes.MediaGone)),
            _ => refusal,
        };
    }

    /// <summary>
    /// What became of a call whose answer is lost. The container knows whether it is a post, but not which one: that the listing tells, which alone
    /// would also find what somebody posted by hand with the same words.
    /// </summary>
    public async Task<RecallResult> FindAsync(Prepared prepared, Account account, Func<Task<RecallResult>> look, CancellationToken cancellationToken)
    {
        if (prepared.Container is not { } container)
        {
            return await look();
        }

        var (state, failure) = await AskAsync(container, account, cancellationToken);
        return state switch
        {
            State.Ready or State.Failed => new RecallResult { IsComplete = true },
            State.Published => await look() with { IsComplete = false },
            State.Working => new RecallResult { Failure = PublishResult.NotNow(Codes.MediaNotReady, Pause) },
            State.Unknown => new RecallResult { Failure = failure!.Outcome is Outcome.SignInNeeded or Outcome.NotNow ? failure : failure with { Outcome = Outcome.NotNow } },
            // A container that is forgotten may have been a post before.
            _ => await look(),
        };
    }

    /// <summary>The files one by one, then as often as needed until each can be used.</summary>
    private async Task<(Prepared Prepared, PrepareResult? Outcome)> BringItemsAsync(
        List<Media> media, Prepared prepared, Account account, Func<Media, Uri?> addressOf, CancellationToken cancellationToken)
    {
        foreach (var file in media.Skip(prepared.Files.Count))
        {
            var (id, refusal) = await MakeAsync(WithAddress(form.Item(file), file, addressOf), account, cancellationToken);
            if (id is null)
            {
                return (prepared, PrepareResult.Failed(prepared, refusal!));
            }

            prepared = prepared with { Files = [.. prepared.Files, new PreparedFile(id, file.Hash) { IsReady = false }] };
        }

        foreach (var file in prepared.Files.Where(file => !file.IsReady))
        {
            var (state, failure) = await AskAsync(file.Id, account, cancellationToken);
            switch (state)
            {
                case State.Working:
                    return (prepared, PrepareResult.Working(prepared, Pause));
                case State.Ready or State.Published:
                    prepared = prepared with { Files = [.. prepared.Files.Select(one => one == file ? one with { IsReady = true } : one)] };
                    break;
                default:
                    return (prepared, PrepareResult.Failed(state == State.Unknown ? prepared : Prepared.Nothing, failure!));
            }
        }

        return (prepared, null);
    }

    private async Task<(string? Id, PublishResult? Refusal)> MakeAsync(Dictionary<string, string> fields, Account account, CancellationToken cancellationToken)
    {
        using var content = new FormUrlEncodedContent(fields);
        var answer = await graph.PostAsync($"{account.Id}/{form.Make}", content, account, cancellationToken);
        if (answer.IsSuccess && answer.Json().Text("id") is { Length: > 0 } id)
        {
            return (id, null);
        }

        return (null, answer.IsSuccess ? answer.As(PublishResult.NotNow(Codes.AnswerUnreadable)) : GraphErrors.Read(answer, visible: false));
    }

    private async Task<(State State, PublishResult? Failure)> AskAsync(string container, Account account, CancellationToken cancellationToken)
    {
        var answer = await graph.GetAsync($"{Uri.EscapeDataString(container)}?fields={form.Status},{form.Reason}", account, cancellationToken);
        if (!answer.IsSuccess)
        {
            return GraphErrors.IsMissing(answer)
                ? (State.Gone, answer.As(PublishResult.NotNow(Codes.MediaGone)))
                : (State.Unknown, GraphErrors.Read(answer, visible: false));
        }

        return answer.Json().Text(form.Status) switch
        {
            "FINISHED" => (State.Ready, null),
            "PUBLISHED" => (State.Published, null),
            "IN_PROGRESS" => (State.Working, null),
            "EXPIRED" => (State.Gone, answer.As(PublishResult.NotNow(Codes.MediaGone))),
            "ERROR" => (State.Failed, answer.As(Reason(answer.Json().Text(form.Reason) ?? ""))),
            _ => (State.Unknown, answer.As(PublishResult.NotNow(Codes.AnswerUnreadable))),
        };
    }

    /// <summary>Failed to download or to process: a new container may do better. Invalid: the same file never will.</summary>
    private static PublishResult Reason(string said) => said switch
    {
        _ when Detail().Match(said) is { Success: true } number && GraphErrors.OfDetail(int.Parse(number.Value)) is { } known => known,
        _ when said.Contains("INVALID", StringComparison.Ordinal) => PublishResult.Rejected(Codes.MediaRefused),
        _ when said.Contains("DOWNLOAD", StringComparison.Ordinal) => PublishResult.NotNow(Codes.MediaUnreachable),
        _ => PublishResult.NotNow(Codes.MediaGone),
    };

    /// <summary>The container is a post, but does not tell which: one of its day with this text is it, of two nobody knows.</summary>
    private async Task<PublishResult> FoundAsync(Func<TimeWindow, Task<RecallResult>> look)
    {
        var now = time.GetUtcNow();
        var found = await look(new TimeWindow(now.AddDays(-1), now.AddMinutes(5)));
        return found.Matches is [var only] ? PublishResult.Published(only) : PublishResult.Unclear(Codes.Duplicate);
    }

    /// <summary>Only read after the post is live: whatever goes wrong here, it is.</summary>
    private async Task<Uri?> PermalinkAsync(string id, Account account, CancellationToken cancellationToken)
    {
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        soon.CancelAfter(Patience);
        try
        {
            var answer = await graph.GetAsync($"{Uri.EscapeDataString(id)}?fields=permalink", account, soon.Token);
            return GraphListing.Address(answer.IsSuccess ? answer.Json().Text("permalink") : null, account);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or OperationCanceledException)
        {
            return null;
        }
    }

    private static Dictionary<string, string> WithAddress(Dictionary<string, string> fields, Media? media, Func<Media, Uri?> addressOf)
    {
        if (media is not null)
        {
            fields[ContainerForm.AddressName(media)] = addressOf(media)!.AbsoluteUri;
        }

        return fields;
    }

    [GeneratedRegex(@"\b(?:1366|2069|2207|4279)\d{3}\b")]
    private static partial Regex Detail();

    private enum State
    {
        Working,
        Ready,
        Published,
        Failed,
        Gone,

        /// <summary>The question itself was not answered.</summary>
        Unknown,
    }
}
