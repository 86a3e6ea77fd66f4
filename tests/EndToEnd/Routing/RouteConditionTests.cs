using System.Net;
using System.Net.Sockets;
using SseFabric.TestKit.Http;

namespace SseFabric.EndToEnd.Routing;

/// <summary>Routes that take a request under conditions, and those that answer by themselves.</summary>
[Trait("Suite", "EndToEnd")]
[Trait("Parity", "42")]
public sealed class RouteConditionTests(RouteConditionTests.Fixture fixture) : IClassFixture<RouteConditionTests.Fixture>
{
    [Theory]
    [InlineData("/when/equal?x=a", "equal")]
    [InlineData("/when/equal?x=ab", "otherwise")]
    [InlineData("/when/equal", "otherwise")]
    [InlineData("/when/not?x=a", "otherwise")]
    [InlineData("/when/not?x=b", "not")]
    [InlineData("/when/not", "not")]
    [InlineData("/when/empty", "empty")]
    [InlineData("/when/empty?x=", "empty")]
    [InlineData("/when/empty?x=%20", "otherwise")]
    [InlineData("/when/host", "host")]
    [InlineData("/when/cookie", "otherwise")]
    [InlineData("/when/cookie", "cookie", "Cookie: beta=1; other=2")]
    [InlineData("/when/agent", "agent", "User-Agent: Some Robot/1.0")]
    [InlineData("/when/agent", "otherwise", "User-Agent: Mozilla/5.0")]
    [InlineData("/when/all?x=a", "otherwise")]
    [InlineData("/when/all?x=a", "all", "X-Name: x.y", "Cookie: beta=1")]
    [InlineData("/when/remote", "remote")]
    [InlineData("/when/remote", "remote", "X-Forwarded-For: 192.0.2.1")]
    [InlineData("/when/elsewhere", "otherwise", "X-Forwarded-For: 192.0.2.1")]
    [InlineData("/when/group-ab", "group")]
    [InlineData("/when/group-ba", "otherwise")]
    public async Task Get_Conditions_ChooseTheRoute(string target, string channel, params string[] headers)
    {
        await using var stream = await RawHttpConnection.ConnectAsync(fixture.Fabric.Address);
        await stream.GetAsync(target, ["Accept: text/event-stream", .. headers]);
        await stream.ReadBodyUntilAsync("the first block", body => body.Contains("\n\n", StringComparison.Ordinal));
        var payload = FrontendFixture.Unique();

        await fixture.PublishAsync(channel, payload);

        await stream.ReadBodyUntilAsync($"an event of {channel}", body => body.Contains($"data: {payload}\n\n", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Get_RemoteAddress_IsThatOfTheClient()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
        await using var stream = await RawHttpConnection.ConnectAsync(socket, fixture.Fabric.Address);
        await stream.GetAsync("/when/remote", "Accept: text/event-stream");
        await stream.ReadBodyUntilAsync("the first block", body => body.Contains("\n\n", StringComparison.Ordinal));
        var payload = FrontendFixture.Unique();

        await fixture.PublishAsync("otherwise", payload);

        await stream.ReadBodyUntilAsync("an event", body => body.Contains(payload, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Request_StatusAndRedirect_AreAnsweredAndNothingIsSubscribed()
    {
        await using var connection = await RawHttpConnection.ConnectAsync(fixture.Fabric.Address);

        await connection.GetAsync("/blocked", "Accept: text/event-stream");
        Assert.Equal((403, "application/problem+json"), (connection.Status, connection.Header("Content-Type")));
        await connection.ReadToEndAsync();

        await connection.GetAsync("/moved?x=1");
        Assert.Equal((302, "/when/equal?x=a"), (connection.Status, connection.Header("Location")));
        await connection.ReadToEndAsync();

        await connection.SendAsync("DELETE /when/equal?x=a HTTP/1.1\r\nHost: x\r\n\r\n");
        await connection.ReadHeadAsync();
        Assert.Equal(410, connection.Status);
        Assert.Equal(0, await fixture.Publisher.PublishAsync("blocked", "x"));
    }

    public sealed class Fixture : FrontendFixture
    {
        protected override string[] Arguments =>
        [
            .. Route(0, "^/when/", ("${method}", "^DELETE$", false)), "--Fabric:Routes:0:Status=410",
            .. Route(1, "^/when/equal$", ("${qs[x]}", "^a$", false)), "--Fabric:Routes:1:Channel=equal",
            .. Route(2, "^/when/not$", ("${qs[x]}", "^a$", true)), "--Fabric:Routes:2:Channel=not",
            .. Route(3, "^/when/empty$", ("${qs[x]}", "^$", false)), "--Fabric:Routes:3:Channel=empty",
            .. Route(4, "^/when/host$", ("${host}", "^local", false)), "--Fabric:Routes:4:Channel=host",
            .. Route(5, "^/when/cookie$", ("${cookie[beta]}", "1", false)), "--Fabric:Routes:5:Channel=cookie",
            .. Route(6, "^/when/agent$", ("${header[User-Agent]}", "(?i)robot", false)), "--Fabric:Routes:6:Channel=agent",
            .. Route(7, "^/when/all$", ("${header[X-Name]}", @"\.y$", false), ("${cookie[beta]}", "^1$", false), ("${path}", "l{2}$", false)), "--Fabric:Routes:7:Channel=all",
            .. Route(8, "^/when/remote$", ("${remote}", @"^127\.0\.0\.1$", false)), "--Fabric:Routes:8:Channel=remote",
            .. Route(9, "^/when/elsewhere$", ("${remote}", @"^192\.", false)), "--Fabric:Routes:9:Channel=elsewhere",
            .. Route(10, "^/when/group-(.*)$", ("$1", "^a", false)), "--Fabric:Routes:10:Channel=group",
            .. Route(11, "^/when/"), "--Fabric:Routes:11:Channel=otherwise",
            .. Route(12, "^/blocked$"), "--Fabric:Routes:12:Status=403",
            .. Route(13, "^/moved$"), "--Fabric:Routes:13:Redirect=/when/equal?x=a",
        ];

        private static IEnumerable<string> Route(int route, string path, params (string Value, string Matches, bool Not)[] conditions) =>
        [
            $"--Fabric:Routes:{route}:Path={path}",
            .. conditions.Index().SelectMany(condition => new[]
            {
                $"--Fabric:Routes:{route}:When:{condition.Index}:Value={condition.Item.Value}",
                $"--Fabric:Routes:{route}:When:{condition.Index}:Matches={condition.Item.Matches}",
                $"--Fabric:Routes:{route}:When:{condition.Index}:Not={condition.Item.Not}",
            }),
        ];
    }
}
