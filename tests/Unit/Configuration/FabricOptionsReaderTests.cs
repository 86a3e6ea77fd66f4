using System.Text;
using Microsoft.Extensions.Configuration;
using SseFabric.Channels.Configuration;
using SseFabric.Channels.Hosting;
using SseFabric.Contracts;

namespace SseFabric.Unit.Configuration;

[Trait("Suite", "Unit")]
public sealed class FabricOptionsReaderTests
{
    [Fact]
    public void Read_Nothing_GivesTheDefaults()
    {
        var options = ReadGood([]);

        Assert.Equal("", options.Redis);
        Assert.Equal("127.0.0.1:6380", options.RespDoor.Listen);
        Assert.Null(options.Stream.Heartbeat);
        Assert.Empty(options.Channels);
        Assert.False(options.Cluster.IsMember);
    }

    [Fact]
    public void Read_EveryKindOfValue_IsTaken()
    {
        var options = ReadGood(
            ["fabric:REDIS=127.0.0.1:6379,password=x", "Fabric:Stream:MaxAge=1.02:03:04.5", "Fabric:Stream:MaxChannels=7", "Fabric:Stream:SlowSubscriber=dropOLDEST",
            "Fabric:Servers:b=127.0.0.1:6390", "Fabric:Channels:0:Match=news", "Fabric:Channels:0:AlwaysOn=True", "Fabric:Channels:0:Server=B",
            "Fabric:Channels:0:History:MaxBytes=5000000000", "Fabric:Channels:1:Match=*", "Fabric:Channels:1:Format=json",
            "Fabric:KnownProxies:0=10.0.0.0/8", "Fabric:KnownProxies:1=::1", "Fabric:H2c:Listen=[::1]:0", "Fabric:RespDoor:Listen=", "Fabric:Stream:Path="]);

        Assert.Equal("127.0.0.1:6379,password=x", options.Redis);
        Assert.Equal(new TimeSpan(1, 2, 3, 4, 500), options.Stream.MaxAge);
        Assert.Equal(7, options.Stream.MaxChannels);
        Assert.Equal(SlowSubscriberPolicy.DropOldest, options.Stream.SlowSubscriber);
        Assert.Equal("127.0.0.1:6390", options.Servers["B"]);
        Assert.Equal(["news", "*"], options.Channels.Select(rule => rule.Match));
        Assert.True(options.Channels[0].AlwaysOn);
        Assert.Equal(5_000_000_000, options.Channels[0].History.MaxBytes);
        Assert.Equal(PayloadFormat.Json, options.Channels[1].Format);
        Assert.Equal(["10.0.0.0/8", "::1"], options.KnownProxies);
        Assert.Equal("", options.RespDoor.Listen);
    }

    [Fact]
    public void Read_Json_TakesNullsEmptyListsAndSectionsAsDefaults()
    {
        var json = """{"Fabric":{"RespDoor":{"Password":null},"Stream":{"MaxAge":null},"Channels":[],"KnownProxies":[],"Cluster":{},"Servers":{}}}""";
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(json));

        var (options, errors) = Read(new ConfigurationBuilder().AddJsonStream(stream).Build());

