using Npgsql;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Web.Machines;

/// <summary>
/// Hears what other machines committed, on a connection of its own, and raises here what a commit here raises. Whenever the connection stands anew, everything
/// is looked at again: nobody knows what was said meanwhile.
/// </summary>
internal sealed class Listening(Identity identity, string postgres, Writer writer, SessionBell bell, TimeProvider time, ILogger<Listening> logger) : BackgroundService
{
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    /// <summary>After this long without a word the connection is tried: one that broke without a sign is silent too.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(5);

    // Out of the pool: there it would be handed on, and with it what it listens to.
    private readonly string _connection = new NpgsqlConnectionStringBuilder(postgres) { Pooling = false, ApplicationName = "Publisher, listening", CommandTimeout = (int)Answer.TotalSeconds }.ToString();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var wait = ShortestWait;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = new NpgsqlConnection(_connection);
                connection.Notification += (_, said) => Hear(said.Payload);
                await connection.OpenAsync(stoppingToken);
                await RunAsync(connection, $"LISTEN {Notice.Channel}", stoppingToken);
                if (wait > ShortestWait)
                {
                    logger.LogInformation("The other machines are heard again");
                }

                wait = ShortestWait;
                writer.Hear([PublisherDb.EveryPage]);
                while (true)
                {
                    if (!await connection.WaitAsync(Silence, stoppingToken))
                    {
                        await RunAsync(connection, "SELECT 1", stoppingToken);
                    }
                }
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                logger.LogWarning("The other machines are not heard: {Reason} Trying again in {Wait}; until then pages here learn of others' work later", failure.Message, wait);
                await Task.Delay(wait, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
            }
        }
    }

    private static async Task RunAsync(NpgsqlConnection connection, string statement, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // Only the constants above.
        await using var command = new NpgsqlCommand(statement, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private void Hear(string payload)
    {
        if (Notice.Read(payload) is not { } notice)
        {
            writer.Hear([PublisherDb.EveryPage]);
            return;
        }

        if (notice.From == identity.Id)
        {
            return;
        }

        if (notice.Messages.Count > 0)
        {
            writer.Hear(notice.Messages);
        }

        foreach (var ring in notice.Rings)
        {
            bell.Hear(ring);
        }
    }
}
