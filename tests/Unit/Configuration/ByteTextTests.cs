using System.Text;
using SseFabric.Channels.Configuration;

namespace SseFabric.Unit.Configuration;

[Trait("Suite", "Unit")]
public sealed class ByteTextTests
{
    [Theory]
    [InlineData(null, "")]
    [InlineData("", "")]
    [InlineData("a\r\n", "a\r\n")]
    [InlineData(@"\r\n", @"\r\n")]
    [InlineData("é", "é")]
    [InlineData("base64", "base64")]
    [InlineData("BASE64:AAE=", "BASE64:AAE=")]
    [InlineData("base64:", "")]
    [InlineData("base64:YmFzZTY0OkE=", "base64:A")]
    public void TryRead_Text_IsItsUtf8(string? text, string expected)
    {
        Assert.True(ByteText.TryRead(text, out var bytes));
        Assert.Equal(Encoding.UTF8.GetBytes(expected), bytes);
    }

    [Fact]
    public void TryRead_Base64_IsAnyBytes()
    {
        var all = Enumerable.Range(0, 256).Select(i => (byte)i).ToArray();

        Assert.True(ByteText.TryRead("base64:" + Convert.ToBase64String(all), out var bytes));
        Assert.Equal(all, bytes);
    }

    [Theory]
    [InlineData("base64:A")]
    [InlineData("base64:AAE")]
    [InlineData("base64:-_==")]
    [InlineData("base64: a text.")]
    public void TryRead_NoBase64AfterTheMark_IsRefused(string text) => Assert.False(ByteText.TryRead(text, out _));
}
