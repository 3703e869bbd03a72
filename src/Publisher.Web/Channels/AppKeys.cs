using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Publisher.Platforms;
using Publisher.Web.Storage;

namespace Publisher.Web.Channels;

/// <summary>Encrypts app registrations. What was kept for one platform and server can't be opened for another.</summary>
public sealed class AppKeys(IDataProtectionProvider protection)
{
    private static readonly Dictionary<string, string> Nothing = [];

    /// <summary>What an administrator enters once for this platform. Empty where it registers us by itself, or wants nothing of the kind.</summary>
    public static IReadOnlyList<FormField> FieldsOf(IPlatform? platform) =>
        platform is IConnectByOAuth oauth ? [.. oauth.AppFields.Where(field => field.Name != FormField.ServerName)] : [];

    /// <summary>Whether there is a registration for every server.</summary>
    public static bool HasServers(IPlatform? platform) => platform is IConnectByOAuth oauth && oauth.AppFields.Any(field => field.Name == FormField.ServerName);

    /// <summary>One spelling for "social.example.org", "https://Social.example.org/" and "@press@social.example.org".</summary>
    public static string ServerOf(IPlatform? platform, string? typed)
    {
        var named = (typed ?? "").Trim().ToLowerInvariant().Split("://")[^1].Split('/')[0];
        return HasServers(platform) ? named[(named.LastIndexOf('@') + 1)..] : "";
    }

    public string Protect(IReadOnlyDictionary<string, string> fields, string platform, string server) => Protector(platform, server).Protect(JsonSerializer.Serialize(fields));

    /// <summary>What is kept for that platform and server; nothing where nothing is.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">It was kept under another key.</exception>
    public async Task<IReadOnlyDictionary<string, string>> OpenAsync(PublisherDb db, IPlatform platform, string? typedServer, CancellationToken cancellationToken)
    {
        var (name, server) = (platform.Info.Name, ServerOf(platform, typedServer));
        var kept = await db.AppRegistrations.Where(row => row.Platform == name && row.Server == server).Select(row => row.Fields).SingleOrDefaultAsync(cancellationToken);
        return kept is null ? Nothing : JsonSerializer.Deserialize<Dictionary<string, string>>(Protector(name, server).Unprotect(kept))!;
    }

    private IDataProtector Protector(string platform, string server) => protection.CreateProtector("Publisher.App", platform, server);
}
