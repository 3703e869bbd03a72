using System.Collections.Concurrent;
using System.Globalization;

namespace Publisher.Sandbox;

/// <summary>
/// Threads and Instagram: a post is made as a container, files are fetched from their addresses after the call was answered, and a container
/// is published once. Also their sign-in, whose tokens last 60 days and are renewed while they still work.
/// </summary>
internal abstract class GraphContainers : Graph
{
    private static readonly TimeSpan ShortLife = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongLife = TimeSpan.FromDays(60);
    private readonly ConcurrentDictionary<string, GraphContainer> _containers = new();
    private readonly string _scopes;
    private readonly string _prefix;

    protected GraphContainers(World world, string key, string name, string scopes, string prefix) : base(world, key, name)
    {
        _scopes = scopes;
        _prefix = prefix;
        Consent = new Consent(this, TimeSpan.FromHours(1), id => Accounts.Any(a => a.ClientId == id))
        {
            Required = ["client_id", "redirect_uri", "scope", "response_type"],
            Optional = ["state"],
            Ending = "#_",
        };
        Add(Consent.Routes("oauth/authorize"));
        Add(
            new("POST", "oauth/access_token", CallKind.Token, GiveShort) { Open = true, Accepts = FormOnly, Fields = ["client_id!", "client_secret!", "grant_type!", "redirect_uri!", "code!"] },
            new("GET", "access_token", CallKind.Token, Lengthen) { Open = true, Query = ["grant_type", "client_secret", "access_token"] },
            new("GET", "refresh_access_token", CallKind.Token, Renew) { Open = true, Query = ["grant_type", "access_token"] });
    }

    protected Consent Consent { get; }

    /// <summary>Kinds of a container that take a file, and the parameter with its address.</summary>
    protected abstract string? AddressName(GraphContainer container);

    /// <summary>Why it cannot be made as it is; null where it can.</summary>
    protected abstract Answer? Check(Call call, GraphContainer container);

    /// <summary>Why the fetched file will not do, in the platform's words; null where it will.</summary>
    protected abstract string? Unfit(GraphContainer container, byte[]? bytes, SandboxMedia media);

    /// <summary>The answer where a container cannot be published.</summary>
    protected abstract Answer NotReady(string status);

    /// <summary>The post a container becomes.</summary>
    protected abstract SandboxPost Become(GraphContainer container, IReadOnlyList<SandboxMedia> media, string id);

    protected override void Seed(SandboxAccount account)
    {
        // Old enough to be renewed: a token younger than a day is not.
        Tokens.Seed(new Grant { Token = account.Token, Account = account.Id, Kind = "access", Scope = _scopes, Expires = World.Now + LongLife - TimeSpan.FromDays(2) });
    }

    protected GraphContainer? Find(string id) => _containers.GetValueOrDefault(id);

    protected Answer Make(Call call)
    {
        if (call["user"] != call.Account.Id && call["user"] != "me")
        {
            return Missing(call["user"]);
        }

        var fields = call.Form.ToDictionary(field => field.Key, field => field.Value.ToString());
        var made = new GraphContainer(Feed.NextNumber(World.Now), call.Account.Id, fields.GetValueOrDefault("media_type", ""), World.Now)
        {
            Fields = fields,
            Children = fields.GetValueOrDefault("children", "").Split(',', StringSplitOptions.RemoveEmptyEntries),
        };
        if (Check(call, made) is { } refusal)
        {
            return refusal;
        }

        if (AddressName(made) is { } name)
        {
            _containers[made.Id] = made;
            _ = FetchAsync(made, made[name]);
        }
        else
        {
            _containers[made.Id] = made with { Ready = made.Children.Select(child => Find(child)?.Ready).Append(World.Now).Max() };
        }

        return Answer.Json(new { id = made.Id });
    }

    /// <summary>Why the children of a carousel will not do; null where they will.</summary>
    protected Answer? CheckChildren(Call call, GraphContainer carousel, int most)
    {
        if (carousel.Children.Count < 2 || carousel.Children.Count > most)
        {
            Object(call, $"a carousel has 2 to {most} children, this has {carousel.Children.Count}");
            return Error(100, $"Param children must have 2 to {most} items");
        }

        foreach (var child in carousel.Children)
        {
            if (Find(child) is not { IsItem: true } item || item.Account != carousel.Account || item.Status(World.Now) != "FINISHED")
            {
                Object(call, $"child {child} is no finished item of this account");
                return Error(100, $"Param children: {child} cannot be used");
            }
        }

        return null;
    }

