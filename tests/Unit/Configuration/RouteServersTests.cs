using SseFabric.Channels.Configuration;
using SseFabric.Contracts;

namespace SseFabric.Unit.Configuration;

[Trait("Suite", "Unit")]
[Trait("Parity", "29")]
public sealed class RouteServersTests
{
    [Theory]
    [InlineData("radio", "radio", "b")]
    [InlineData("radio", "radio2", null)]
    [InlineData("room_$1", "room_7", "b")]
    [InlineData("room_$1", "room_", "b")]
    [InlineData("room_$1", "hall_7", null)]
    [InlineData("$1.${qs[x]}", "a.b", "b")]
    [InlineData("$$1", "$1", "b")]
    [InlineData("$$1", "x1", null)]
    public void For_ChannelOfARouteWithServer_IsThatServer(string template, string channel, string? server)
    {
        var options = Options([], Route(template, "b"));

        Assert.Empty(Errors(options));
        Assert.Equal(server, ChannelRules.Of(options).For(ChannelName.Parse(channel)).Server);
    }

    [Fact]
    public void For_ChannelWithARuleOfTheSameServer_KeepsItsRule()
    {
        var rule = new ChannelRule { Match = "room_*", Server = "B", MaxEventBytes = 7 };
        var options = Options([rule], Route("room_$1", "b"));

        Assert.Empty(Errors(options));
        Assert.Same(rule, ChannelRules.Of(options).For(ChannelName.Parse("room_1")));
    }

    [Fact]
    public void For_RuleThatCoversPart_TheRestIsTheRoutes()
    {
        var rule = new ChannelRule { Match = "room_vip*", Server = "b", MaxEventBytes = 7 };
        var rules = ChannelRules.Of(Options([rule], Route("room_$1", "b")));

        Assert.Same(rule, rules.For(ChannelName.Parse("room_vip1")));
        Assert.Equal("b", rules.For(ChannelName.Parse("room_1")).Server);
    }

    [Theory]
    [InlineData("radio", "radio", null, "the rule for \"radio\" says Fabric:Redis")]
    [InlineData("radio", "*", null, "the rule for \"*\" says Fabric:Redis")]
    [InlineData("room_$1", "room_7", null, "the rule for \"room_7\" says Fabric:Redis")]
    [InlineData("room_$1", "*_7", "c", "the rule for \"*_7\" says Server c")]
    public void Check_RuleOfAnotherServer_IsRefused(string template, string match, string? server, string accepted)
    {
        var error = Assert.Single(Errors(Options([new ChannelRule { Match = match, Server = server }], Route(template, "b"))));

        Assert.Equal("Fabric:Routes:0:Server", error.Key);
        Assert.Contains(accepted, error.Accepted, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_RuleBehindOneThatCoversAll_DoesNotCount() => Assert.Empty(Errors(Options(
        [new ChannelRule { Match = "room_*", Server = "b" }, new ChannelRule { Match = "*" }], Route("room_$1", "b"))));

    [Fact]
    public void Check_RoutesThatShareAChannelFromTwoServers_AreRefused() => Assert.Contains(
        Errors(Options([], Route("room_$1", "b"), Route("room_1", "c"))), error => error.Key == "Fabric:Routes:1:Server" && error.Accepted.Contains("the route for \"room_*\" says Server b", StringComparison.Ordinal));

    [Fact]
    public void Check_RouteWithoutServer_TakesWhatARuleSaysButNotWhatAnotherRouteDoes()
    {
        Assert.Empty(Errors(Options([new ChannelRule { Match = "clock", Server = "b" }], Route("clock", null))));

        var error = Assert.Single(Errors(Options([], Route("$1", "b"), Route("clock", null))));
        Assert.Equal("Fabric:Routes:1:Server", error.Key);
    }

    private static RouteOptions Route(string template, string? server) => new() { Path = "^/(.*)$", Channel = template, Server = server };

    private static FabricOptions Options(ChannelRule[] rules, params RouteOptions[] routes) =>
        new() { Servers = { ["b"] = "127.0.0.1:6390", ["c"] = "127.0.0.1:6391" }, Channels = [.. rules], Routes = [.. routes] };

    private static List<OptionError> Errors(FabricOptions options)
    {
        var errors = new List<OptionError>();
        FabricOptionsReader.Check(options, FabricProgram.Frontend, errors);
        return errors;
    }
}
