using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;

namespace Publisher.Web.Deliveries;

/// <summary>What was seen of one visible call while it left.</summary>
internal sealed class WireRecord(TimeProvider time)
{
    /// <summary>SHA-256 of the body of the write, lower-case hex; null until it left whole.</summary>
    public string? Digest { get; set; }

    /// <summary>Whether the first byte of a write's body was asked for: from then on it may be live.</summary>
    public bool HasBegun => BegunAt is not null;

    public DateTimeOffset? BegunAt { get; private set; }

    public int? Status { get; set; }

    /// <summary>What time it was at the platform when it answered last; null where it never says.</summary>
    public DateTimeOffset? ThereNow { get; set; }

    /// <summary>For calls of which only the platform's time matters: their bodies pass unread.</summary>
    public bool IsForTimeOnly { get; init; }

    public void Begin() => BegunAt ??= time.GetUtcNow();
}

/// <summary>Looks on while a call leaves. Changes nothing, and keeps nothing of what passes but its hash.</summary>
internal sealed class WireTap : DelegatingHandler
{
    private static readonly AsyncLocal<WireRecord?> Current = new();

    /// <summary>Everything this flow sends from here on is seen in the record.</summary>
    public static WireRecord Begin(TimeProvider time) => Current.Value = new WireRecord(time);

    /// <summary>The same for the platform's time alone.</summary>
    public static WireRecord BeginForTime(TimeProvider time) => Current.Value = new WireRecord(time) { IsForTimeOnly = true };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var span = Figures.Call(request);
        try
        {
            var response = await LookOnAsync(request, cancellationToken);
            span?.SetTag("http.response.status_code", (int)response.StatusCode);
            return response;
        }
        catch (Exception failure)
        {
            // Only of which kind it is: its words may name the address.
            span?.SetTag("error.type", failure.GetType().Name).SetStatus(ActivityStatusCode.Error);
            throw;
        }
    }

    private async Task<HttpResponseMessage> LookOnAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (Current.Value is not { } record)
        {
            return await base.SendAsync(request, cancellationToken);
        }

        var isWrite = !record.IsForTimeOnly && request.Method != HttpMethod.Get && request.Method != HttpMethod.Head;
        if (isWrite)
        {
            request.Content = new SeenContent(request.Content ?? new ByteArrayContent([]), record);
        }

        var response = await base.SendAsync(request, cancellationToken);
        record.Status = isWrite ? (int)response.StatusCode : record.Status;
        record.ThereNow = DateOf(response) ?? record.ThereNow;
        return response;
    }

    /// <summary>What time it was there, where it says so: what a cache on the way kept is that much older.</summary>
    public static DateTimeOffset? DateOf(HttpResponseMessage response) => response.Headers.Date + (response.Headers.Age ?? TimeSpan.Zero);

    private sealed class SeenContent : HttpContent
    {
        private readonly HttpContent _inner;
        private readonly WireRecord _record;

        public SeenContent(HttpContent inner, WireRecord record)
        {
            _inner = inner;
            _record = record;
            // Asking for the length first: some contents only then write their header.
            _ = inner.Headers.ContentLength;
            foreach (var header in inner.Headers)
            {
                Headers.TryAddWithoutValidation(header.Key, header.Value);
            }
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            _record.Begin();
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            await _inner.CopyToAsync(new HashingStream(stream, hash), context, cancellationToken);
            _record.Digest = Convert.ToHexStringLower(hash.GetHashAndReset());
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _inner.Headers.ContentLength ?? 0;
            return _inner.Headers.ContentLength is not null;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }

    /// <summary>Passes everything on and hashes it on the way.</summary>
    private sealed class HashingStream(Stream target, IncrementalHash hash) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() => target.Flush();

        public override Task FlushAsync(CancellationToken cancellationToken) => target.FlushAsync(cancellationToken);

        public override void Write(byte[] buffer, int offset, int count)
        {
            hash.AppendData(buffer, offset, count);
            target.Write(buffer, offset, count);
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            hash.AppendData(buffer.Span);
            await target.WriteAsync(buffer, cancellationToken);
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
