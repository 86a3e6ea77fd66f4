namespace SseFabric.EndToEnd.Routing;

/// <summary>What a request brings becomes a channel's name and nothing else.</summary>
[Trait("Suite", "EndToEnd")]
[Trait("Needs", "redis-server")]
[Trait("Parity", "30")]
public sealed class RouteInjectionTests(RouteFixture fixture) : IClassFixture<RouteFixture>
{
    /// <summary>Targets, and the channel that they are literally.</summary>
    public static TheoryData<string, string, string[]> Literal => new()
    {
        { "/ev/x,server=127.0.0.1:1", "ch_x,server=127.0.0.1:1", [] },
        { "/ev/x,subscribe=secret", "ch_x,subscribe=secret", [] },
        { "/ev/x%2Csubscribe%3Dsecret", "ch_x,subscribe=secret", [] },
        { "/ev/x,secret", "ch_x,secret", [] },
        { "/ev/x%20secret", "ch_x secret", [] },
        { "/ev/x%26channel=secret", "ch_x&channel=secret", [] },
        { "/ev/x?channel=secret&subscribe=secret", "ch_x", [] },
        { "/ev/x%3Fchannel=secret", "ch_x?channel=secret", [] },
        { "/ev/*", "ch_*", [] },
        { "/ev/%5B%22secret%22%5D", "ch_[\"secret\"]", [] },
        { "/ev/$1", "ch_$1", [] },
        { "/ev/%24%7Bpath%7D", "ch_${path}", [] },
        { "/ev/${cookie[name]}", "ch_${cookie[name]}", ["Cookie: name=secret"] },
        { "/ev/${header[X-Name]}", "ch_${header[X-Name]}", ["X-Name: secret"] },
        { "/ev/${qs[name]}?name=secret", "ch_${qs[name]}", [] },
        { "/qs?name=${cookie[name]}", "v_${cookie[name]}", ["Cookie: name=secret"] },
        { "/qs?name=a&name=secret", "v_a", [] },
        { "/cookie", "v_$1,subscribe=secret", ["Cookie: name=%241%2Csubscribe%3Dsecret"] },
        { "/cookie", "v_${path}", ["Cookie: name=${path}"] },
        { "/header", "v_${qs[name]}", ["X-Name: ${qs[name]}"] },
        { "/header", "v_a,subscribe=secret", ["X-Name: a,subscribe=secret"] },
        { "/ev/a%252Fb", "ch_a%2Fb", [] },
        { "/ev/a%250Ab", "ch_a%0Ab", [] },
        { "/ev/%25%24%7Bpath%7D", "ch_%${path}", [] },
        { "/segment/a+b", "segment_a+b", [] },
        { "/ev/a//b", "ch_a//b", [] },
        { "/ev/a/../b", "ch_b", [] },
        { "/ev/a%2F..%2Fb", "ch_b", [] },
        { "/ev/a%2Fb", "ch_a/b", [] },
        { "/ev/a%5Cb", "ch_a\\b", [] },
    };

    /// <summary>Targets that become no channel at all.</summary>
    public static TheoryData<string, string, string[]> Refused => new()
    {
        { "a line feed", "/ev/x%0Asecret", [] },
        { "a line feed at the end", "/events/3%0A", [] },
        { "CR LF", "/ev/x%0D%0ASUBSCRIBE%20secret", [] },
        { "NUL", "/ev/x%00secret", [] },
        { "NUL in the query", "/qs?name=%00secret", [] },
        { "a line feed in the query", "/qs?name=%0Asecret", [] },
        { "a line feed in a cookie", "/cookie", ["Cookie: name=a%0Asecret"] },
        { "a tabulator in a header", "/header", ["X-Name: a\tsecret"] },
        { "a C1 control", "/ev/%C2%85secret", [] },
        { "invalid UTF-8", "/ev/x%FFsecret", [] },
        { "overlong UTF-8", "/ev/%C0%AFsecret", [] },
        { "half a surrogate pair", "/ev/%ED%A0%80secret", [] },
        { "invalid UTF-8 in the query", "/qs?name=%FFsecret", [] },
        { "256 bytes", "/any/" + new string('x', 256), [] },
        { "256 bytes in 128 characters", "/any/" + string.Concat(Enumerable.Repeat("%C3%A9", 128)), [] },
        { "60,000 bytes", "/any/" + new string('x', 60_000), [] },
        { "a template that makes it too long", "/ev/" + new string('x', 253), [] },
        { "an escaped slash is a slash, and no part of a segment", "/segment/a%2Fsecret", [] },
        { "another path by dots", "/ev/../secret", [] },
        { "another path by escaped dots", "/ev/%2e%2e/secret", [] },
        { "another path by an escaped slash", "/ev/..%2Fsecret", [] },
    };

    [Theory]
    [MemberData(nameof(Literal))]
    public async Task Get_TextThatLooksLikeMore_IsThatChannelAndNoOther(string target, string channel, string[] headers)
    {
        var before = await fixture.SubscribedAsync();
        await using var client = await fixture.GetAsync(target, headers);

        await fixture.AssertIsOnAsync(client, channel);
        Assert.Subset(new HashSet<string>([.. before, channel]), await fixture.SubscribedAsync());
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Get_TextThatIsNoName_IsRefusedAndNothingIsSubscribed(string fault, string target, string[] headers)
    {
        var before = await fixture.SubscribedAsync();
        await using var client = await fixture.GetAsync(target, ["Accept: text/event-stream", .. headers]);

        Assert.True(client.Status is 400 or 404, $"{fault}: {client.StatusLine}");
        await client.ReadToEndAsync();
        Assert.Subset(before, await fixture.SubscribedAsync());
    }

    [Theory]
    [InlineData("/ev/x%0Ay", "The path holds the control character U+000A.")]
    [InlineData("/ev/x%FFy", "The path is not valid UTF-8.")]
    [InlineData("/qs?name=%FF", "The query item name is not valid UTF-8.")]
    [InlineData("/qs?name=%0A", "this one holds U+000A")]
    public async Task Get_TextThatIsNoName_Is400WithTheReason(string target, string reason)
    {
        await using var client = await fixture.GetAsync(target);

        Assert.Equal(400, client.Status);
        Assert.Contains(reason, await client.ReadToEndAsync(), StringComparison.Ordinal);
    }
}
