using System.Text;

namespace Publisher.Platforms.Flickr;

/// <summary>
/// Shows photos and videos on Flickr. Each is uploaded for the owner's eyes only, and the one visible call opens it to everyone;
/// doing that twice changes nothing. Limits and oddities: docs/platforms/flickr.md.
/// </summary>
internal sealed partial class FlickrPlatform(HttpClient http, TimeProvider time, IMediaFiles files) : IPlatform, IPrepare, IRecall, IMeasure, ICorrect, IRetract, IDiscard, IConnectByOAuth
{
    /// <summary>Tags on one photo, one of them ours.</summary>
    private const int MostTags = 75;

    /// <summary>The choice that is not sent: the account's own settings hold.</summary>
    private const string AccountsOwn = "account";

    /// <summary>The number of this refusal, in every call that names a photo.</summary>
    private const int PhotoNotFound = 1;

    private static readonly Uri Api = new("https://api.flickr.com/");

    private static readonly Uri Up = new("https://up.flickr.com/");

    private static readonly Uri Site = new("https://www.flickr.com/");

    public PlatformInfo Info { get; } = new("flickr", "Flickr")
    {
        Color = "#0063dc",
        Readiness = new(
            new("A commercial key, which Flickr reviews, and a Pro or Commons account.", "Ein kommerzieller Schlüssel, den Flickr prüft, und ein Pro- oder Commons-Konto."),
            new("Flickr, at flickr.com/services/apps/create.", "Flickr, auf flickr.com/services/apps/create."),
            new("Flickr names no time: plan for weeks.", "Flickr nennt keine Frist: mit Wochen rechnen."),
            new("The price of a Pro account; no known fee for the key.", "Den Preis eines Pro-Kontos; für den Schlüssel keine bekannte Gebühr.")),
        Server = Api,
        PartPerFile = true,
        // UTF-8 bytes of the markup: the strictest reading of a limit that only others have written down.
        Length = (part, _) => Encoding.UTF8.GetByteCount(FlickrText.Description(part)),
        Entities = FlickrText.Entities,
        Shown = FlickrText.Plain,
        Limits = new Limits
        {
            Text = 65_535,
            Title = 255,
            Parts = 10,
            NeedsMedia = true,
            Images = 1,
            ImageBytes = 200_000_000,
            ImageTypes = ["image/jpeg", "image/png", "image/gif"],
            VideoBytes = 1_000_000_000,
            VideoLongest = FreeVideo,
            VideoTypes = ["video/mp4", "video/quicktime"],
            // It stands in the description and counts there.
            AltText = 65_535,
        },
        Options =
        [
            OptionField.ForTitle(255),
            new("tags", new Words("Tags, with commas between", "Tags, durch Kommas getrennt"), [], "") { MaxLength = 2000 },
            new("comments", new Words("Who may comment", "Wer kommentieren darf"),
            [
                new(AccountsOwn, new Words("As the account has it", "Wie im Konto eingestellt")),
                new("3", new Words("Everyone", "Alle")),
                new("2", new Words("Contacts", "Kontakte")),
                new("1", new Words("Friends and family", "Freunde und Familie")),
                new("0", new Words("Nobody", "Niemand")),
            ], AccountsOwn),
            new("hidden", new Words("In Flickr's search", "In der Suche von Flickr"),
            [
                new("1", new Words("Found", "Auffindbar")),
                new("2", new Words("Not found", "Nicht auffindbar")),
            ], "1"),
            new("content_type", new Words("Kind", "Art"),
            [
                new("1", new Words("Photo or video", "Foto oder Video")),
                new("2", new Words("Screenshot", "Bildschirmfoto")),
                new("3", new Words("Drawing or other", "Zeichnung oder anderes")),
            ], "1"),
            new("safety_level", new Words("Suitable", "Geeignet"),
            [
                new("1", new Words("For everyone", "Für alle")),
                new("2", new Words("Moderate", "Eingeschränkt")),
                new("3", new Words("Restricted", "Nur auf Wunsch")),
            ], "1"),
        ],
    };

    public IEnumerable<Problem> Check(Post post)
    {
        foreach (var problem in Info.Check(post))
        {
            yield return problem;
        }

        foreach (var part in post.Parts)
        {
            if (FlickrText.Tags(part.Option("tags")).Count is var tags && tags >= MostTags)
            {
                yield return new Problem("hashtags.too.many", $"{tags}", $"{MostTags - 1}") { Part = part.Number };
            }

            if (part.Media.Any(media => media.AltText.Length > 0))
            {
                yield return new Problem("alt.in.text") { Part = part.Number, IsNote = true };
            }
        }
    }

    public async Task<PublishResult> PublishAsync(Part part, Prepared prepared, Account account, CancellationToken cancellationToken)
    {
        if (prepared.Files is not [var photo])
        {
            return PublishResult.NotNow(Codes.MediaGone);
        }

        List<(string Name, string Value)> arguments = [("photo_id", photo.Id), ("is_public", "1"), ("is_friend", "0"), ("is_family", "0")];
        if (part.Option("comments") is { Length: > 0 } commenting && commenting != AccountsOwn)
        {
            arguments.Add(("perm_comment", commenting));
        }

        var answer = await WriteAsync("flickr.photos.setPerms", arguments, account, cancellationToken);
        var reply = FlickrReply.Read(answer);
        return answer.As(answer.IsSuccess && reply.IsOk && (reply.PhotoId is null || reply.PhotoId == photo.Id)
            ? PublishResult.Published(Remote(photo.Id, account))
            : Meaning(answer, reply, visible: true));
    }

