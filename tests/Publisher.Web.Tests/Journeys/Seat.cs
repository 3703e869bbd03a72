using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Shouldly;

namespace Publisher.Web.Tests.Journeys;

/// <summary>
/// A person at a browser. Counts what they do besides typing: a click, a tap, a choice, a file, a key chord is one action each.
/// Notes what the browser complained about.
/// </summary>
public sealed class Seat : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly Uri _address;
    private readonly List<string> _complaints = [];

    private Seat(IBrowserContext context, IPage page, Uri address)
    {
        _context = context;
        _address = address;
        Page = page;
        page.Console += (_, said) => Note(said.Type == "error", $"console: {said.Text}");
        page.PageError += (_, error) => Note(true, $"script: {error}");
        page.Response += (_, answer) => Note(answer.Status >= 500, $"{answer.Status} {answer.Url}");
        page.Request += (_, request) => Note(
            !request.Url.StartsWith(address.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal) && request.Url.StartsWith("http", StringComparison.Ordinal) && !IsSandbox(request.Url),
            $"outside call: {request.Url}");
    }

    public IPage Page { get; }

    public int Actions { get; set; }

    /// <summary>Where the sandbox is, when its pages are looked at too.</summary>
    public Uri? Sandbox { get; set; }

    public IReadOnlyList<string> Complaints
    {
        get
        {
            lock (_complaints)
            {
                return [.. _complaints];
            }
        }
    }

    public static async Task<Seat> OpenAsync(IBrowser browser, Uri address, int width, string language, string theme)
    {
        var isPhone = width < 500;
        var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = isPhone ? 844 : 800 },
            HasTouch = isPhone,
            IsMobile = isPhone,
            Locale = language,
            ReducedMotion = ReducedMotion.Reduce,
            AcceptDownloads = true,
        });
        context.SetDefaultTimeout(30_000);
        await context.AddCookiesAsync([new Cookie { Name = "publisher.theme", Value = theme, Url = address.ToString() }]);
        return new Seat(context, await context.NewPageAsync(), address);
    }

    public ValueTask DisposeAsync() => _context.DisposeAsync();

    public async Task SignInAsync(string person)
    {
        await Page.GotoAsync(new Uri(_address, "account/sign-in").ToString());
        await Page.GetByRole(AriaRole.Button, new() { Name = person }).ClickAsync();
        await AtAsync("^(?!.*sign-in)");
        await ReadyAsync();
    }

    /// <summary>Until the address is such a one. Asks again and again: waiting for the navigation misses one that comes in the moment before.</summary>
    public Task AtAsync(string pattern) => Assertions.Expect(Page).ToHaveURLAsync(new Regex(pattern), new() { Timeout = 30_000 });

    /// <summary>Opens an address and waits until the page can be used.</summary>
    public async Task GoAsync(string path)
    {
        await Page.GotoAsync(new Uri(_address, path).ToString());
        await ReadyAsync();
    }

    /// <summary>A page that answers without reload is drawn once its connection stands; until then it is empty. A plain page is there at once.</summary>
    public async Task ReadyAsync() => await Page.Locator("main#content h1").First.WaitForAsync();

    /// <summary>Until nothing on the page moves any more.</summary>
    public async Task StillAsync() => await Page.EvaluateAsync(
        """
        () => new Promise(done => {
          const end = setTimeout(done, 3000);
          let quiet = setTimeout(done, 250);
          new MutationObserver(() => { clearTimeout(quiet); quiet = setTimeout(() => { clearTimeout(end); done(); }, 250); })
            .observe(document.body, { subtree: true, childList: true, attributes: true });
        })
        """);

    public async Task ClickAsync(ILocator target)
    {
        Actions++;
        await target.ClickAsync();
    }

    public async Task TapAsync(ILocator target)
    {
        Actions++;
        await target.TapAsync();
    }

    /// <summary>Into the field that was just clicked, as fast as keys can be pressed.</summary>
    public async Task TypeAsync(string text) => await Page.Keyboard.TypeAsync(text);

    /// <summary>As soon as the field takes files: the browser's driver would put them into one that is not ready yet.</summary>
    public async Task ChooseAsync(ILocator field, params string[] files)
    {
        Actions++;
        await Assertions.Expect(field).ToBeEnabledAsync(new() { Timeout = 30_000 });
        await field.SetInputFilesAsync(files);
    }

    /// <summary>With the Tab key alone. What has the keyboard must be seen to have it, when whatever moves there has come to rest.</summary>
    public async Task TabToAsync(ILocator target)
    {
        for (var pressed = 0; pressed < 150; pressed++)
        {
            // Asked at once: a page that draws itself anew between two questions would take the keyboard away from what it answered for.
            var shown = await target.EvaluateAsync<string>(
                """
                async element => {
                  const has = () => element === document.activeElement;
                  if (!has()) return 'elsewhere';
                  const nearest = [element, element.parentElement].filter(one => one);
                  await Promise.allSettled(nearest.flatMap(one => one.getAnimations()).map(animation => animation.finished));
                  if (!has()) return 'elsewhere';
                  const shows = one => getComputedStyle(one).outlineStyle !== 'none' && parseFloat(getComputedStyle(one).outlineWidth) > 0 || getComputedStyle(one).boxShadow !== 'none';
                  const isSeen = shows(element) && getComputedStyle(element).opacity > 0 || nearest.slice(1).some(shows);
                  return isSeen ? 'seen' : `nobody sees that ${element.outerHTML.slice(0, 200)} has the keyboard (${element.matches(':focus-visible') ? 'focus-visible' : 'not focus-visible'})`;
                }
                """);
            if (shown != "elsewhere")
            {
                shown.ShouldBe("seen");
                return;
            }

            await Page.Keyboard.PressAsync("Tab");
        }

        throw new InvalidOperationException($"The Tab key never reaches {target}.");
    }

    private bool IsSandbox(string url) => Sandbox is { } sandbox && url.StartsWith(sandbox.ToString(), StringComparison.Ordinal);

    private void Note(bool isOne, string complaint)
    {
        if (isOne)
        {
            lock (_complaints)
            {
                _complaints.Add($"{new Uri(Page.Url == "about:blank" ? _address.ToString() : Page.Url).PathAndQuery}: {complaint}");
            }
        }
    }
}
