namespace Publisher.Web.Tests.Faults;

/// <summary>Hears what is told, and nothing else.</summary>
internal sealed class Observer<T>(Action<T> hear) : IObserver<T>
{
    public void OnNext(T value) => hear(value);

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }
}
