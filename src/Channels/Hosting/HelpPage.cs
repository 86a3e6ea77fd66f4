using System.Reflection;
using SseFabric.Channels.Configuration;

namespace SseFabric.Channels.Hosting;

/// <summary>What <c>--help</c> and <c>--version</c> print.</summary>
internal static class HelpPage
{
    /// <summary>Name, version and engine on one line.</summary>
    public static string Version(FabricProgram program)
    {
        var version = typeof(HelpPage).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        return $"SseFabric.{program} {version.Split('+')[0]} ({Engine.Name})";
    }

    /// <summary>The page.</summary>
    public static string Text(FabricProgram program) => program == FabricProgram.Frontend
        ? $"""
        {Version(program)}: carries messages from Redis pub/sub to HTTP clients as Server-Sent Events.

        Usage: SseFabric.Frontend [OPTIONS]      (or ./run.sh [OPTIONS])

          --port N            listen on 127.0.0.1:N; 0 takes any free port     default 8080
          --urls URLS         listen on http://ADDRESS:PORT[;…] instead of --port; addresses other than
                              loopback need --Fabric:Publish:Keys:0=KEY or --Fabric:Publish:Open=true
        {Common}

        Try it:
          ./run.sh                                       publishers use the fabric's own RESP door on 127.0.0.1:6380
          curl -N 'http://127.0.0.1:8080/events?channel=clock'
          redis-cli -p 6380 publish clock hello
          curl -d hello http://127.0.0.1:8080/channels/clock/events
          ./run.sh --redis 127.0.0.1:6379 --port 9000    messages come from a Redis server
          ./run.sh --cluster 2x2 --redis 127.0.0.1:6379  two silos and two frontends on this machine

        Health: GET /health/live, GET /health/ready.
        {ExitCodes}
        """
        : $"""
        {Version(program)}: hosts the channels of a cluster, for any number of SseFabric.Frontend processes.

        Usage: SseFabric.Silo --Fabric:Cluster:Role=channels --redis CONFIG [OPTIONS]

        {Common}

        {ExitCodes}
        """;

    private const string Common =
        """
          --redis CONFIG      the Redis server that messages come from, as a StackExchange.Redis
                              configuration, host:port[,password=…,ssl=true,…], or as a URL, redis://HOST:PORT
          --profile NAME      how the stream endpoints behave: native           default native
          --config FILE.json  more configuration
          --Fabric:KEY=VALUE  any key of the configuration, such as --Fabric:Stream:Heartbeat=00:00:10;
                              docs/reference/options.md lists them all
          --environment NAME, --contentRoot PATH, --AllowedHosts HOSTS, --Logging:KEY=VALUE,
          --Kestrel:KEY=VALUE as in every ASP.NET Core program
          --help, --version

        Options are written --KEY=VALUE or --KEY VALUE. The same keys can come from the environment
        (Fabric__Redis=…), from the file that --config names and from appsettings.json. The command line
        goes first, then the environment, --config, appsettings.json. Whatever is unknown, unreadable or
        impossible is refused before anything is started.
        """;

    private const string ExitCodes = "Exit codes: 0 ended as asked; 1 could not start, for example as a port is taken; 2 bad options.";
}
