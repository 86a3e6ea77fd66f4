using System.Text;
using SseFabric.Channels.Configuration;
using SseFabric.Channels.Formats;
using SseFabric.Contracts;

namespace SseFabric.Unit.Events;

[Trait("Suite", "Unit")]
public sealed class SseFrameTests
{
    [Fact]
    [Trait("Parity", "13")]
    public void Build_Text_IsOneDataLine() => Assert.Equal("data: foobar\n\n", Text(SseFrame.Build("foobar")));

    [Fact]
    [Trait("Parity", "14")]
    public void Build_Null_IsEmptyData() => Assert.Equal("data: \n\n", Text(SseFrame.Build(null)));

    [Fact]
    [Trait("Parity", "15")]
    public void Build_WithType_TypeFirst() => Assert.Equal("event: t\ndata: foo\n\n", Text(SseFrame.Build("foo", "t")));

    [Fact]
    [Trait("Parity", "16")]
    public void Build_WithId_IdFirst() => Assert.Equal("id: 12\ndata: foo\n\n", Text(SseFrame.Build("foo", id: 12)));

    [Fact]
    [Trait("Parity", "17")]
    public void Build_WithRetry_RetryFirst() => Assert.Equal("retry: 500\ndata: foo\n\n", Text(SseFrame.Build("foo", retry: TimeSpan.FromMilliseconds(500))));

    [Fact]
    [Trait("Parity", "18")]
    public void Build_WithAll_InRedissesOrder() =>
        Assert.Equal("retry: 500\nid: 12\nevent: t\ndata: foo\n\n", Text(SseFrame.Build("foo", "t", 12, TimeSpan.FromMilliseconds(500))));

    [Theory]
    [Trait("Parity", "19")]
    [InlineData("hello\nworld\n!", "data: hello\ndata: world\ndata: !\n\n")]
    [InlineData("a\r\nb\rc", "data: a\ndata: b\ndata: c\n\n")]
    [InlineData("tail\n", "data: tail\ndata: \n\n")]
    public void Build_Lines_EachGetsAField(string data, string frame) => Assert.Equal(frame, Text(SseFrame.Build(data)));

    [Theory]
    [Trait("Parity", "20")]
    [InlineData(1.5, "data: 1.5\n\n")]
    [InlineData(42, "data: 42\n\n")]
    [InlineData(true, "data: True\n\n")]
    public void Build_OtherThanText_IsWrittenAsText(object data, string frame) => Assert.Equal(frame, Text(SseFrame.Build(data)));

    [Fact]
    public void Build_Bytes_AreTakenAsTheyAre() => Assert.Equal((byte[])[.. "data: "u8, 0xFF, 0, .. "\n\n"u8], SseFrame.Build(new byte[] { 0xFF, 0 }));

    [Theory]
    [Trait("Parity", "21")]
    [InlineData("a\nb")]
    [InlineData("a\rb")]
    [InlineData("a\0b")]
    public void Build_TypeOrIdThatWouldAddAField_IsRefused(string forged)
    {
        Assert.Throws<ArgumentException>("type", () => SseFrame.Build("x", forged));
        Assert.Throws<ArgumentException>("id", () => SseFrame.Build("x", id: forged));
    }

    [Theory]
    [InlineData("", "message")]
    [InlineData("a\n\nb", "t")]
    [InlineData("\n", "é€😀")]
    public void Build_AnyData_IsReadBack(string data, string type)
    {
        Assert.True(Payload.TryRead(PayloadFormat.Frame, SseFrame.Build(data, type, 7, TimeSpan.FromSeconds(1)), out var offered, out var error), error);
        Assert.Equal((data, type, TimeSpan.FromSeconds(1)), (Encoding.UTF8.GetString(offered.Data.Span), offered.Type, offered.Retry));
    }

    private static string Text(byte[] frame) => Encoding.UTF8.GetString(frame);
}
