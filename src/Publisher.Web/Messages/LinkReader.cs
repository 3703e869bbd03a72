using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Publisher.Web.Media;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Web.Messages;

/// <summary>
/// Reads a linked page for its card: title, description and picture, as platforms do it. Where a page can't be read the message goes out
/// without; nothing here throws for what a page does.
/// </summary>
public sealed class LinkReader(IHttpClientFactory clients, MediaDesk media)
{
    /// <summary>The client that reaches pages of the open web and nothing inside the house.</summary>
    public const string Client = "pages";

    private const int MostOfPage = 1024 * 1024;
    private const int MostOfPicture = 5 * 1024 * 1024;
    private const int LongestTitle = 300;
    private const int LongestDescription = 500;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    public async Task<Answer<MessageCard>> ReadAsync(Actor actor, long senderId, string link, CancellationToken cancellationToken)
    {
        if (WebAddress.Read(link) is not { } address)
        {
            return new Refusal("link.not.web");
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            using var http = clients.CreateClient(Client);
            var (page, landed, refusal) = await FetchPageAsync(http, address, patience.Token);
            if (refusal is not null)
            {
                return refusal;
            }

            using var document = await new HtmlParser().ParseDocumentAsync(page, patience.Token);
            var title = Clean(Meta(document, "og:title") ?? document.Title, LongestTitle);
            var description = Clean(Meta(document, "og:description") ?? Meta(document, "description"), LongestDescription);
            var picture = Uri.TryCreate(landed, Meta(document, "og:image") ?? "", out var image) && image.Scheme is "http" or "https" && image != landed
                ? await FetchPictureAsync(http, actor, senderId, image, patience.Token)
                : null;
            // The picture is left out whatever happens to it; that the caller gave up may not be lost with it.
            cancellationToken.ThrowIfCancellationRequested();
            return new MessageCard(link, title.Length > 0 ? title : WebAddress.Short(address), description, picture);
        }
        catch (Exception failure) when (IsOfTheWire(failure))
        {
            cancellationToken.ThrowIfCancellationRequested();
            return new Refusal("link.unreachable", address.Host);
        }
    }

    private static async Task<(string Page, Uri Landed, Refusal? Refusal)> FetchPageAsync(HttpClient http, Uri address, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Accept.ParseAdd("text/html, application/xhtml+xml");
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        var landed = response.RequestMessage?.RequestUri ?? address;
        if (!response.IsSuccessStatusCode)
        {
            return ("", landed, new Refusal("link.answered", address.Host, (int)response.StatusCode));
        }

        if (response.Content.Headers.ContentType?.MediaType is not ("text/html" or "application/xhtml+xml"))
        {
            return ("", landed, new Refusal("link.not.a.page", address.Host));
        }

        var bytes = await ReadAsync(response.Content, MostOfPage, cancellationToken);
        return (Decode(bytes, response.Content.Headers.ContentType.CharSet), landed, null);
    }

    /// <summary>The picture's id once it is kept, or null: a card without a picture is still a card.</summary>
    private async Task<long?> FetchPictureAsync(HttpClient http, Actor actor, long senderId, Uri image, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await http.GetAsync(image, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (!response.IsSuccessStatusCode || response.Content.Headers.ContentLength > MostOfPicture)
            {
                return null;
            }

            var bytes = await ReadAsync(response.Content, MostOfPicture + 1, cancellationToken);
            if (bytes.Length > MostOfPicture || MediaKind.Of(bytes) is not { IsVideo: false })
            {
                return null;
            }

            using var stream = new MemoryStream(bytes, writable: false);
            var added = await media.AddAsync(actor, senderId, stream, Path.GetFileName(image.LocalPath), cancellationToken);
            return added.Refusal is null ? added.Value!.Id : null;
        }
        catch (Exception failure) when (IsOfTheWire(failure))
        {
            return null;
        }
    }

    /// <summary>At most that many bytes: what a card needs stands at the top of a page.</summary>
    private static async Task<byte[]> ReadAsync(HttpContent content, int most, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        using var kept = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while (kept.Length < most && (read = await stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, most - kept.Length)), cancellationToken)) > 0)
        {
            kept.Write(buffer, 0, read);
        }

        return kept.ToArray();
    }

    private static string Decode(byte[] bytes, string? charset)
    {
        var named = charset?.Trim('"') ?? CharsetInside(bytes);
        try
        {
            return (string.IsNullOrEmpty(named) ? Encoding.UTF8 : Encoding.GetEncoding(named)).GetString(bytes);
        }
        catch (Exception failure) when (failure is ArgumentException or NotSupportedException)
        {
            // A name nobody knows, or UTF-7: nearly every page is UTF-8 whatever it says.
            return Encoding.UTF8.GetString(bytes);
        }
    }

    private static string? CharsetInside(byte[] bytes)
    {
        var head = Encoding.Latin1.GetString(bytes, 0, Math.Min(bytes.Length, 1024));
        var at = head.IndexOf("charset=", StringComparison.OrdinalIgnoreCase);
        return at < 0 ? null : new string([.. head.Skip(at + 8).SkipWhile(c => c is '"' or '\'').TakeWhile(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')]);
    }

    private static string? Meta(IDocument document, string name)
    {
        var value = document.QuerySelector($"meta[property='{name}'], meta[name='{name}']")?.GetAttribute("content");
        return string.IsNullOrWhiteSpace(value) ? null : value;
    }

    private static string Clean(string? text, int longest)
    {
        var line = string.Join(' ', (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (line.Length <= longest)
        {
            return line;
        }

        // Never half a pair, and not in the middle of a word where a space is near.
        var end = line.LastIndexOf(' ', longest - 1, 30) is > 0 and var space ? space : longest - 1;
        return $"{line[..(char.IsHighSurrogate(line[end - 1]) ? end - 1 : end)]}…";
    }

    /// <summary>Also an address that can be written but led nowhere, as one with a name that is too long.</summary>
    private static bool IsOfTheWire(Exception failure) => failure is HttpRequestException or OperationCanceledException or IOException or InvalidDataException or UriFormatException;
}
