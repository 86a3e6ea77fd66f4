using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using SseFabric.Frontend.Routing;

namespace SseFabric.Unit.Routing;

[Trait("Suite", "Unit")]
public sealed class RoutePathTests
{
    [Theory]
    [InlineData("/events/3", "/events/3")]
    [InlineData("/events/3?x=%2F", "/events/3")]
    [InlineData("/a%2Fb", "/a/b")]
    [InlineData("/a%2fb%3Fc%23d", "/a/b?c#d")]
    [InlineData("/a%252Fb", "/a%2Fb")]
    [InlineData("/a%25252Fb", "/a%252Fb")]
    [InlineData("/a%ZZ%4", "/a%ZZ%4")]
    [InlineData("/%C3%A9+b", "/é+b")]
    [InlineData("/a/..%2Fb", "/b")]
    [InlineData("/a%2F..%2Fb", "/b")]
    [InlineData("/a/%2e%2e/b/.", "/b/")]
    [InlineData("/../../b", "/b")]
    [InlineData("/a/b/..", "/a/")]
    [InlineData("/a//../b", "/a/b")]
    [InlineData("/a/...", "/a/...")]
    [InlineData("/a%252e%252e/b", "/a%2e%2e/b")]
    [InlineData("http://host:80/a%2Fb?c", "/a/b")]
    [InlineData("http://host", "/")]
    [InlineData("*", "*")]
    [InlineData("", "")]
    public void OfTarget_Escapes_AreDecodedOnceAndThenDotSegmentsGo(string target, string path)
    {
        Assert.Equal(new RoutePath(path, null), RoutePath.OfTarget(target, default));
    }

    [Theory]
    [InlineData("/a%FFb", "not valid UTF-8")]
    [InlineData("/%C0%AF", "not valid UTF-8")]
    [InlineData("/%ED%A0%80", "not valid UTF-8")]
    [InlineData("/a%00b", "U+0000")]
    [InlineData("/a%0Ab", "U+000A")]
    [InlineData("/a%7F", "U+007F")]
    [InlineData("/a%C2%85", "U+0085")]
    public void OfTarget_NoTextForAName_HasAFault(string target, string fault) =>
        Assert.Contains(fault, RoutePath.OfTarget(target, default).Fault, StringComparison.Ordinal);

    [Theory]
    [InlineData("/base/a%2Fb", "/base", "/a/b")]
    [InlineData("/BASE/a", "/base", "/a")]
    [InlineData("/base", "/base", "")]
    [InlineData("/baseball", "/base", "/baseball")]
    public void OfTarget_PathBase_IsTakenOff(string target, string pathBase, string path) =>
        Assert.Equal(path, RoutePath.OfTarget(target, pathBase).Text);

    [Fact]
    public void Of_EscapedSlashAndEscapedPercent_AreToldApartThoughTheServersPathIsTheSame()
    {
        Assert.Equal("/a/b", Of("/a%2Fb").Text);
        Assert.Equal("/a%2Fb", Of("/a%252Fb").Text);

        static RoutePath Of(string target)
        {
            var context = new DefaultHttpContext { Request = { Path = new PathString("/a%2Fb") } };
            context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = target;
            return RoutePath.Of(context.Request);
        }
    }

    [Fact]
    public void OfTarget_AnyText_ComesBackOnceEscaped() =>
        Seeds.Each(3000, random =>
        {
            var text = new string([.. Enumerable.Range(0, random.Next(20)).Select(_ => "ab%2Ff?#é€+ "[random.Next(12)])]);

            Assert.Equal("/" + text, RoutePath.OfTarget("/" + Uri.EscapeDataString(text), default).Text);
        });

    [Fact]
    public void OfTarget_AnyBytes_HaveAFaultOrAreTheirText() =>
        Seeds.Each(3000, random =>
        {
            var bytes = random.NextPayload(4);
            var path = RoutePath.OfTarget("/" + string.Concat(bytes.Select(b => $"%{b:x2}")), default);
            var isName = System.Text.Unicode.Utf8.IsValid(bytes) && !Encoding.UTF8.GetString(bytes).Any(char.IsControl);

            Assert.Equal(isName, path.Fault is null);
        });
}