    public async Task<RetractResult> RetractAsync(RemotePost post, Account account, CancellationToken cancellationToken)
    {
        var answer = await WriteAsync("flickr.photos.delete", [("photo_id", post.Id)], account, cancellationToken);
        var reply = FlickrReply.Read(answer);
        return answer.IsSuccess && (reply.IsOk || reply.Code == PhotoNotFound)
            ? RetractResult.Gone
            : new RetractResult(answer.As(Meaning(answer, reply, visible: false)));
    }

    /// <summary>What an answer that is no success means. Numbers: flickr.com/services/api/flickr.photos.setPerms.html.</summary>
    private PublishResult Meaning(Answer answer, FlickrReply reply, bool visible) => (int)answer.Status switch
    {
        408 or >= 500 => Broken(Codes.ServerError, visible),
        413 => PublishResult.Rejected(Codes.MediaRefused),
        429 => PublishResult.NotNow(Codes.RateLimited, answer.RetryAfter(time)),
        < 200 or (>= 300 and < 400) => Broken(Codes.AnswerUnreadable, visible),
        _ when reply.OAuthProblem is { } problem => Unsigned(problem, visible),
        401 => PublishResult.SignInNeeded(Codes.AccessRevoked),
        >= 400 => PublishResult.Rejected(Codes.Refused),
        _ => reply.Code switch
        {
            null => Broken(Codes.AnswerUnreadable, visible),
            PhotoNotFound => PublishResult.NotNow(Codes.MediaGone),
            // A signature that does not fit, or a key that ended: the app was changed, and connecting again brings its new secrets.
            96 or 97 or 98 or 100 => PublishResult.SignInNeeded(Codes.AccessRevoked),
            99 => PublishResult.SignInNeeded(Codes.PermissionMissing),
            105 or 106 => Broken(Codes.ServerError, visible),
            111 or 112 => PublishResult.NotNow(Codes.VersionEnded),
            116 => PublishResult.Rejected(Codes.ContentRefused),
            _ => PublishResult.Rejected(Codes.Refused),
        },
    };

    private static PublishResult Unsigned(string problem, bool visible) => problem switch
    {
        // This machine's clock is wrong: nothing that the author or a new sign-in could mend.
        "timestamp_refused" => PublishResult.NotNow(Codes.ClockDiffers),
        // The same request came twice, and the first may have been heard.
        "nonce_used" => Broken(Codes.Refused, visible),
        _ => PublishResult.SignInNeeded(Codes.AccessRevoked),
    };

    private static PublishResult Broken(string code, bool visible) => visible ? PublishResult.Unclear(code) : PublishResult.NotNow(code);

    private static RemotePost Remote(string id, Account account) => new(id, new Uri(At(account.Server, Site), $"photos/{account.Id}/{Uri.EscapeDataString(id)}"));

    private Task<Answer> ReadAsync(string method, IEnumerable<(string Name, string Value)> arguments, OAuthKeys keys, Uri server, CancellationToken cancellationToken)
    {
        var query = string.Join('&', Call(method, arguments).Select(one => $"{one.Name}={OAuth1.Encode(one.Value)}"));
        return AskAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(server, $"services/rest/?{query}")), [], keys, cancellationToken);
    }

    private Task<Answer> WriteAsync(string method, IEnumerable<(string Name, string Value)> arguments, Account account, CancellationToken cancellationToken)
    {
        var form = Call(method, arguments).ToList();
        var content = new FormUrlEncodedContent(form.Select(one => KeyValuePair.Create(one.Name, one.Value)));
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(account.Server, "services/rest/")) { Content = content };
        return AskAsync(request, form, OAuthKeys.Of(account.Credentials), cancellationToken);
    }

    private static IEnumerable<(string Name, string Value)> Call(string method, IEnumerable<(string Name, string Value)> arguments) =>
        [("method", method), ("format", "json"), ("nojsoncallback", "1"), .. arguments];

    /// <summary>The token travels inside the signed header; an answer that repeats it must not show it.</summary>
    private async Task<Answer> AskAsync(
        HttpRequestMessage request, IEnumerable<(string Name, string Value)> body, OAuthKeys keys, CancellationToken cancellationToken, params IEnumerable<(string Name, string Value)> own)
    {
        using (request)
        {
            request.Headers.Authorization = OAuth1.Header(request.Method, request.RequestUri!, body, keys, time.GetUtcNow(), own);
            return await http.AskAsync(request, cancellationToken) with { Secret = keys.Token };
        }
    }

    /// <summary>At any other address stands the sandbox, which answers for all of Flickr's hosts.</summary>
    private static Uri At(Uri server, Uri host) => server == Api ? host : server;
}
