using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Publisher.Platforms;

namespace Publisher.Web.Channels;

/// <summary>Encrypts credentials. What was sealed for one channel and account can't be opened for another.</summary>
public sealed class ChannelKeys(IDataProtectionProvider protection)
{
    public string Protect(Credentials credentials, string platform, Uri server, string accountId) =>
        Protector(platform, server, accountId).Protect(JsonSerializer.Serialize(credentials));

    public Account Open(Channel channel) => new()
    {
        Platform = channel.Platform,
        Server = channel.Server,
        Id = channel.AccountId,
        Handle = channel.Handle,
        DisplayName = channel.DisplayName,
        Limits = channel.Limits,
        RepeatSafeFor = channel.RepeatSafeFor,
        Credentials = JsonSerializer.Deserialize<Credentials>(
            Protector(channel.Platform, channel.Server, channel.AccountId).Unprotect(channel.Credentials))!,
    };

    private IDataProtector Protector(string platform, Uri server, string accountId) =>
        protection.CreateProtector("Publisher.Channel", platform, server.AbsoluteUri, accountId);
}
