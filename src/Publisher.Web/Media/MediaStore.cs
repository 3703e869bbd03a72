using System.Security.Cryptography;
using Publisher.Platforms;
using Publisher.Web.Storage;

namespace Publisher.Web.Media;

/// <summary>
/// The files themselves, named by the hash of their bytes. A file is written whole and synced to the disk before a
/// transaction names it, and never changed after.
/// </summary>
public sealed class MediaStore(DataFolder folder)
{
    public string PathOf(string hash)
    {
        if (hash.Length != 64 || !hash.All(char.IsAsciiHexDigitLower))
        {
            throw new ArgumentException("Not a SHA-256 in lower-case hex.", nameof(hash));
        }

        return Path.Combine(folder.Media, hash[..2], hash);
    }

    public bool Has(string hash) => File.Exists(PathOf(hash));

    /// <summary>An empty file in the same file system, to be filled and then kept. Nobody else knows its name.</summary>
    public string NewDraft() => Path.Combine(folder.Media, $"draft-{Guid.NewGuid():N}");

    /// <summary>Makes a filled draft permanent under the hash of its bytes.</summary>
    public async Task<(string Hash, long Length)> KeepAsync(string draft, CancellationToken cancellationToken)
    {
        string hash;
        long length;
        await using (var file = new FileStream(draft, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.Asynchronous))
        {
            hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
            length = file.Length;
            file.Flush(flushToDisk: true);
        }

        var path = PathOf(hash);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Move(draft, path, overwrite: true);
        return (hash, length);
    }

    /// <summary>Writes a small file to the disk, reads it and takes it away.</summary>
    /// <exception cref="IOException">Nothing can be kept here now.</exception>
    /// <exception cref="UnauthorizedAccessException">Nothing can be kept here by this user.</exception>
    public async Task TryAsync(CancellationToken cancellationToken)
    {
        var draft = NewDraft();
        var bytes = new byte[4096];
        try
        {
            await using (var file = new FileStream(draft, FileMode.CreateNew, FileAccess.Write))
            {
                await file.WriteAsync(bytes, cancellationToken);
                file.Flush(flushToDisk: true);
            }

            if (!(await File.ReadAllBytesAsync(draft, cancellationToken)).AsSpan().SequenceEqual(bytes))
            {
                throw new IOException("What was written is not what is read.");
            }
        }
        finally
        {
            File.Delete(draft);
        }
    }

    /// <summary>Bytes for sending. Reading past the last byte fails where they are not those of the hash.</summary>
    public Stream Open(Publisher.Platforms.Media media) => new HashedStream(File.OpenRead(PathOf(media.Hash)), media.Hash);

    /// <summary>What is said, from the bytes that will be sent; null where they are not there or not those of the hash.</summary>
    internal async Task<IReadOnlyList<Cue>?> CaptionsAsync(string hash)
    {
        try
        {
            await using var file = new HashedStream(File.OpenRead(PathOf(hash)), hash);
            var bytes = new byte[file.Length];
            await file.ReadExactlyAsync(bytes);
            return CaptionsFile.Read(bytes, TimeSpan.MaxValue).Value;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Hashes what is read, from the same open file that is sent.</summary>
    private sealed class HashedStream(FileStream file, string expected) : Stream
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => file.Length;

        public override long Position { get => file.Position; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => Checked(file.Read(buffer, offset, count), buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer) => Checked(file.Read(buffer), buffer);

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Checked(await file.ReadAsync(buffer, cancellationToken), buffer.Span);

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                file.Dispose();
                _hash.Dispose();
            }

            base.Dispose(disposing);
        }

        private int Checked(int read, ReadOnlySpan<byte> buffer)
        {
            _hash.AppendData(buffer[..read]);
            // A full request body is read to its announced length, not to an empty read: check at the last byte.
            if (file.Position == file.Length && Convert.ToHexStringLower(_hash.GetCurrentHash()) != expected)
            {
                throw new MediaSwapped(expected);
            }

            return read;
        }
    }
}

/// <summary>The bytes on the disk are not those that were approved.</summary>
public sealed class MediaSwapped(string hash) : IOException($"The file {hash} does not hold the bytes of that hash.");
