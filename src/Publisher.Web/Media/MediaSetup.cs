using Publisher.Web.People;

namespace Publisher.Web.Media;

internal static class MediaSetup
{
    public static void AddMedia(this IServiceCollection services)
    {
        services.AddSingleton<MediaStore>();
        services.AddSingleton<MediaDesk>();
        services.AddSingleton<MediaReader>();
    }

    /// <summary>Pictures and videos, for those who may read messages of a sender that has them.</summary>
    public static void MapMedia(this WebApplication app)
    {
        app.MapGet("/media/{hash:regex(^[0-9a-f]{{64}}$)}", (string hash, HttpContext context, MediaReader reader) => reader.SendAsync(hash, context, isThumb: false))
            .RequireAuthorization(nameof(Act.ReadMessages));
        app.MapGet("/media/{hash:regex(^[0-9a-f]{{64}}$)}/thumb", (string hash, HttpContext context, MediaReader reader) => reader.SendAsync(hash, context, isThumb: true))
            .RequireAuthorization(nameof(Act.ReadMessages));
    }
}
