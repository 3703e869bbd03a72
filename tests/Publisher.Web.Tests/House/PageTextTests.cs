using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.House;

/// <summary>Pages hold no words: every one comes from resources, in English and German.</summary>
public sealed class PageTextTests
{
    [Fact]
    public void No_page_holds_words() =>
        SourceTree.Files("src/Publisher.Web", ".razor").SelectMany(file => RazorText.Words(file.Text).Select(words => $"{file.Path}: {words}")).ShouldBeEmpty();

    [Theory]
    [InlineData("<p>Hello</p>")]
    [InlineData("<p>@W[\"a\"] and @W[\"b\"]</p>")]
    [InlineData("<button aria-label=\"Close\">×</button>")]
    [InlineData("<input placeholder=\"Search …\" />")]
    [InlineData("<img alt=\"A picture of @name\" src=\"x\" />")]
    [InlineData("<PageHead Title=\"Channels\" />")]
    [InlineData("@if (_many > 1)\n{\n  <b>several</b>\n}\nelse\n{\n  one\n}")]
    [InlineData("@foreach (var name in Names)\n{\n  <li>@name, Mr</li>\n}")]
    [InlineData("@code {\n  private RenderFragment Form => @<form><p>Name</p></form>;\n}")]
    public void Words_in_a_page_are_found(string page) => RazorText.Words(page).ShouldNotBeEmpty();

    [Theory]
    [InlineData("@page \"/people\"\n@inject IStringLocalizer<Words> W\n<h1>@W[\"people.title\"]</h1>")]
    [InlineData("<p>@(_count > 1 ? W[\"many\", _count] : W[\"one\"]) · @person.Name[..1]</p>")]
    [InlineData("@if (_refusal is { Code: \"gone\" } refusal)\n{\n  <Note Tone=\"bad\" Live>@W.Say(Shared, refusal)</Note>\n}\nelse if (_done)\n{\n  var look = Look.Of(_done);\n  <b>@look</b>\n}")]
    [InlineData("@* What a person can do. *@\n<!-- and why -->\n<i aria-hidden=\"true\">×</i>")]
    [InlineData("<button type=\"button\" @onclick=\"() => Open(Ask.There)\" aria-label=\"@W[\"role.for\", W[$\"role.{role}\"], name]\">@@@handle</button>")]
    [InlineData("<input type=\"url\" placeholder=\"https://\" />")]
    [InlineData("@code {\n  private string Name => \"someone\";\n}")]
    public void A_page_of_resources_is_not(string page) => RazorText.Words(page).ShouldBeEmpty();
}
