using System.Text.RegularExpressions;
using SseFabric.Channels.Configuration;
using SseFabric.Contracts;

namespace SseFabric.Unit.Routing;

[Trait("Suite", "Unit")]
public sealed partial class RouteTemplateTests
{
    private static readonly string[] s_texts = ["a", "_", "$$", "$1", "$2", "${qs[q]}", "${cookie[c]}", "${header[X-H]}", "${host}", "${path}", "é", ",", "}", "{", "[", "]", "server="];

    // What a request brings: half of it looks like a template, an option or a pattern.
    private static readonly string[] s_values = ["", "x", "$1", "${path}", "${cookie[c]}", "$$", ",server=127.0.0.1:1", ",subscribe=secret", "*", "%2F", "\\", "a b", "é"];

    [Theory]
    [Trait("Parity", "28")]
    [InlineData("c_${qs[q]}", "/x?q=a%20b+c", "c_a b c")]
    [InlineData("c_${qs[q]}", "/x?p=1&q=2&q=3", "c_2")]
    [InlineData("c_${qs[q]}", "/x?Q=1", "c_")]
    [InlineData("c_${qs[q]}", "/x?q", "c_")]
    [InlineData("c_${qs[a b]}", "/x?a+b=1", "c_1")]
    [InlineData("c_${qs[q]}", "/x?q=%2526", "c_%26")]
    [InlineData("c_${host}", "/x", "c_example.org")]
    [InlineData("c_${path}", "/x/y", "c_/x/y")]
    [InlineData("c_${cookie[c]}", "/x", "c_cookie/1")]
    [InlineData("c_${cookie[none]}", "/x", "c_")]
    [InlineData("c_${header[x-h]}", "/x", "c_header")]
    [InlineData("c_${header[X-Two]}", "/x", "c_a,b")]
    [InlineData("c_${header[None]}", "/x", "c_")]
    [InlineData("$1$2", "/x", "/x")]
    [InlineData("$10", "/x", "/x0")]
    [InlineData("$$1", "/x", "$1")]
    [InlineData("$$$1", "/x", "$/x")]
    public void Expand_Place_IsWhatTheRequestHas(string template, string target, string channel) =>
        Assert.Equal([channel], Expand(template, target).Names);

    [Theory]
    [InlineData("${qs[q]}", "/x")]
    [InlineData("${qs[q]}${cookie[none]}${header[None]}", "/x?q=")]
    [InlineData("$2", "/x")]
    public void Expand_Nothing_Is404(string template, string target) => Assert.Equal(404, Expand(template, target).Status);

    [Theory]
    [Trait("Parity", "30")]
    [InlineData("a%0Ab")]
    [InlineData("a%00b")]
    [InlineData("a%0D%0Ab")]
    [InlineData("%C2%9F")]
    [InlineData("%FF")]
    [InlineData("%ED%A0%80")]
    public void Expand_TextThatIsNoName_Is400(string value) => Assert.Equal(400, Expand("c_${qs[q]}", $"/x?q={value}").Status);

    [Fact]
    [Trait("Parity", "167")]
    public void Expand_LongerThanAName_Is400()
    {
        Assert.Equal(["c_" + new string('x', 253)], Expand("c_${qs[q]}", "/x?q=" + new string('x', 253)).Names);
        Assert.Equal(400, Expand("c_${qs[q]}", "/x?q=" + new string('x', 254)).Status);
        Assert.Equal(400, Expand("${qs[q]}", "/x?q=" + string.Concat(Enumerable.Repeat("%C3%A9", 128))).Status);
    }

    /// <summary>The reference replaces the places of the template in one pass, so that nothing it has put in is looked at again.</summary>
    [Fact]
    [Trait("Parity", "30")]
    public void Expand_AnyTemplateAndRequest_IsTheReferencesTextAndNeverReadAgain() =>
        Seeds.Each(2000, random =>
        {
            var template = string.Concat(Enumerable.Range(0, random.Next(1, 7)).Select(_ => s_texts[random.Next(s_texts.Length)]));
            string Value() => s_values[random.Next(s_values.Length)];
            var values = new Dictionary<string, string> { ["q"] = Value(), ["c"] = Value(), ["X-H"] = Value() };
            var first = Value();
            var target = $"/ev/{Uri.EscapeDataString(first)}?q={Uri.EscapeDataString(values["q"])}";
            var expected = PlacePattern().Replace(template, place => place.Value switch
            {
                "$$" => "$",
                "$1" => first,
                "$2" => "",
                "${host}" => "example.org",
                "${path}" => "/ev/" + first,
                _ => values[place.Groups["name"].Value],
            });

            var expanded = RouteUnderTest.Expand(
                [template], target, "^/ev/(.*?)(z)?$", $"c={Uri.EscapeDataString(values["c"])}", ("X-H", values["X-H"]));

            Assert.Equal(expected.Length == 0 ? 404 : 200, expanded.Status);
            Assert.Equal(expected.Length == 0 ? [] : [expected], expanded.Channels.Select(channel => channel.Value));
        });

    [Fact]
    public void TryParse_AnyText_IsReadOrToldWhatIsAccepted() =>
        Seeds.Each(2000, random =>
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => random.Next(3) == 0 ? s_texts[random.Next(s_texts.Length)] : "${}[]1qscookie"[random.Next(14)].ToString()));
            var isRead = ChannelTemplate.TryParse(text, null, out var template, out var accepted);

            // What is no place and no doubled dollar sign holds no dollar sign.
            Assert.Equal(isRead, !PlacePattern().Replace(text, "").Contains('$', StringComparison.Ordinal));
            Assert.Equal(isRead, accepted is null);
            Assert.True(!isRead || template!.Parts.All(part => part.Source != ChannelTemplateSource.Text || ChannelName.TryParse(part.Text, out _, out _)));
        });

    private static (int Status, string[] Names) Expand(string template, string target)
    {
        var expanded = RouteUnderTest.Expand([template], target, "^(/.*?)(z)?$", "c=cookie%2F1", ("X-H", "header"), ("X-Two", "a"), ("X-Two", "b"));
        return (expanded.Status, [.. expanded.Channels.Select(channel => channel.Value)]);
    }

    [GeneratedRegex(@"\$\$|\$[1-9]|\$\{(?:host|path|qs\[(?<name>[^\]]+)\]|(?:cookie|header)\[(?<name>[!#$%&'*+.^_`|~0-9A-Za-z-]+)\])\}")]
    private static partial Regex PlacePattern();
}
