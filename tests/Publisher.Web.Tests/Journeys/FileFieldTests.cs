using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Journeys;

/// <summary>Files that are chosen are taken or named, however late the line is and however many they are.</summary>
public sealed class FileFieldTests(Demo demo) : IClassFixture<Demo>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("publisher-journey-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task No_file_is_taken_before_it_would_arrive_and_none_is_left_out_in_silence()
    {
        await demo.OpenAsync();
        var files = await Task.WhenAll(Enumerable.Range(1, 25).Select(PictureAsync));
        var olivia = await demo.SeatOfAsync("Olivia Officer");
        var page = olivia.Page;
        var held = new Held("InputFile.init", isFromPage: false);
        await page.RouteWebSocketAsync("**/_blazor*", held.Between);

        await olivia.GoAsync("messages/new");
        await page.GetByLabel("Title").WaitForAsync();
        await held.Word.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        (await page.Locator("#files").IsDisabledAsync()).ShouldBeTrue("a file would be lost: nobody listens to the field yet");

        held.LetGo();
        await olivia.ChooseAsync(page.Locator("#files"), files);

        await page.Locator(".upload", new() { HasText = "5.png, 6.png, 7.png, 8.png, 9.png and 16 more: A message takes up to 4 pictures or 1 video; these files were left out." }).WaitForAsync();
        (await page.Locator(".upload").CountAsync()).ShouldBe(1);
        (await page.GetByLabel("Alt text").CountAsync()).ShouldBe(4);
        olivia.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task No_file_is_taken_while_others_are_being_sent_and_none_is_lost_in_silence()
    {
        await demo.OpenAsync();
        var files = await Task.WhenAll(Enumerable.Range(1, 3).Select(PictureAsync));
        var olivia = await demo.SeatOfAsync("Olivia Officer");
        var page = olivia.Page;
        var held = new Held("ReceiveJSDataChunk", isFromPage: true);
        await page.RouteWebSocketAsync("**/_blazor*", held.Between);
        await olivia.GoAsync("messages/new");

        await olivia.ChooseAsync(page.Locator("#files"), files[0], files[1]);
        await held.Word.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await Assertions.Expect(page.Locator("#files")).ToBeDisabledAsync();
        (await page.Locator(".drop").EvaluateAsync<bool>(
            """
            drop => {
              const dataTransfer = new DataTransfer();
              dataTransfer.items.add(new File(['x'], 'x.png'));
              return getComputedStyle(drop).opacity < 1 && !drop.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer }));
            }
            """)).ShouldBeTrue("the box looks ready, or the browser would leave the page for what is dropped");

        // As in the moment before the field is closed: the browser forgets the second file for the third.
        await page.Locator("#files").SetInputFilesAsync(files[2]);
        held.LetGo();

        await page.Locator(".upload", new() { HasText = "2.png: The file did not arrive" }).WaitForAsync();
        await Assertions.Expect(page.GetByLabel("Alt text")).ToHaveCountAsync(2);
        await Assertions.Expect(page.Locator("#files")).ToBeEnabledAsync();
        await olivia.ChooseAsync(page.Locator("#files"), files[1]);
        await Assertions.Expect(page.GetByLabel("Alt text")).ToHaveCountAsync(3);
        olivia.Complaints.ShouldBeEmpty();
    }

    private async Task<string> PictureAsync(int number)
    {
        var path = Path.Combine(_folder, $"{number}.png");
        await File.WriteAllBytesAsync(path, TestPicture.Png(number));
        return path;
    }
}
