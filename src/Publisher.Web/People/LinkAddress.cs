using Microsoft.AspNetCore.Components;

namespace Publisher.Web.People;

/// <summary>The whole address of a one-time link: on Publisher:PublicAddress, and where that is not set, on the address this page was opened at.</summary>
public sealed class LinkAddress(IConfiguration configuration, NavigationManager navigation)
{
    public string Of(NewLink link) => Of(link.Path);

    public string Of(string path) => new Uri(new Uri(configuration["Publisher:PublicAddress"]?.Split(';')[0] ?? navigation.BaseUri), path).ToString();
}
