using System.Diagnostics;
using SseFabric.Channels.Configuration;
using SseFabric.Frontend.Routing;
using RouteOptions = SseFabric.Channels.Configuration.RouteOptions;

namespace SseFabric.Unit.Routing;

[Trait("Suite", "Unit")]
public sealed class RouteTableTests
{
    [Theory]
    [InlineData("/a/1", 0)]
    [InlineData("/a/x", 1)]
    [InlineData("/b", 2)]
    [InlineData("/A/1", null)]
    [InlineData("", null)]
    public void Match_SeveralFit_TheFirstCounts(string path, int? index)
    {
        RouteOptions[] routes =
        [
            new() { Path = @"^/a/(\d+)$", Channel = "n$1" },
            new() { Path = "^/a/", Channel = "a" },
            new() { Path = "b$", Upstream = "http://127.0.0.1:1" },
        ];

        Assert.Same(index is null ? null : routes[index.Value], RouteUnderTest.Table(routes).Match(new RoutePath(path, null), RouteUnderTest.Bare)?.Entry.Options);
    }

    [Fact]
    public void Match_LineFeed_IsTakenByADot() =>
        Assert.Equal("a\nb", RouteUnderTest.Table(new RouteOptions { Path = "^/(.*)$", Channel = "$1" }).Match(new RoutePath("/a\nb", null), RouteUnderTest.Bare)!.Group(1));

    [Fact]
    public void Channels_SeveralTemplates_AreEachOnceInOrder() =>
        Assert.Equal(["c3", "global", "3"], RouteUnderTest.Expand(["c$1", "global", "$1", "c${qs[x]}"], "/e/3?x=3", "^/e/(.*)").Channels.Select(channel => channel.Value));

    [Fact]
    public void Channels_OneIsEmpty_Is404AndNone()
    {
        var expanded = RouteUnderTest.Expand(["global", "${qs[x]}"], "/e", "^/e");

        Assert.Equal(404, expanded.Status);
        Assert.Empty(expanded.Channels);
    }

    [Fact]
    public void Channels_OneIsBad_Is400AndNone()
    {
        var expanded = RouteUnderTest.Expand(["global", "${qs[x]}"], "/e?x=%0A", "^/e");

        Assert.Equal(400, expanded.Status);
        Assert.Empty(expanded.Channels);
    }

    /// <summary>Patterns that take a backtracking engine longer than the age of the universe.</summary>
    [Theory]
    [InlineData("^/(a+)+$")]
    [InlineData("^/(a|aa)+$")]
    [InlineData("^/(.*)*(.*)*(.*)*b$")]
    public void Match_CatastrophicPattern_IsLinear(string pattern)
    {
        var table = RouteUnderTest.Table(new RouteOptions { Path = pattern, Channel = "x$1" });
        var path = new RoutePath("/" + new string('a', 100_000) + "!", null);
        var clock = Stopwatch.StartNew();

        Assert.Null(table.Match(path, RouteUnderTest.Bare));

        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Theory]
    [InlineData("/health", true)]
    [InlineData("/Health/ready", true)]
    [InlineData("/healthy", false)]
    [InlineData("/metrics", true)]
    [InlineData("/Stats/x", true)]
    [InlineData("/statistics", false)]
    [InlineData("/dashboard/", true)]
    [InlineData("/admin/disconnect", true)]
    [InlineData("/publish", true)]
    [InlineData("/PUBLISH/", true)]
    [InlineData("/publish/x", false)]
    [InlineData("/channels/a/events", true)]
    [InlineData("/channels/a/events/", true)]
    [InlineData("/channels//events", false)]
    [InlineData("/channels/a/b/events", false)]
    [InlineData("/channels/a", false)]
    [InlineData("/events", false)]
    [InlineData("", false)]
    public void FirstPaths_ManagementAndPublishing_AreHeldBack(string path, bool held) => Assert.Equal(held, new FirstPaths(new PublishOptions()).Hold(path));

    [Fact]
    public void FirstPaths_NoPublishPath_HoldsNothingForIt() => Assert.False(new FirstPaths(new PublishOptions { Path = "" }).Hold("/"));
}
