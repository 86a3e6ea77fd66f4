using System.Reflection;

namespace SseFabric.Client.Cli;

/// <summary>What <c>--help</c> and <c>--version</c> print.</summary>
internal static class HelpPage
{
    public static string Version
    {
        get
        {
            var version = typeof(HelpPage).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
            return $"ssefabric {version.Split('+')[0]}";
        }
    }

    public const string Text = """
        Publishes events to the channels of SseFabric, and listens to them.

        ssefabric publish CHANNEL [OPTIONS] DATA
          Publishes one event and prints its id. DATA of - is read from standard input.
          --type T            the event's type                       default message
          --url URL           a frontend                             default http://127.0.0.1:8080
          --key KEY           one of the frontend's Publish:Keys, or a token
          --redis CONFIG      publish with Redis' PUBLISH instead, to host:port[,option=value…];
                              Redis gives no id, so - is printed
          --redis-history CONFIG  append to the history that the channel has in Redis (History:Store redis)
          --redisse CONFIG    publish as redisse does, for servers of redisse and channels whose
                              History:Store is redisse; the id is redisse's number
          --format F          with --redis: the Format of the channel, text or json; a type needs json
                                                                     default text
          --count N           publish it N times, 1 to 1000000       default 1

        ssefabric listen CHANNEL… [OPTIONS]
          Prints what is published from now on, one line an event: its id, type and data, with tabs
          between. A backslash, tab, CR or LF in the data is printed as \\, \t, \r or \n. Where events are
          missing, the line is "!", "gap" and the channel with the reason. Reconnects and resumes by itself.
          --url URL           a frontend                             default http://127.0.0.1:8080
          --key KEY           a token, sent as Authorization: Bearer
          --last-event-id ID  resume after this id

        ssefabric --help, ssefabric --version
        Options are written --name VALUE or --name=VALUE; after -- nothing is an option.

        Exit codes: 0 published, or listened until interrupted (Ctrl-C, SIGTERM); 1 not accepted, not
        reachable or refused, with the reason on standard error; 2 bad usage; 130 interrupted while publishing.
        """;
}
