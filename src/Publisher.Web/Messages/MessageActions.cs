using Publisher.Web.Deliveries;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Web.Messages;

/// <summary>What a person does to a message on the pages that show it: as whoever is signed in when the button is pressed.</summary>
public sealed class MessageActions(CurrentPerson current, MessageDesk messages, DeliveryDesk deliveries)
{
    public async Task<Answer<T>> AsPersonAsync<T>(Func<Actor, Task<Answer<T>>> act) =>
        await current.ActorAsync() is { } actor ? await act(actor) : Refusal.SignInAgain;

    public Task<Refusal?> WithdrawAsync(Message seen) =>
        DoAsync(actor => messages.WithdrawAsync(actor, seen.Id, seen.Version, CancellationToken.None));

    public Task<Answer<long>> DuplicateAsync(long messageId) =>
        AsPersonAsync(actor => messages.DuplicateAsync(actor, messageId, CancellationToken.None));

    public Task<Answer<long>> CorrectAsync(long messageId) =>
        AsPersonAsync(actor => deliveries.CorrectAsync(actor, messageId, CancellationToken.None));

    public Task<Refusal?> CancelAsync(Message message) =>
        DoAsync(actor => deliveries.CancelAsync(actor, message.Id, null, CancellationToken.None));

    public Task<Refusal?> ThereAsync(Delivery delivery, string address) =>
        DoAsync(actor => deliveries.DecideThereAsync(actor, delivery.Id, address, CancellationToken.None));

    public Task<Refusal?> NotThereAsync(Delivery delivery) =>
        DoAsync(actor => deliveries.DecideNotThereAsync(actor, delivery.Id, CancellationToken.None));

    public Task<Refusal?> ByHandAsync(Delivery delivery, string address) =>
        DoAsync(actor => deliveries.CloseByHandAsync(actor, delivery.Id, address, "", CancellationToken.None));

    public Task<Refusal?> ContinueAsync(Delivery delivery) =>
        DoAsync(actor => deliveries.ContinueThreadAsync(actor, delivery.Id, CancellationToken.None));

    public Task<Refusal?> LeaveAsync(Delivery delivery) =>
        DoAsync(actor => deliveries.LeaveThreadAsync(actor, delivery.Id, CancellationToken.None));

    /// <param name="due">Null for now.</param>
    public Task<Refusal?> AfterAllAsync(Delivery delivery, DateTimeOffset? due) =>
        DoAsync(actor => deliveries.SendAfterAllAsync(actor, delivery.Id, due, CancellationToken.None));

    private async Task<Refusal?> DoAsync<T>(Func<Actor, Task<Answer<T>>> act) => (await AsPersonAsync(act)).Refusal;
}
