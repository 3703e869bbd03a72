using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Publisher.Platforms;
using Publisher.Web.Channels;

namespace Publisher.Web.Deliveries;

/// <summary>Opened accounts, kept as long as their channel's row stays as it is: decrypting costs more than a comparison.</summary>
internal sealed class Accounts(ChannelKeys keys)
{
    private readonly ConcurrentDictionary<long, (string Credentials, Account Account)> _open = new();

    /// <summary>Null where the credentials were not sealed for this channel and account.</summary>
    public Account? Open(Channel channel)
    {
        if (_open.TryGetValue(channel.Id, out var known) && known.Credentials == channel.Credentials && known.Account.Id == channel.AccountId && known.Account.Server == channel.Server)
        {
            return known.Account with { Handle = channel.Handle, DisplayName = channel.DisplayName, Limits = channel.Limits, RepeatSafeFor = channel.RepeatSafeFor };
        }

        try
        {
            var account = keys.Open(channel);
            _open[channel.Id] = (channel.Credentials, account);
            return account;
        }
        catch (Exception failure) when (failure is CryptographicException or JsonException)
        {
            return null;
        }
    }
}
