using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Publisher.Web.Storage;

/// <summary>What keeps the database from working that lies around it and passes, told apart for terminal and screen.</summary>
internal static class DatabaseTrouble
{
    /// <summary>The end of a code of the screens' words ("error.trouble.CODE"); null for a failure of another kind.</summary>
    public static string? CodeOf(Exception failure) => failure switch
    {
        SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_FULL } or PostgresException { SqlState: PostgresErrorCodes.DiskFull } => "full",
        SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_IOERR } => "disk",
        SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED } => "busy",
        SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_CANTOPEN } or SocketException { SocketErrorCode: SocketError.TooManyOpenSockets } => "closed",
        NpgsqlException { InnerException: { } inner } when CodeOf(inner) is { } known => known,
        PostgresException { SqlState: PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow } => "away",
        PostgresException => null,
        NpgsqlException => "away",
        { InnerException: { } inner } => CodeOf(inner),
        _ => null,
    };

    /// <summary>For the terminal: what it is, and what to do.</summary>
    public static string Say(string code) => code switch
    {
        "full" => "The disk with the database is full: make room on it.",
        "disk" => "The disk with the database can't be read or written: look whether it is full, too small by a limit, or broken.",
        "busy" => "Another program holds the database: close it.",
        "closed" => "The database can't be opened: this process has too many files open (raise ulimit -n), or no right to its folder any more.",
        "away" => "PostgreSQL does not answer: start it, or look at the network between.",
        _ => throw new ArgumentOutOfRangeException(nameof(code), code, "No such trouble."),
    };
}
