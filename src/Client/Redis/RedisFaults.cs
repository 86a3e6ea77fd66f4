using SseFabric.Contracts;
using StackExchange.Redis;

namespace SseFabric.Client.Redis;

/// <summary>What a failed command means to a publisher.</summary>
internal static class RedisFaults
{
    // A command of a batch was refused before any was run. StackExchange.Redis doesn't tell why; what the options know of has been checked by then.
    private const string Aborted = "EXECABORT";
    private const string WhyAborted = "Nothing was published: the user may not publish to the channel, or the RESP door's channel doesn't take one of the events.";

    /// <summary>Whether a command failed, and not the program.</summary>
    public static bool IsFault(Exception exception) => exception is RedisException or TimeoutException;

    /// <summary>The answer that stands for a failure.</summary>
    public static PublishAnswer Answer(Exception exception)
    {
        var said = exception.Message;
        var outcome = exception is not RedisServerException
            ? PublishOutcome.Unavailable
            : said switch
            {
                _ when Begins("NOAUTH") || Begins("NOPERM") || Begins("WRONGPASS") => PublishOutcome.Unauthorized,
                _ when Begins(Aborted) => PublishOutcome.Unauthorized,
                _ when Begins("OOM") => PublishOutcome.Overloaded,

                // The fabric's own door knows what its channels take.
                _ when said.EndsWith("(MaxEventBytes)", StringComparison.Ordinal) => PublishOutcome.TooLarge,
                _ when Begins("ERR the payload is not of the format") => PublishOutcome.BadFormat,
                _ => PublishOutcome.Unavailable,
            };
        return PublishAnswer.Refused(outcome, Begins(Aborted) ? $"Redis: {said} {WhyAborted}" : $"Redis: {said}");

        bool Begins(string code) => said.StartsWith(code, StringComparison.Ordinal);
    }
}
