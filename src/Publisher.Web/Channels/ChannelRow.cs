using Microsoft.EntityFrameworkCore;
using Publisher.Platforms;
using Publisher.Web.Storage;

namespace Publisher.Web.Channels;

/// <summary>A channel as the pages show it.</summary>
public sealed record ChannelRow(
    long Id, long SenderId, string Platform, Uri Server, string Handle, string DisplayName, ChannelHealth Health, string? HealthCode, DateTimeOffset? SignInExpires, Dictionary<string, string> Options, long? ByHandPersonId, int Version)
{
    /// <summary>How long before a person must sign in again this says so. Less than the shortest life of what a channel in daily use renews by itself.</summary>
    public static readonly TimeSpan Warning = TimeSpan.FromDays(10);

    /// <summary>Whole days until a person must sign in again, where that is soon; else null.</summary>
    public int? DaysLeft(DateTimeOffset now) =>
        Health == ChannelHealth.Working && SignInExpires is { } end && end - now < Warning ? Math.Max(0, (int)(end - now).TotalDays) : null;

    /// <summary>Whether somebody has to sign in again, now or soon.</summary>
    public bool WantsSignIn(DateTimeOffset now) => Health == ChannelHealth.SignInNeeded || DaysLeft(now) is not null;

    /// <summary>Whether it waits for somebody, to sign in or to look at an alarm.</summary>
    public bool WantsPerson(DateTimeOffset now) => Health == ChannelHealth.Alarmed || WantsSignIn(now);

    public PlatformInfo? Info(PlatformList platforms) => platforms.TryGet(Platform, out var platform) ? platform!.Info : null;

    public static Task<List<ChannelRow>> ReadAsync(PublisherDb db, CancellationToken cancellationToken) =>
        db.Channels.AsNoTracking().OrderBy(channel => channel.SenderId).ThenBy(channel => channel.Platform).ThenBy(channel => channel.Handle)
            .Select(channel => new ChannelRow(
                channel.Id, channel.SenderId, channel.Platform, channel.Server, channel.Handle, channel.DisplayName, channel.Health, channel.HealthCode, channel.SignInExpires, channel.Options, channel.ByHandPersonId, channel.Version))
            .ToListAsync(cancellationToken);
}
