using System.Globalization;
using System.Security;

namespace Publisher.Sandbox;

/// <summary>Flickr's API: its methods and how it refuses. Signatures and sign-in: <c>FlickrOAuth.cs</c>, photos: <c>FlickrPhotos.cs</c>.</summary>
internal sealed partial class Flickr : PlatformServer
{
    private const string Upload = "services/upload/";
    private const string Rest = "services/rest/";
    private static readonly string[] Common = ["method", "format", "nojsoncallback", "api_key"];

    /// <summary>The accounts it starts with.</summary>
    public static SandboxAccount[] Known { get; } = [Account("66000101@N01", "environment", SandboxAccounts.Environment), Account("66000102@N02", "water", SandboxAccounts.Water)];

    public override (string Kind, string Does)[] OwnFaults =>
    [
        ("upload-limit", "says that the account has uploaded as much as it may"),
        ("wait", "says that uploads of this account must wait 90 seconds"),
    ];

    public Flickr(World world) : base(world, "flickr", "Flickr")
    {
        string[] upload = ["title", "description", "tags", "is_public", "is_friend", "is_family", "safety_level", "content_type", "hidden", "async", "dedup_check", "api_key", "photo!"];
        string[] list = ["user_id", "safe_search", "min_upload_date", "max_upload_date", "min_taken_date", "max_taken_date", "content_type", "privacy_filter", "extras", "per_page", "page"];
        Add(
            new("GET", "services/oauth/request_token", CallKind.Token, GiveRequestToken) { Open = true },
            new("GET", "services/oauth/access_token", CallKind.Token, GiveAccessToken) { Open = true },
            new("GET", "services/oauth/authorize", CallKind.Page, ShowConsent) { Open = true },
            new("POST", "services/oauth/authorize", CallKind.Page, DecideConsent) { Open = true },
            Read("flickr.test.login", call => Ok(new() { ["user"] = new { id = call.Account.Id, username = Content(call.Account.Handle) } })),
            Read("flickr.people.getUploadStatus", UploadStatus),
            Read("flickr.people.getPhotos", ListPhotos, list),
            Read("flickr.photos.getInfo", PhotoInfo, "photo_id", "secret"),
            Read("flickr.photos.getFavorites", CountFavourites, "photo_id", "page", "per_page"),
            Write("flickr.photos.setPerms", CallKind.Create, "write", SetPerms, "photo_id!", "is_public!", "is_friend!", "is_family!", "perm_comment", "perm_addmeta"),
            Write("flickr.photos.setMeta", CallKind.Change, "write", SetMeta, "photo_id!", "title", "description"),
            Write("flickr.photos.delete", CallKind.Change, "delete", Delete, "photo_id!"),
            new("POST", Upload, CallKind.Media, TakeUpload) { Scope = "write", Accepts = ["multipart/form-data"], Fields = upload },
            new("GET", "photos/{user}/{id}", CallKind.Page, call => PostPage.Of(this, Feed.Find(call["id"]))));
    }

    protected override void Seed(SandboxAccount account)
    {
        Tokens.Seed(new Grant { Token = account.Token.Split(' ')[0], Account = account.Id, Kind = "access", Scope = "read write delete" });
    }

    protected override SandboxAccount Another(int number) => Account($"66{number:000000}@N01", $"office{number}", SandboxAccounts.Environment);

    private static SandboxAccount Account(string nsid, string handle, string sender) => new("flickr", sender, nsid, handle, sender)
    {
        Token = $"sandbox-flickr-{handle} {SecretOf($"sandbox-flickr-{handle}")}",
        ClientId = "sandbox-flickr-key",
        ClientSecret = "sandbox-flickr-secret",
    };

    protected override Answer? Refuse(Call call, Trouble trouble, string detail) => trouble switch
    {
        Trouble.NoToken => Failure(call, 99, "User not logged in"),
        Trouble.BadToken or Trouble.ExpiredToken or Trouble.RevokedToken => Failure(call, 98, "Invalid auth token"),
        Trouble.MissingScope => Failure(call, 99, $"Insufficient permissions. Method requires {detail} privileges"),
        Trouble.UnknownPath or Trouble.WrongMethod => Failure(call, 112, $"Method \"{call.Asked("method") ?? call.Field("method") ?? call.Path}\" not found"),
        Trouble.WrongType or Trouble.Malformed or Trouble.BadField => Failure(call, 2, "Required arguments missing"),
        // What it does not know it overlooks.
        _ => null,
    };

    // A number of HTTP's own comes from what stands before the API.
    protected override Answer Fail(int status) => Answer.Html($"<!doctype html><title>Bad panda</title><h1>Hold your clicks a moment please</h1><p>{status}</p>", status);

    protected override Answer? Special(Call call, string fault) => fault switch
    {
        "upload-limit" when call.Path == Upload => Failure(call, 6, "User exceeded upload limit"),
        "wait" when call.Path == Upload => Xml($"""<rsp stat="fail" non_pro_desktop_upload_wait_time="90"><err code="14" msg="Auto Upload disabled for Non pro User/Server at capacity" /></rsp>"""),
        _ => null,
    };

    private Route Read(string method, Func<Call, Answer> handle, params string[] arguments) => new("GET", Rest, CallKind.Read, handle)
    {
        Fits = call => call.Asked("method") == method,
        Scope = "read",
        Query = [.. Common, .. arguments],
    };

    private Route Write(string method, CallKind kind, string scope, Func<Call, Answer> handle, params string[] arguments) => new("POST", Rest, kind, handle)
    {
        Fits = call => call.Field("method") == method,
        Scope = scope,
        Accepts = ["application/x-www-form-urlencoded"],
        Fields = [.. Common, .. arguments],
    };

    /// <summary>Failures come with status 200, in the form of the call: XML for uploads, a form for the sign-in, JSON else.</summary>
    private static Answer Failure(Call call, int code, string message) =>
        call.Path == Upload ? Xml($"""<rsp stat="fail"><err code="{code}" msg="{SecurityElement.Escape(message)}" /></rsp>""")
        : call.Path.StartsWith("services/oauth/", StringComparison.Ordinal) ? Answer.Text($"oauth_problem={(code == 100 ? "consumer_key_unknown" : code == 96 ? "signature_invalid" : "token_rejected")}", 401)
        : Answer.Json(new { stat = "fail", code, message });

    private static Answer Ok(Dictionary<string, object> body)
    {
        body["stat"] = "ok";
        return Answer.Json(body);
    }

    private static Answer Xml(string rsp) => Answer.Text($"""<?xml version="1.0" encoding="utf-8" ?>{"\n"}{rsp}""") with { ContentType = "text/xml; charset=utf-8" };

    /// <summary>How its JSON writes what is an element with text in its XML.</summary>
    private static object Content(string text) => new { _content = text };

    private static string Unix(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    private static Answer UploadStatus(Call call) => Ok(new()
    {
        ["user"] = new
        {
            id = call.Account.Id,
            ispro = 1,
            username = Content(call.Account.Handle),
            bandwidth = new { maxbytes = 2147483648, usedbytes = 383724, remainingbytes = 2147099924 },
            filesize = new { max = MostImage, maxbytes = MostImage, maxkb = MostImage / 1024 },
            sets = new { created = 27, remaining = "lots" },
            videosize = new { maxbytes = MostVideo, maxkb = MostVideo / 1024 },
            videos = new { uploaded = 5, remaining = "lots" },
        },
    });
}
