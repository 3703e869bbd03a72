using Publisher.Web.Media;
using Publisher.Web.Storage;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Media;

public sealed class MediaStoreTests : IDisposable
{
    private readonly string _root = Path.Combine(Path.GetTempPath(), $"publisher-{Guid.NewGuid():N}");
    private readonly DataFolder _folder;
    private readonly MediaStore _store;

    public MediaStoreTests()
    {
        _folder = DataFolder.Open(_root, asDemo: true);
        _store = new MediaStore(_folder);
    }

    [Fact]
    public async Task What_is_kept_is_read_back_under_its_hash()
    {
        var media = await KeepAsync([1, 2, 3, 4, 5]);
        using var read = new MemoryStream();
        await using var file = _store.Open(media);

        await file.CopyToAsync(read, TestContext.Current.CancellationToken);

        read.ToArray().ShouldBe([1, 2, 3, 4, 5]);
    }

    [Fact]
    public async Task Bytes_swapped_on_the_disk_fail_before_the_last_one_is_handed_over()
    {
        var media = await KeepAsync([1, 2, 3, 4, 5]);
        await File.WriteAllBytesAsync(_store.PathOf(media.Hash), [1, 2, 3, 4, 6], TestContext.Current.CancellationToken);
        await using var file = _store.Open(media);
        var buffer = new byte[5];

        await Should.ThrowAsync<MediaSwapped>(async () => await file.ReadExactlyAsync(buffer, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("")]
    [InlineData("ABCDEF")]
    public void A_name_that_is_no_hash_names_no_file(string name) => Should.Throw<ArgumentException>(() => _store.PathOf(name));

    public void Dispose()
    {
        _folder.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    private async Task<Platforms.Media> KeepAsync(byte[] bytes)
    {
        var draft = _store.NewDraft();
        await File.WriteAllBytesAsync(draft, bytes, TestContext.Current.CancellationToken);
        var (hash, length) = await _store.KeepAsync(draft, TestContext.Current.CancellationToken);
        return new Platforms.Media { Hash = hash, Length = length, Type = "image/png", Width = 1, Height = 1 };
    }
}
