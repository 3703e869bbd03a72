using Publisher.Platforms.Flickr;
using Shouldly;

namespace Publisher.Platforms.Tests.Flickr;

/// <summary>The signer against the examples of RFC 5849 and against those of others who publish theirs.</summary>
public sealed class OAuth1Tests
{
    /// <summary>Section 3.4.1.1, with the same name twice, a name without a value, and all kinds of escapes.</summary>
    [Fact]
    public void The_text_to_sign_is_the_one_of_the_standard()
    {
        var address = new Uri("http://example.com/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b");
        (string, string)[] parameters =
        [
            ("oauth_consumer_key", "9djdj82h48djs9d2"),
            ("oauth_token", "kkk9d7dh3k39sjv7"),
            ("oauth_signature_method", "HMAC-SHA1"),
            ("oauth_timestamp", "137131201"),
            ("oauth_nonce", "7d8f3e4a"),
            ("c2", ""),
            ("a3", "2 q"),
        ];

        OAuth1.BaseString(HttpMethod.Post, address, parameters).ShouldBe(
            "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2"
            + "%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7");
    }

    /// <summary>Section 3.4.1.2: lower case, and no port that goes without saying.</summary>
    [Theory]
    [InlineData("http://EXAMPLE.COM:80/r%20v/X?id=123", "http%3A%2F%2Fexample.com%2Fr%2520v%2FX")]
    [InlineData("https://www.example.net:8080/?q=1", "https%3A%2F%2Fwww.example.net%3A8080%2F")]
    [InlineData("https://up.flickr.com/services/upload/", "https%3A%2F%2Fup.flickr.com%2Fservices%2Fupload%2F")]
    public void The_address_is_written_in_one_way(string address, string written) =>
        OAuth1.BaseString(HttpMethod.Get, new Uri(address), []).Split('&')[1].ShouldBe(written);

    /// <summary>The three requests of section 1.2.</summary>
    [Theory]
    [InlineData("POST", "https://photos.example.net/initiate", "137131200", "wIjqoS", "oauth_callback", "http://printer.example.com/ready", "", "", "74KNZJeDHnMBp0EMJ9ZHt/XKycU=")]
    [InlineData("POST", "https://photos.example.net/token", "137131201", "walatlh", "oauth_verifier", "hfdp7dh39dks9884", "hh5s93j4hdidpola", "hdhd0244k9j7ao03", "gKgrFCywp7rO0OXSjdot/IHF7IU=")]
    [InlineData("GET", "http://photos.example.net/photos?file=vacation.jpg&size=original", "137131202", "chapoH", "", "", "nnch734d00sl2jdk", "pfkkdhi9sl3r4s00", "MdpQcU8iPSUjWoN/UDMsK2sui9I=")]
    public void A_signature_is_the_one_of_the_standard(string method, string address, string timestamp, string nonce, string own, string value, string token, string tokenSecret, string signature)
    {
        List<(string, string)> parameters =
            [("oauth_consumer_key", "dpf43f3p2l4k3l03"), ("oauth_signature_method", "HMAC-SHA1"), ("oauth_timestamp", timestamp), ("oauth_nonce", nonce)];
        parameters.AddRange(new[] { (own, value), ("oauth_token", token) }.Where(one => one.Item2.Length > 0));

        var text = OAuth1.BaseString(new HttpMethod(method), new Uri(address), parameters);

        OAuth1.Sign(text, new OAuthKeys("dpf43f3p2l4k3l03", "kd94hf93k423kf44", token, tokenSecret)).ShouldBe(signature);
    }

    /// <summary>The example of docs.x.com, "Creating a signature": a body, signs that must be escaped, and a version.</summary>
    [Fact]
    public void A_body_is_signed_with_the_address()
    {
        var keys = new OAuthKeys(
            "xvz1evFS4wEEPTGEFPHBog", "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw", "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb", "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE");
        (string, string)[] parameters =
        [
            ("status", "Hello Ladies + Gentlemen, a signed OAuth request!"),
            ("oauth_consumer_key", keys.Client),
            ("oauth_nonce", "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg"),
            ("oauth_signature_method", "HMAC-SHA1"),
            ("oauth_timestamp", "1318622958"),
            ("oauth_token", keys.Token),
            ("oauth_version", "1.0"),
        ];

        OAuth1.Sign(OAuth1.BaseString(HttpMethod.Post, new Uri("https://api.twitter.com/1.1/statuses/update.json?include_entities=true"), parameters), keys)
            .ShouldBe("hCtSmYh+iHYCEqBWrE7C7hYmtUk=");
    }

    [Theory]
    [InlineData("aZ09-._~", "aZ09-._~")]
    [InlineData(" +%&=*!'()", "%20%2B%25%26%3D%2A%21%27%28%29")]
    [InlineData("é水🌊", "%C3%A9%E6%B0%B4%F0%9F%8C%8A")]
    [InlineData("a\nb", "a%0Ab")]
    public void Signs_are_escaped_as_the_standard_says(string text, string escaped) => OAuth1.Encode(text).ShouldBe(escaped);

    [Fact]
    public void A_header_says_what_was_signed_and_never_a_secret()
    {
        var keys = new OAuthKeys("key", "client secret", "token", "token secret");
        var now = DateTimeOffset.FromUnixTimeSeconds(1_900_000_000);

        var header = OAuth1.Header(HttpMethod.Get, new Uri("https://api.flickr.com/services/rest/?a=1"), [], keys, now, ("oauth_verifier", "v w"));

        header.Scheme.ShouldBe("OAuth");
        var said = header.Parameter.ShouldNotBeNull().Split(", ").Select(one => one.Split('=', 2)).ToDictionary(one => one[0], one => Uri.UnescapeDataString(one[1].Trim('"')));
        said.Keys.Order().ShouldBe(["oauth_consumer_key", "oauth_nonce", "oauth_signature", "oauth_signature_method", "oauth_timestamp", "oauth_token", "oauth_verifier", "oauth_version"]);
        (said["oauth_timestamp"], said["oauth_verifier"], said["oauth_nonce"].Length).ShouldBe(("1900000000", "v w", 32));
        said["oauth_signature"].ShouldBe(OAuth1.Sign(
            OAuth1.BaseString(HttpMethod.Get, new Uri("https://api.flickr.com/services/rest/?a=1"), said.Where(one => one.Key != "oauth_signature").Select(one => (one.Key, one.Value))), keys));
        header.Parameter.ShouldNotContain("secret");
        $"{keys}".ShouldBe("•••");
    }

    [Fact]
    public void A_token_and_its_secret_are_kept_as_one()
    {
        var keys = new OAuthKeys("key", "secret", "7-a", "b");

        OAuthKeys.Of(keys.ToCredentials()).ShouldBe(keys);
        OAuthKeys.Of(new Credentials { Token = new Secret("") }).ShouldBe(new OAuthKeys("", ""));
    }
}
