using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using SseFabric.Client.HandOff;
using SseFabric.Frontend.HandOff;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Unit.Client.HandOff;

/// <summary>What an application answers, and that the fabric reads from it what the application meant.</summary>
[Trait("Suite", "Unit")]
public sealed class SseRedirectTests
{
    private const string Header = "X-Accel-Redirect";
    private const string Key = "a key of the redirect tests";

    [Fact, Trait("Parity", "51")]
    public async Task Execute_Channels_IsAnEmpty200ThatNamesThem()
    {
        var response = await ExecuteAsync(Results.SseRedirect(["global", "channel_3"]));

        Assert.Equal(200, response.StatusCode);
        Assert.Equal(0, response.ContentLength);
        Assert.Equal("/redisse/?global&channel_3", response.Headers[Header]);
    }

    [Theory, Trait("Parity", "52")]
    [InlineData("/foo")]
    [InlineData("/foo/")]
    public async Task Execute_BasePath_EndsInOneSlash(string basePath) =>
        Assert.Equal("/foo/?a", (await ExecuteAsync(Results.SseRedirect(["a"], basePath: basePath))).Headers[Header]);

    [Theory, Trait("Parity", "53")]
    [InlineData("?lastEventId=42&polling", "polling&lastEventId=42&global&channel_3")]
    [InlineData("?polling=1", "polling&global&channel_3")]
    [InlineData("?lastEventId=", "lastEventId=&global&channel_3")]
    [InlineData("?lastEventId=1&lastEventId=2", "lastEventId=1&global&channel_3")]
    [InlineData("?lastEventId=1%26evil_channel", "lastEventId=1%26evil_channel&global&channel_3")]
    [Trait("Parity", "54")]
    [InlineData("?foo&evil_channel", "global&channel_3")]
    [InlineData("?channel=evil&sig=x&exp=1", "global&channel_3")]
    public async Task Execute_Query_OptionsGoFirstAndNothingElseAlong(string query, string expected) =>
        Assert.Equal($"/redisse/?{expected}", (await ExecuteAsync(Results.SseRedirect(["global", "channel_3"]), query)).Headers[Header]);

    [Theory, Trait("Parity", "55")]
    [InlineData("polling")]
    [InlineData("lastEventId")]
    public void SseRedirect_ReservedName_ThrowsAndNamesIt(string channel)
    {
        var refused = Assert.Throws<ArgumentException>(() => Results.SseRedirect(["global", channel]));

        Assert.Contains($"\"{channel}\"", refused.Message, StringComparison.Ordinal);
        Assert.Contains("reserved", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\nb")]
    public void SseRedirect_BadName_Throws(string channel) => Assert.Throws<ArgumentException>(() => Results.SseRedirect([channel]));

    [Theory, Trait("Parity", "56")]
    [InlineData("lastEventId=5")]
    [InlineData("polling=")]
    [InlineData("channel=a")]
    [InlineData("sig=a")]
    [InlineData("exp")]
    [InlineData("a=b&c+d e%20f#g?h/é€😀'()*!~")]
    public async Task Execute_AnyName_IsReadBackByTheFabric(string channel)
    {
        var response = await ExecuteAsync(Results.SseRedirect([channel, "other"], Key), "?polling&lastEventId=4%2B2");

        Assert.True(RedirectQuery.TryRead(response.Headers[Header].ToString().AsSpan("/redisse/?".Length), out var query, out _));
        Assert.Equal([channel, "other"], query.Channels.Select(read => read.Value));
        Assert.Equal("4+2", query.LastEventId);
        Assert.True(query.IsPoll);
        Assert.Null(new RedirectSignature(Key).Fault("/redisse/", query, TimeProvider.System.GetUtcNow()));
    }

    [Theory, Trait("Parity", "57")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Execute_NoChannels_Is404(bool isNull)
    {
        var response = await ExecuteAsync(Results.SseRedirect(isNull ? null : []));

        Assert.Equal(404, response.StatusCode);
        Assert.False(response.Headers.ContainsKey(Header));
    }

    [Fact]
    public async Task Execute_Lifetime_EndsTheSignature()
    {
        var time = new ManualTime();
        var response = await ExecuteAsync(Results.SseRedirect(["a"], Key, TimeSpan.FromSeconds(5)), time: time);
        Assert.True(RedirectQuery.TryRead(response.Headers[Header].ToString().AsSpan("/redisse/?".Length), out var query, out _));
        var signature = new RedirectSignature(Key);

        Assert.Null(signature.Fault("/redisse/", query, time.GetUtcNow() + TimeSpan.FromSeconds(4)));
        Assert.NotNull(signature.Fault("/redisse/", query, time.GetUtcNow() + TimeSpan.FromSeconds(5)));
        Assert.NotNull(new RedirectSignature("another key of the tests").Fault("/redisse/", query, time.GetUtcNow()));
    }

    [Theory]
    [InlineData("redisse")]
    [InlineData("")]
    [InlineData("/red isse")]
    [InlineData("/redisse?x")]
    [InlineData("/red%69sse")]
    [InlineData("/rédisse")]
    [InlineData("/red\r\nisse")]
    public void SseRedirect_BadPath_Throws(string basePath) => Assert.Throws<ArgumentException>(() => Results.SseRedirect(["a"], basePath: basePath));

    [Fact]
    public void SseRedirect_BadKeyOrLifetime_Throws()
    {
        Assert.Throws<ArgumentException>(() => Results.SseRedirect(["a"], ""));
        Assert.Throws<ArgumentOutOfRangeException>(() => Results.SseRedirect(["a"], Key, TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => Results.SseRedirect(["a"], Key, TimeSpan.FromDays(2)));
    }

    [Fact]
    public async Task SseHandOff_Channels_StandInTheHeader()
    {
        var response = await ExecuteAsync(Results.SseHandOff(["global", "channel 3"]));

        Assert.Equal(200, response.StatusCode);
        Assert.Equal("global, channel 3", response.Headers["X-SSE-OFFLOAD"]);
        Assert.Equal(404, (await ExecuteAsync(Results.SseHandOff(null))).StatusCode);
    }

    [Theory]
    [InlineData("a,b")]
    [InlineData(" a")]
    [InlineData("é")]
    [InlineData("a\nb")]
    [InlineData("")]
    public void SseHandOff_NameThatAHeaderCantCarry_Throws(string channel) => Assert.Throws<ArgumentException>(() => Results.SseHandOff([channel]));

    [Fact]
    public void TypedResults_Status_IsKnownBefore()
    {
        Assert.Equal(200, TypedResults.SseRedirect(["a"]).StatusCode);
        Assert.Equal(404, TypedResults.SseHandOff([]).StatusCode);
    }

    private static async Task<HttpResponse> ExecuteAsync(IResult result, string query = "", TimeProvider? time = null)
    {
        var services = new ServiceCollection();
        if (time is not null)
        {
            services.AddSingleton(time);
        }

        var context = new DefaultHttpContext { RequestServices = services.BuildServiceProvider() };
        context.Request.QueryString = new QueryString(query);
        await result.ExecuteAsync(context);
        return context.Response;
    }
}
