namespace Publisher.Web.Tests.People;

/// <summary>The same product with a proxy and its TLS in front: it is asked by plain HTTP, for people who typed another address.</summary>
public sealed class Proxied : Walk
{
    protected override IReadOnlyList<(string Name, string Value)> Settings => [("Publisher:PublicAddress", "https://publisher.example;https://other.example")];
}
