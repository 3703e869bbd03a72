using System.Globalization;
using Publisher.Platforms;
using Publisher.Web.Channels;

namespace Publisher.Web.Messages;

/// <summary>A frozen post with the channel it is for, as pages show it.</summary>
public sealed record ShownPost(Channel Channel, PlatformInfo Info, Post Post, string Seal)
{
    public static ShownPost Of(FrozenPost frozen, Channel channel, PlatformList platforms)
    {
        var info = platforms[channel.Platform].Info;
        return new ShownPost(channel, info, Messages.Seal.Thaw(frozen.Bytes, frozen.Format, info.Limits), frozen.Seal);
    }

    /// <summary>Every option that is sealed, in the words of the screens.</summary>
    public IEnumerable<(string Title, string Value)> Options()
    {
        foreach (var (name, value) in Post.Parts[0].Options.Where(option => option.Value.Length > 0))
        {
            var field = Info.Options.FirstOrDefault(option => option.Name == name);
            var choice = field?.Choices.FirstOrDefault(option => option.Value == value);
            yield return (field is null ? name : In(field.Title), choice is null ? value : In(choice.Title));
        }
    }

    private static string In(Publisher.Platforms.Words words) => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "de" ? words.German : words.English;
}
