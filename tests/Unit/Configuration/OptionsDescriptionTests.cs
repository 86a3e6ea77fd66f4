using SseFabric.Channels.Configuration;

namespace SseFabric.Unit.Configuration;

[Trait("Suite", "Unit")]
public sealed class OptionsDescriptionTests
{
    [Fact]
    public void Of_Defaults_SaysSo() => Assert.Equal("the defaults", OptionsDescription.Of(new FabricOptions()));

    [Fact]
    public void Of_Changes_TellsThemWithoutSecrets()
    {
        var options = new FabricOptions { Redis = "h:1,password=geheim,ssl=true", KnownProxies = ["::1"] };
        options.RespDoor.Password = "geheim";
        options.Publish.Keys.Add("geheim");
        options.HandOff.SigningKey = "geheim geheim geheim";
        options.HandOff.TrustUnsignedFrom = [];
        options.Auth.Jwt = new JwtOptions { Secret = "geheim", Algorithms = ["HS256"] };
        options.Stream.Heartbeat = TimeSpan.FromSeconds(5);
        options.Servers["b"] = "c:2,password=geheim";
        options.Channels.Add(new ChannelRule { Match = "news*", Format = PayloadFormat.Json });

        Assert.Equal(
            """
            Fabric:Redis="h:1,password=***,ssl=true", Fabric:Servers:b="c:2,password=***", Fabric:RespDoor:Password=(hidden), Fabric:Stream:Heartbeat="00:00:05", Fabric:Channels:0:Match="news*", Fabric:Channels:0:Format="Json", Fabric:HandOff:SigningKey=(hidden), Fabric:HandOff:TrustUnsignedFrom=(empty), Fabric:Publish:Keys:0=(hidden), Fabric:Auth:Jwt:Secret=(hidden), Fabric:Auth:Jwt:Algorithms:0="HS256", Fabric:KnownProxies:0="::1"
            """,
            OptionsDescription.Of(options));
    }
}
