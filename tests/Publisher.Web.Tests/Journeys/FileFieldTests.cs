using System.Text;
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
        var held = new Held();
        await page.RouteWebSocketAsync("**/_blazor*", held.Between);

        await olivia.GoAsync("messages/new");
        await page.GetByLabel("Title").WaitForAsync();
        await held.Word.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        (await page.Locator("#files").IsDisabledAsync()).ShouldBeTrue("a file would be lost: nobody listens to the field yet");

        held.LetGo();
        await olivia.ChooseAsync(page.Locator("#files"), files);

        var leftOut = page.Locator(".upload", new() { HasText = "this file was left out" });
        await leftOut.Nth(20).WaitForAsync();
        (await leftOut.CountAsync()).ShouldBe(21);
        (await page.GetByLabel("Alt text").CountAsync()).ShouldBe(4);
        olivia.Complaints.ShouldBeEmpty();
    }

    private async Task<string> PictureAsync(int number)
    {
        var path = Path.Combine(_folder, $"{number}.png");
        await File.WriteAllBytesAsync(path, TestPicture.Png(number));
        return path;
    }

    /// <summary>The line to the server, on which everything from the word that sets the field's script going waits until it is let go.</summary>
    private sealed class Held
    {
        private readonly List<byte[]> _waiting = [];
        private IWebSocketRoute? _line;
        private bool _isLetGo;

        public TaskCompletionSource Word { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Between(IWebSocketRoute line)
        {
            _line = line;
            var server = line.ConnectToServer();
            server.OnMessage(frame =>
            {
                lock (_waiting)
                {
                    if (frame.Binary is not { } bytes)
                    {
                        line.Send(frame.Text!);
                    }
                    else if (!_isLetGo && (_waiting.Count > 0 || Encoding.Latin1.GetString(bytes).Contains("InputFile.init", StringComparison.Ordinal)))
                    {
                        _waiting.Add(bytes);
                        Word.TrySetResult();
                    }
                    else
                    {
                        line.Send(bytes);
                    }
                }
            });
        }

        public void LetGo()
        {
            lock (_waiting)
            {
                _isLetGo = true;
                _waiting.ForEach(_line!.Send);
            }
        }
    }
}
