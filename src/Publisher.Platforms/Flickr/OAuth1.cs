using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Publisher.Platforms.Flickr;

/// <summary>Signing as OAuth 1.0a asks for it (RFC 5849), with HMAC-SHA1: Flickr takes no other method.</summary>
internal static class OAuth1
{
    /// <summary>The header that opens a request.</summary>
    /// <param name="body">Form fields that travel in the body; those of the address are read from it.</param>
    /// <param name="own">Parameters of the protocol itself: oauth_callback, oauth_verifier.</param>
    public static AuthenticationHeaderValue Header(
        HttpMethod method, Uri address, IEnumerable<(string Name, string Value)> body, OAuthKeys keys, DateTimeOffset now, params IEnumerable<(string Name, string Value)> own)
    {
        List<(string Name, string Value)> protocol =
        [
            ("oauth_consumer_key", keys.Client),
            ("oauth_nonce", RandomNumberGenerator.GetHexString(32, lowercase: true)),
            ("oauth_signature_method", "HMAC-SHA1"),
            ("oauth_timestamp", $"{now.ToUnixTimeSeconds()}"),
            ("oauth_version", "1.0"),
            .. own,
        ];
        if (keys.Token.Length > 0)
        {
            protocol.Add(("oauth_token", keys.Token));
        }

        protocol.Add(("oauth_signature", Sign(BaseString(method, address, body.Concat(protocol)), keys)));
        return new AuthenticationHeaderValue("OAuth", string.Join(", ", protocol.Select(one => $"{Encode(one.Name)}=\"{Encode(one.Value)}\"")));
    }

    public static string Sign(string baseString, OAuthKeys keys)
    {
        var key = $"{Encode(keys.ClientSecret)}&{Encode(keys.TokenSecret)}";
#pragma warning disable CA5350 // The protocol names this algorithm; as a keyed hash it is not broken.
        return Convert.ToBase64String(HMACSHA1.HashData(Encoding.ASCII.GetBytes(key), Encoding.ASCII.GetBytes(baseString)));
#pragma warning restore CA5350
    }

    /// <summary>What is signed: RFC 5849, section 3.4.1.</summary>
    /// <param name="parameters">Those of body and header, decoded.</param>
    public static string BaseString(HttpMethod method, Uri address, IEnumerable<(string Name, string Value)> parameters)
    {
        var sorted = parameters.Concat(Query(address))
            .Select(one => (Name: Encode(one.Name), Value: Encode(one.Value)))
            .OrderBy(one => one.Name, StringComparer.Ordinal)
            .ThenBy(one => one.Value, StringComparer.Ordinal)
            .Select(one => $"{one.Name}={one.Value}");
        return $"{method.Method.ToUpperInvariant()}&{Encode(address.GetLeftPart(UriPartial.Path))}&{Encode(string.Join('&', sorted))}";
    }

    /// <summary>RFC 5849, section 3.6: everything but letters, digits and -._~ as %XX of its UTF-8 bytes, a space as %20.</summary>
    public static string Encode(string text) => Uri.EscapeDataString(text);

    private static IEnumerable<(string Name, string Value)> Query(Uri address) =>
        address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=', 2))
            .Select(pair => (Decode(pair[0]), pair.Length > 1 ? Decode(pair[1]) : ""));

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}

/// <summary>What signs: the app's key, and a person's token once there is one.</summary>
internal sealed record OAuthKeys(string Client, string ClientSecret, string Token = "", string TokenSecret = "")
{
    /// <summary>An account keeps its token and the secret that belongs to it as one, with a space between: neither works without the other.</summary>
    public static OAuthKeys Of(Credentials credentials)
    {
        var pair = credentials.Token.Value.Split(' ', 2);
        return new OAuthKeys(credentials.ClientId ?? "", credentials.ClientSecret?.Value ?? "", pair[0], pair.Length > 1 ? pair[1] : "");
    }

    public Credentials ToCredentials() => new() { Token = new Secret($"{Token} {TokenSecret}"), ClientId = Client, ClientSecret = new Secret(ClientSecret) };

    public override string ToString() => "•••";
}
