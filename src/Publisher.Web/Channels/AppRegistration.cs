namespace Publisher.Web.Channels;

/// <summary>What a platform gave this office so that it may ask people for their consent. Entered once; never shown again.</summary>
public sealed class AppRegistration
{
    public long Id { get; init; }

    public required string Platform { get; init; }

    /// <summary>Where the app is registered, as <see cref="AppKeys.ServerOf"/> writes it; empty where the platform has one address.</summary>
    public required string Server { get; init; }

    /// <summary>Encrypted, see <see cref="AppKeys"/>.</summary>
    public required string Fields { get; set; }

    public required DateTimeOffset KeptAt { get; set; }

    public required long KeptBy { get; set; }
}
