using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Publisher.Platforms;
using Publisher.Web.Channels;
using Publisher.Web.Media;
using Publisher.Web.Storage;

namespace Publisher.Web.Deliveries;

/// <summary>
/// The approved bytes, for adapters to send and for platforms to fetch. An address for fetching is signed, names one file of
/// one part, and answers only while that part is on its way.
/// </summary>
internal sealed class DeliveryFiles(MediaStore store, IDataProtectionProvider protection, OwnAddress address, IDbContextFactory<PublisherDb> databases) : IMediaFiles
{
    private static readonly DeliveryState[] OnTheWay = [DeliveryState.Waiting, DeliveryState.Sending, DeliveryState.Processing, DeliveryState.Unclear];

    private readonly IDataProtector _protector = protection.CreateProtector("Publisher.DeliveryFiles");

    public Stream Open(Platforms.Media media) => store.Open(media);

    public Uri? AddressOf(Platforms.Media media, Part part) => address.ForPlatforms is { } own
        ? new Uri(own, $"files/{_protector.Protect($"{part.Key} {media.Hash} {media.Type}")}/file.{Ending(media.Type)}")
        : null;

    /// <summary>What stands behind an address. The bytes are hashed while they leave, and break off where they are not the approved ones.</summary>
    public async Task<IResult> SendAsync(string token, HttpContext context)
    {
        if (Read(token) is not [var key, var hash, var type] || !store.Has(hash) || !await IsOnTheWayAsync(key, context.RequestAborted))
        {
            return Results.NotFound();
        }

        var file = store.Open(new Platforms.Media { Hash = hash, Length = 0, Type = type, Width = 0, Height = 0 });
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentLength = file.Length;
        return Results.Stream(file, type);
    }

    private async Task<bool> IsOnTheWayAsync(string key, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.DeliveryParts.AnyAsync(
            part => part.Key == key && part.PublishedAt == null && db.Deliveries.Any(delivery => delivery.Id == part.DeliveryId && OnTheWay.Contains(delivery.State)),
            cancellationToken);
    }

    private string[] Read(string token)
    {
        try
        {
            return _protector.Unprotect(token).Split(' ');
        }
        catch (CryptographicException)
        {
            // Not one of ours, or of a key that is gone.
            return [];
        }
    }

    private static string Ending(string type) => type.Split('/')[^1] switch { "jpeg" => "jpg", "quicktime" => "mov", var kind => kind };
}
