using System.Net;
using SseFabric.TestKit.Faults;
using SseFabric.TestKit.Http;

namespace SseFabric.EndToEnd.Browsers.Client;

/// <summary>A channel whose numbering begins anew, lower than before: as it does on a server that was restarted with its clock put back, or on another one.</summary>
[Trait("Suite", "EndToEnd"), Trait("Needs", "chromium")]
public sealed class RenumberedChannelTests
{
    [Theory]
    [InlineData("worker", false)]
    [InlineData("worker", true)]
    [InlineData("locks", false)]
    [InlineData("locks", true)]
    public async Task TabThatWasAway_ReturnsFromTheHigherNumbering_AndGoesOn(string share, bool connectionIsNew)
    {
        await using var run = await ClientRun.StartAsync();
        await using var lower = await ClientRun.ServeAsync();
        using var toLower = new HttpPublisher(lower.Address);
        await toLower.PublishAsync("a", "early");
        await using var higher = await ClientRun.ServeAsync();
        using var toHigher = new HttpPublisher(higher.Address);
        await toHigher.PublishAsync("a", "before");
        await using var proxy = new TcpProxy(new IPEndPoint(IPAddress.Loopback, higher.Address.Port));
        var events = new Uri($"http://{proxy.EndPoint}/events");
        var way = new { share = new[] { share } };
        var leads = await ClientTab.OpenAsync(run.Browser, run.Pages, events, ["a"], way);
        var stays = await ClientTab.OpenAsync(run.Browser, run.Pages, events, ["a"], way);
        var goes = await ClientTab.OpenAsync(run.Browser, run.Pages, events, ["a"], way);
        await toHigher.PublishAsync("a", "1");
        await stays.SeeAsync(seen => seen.Contains("a 1"));
        await goes.SeeAsync(seen => seen.Contains("a 1"));
        await goes.TellAsync("pagehide");

        proxy.TurnTo(new IPEndPoint(IPAddress.Loopback, lower.Address.Port));
        proxy.Cut();
        await stays.SeeToldAsync(told => told.Contains("gap a unknown"));
        await toLower.PublishAsync("a", "2");
        await stays.SeeAsync(seen => seen.Contains("a 2"));
        if (connectionIsNew)
        {
            await leads.Page.CloseAsync();
            if (share == "worker")
            {
                await run.KillSharedWorkerAsync();
            }
        }

        await goes.TellAsync("pageshow");
        await goes.SeeAsync(seen => seen.Contains("a 2"));
        await toLower.PublishAsync("a", "3");
        await goes.SeeAsync(seen => seen.Contains("a 3"));
        await stays.SeeAsync(seen => seen.Contains("a 3"));

        Assert.Equal(["a 1", "a early", "a 2", "a 3"], await goes.SeenAsync());
        Assert.Equal(["open", "gap a unknown"], await goes.ToldAsync());
        Assert.Equal(["a 1", "a early", "a 2", "a 3"], await stays.SeenAsync());
        Assert.Equal(["open", "error 0", "open", "gap a unknown"], await stays.ToldAsync());
    }
}
