using System.Diagnostics;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Journeys;

/// <summary>What is typed stays as it was typed, however slow the way to the server is.</summary>
[Collection(nameof(OneAtATime))]
public sealed class TypingTests(Demo demo) : IClassFixture<Demo>
{
    private const string Text =
        "Levels at noon: the Elbe falls by 4 cm an hour. Map: https://www.example.org/floods/map?region=north and @flood@social.example.gov knows more. "
        + "Levels at six: the Saale falls by 2 cm an hour, and the Mulde stands still since the morning.";

    private const string More = " More at nine.";

    private const int Latency = 400;

    [Fact]
    public async Task Nothing_writes_into_a_text_while_somebody_types_over_a_slow_line()
    {
        await demo.OpenAsync();
        await demo.WaitForStoriesAsync();
        var olivia = await demo.SeatOfAsync("Olivia Officer");
        // Whoever sets the value of a field by script is noted.
        await olivia.Page.EvaluateAsync(
            """
            () => {
              window.written = [];
              for (const kind of [HTMLTextAreaElement, HTMLInputElement]) {
                const own = Object.getOwnPropertyDescriptor(kind.prototype, 'value');
                Object.defineProperty(kind.prototype, 'value', {
                  ...own,
                  set(text) { if (this.isConnected && this.value !== text) window.written.push(`${this.id}: "${this.value}" became "${text}"`); own.set.call(this, text); },
                });
              }
            }
            """);
        var line = await olivia.Page.Context.NewCDPSessionAsync(olivia.Page);
        await line.SendAsync("Network.enable");
        await line.SendAsync("Network.emulateNetworkConditions", new() { ["offline"] = false, ["latency"] = Latency, ["downloadThroughput"] = 40_000, ["uploadThroughput"] = 20_000 });

        await olivia.WriteAsync("Levels at noon", "", [], []);
        var asked = Stopwatch.StartNew();
        await olivia.ChooseSetAsync("News networks");
        await olivia.Page.Locator("button[aria-pressed=true]", new() { HasText = "News networks" }).WaitForAsync();
        asked.Elapsed.ShouldBeGreaterThan(TimeSpan.FromMilliseconds(Latency), "the line is not slow");
        await olivia.Page.GetByLabel("Link").First.ClickAsync();
        await olivia.Page.Keyboard.TypeAsync(demo.Sandbox.ToString(), new() { Delay = 20 });
        await olivia.Page.Locator("#message-text").ClickAsync();
        await olivia.Page.Keyboard.TypeAsync(Text, new() { Delay = 40 });

        (await olivia.Page.Locator("#message-text").InputValueAsync()).ShouldBe(Text);
        (await olivia.Page.EvaluateAsync<string[]>("() => window.written")).ShouldBeEmpty();

        // Keys pressed while another text is on its way to the screen belong to the one that is still there.
        var another = olivia.Page.GetByRole(AriaRole.Button, new() { Name = "Short", Exact = true });
        await another.ClickAsync();
        await olivia.Page.Locator("#message-text").ClickAsync();
        await olivia.Page.Keyboard.PressAsync("Control+End");
        await olivia.Page.Keyboard.TypeAsync(More);
        (await another.GetAttributeAsync("aria-pressed")).ShouldBe("false", "the other text was there before the keys were pressed");
        await olivia.Page.GetByRole(AriaRole.Button, new() { Name = "Short", Exact = true, Pressed = true }).WaitForAsync();
        var until = DateTime.UtcNow.AddSeconds(30);
        while (await demo.NumberAsync("SELECT COUNT(*) FROM Messages WHERE LongText = $text", ("$text", Text + More)) == 0)
        {
            Assert.True(DateTime.UtcNow < until, "What was typed is not saved.");
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }

        (await olivia.Page.Locator("#message-text").InputValueAsync()).ShouldBeEmpty();
    }
}
