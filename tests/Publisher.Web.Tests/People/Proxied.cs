namespace Publisher.Web.Tests.People;

/// <summary>The same product with a proxy and its TLS in front: it is asked by plain HTTP, for people who typed another address.</summary>
public sealed class Proxied : Walk
{
    /// <summary>This machine under another of its addresses, so that it can be asked by others too.</summary>
    public const string Proxy = "127.0.0.2";

    protected override IReadOnlyList<(string Name, string Value)> Settings =>
        [("Publisher:PublicAddress", "https://publisher.example;https://other.example"), ("Publisher:Proxies", $"192.0.2.0/24;{Proxy}")];
}