        Assert.Empty(errors);
        Assert.Null(options.RespDoor.Password);
        Assert.Null(options.Stream.MaxAge);
        Assert.Empty(options.Channels);
    }

    [Theory]
    [InlineData("Fabric:RespDoor:Password=")]
    [InlineData("Fabric:Stream:MaxAge=")]
    [InlineData("Fabric:Cluster:Role=")]
    public void Read_EmptyNullable_IsNull(string setting) => Assert.Empty(Errors(setting));

    [Theory]
    [InlineData("Fabric:Nope=1", "Fabric:Nope: unknown key, with the value \"1\"", "Redis, Servers, RespDoor")]
    [InlineData("Fabric:Stream:Hartbeat=1", "Fabric:Stream:Hartbeat: unknown key", "Heartbeat")]
    [InlineData("Fabric:Route:0:Path=/x", "Fabric:Route:0:Path: unknown key", "Routes")]
    [InlineData("Fabric:Redis:Host=x", "Fabric:Redis:Host: unknown key", "nothing below Fabric:Redis")]
    [InlineData("Fabric:Channels:first:Match=x", "Fabric:Channels:first:Match: unknown key", "a list without gaps: Fabric:Channels:0")]
    [InlineData("Fabric:KnownProxies:1=::1", "Fabric:KnownProxies:1: unknown key", "a list without gaps")]
    [InlineData("Fabric:Stream=/events", "Fabric:Stream: \"/events\"", "a section with the keys Path, Heartbeat")]
    [InlineData("Fabric:Channels=news", "Fabric:Channels: \"news\"", "a list without gaps: Fabric:Channels:0")]
    [InlineData("Fabric:Servers=x", "Fabric:Servers: \"x\"", "Fabric:Servers:NAME")]
    [InlineData("Fabric:Servers:b:Host=x", "Fabric:Servers:b:Host: unknown key", "nothing below")]
    [InlineData("Fabric=x", "Fabric: \"x\"", "a section")]
    public void Read_UnknownKey_NamesItAndItsNeighbours(string setting, string start, string accepted) => AssertOneError(setting, start, accepted);

    [Theory]
    [InlineData("Fabric:Stream:Heartbeat=15", "hh:mm:ss[.fff] or d.hh:mm:ss, 00:00:00 to 01:00:00, or empty (15 seconds are 00:00:15)")]
    [InlineData("Fabric:Stream:Heartbeat=00:00:00.05", "00:00:00.1 to 01:00:00")]
    [InlineData("Fabric:Stream:Heartbeat=-00:00:05", "hh:mm:ss")]
    [InlineData("Fabric:Stream:Heartbeat=0:15", "hh:mm:ss")]
    [InlineData("Fabric:Stream:MaxAge=24:00:00", "d.hh:mm:ss, 00:00:01 to 365.00:00:00, or empty")]
    [InlineData("Fabric:Stream:MaxChannels=0", "a whole number, 1 to 1000")]
    [InlineData("Fabric:Stream:MaxChannels=1001", "a whole number, 1 to 1000")]
    [InlineData("Fabric:Stream:MaxChannels=1e2", "a whole number, 1 to 1000")]
    [InlineData("Fabric:Stream:MaxChannels= 5", "a whole number, 1 to 1000")]
    [InlineData("Fabric:Stream:MaxChannels=99999999999", "a whole number, 1 to 1000")]
    [InlineData("Fabric:Stream:MaxSubscribers=-1", "a whole number, 0 or more")]
    [InlineData("Fabric:Stream:MaxQueuedBytes=4095", "a whole number, 4096 to 1073741824")]
    [InlineData("Fabric:Stream:SlowSubscriber=1", "Close, DropOldest, Latest")]
    [InlineData("Fabric:Stream:SlowSubscriber=Close,Latest", "Close, DropOldest, Latest")]
    [InlineData("Fabric:Cluster:Role=9", "All, Channels, Frontend, or empty")]
    [InlineData("Fabric:Cluster:SiloPort=0", "1 to 65535")]
    [InlineData("Fabric:Drain:Window=01:00:01", "00:00:00 to 01:00:00")]
    [InlineData("Fabric:Profile=tornado", "native, uwsgi, cyclone, redisse")]
    [InlineData("Fabric:Stream:Path=events", "a path such as /events")]
    [InlineData("Fabric:Stream:Path=/events?x", "a path such as /events")]
    [InlineData("Fabric:Stream:Path=/{channel}", "a path such as /events")]
    [InlineData("Fabric:Stream:Path=/events/", "a path such as /events")]
    [InlineData("Fabric:Stream:Path=/health/events", "a path outside /health")]
    [InlineData("Fabric:Stream:Path=/metrics", "a path outside /metrics")]
    [InlineData("Fabric:Stream:Path=/Dashboard/x", "a path outside /dashboard")]
    [InlineData("Fabric:Stream:Path=/channels/news", "a path other than /channels/CHANNEL")]
    [InlineData("Fabric:Publish:Path=publish", "a path such as /publish")]
    [InlineData("Fabric:Publish:Path=/health", "a path outside /health")]
    [InlineData("Fabric:Publish:Path=/stats", "a path outside /stats")]
    [InlineData("Fabric:Publish:Path=/EVENTS", "a path outside Fabric:Stream:Path, which is /events")]
    [InlineData("Fabric:Publish:Path=/events/publish", "a path outside Fabric:Stream:Path, which is /events")]
    [InlineData("Fabric:Publish:Path=/channels/a/events", "a path other than /channels/CHANNEL/events")]
    [InlineData("Fabric:Publish:Keys:0=", "a key of 1 to 1024 characters")]
    [InlineData("Fabric:Publish:Origins:0=example.org", "an origin")]
    [InlineData("Fabric:Publish:Origins:0=*", "* only with Fabric:Publish:Keys")]
    [InlineData("Fabric:Publish:Open=yes", "true or false")]
    [InlineData("Fabric:HandOff:Headers:0=", "the name of a header")]
    [InlineData("Fabric:HandOff:Headers:0=X SSE", "the name of a header")]
    [InlineData("Fabric:HandOff:TypedHeaders:0=X-SSE:", "the name of a header")]
    [InlineData("Fabric:HandOff:TypedHeaders:0=content-type", "a header that means nothing else")]
    [InlineData("Fabric:HandOff:Headers:0=Grip-Channel", "a header that means nothing else")]
    [InlineData("Fabric:HandOff:ShowToClient=1", "true or false")]
    [InlineData("Fabric:HandOff:Timeout=00:00:00", "00:00:00.1 to 01:00:00")]
    [InlineData("Fabric:HandOff:IdleTimeout=2.00:00:00", "00:00:00.1 to 1.00:00:00")]
    [InlineData("Fabric:HandOff:MaxConnections=0", "1 to 65535")]
    [InlineData("Fabric:HandOff:MaxRequestBytes=-1", "0 to 1099511627776")]
    [InlineData("Fabric:HandOff:InternalPath=redisse", "a path such as /redisse")]
    [InlineData("Fabric:HandOff:InternalPath=/redisse/", "a path such as /redisse")]
    [InlineData("Fabric:HandOff:InternalPath=/health/x", "a path outside /health")]
    [InlineData("Fabric:HandOff:InternalPath=/events", "a path outside Fabric:Stream:Path, which is /events")]
    [InlineData("Fabric:HandOff:InternalPath=/events/a", "a path outside Fabric:Stream:Path, which is /events")]
    [InlineData("Fabric:HandOff:InternalPath=/PUBLISH", "a path other than Fabric:Publish:Path")]
    [InlineData("Fabric:HandOff:InternalPath=/channels/a/events", "a path other than /channels/CHANNEL/events")]
    [InlineData("Fabric:HandOff:MaxChannels=0", "1 to 1000")]
    [InlineData("Fabric:HandOff:MaxChannels=1001", "1 to 1000")]
    [InlineData("Fabric:HandOff:TrustUnsignedFrom:0=localhost", "an IP address, or a network")]
    [InlineData("Fabric:HandOff:TrustUnsignedFrom:0=10.0.0.0/33", "an IP address, or a network")]
    [InlineData("Fabric:RespDoor:Listen=6380", "host:port")]
    [InlineData("Fabric:RespDoor:Listen=127.0.0.1:65536", "host:port")]
    [InlineData("Fabric:RespDoor:Listen=127.1:6380", "host:port")]
    [InlineData("Fabric:RespDoor:Listen=::1:6380", "host:port")]
    [InlineData("Fabric:H2c:Listen=http://127.0.0.1:8081", "host:port")]
    [InlineData("Fabric:Stream:Cors:Origins:0=example.org", "an origin")]
    [InlineData("Fabric:KnownProxies:0=proxy", "an IP address, or a network")]
    [InlineData("Fabric:KnownProxies:0=10.0.0.0/33", "an IP address, or a network")]
    [InlineData("Fabric:KnownProxies:0=", "an IP address, or a network")]
    [InlineData("Fabric:Servers:b=", "a StackExchange.Redis configuration")]
    [InlineData("Fabric:Redis=127.0.0.1:6379,nonsense=1", "a StackExchange.Redis configuration")]
    [InlineData("Fabric:Cluster:ClusterId=", "a name that is not empty")]
    [InlineData("Fabric:Cluster:AdvertisedAddress=0.0.0.0", "an IP address at which the others reach this process")]
    public void Read_BadValue_TellsKeyValueAndWhatIsAccepted(string setting, string accepted)
    {
        var (key, value) = Split(setting);
        AssertOneError(setting, $"{key}: {(value.Length == 0 ? "(empty)" : "\"")}", accepted);
    }

    [Theory]
    [InlineData("AlwaysOn=yes", "true or false")]
    [InlineData("Linger=1.00:00:01", "00:00:00 to 1.00:00:00")]
    [InlineData("MaxEventBytes=0", "1 to 536870912")]
    [InlineData("Format=uwsgi", "Text, Frame, Json, Raw")]
    [InlineData("History:Count=1000001", "0 to 1000000")]
    [InlineData("Server=b", "a name in Fabric:Servers")]
    [InlineData("Match=", "a channel name, or a glob")]
    [InlineData("Match=a\tb", "a channel name (A channel name must not hold control characters")]
    [InlineData("History:Store=disk", "memory, redis")]
    [InlineData("History:Store=redisse", "memory, or redis or redisse with a server in Fabric:Redis or")]
    [InlineData("History:Store=redis", "memory, or redis or redisse with a server in Fabric:Redis or in the rule's Server")]
    public void Read_BadChannelRule_NamesTheRule(string setting, string accepted)
    {
        var errors = Errors("Fabric:Channels:0:Match=a", "Fabric:Channels:1:Match=x", $"Fabric:Channels:1:{setting}");
        AssertStart(Assert.Single(errors), $"Fabric:Channels:1:{Split(setting).Key}: ", accepted);
    }

    [Fact]
    public void Read_ProfileRedisse_NeedsARedisAndGivesChannelsItsDefaults()
    {
        AssertStart(Assert.Single(Errors("Fabric:Profile=redisse")), "Fabric:Profile: \"redisse\"", "with the Redis server");
        AssertStart(
            Assert.Single(Errors("Fabric:Profile=redisse", "Fabric:Redis=127.0.0.1:1", "Fabric:Channels:0:Match=a", "Fabric:Channels:0:Format=text")),
            "Fabric:Channels:0:Format: ",
            "Frame, as the rule's History:Store is redisse");

        var options = new FabricOptions { Profile = "Redisse", Redis = "127.0.0.1:1", Channels = { new ChannelRule { Match = "a" }, new ChannelRule { Match = "m", History = { Store = "memory" } } } };
        FabricOptionsReader.Check(options, FabricProgram.Frontend, []);
        var rules = ChannelRules.Of(options);
        Assert.Equal("redisse Frame", Kept("a"));
        Assert.Equal("memory Text", Kept("m"));
        Assert.Equal("redisse Frame", Kept("other"));

        string Kept(string channel) => rules.For(ChannelName.Parse(channel)) is var rule ? $"{rule.History.Store} {rule.Format}" : "";
    }

    /// <summary>The single-node build hears messages from these, but its StackExchange.Redis can't send commands there.</summary>
    [Theory]
    [InlineData("127.0.0.1:1,user=me,password=geheim", "user=")]
    [InlineData("127.0.0.1:1,serviceName=main", "serviceName=")]
    [InlineData("!/run/redis.sock", "a Unix socket")]
    [InlineData("[::1]:1", "an IPv6 address")]
    public void Read_StoreOnAServerThatTakesNoCommands_IsRefused(string server, string named)
    {
        string[] settings = ["Fabric:Servers:b=" + server, "Fabric:Channels:0:Match=a", "Fabric:Channels:0:Server=b"];
        Assert.Empty(Errors(settings));

        var errors = Errors([.. settings, "Fabric:Channels:0:History:Store=redis"]);

        if (Engine.HasClustering)
        {
            Assert.Empty(errors);
        }
        else
        {
            AssertStart(Assert.Single(errors), "Fabric:Channels:0:History:Store: \"redis\"", $"can't send commands with {named}");
        }
    }

    [Fact]
    public void Read_RuleWithoutMatch_IsRefused() => AssertOneError("Fabric:Channels:0:Format=json", "Fabric:Channels:0:Match: missing", "any value but an empty one");

    [Fact]
    public void Read_AlwaysOnGlob_IsRefused() =>
        AssertStart(Assert.Single(Errors("Fabric:Channels:0:Match=news*", "Fabric:Channels:0:AlwaysOn=true")), "Fabric:Channels:0:AlwaysOn: \"true\"", "(here \"news*\")");

    [Fact]
    public void Read_DoorAndH2cAtOneAddress_IsRefused() =>
        AssertOneError("Fabric:H2c:Listen=127.0.0.1:6380", "Fabric:H2c:Listen: ", "another address than that of Fabric:RespDoor:Listen");

    [Theory]
    [InlineData(FabricProgram.Frontend, "channels", "all, frontend or empty in this program")]
    [InlineData(FabricProgram.Silo, "frontend", "channels or empty in this program")]
    [InlineData(FabricProgram.Silo, "all", "channels or empty in this program")]
    public void Read_RoleOfTheOtherProgram_IsRefused(FabricProgram program, string role, string accepted)
    {
        var errors = Read(Configuration([$"Fabric:Cluster:Role={role}", "Fabric:Redis=127.0.0.1"]), program).Errors;

        Assert.Contains(errors, error => error.Key == "Fabric:Cluster:Role" && error.Accepted.Contains(accepted, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Fabric:Cluster:Role=frontend", "Fabric:Cluster:Role")]
    [InlineData("Fabric:Cluster:Redis=127.0.0.1:6379", "Fabric:Cluster:Redis")]
    public void Read_Cluster_NeedsTheNormalBuildAndARedis(string setting, string key)
    {
        var errors = Errors(setting);
        if (!Engine.HasClustering)
        {
            AssertStart(Assert.Single(errors), key, "a cluster needs the normal build");
        }
        else if (key == "Fabric:Cluster:Role")
        {
            AssertStart(Assert.Single(errors), "Fabric:Cluster:Redis: (empty)", "the Redis in which the cluster meets");
            Assert.Empty(Errors(setting, "Fabric:Redis=127.0.0.1"));
        }
        else
        {
            Assert.Empty(errors);
        }
    }

    [Theory]
    [InlineData(15, false)]
    [InlineData(16, true)]
    [InlineData(1024, true)]
    [InlineData(1025, false)]
    public void Read_SigningKey_IsOf16To1024Characters(int length, bool isAccepted)
    {
        var errors = Errors($"Fabric:HandOff:SigningKey={new string('k', length)}");

        if (isAccepted)
        {
            Assert.Empty(errors);
        }
        else
        {
            AssertStart(Assert.Single(errors), "Fabric:HandOff:SigningKey: (hidden)", "16 to 1024 characters");
        }
    }

    [Fact]
    public void Read_InternalPath_MayBeOffOrTheRoot()
    {
        Assert.Equal("", ReadGood(["Fabric:HandOff:InternalPath="]).HandOff.InternalPath);
        Assert.Equal("/", ReadGood(["Fabric:HandOff:InternalPath=/"]).HandOff.InternalPath);
        Assert.Equal("/redisse", ReadGood(["Fabric:Stream:Path=/"]).HandOff.InternalPath);
    }

    [Theory]
    [InlineData("Fabric:Publish:Path")]
    [InlineData("Fabric:HandOff:InternalPath")]
    public void Read_RootOfCyclone_IsNobodyElses(string key)
    {
        AssertStart(Assert.Single(Errors("Fabric:Profile=cyclone", $"{key}=/")), key, "a path other than /, which the profile cyclone serves");
        Assert.Empty(Errors("Fabric:Profile=cyclone", "Fabric:Stream:Path=", $"{key}=/"));
    }

    [Fact]
    public void Read_TrustUnsignedFrom_TakesThePlaceOfTheDefault()
    {
        Assert.Equal(["10.0.0.0/8"], ReadGood(["Fabric:HandOff:TrustUnsignedFrom:0=10.0.0.0/8"]).HandOff.TrustUnsignedFrom);
        Assert.Empty(ReadGood(["Fabric:HandOff:TrustUnsignedFrom="]).HandOff.TrustUnsignedFrom);
    }

    [Fact]
    public void Read_AmqpServer_HasNoHistoryInRedis()
    {
        const string server = "Fabric:Servers:rabbit=amqp://h?exchange=e";
        Assert.Empty(Errors(server, "Fabric:Channels:0:Match=a", "Fabric:Channels:0:Server=rabbit"));
        AssertStart(
            Assert.Single(Errors(server, "Fabric:Channels:0:Match=a", "Fabric:Channels:0:Server=rabbit", "Fabric:Channels:0:History:Store=redis")),
            "Fabric:Channels:0:History:Store", "memory, as the channel's server rabbit is no Redis");
        Assert.Contains("Fabric:Routes:0:Server", Assert.Single(Errors(
            server, "Fabric:Redis=h:1", "Fabric:Profile=redisse", "Fabric:Routes:0:Path=^/a", "Fabric:Routes:0:Channel=a", "Fabric:Routes:0:Server=rabbit")), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ManyErrors_TellsAllOfThem() => Assert.Equal(
        5, Errors("Fabric:A=1", "Fabric:Stream:B=2", "Fabric:Stream:Retry=x", "Fabric:Stream:MaxChannels=0", "Fabric:Stream:Path=x").Length);

    [Theory]
    [InlineData("Fabric:Redis=h:1,password=geheim,nonsense=1")]
    [InlineData("Fabric:Redis=h:1,pasword=geheim")]
    [InlineData("Fabric:Redis=h:1,password=a$,b$geheim")]
    [InlineData("Fabric:Redis=redis://user:geheim@h:1/x")]
    [InlineData("Fabric:Servers:b=h:1,ssl=perhaps,password=geheim")]
    [InlineData("Fabric:Servers:b=amqp://app:geheim@h")]
    [InlineData("Fabric:Servers:b=amqp://app:ge?geheim@h?exchange=e")]
    [InlineData("Fabric:Servers:b=amqp://app:a@geheim@h?exchange=e")]
    [InlineData("Fabric:Servers:b=amqp://app:a/geheim@h?exchange=e")]
    [InlineData("Fabric:Servers:b=amqp://app:a#geheim@h?exchange=e&type=x")]
    [InlineData("Fabric:Redis=amqp://app:geheim@h?exchange=e")]
    [InlineData("Fabric:Cluster:Redis=h:1,password=geheim,nonsense=1")]
    [InlineData("Fabric:RespDoor:Pasword=geheim")]
    [InlineData("Fabric:Publish:Keys:0= geheim")]
    [InlineData("Fabric:HandOff:SigningKey=geheim")]
    [InlineData("Fabric:HandOff:SigningKey=geheim geheim geheim ")]
    [InlineData("Fabric:Nope=h:1,password=geheim")]
    public void Read_Secrets_AreNotTold(string setting)
    {
        var errors = Errors(setting);

        Assert.NotEmpty(errors);
        Assert.DoesNotContain("geheim", string.Join('\n', errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ValueWithLineBreaks_StaysOnOneLineAndShort()
    {
        var error = Assert.Single(Errors($"Fabric:Profile=a\nb\r{new string('c', 1000)}"));

        Assert.DoesNotContain('\n', error);
        Assert.DoesNotContain('\r', error);
        Assert.True(error.Length < 400, error);
    }

    private static void AssertOneError(string setting, string start, string accepted) => AssertStart(Assert.Single(Errors(setting)), start, accepted);

    private static void AssertStart(string error, string start, string accepted)
    {
        Assert.StartsWith(start, error, StringComparison.Ordinal);
        var parts = error.Split("; accepted: ");
        Assert.Equal(2, parts.Length);
        Assert.Contains(accepted, parts[1], StringComparison.Ordinal);
    }

    private static FabricOptions ReadGood(string[] settings)
    {
        var (options, errors) = Read(Configuration(settings));
        Assert.Empty(errors);
        return options;
    }

    private static string[] Errors(params string[] settings) => [.. Read(Configuration(settings)).Errors.Select(error => error.ToString())];

    private static (FabricOptions Options, List<OptionError> Errors) Read(IConfiguration configuration, FabricProgram program = FabricProgram.Frontend)
    {
        var errors = new List<OptionError>();
        return (FabricOptionsReader.Read(configuration, program, errors), errors);
    }

    // A later setting of a key replaces an earlier one, as a later source does.
    private static IConfigurationRoot Configuration(string[] settings)
    {
        var builder = new ConfigurationBuilder();
        foreach (var (key, value) in settings.Select(Split))
        {
            builder.AddInMemoryCollection([KeyValuePair.Create(key, (string?)value)]);
        }

        return builder.Build();
    }

    private static (string Key, string Value) Split(string setting)
    {
        var equals = setting.IndexOf('=', StringComparison.Ordinal);
        return (setting[..equals], setting[(equals + 1)..]);
    }
}