    protected Answer Publish(Call call)
    {
        if (call["user"] != call.Account.Id && call["user"] != "me")
        {
            return Missing(call["user"]);
        }

        if (Find(call.Field("creation_id") ?? "") is not { IsItem: false } container || container.Account != call.Account.Id)
        {
            return NotReady("UNKNOWN");
        }

        var status = container.Status(World.Now);
        if (status == "PUBLISHED" && Feed.Find(container.Post) is not null)
        {
            Feed.Repeat(container.Post!);
        }

        if (status != "FINISHED")
        {
            return NotReady(status);
        }

        var media = container.Children.Select(child => Find(child)!.Media).Append(container.Media).OfType<SandboxMedia>().ToArray();
        var post = Become(container, media, Feed.NextNumber(World.Now));
        _containers[container.Id] = container with { Post = post.Id };
        Feed.Add(post);
        return Answer.Json(new { id = post.Id });
    }

    /// <summary>A short name as in permalinks, made of an id.</summary>
    protected static string Short(string id)
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        var number = ulong.Parse(id, CultureInfo.InvariantCulture);
        var letters = new Stack<char>();
        for (; number > 0; number /= 64)
        {
            letters.Push(Alphabet[(int)(number % 64)]);
        }

        return new string([.. letters]);
    }

    private async Task FetchAsync(GraphContainer made, string address)
    {
        var bytes = await World.FetchAsync(address);
        var (type, width, height) = bytes is null ? (null, null, null) : MediaStore.Look(bytes);
        var media = new SandboxMedia(bytes is null ? "" : World.Media.Put(bytes), bytes?.Length ?? 0, type ?? "", made.Fields.GetValueOrDefault("alt_text", ""), width, height);
        _containers[made.Id] = Unfit(made, bytes, media) is { } failure
            ? made with { Failure = failure }
            : made with { Media = media, Ready = World.Now + World.Options.ProcessingTime };
    }

    private Answer GiveShort(Call call)
    {
        if (!Accounts.Any(a => a.ClientId == call.Field("client_id") && a.ClientSecret == call.Field("client_secret")))
        {
            return Error(101, "Error validating client secret.");
        }

        var (code, error) = Consent.Redeem(call.Field("code"), call.Field("client_id"), call.Field("redirect_uri"), null);
        if (code is null || call.Field("grant_type") != "authorization_code")
        {
            return CodeError(error);
        }

        var token = Tokens.Issue(_prefix, code.Account, "short", code.Scope.Replace(',', ' '), World.Now + ShortLife).Token;
        return Answer.Json(Given(token, code));
    }

    /// <summary>How the short token is handed over.</summary>
    protected abstract object Given(string token, ConsentCode code);

    private Answer Lengthen(Call call)
    {
        var isKnown = Accounts.Any(a => a.ClientSecret == call.Asked("client_secret"));
        if (call.Asked("grant_type") != $"{_prefix.ToLowerInvariant()}_exchange_token" || !isKnown)
        {
            Object(call, "grant_type or client_secret do not fit");
            return Error(100, "Invalid parameter");
        }

        return Tokens.Find(call.Asked("access_token")) is { Kind: "short", Revoked: false } grant && grant.Expires > World.Now
            ? Long(grant)
            : Refuse(call, Trouble.BadToken, "")!;
    }

    private Answer Renew(Call call)
    {
        if (call.Asked("grant_type") != $"{_prefix.ToLowerInvariant()}_refresh_token")
        {
            Object(call, "grant_type does not fit");
            return Error(100, "Invalid parameter");
        }

        if (Tokens.Find(call.Asked("access_token")) is not { Kind: "access" } grant)
        {
            return Refuse(call, Trouble.BadToken, "")!;
        }

        return grant.Revoked ? Refuse(call, Trouble.RevokedToken, "")!
            : grant.Expires <= World.Now ? Refuse(call, Trouble.ExpiredToken, "")!
            : grant.Expires - LongLife > World.Now - TimeSpan.FromDays(1) ? Error(100, "The access token must be at least 24 hours old.")
            : Long(grant);
    }

    private Answer Long(Grant grant) => Answer.Json(new
    {
        access_token = Tokens.Issue(_prefix, grant.Account, "access", grant.Scope, World.Now + LongLife).Token,
        token_type = "bearer",
        expires_in = (int)LongLife.TotalSeconds,
    });
}
