using SseFabric.Frontend.Profiles;

namespace SseFabric.Unit.Profiles;

[Trait("Suite", "Unit")]
public sealed class CycloneRequestTests
{
    [Theory]
    [Trait("Parity", "116")]
    [InlineData("/?channels=base", "base")]
    [InlineData("/?channels=a&channels=b&channels=a", "a|b")]
    [InlineData("/?_=1&channels=%20a%09&uuid=2&polling&channel=x&lastEventId=3", "a")]
    [InlineData("/?channels=a+b&channels=+&channels=", "a b")]
    [InlineData("/?channels=%5B1%5D&channels=a%2Cb&channels=c,d", "[1]|a,b|c,d")]
    public void ReadChannels_Target_EachOnceAndTrimmed(string target, string channels)
    {
        Assert.Null(CycloneRequest.ReadChannels(target, 100, out var read));
        Assert.Equal(channels, string.Join('|', read));
    }

    [Theory]
    [Trait("Parity", "115")]
    [InlineData("/", "Name at least one channel: ?channels=NAME.")]
    [InlineData("/?channels=", "Name at least one channel: ?channels=NAME.")]
    [InlineData("/?channels", "Name at least one channel: ?channels=NAME.")]
    [InlineData("/?channels=a%00b", "A channel name must not hold control characters; this one holds U+0000.")]
    [InlineData("/?channels=a&channels=b&channels=c", "A request may name at most 2 channels; this one names 3.")]
    public void ReadChannels_NoneOrBad_IsRefusedWithTheReason(string target, string error) =>
        Assert.Equal(error, CycloneRequest.ReadChannels(target, 2, out _));
}
