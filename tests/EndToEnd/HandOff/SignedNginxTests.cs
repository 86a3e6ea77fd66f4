using System.Net;
using SseFabric.TestKit.Http;

namespace SseFabric.EndToEnd.HandOff;

/// <summary>Signed redirects through the sample's nginx.</summary>
[Trait("Suite", "EndToEnd"), Trait("Needs", "nginx"), Trait("Parity", "61")]
public sealed class SignedNginxTests(SignedNginxFixture fixture) : IClassFixture<SignedNginxFixture>
{
    [Fact]
    public async Task Get_SignedByTheApplication_HoldsBehindNginx()
    {
        var channels = new[] { FrontendFixture.Unique("a b&c"), FrontendFixture.Unique("é") };
        await using var subscriber = await SseClient.JoinAsync(fixture.At("/events?" + string.Join('&', channels.Select(channel => $"to={Uri.EscapeDataString(channel)}"))));

        await fixture.PublishAsync(channels[1], "x");

        Assert.Equal("x", (await subscriber.NextAsync()).Text);
    }

    [Fact]
    public async Task Get_PastNginxWithoutASignature_Is403()
    {
        await using var refused = await SseClient.OpenAsync(new Uri(fixture.Fabric.Address, "/redisse/?global"));

        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
    }
}
