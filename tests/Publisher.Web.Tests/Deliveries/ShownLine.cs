using Microsoft.Extensions.DependencyInjection;
using Publisher.Web.Messages;
using Publisher.Web.People;
using Publisher.Web.Tests.Shell;

namespace Publisher.Web.Tests.Deliveries;

/// <summary>The line of a message's one channel, as a person has it on the message's page.</summary>
internal static class ShownLine
{
    public static async Task<Screen> OpenAsync(SendingRoom room, Message message, Actor reader)
    {
        var story = (await ActivatorUtilities.CreateInstance<MessageReader>(room.First.Services).ReadAsync(reader, message.Id, SendingRoom.Ended)).Value!;
        return await Screen.OpenAsync<DeliveryLine>(
            reader,
            services => services.AddSingleton(provider => new MessageActions(provider.GetRequiredService<CurrentPerson>(), room.First.Messages, room.First.Desk)),
            (nameof(DeliveryLine.Line), story.Channels.Single()),
            (nameof(DeliveryLine.Story), story),
            (nameof(DeliveryLine.Now), room.Time.GetUtcNow()));
    }
}
