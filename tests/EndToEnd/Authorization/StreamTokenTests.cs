using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using SseFabric.TestKit.Http;

namespace SseFabric.EndToEnd.Authorization;

/// <summary>A stream needs a good token: where it may stand, and every way in which it may be bad.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class StreamTokenTests(AuthFixture fixture) : IClassFixture<AuthFixture>
{
    private static readonly DateTimeOffset s_now = TimeProvider.System.GetUtcNow();

    /// <summary>Each is bad in one way.</summary>
    private static readonly Dictionary<string, Func<TestToken, string>> s_bad = new()
    {
        ["no token"] = _ => "geheim",
        ["dots"] = _ => "..",
        ["two parts"] = good => good.ToString()[..good.ToString().LastIndexOf('.')],
        ["five parts"] = good => $"{good}.AAAA.BBBB",
        ["no JSON"] = good => $"{TestToken.Part("{")}.{TestToken.Part("[")}.{good.ToString().Split('.')[2]}",
        ["claims are no object"] = good => Signed(good, """{"alg":"HS256"}""", "[1]"),
        ["header without alg"] = good => Signed(good, "{}", good.Claims.ToJsonString()),
        ["alg none"] = good => (good with { Algorithm = "none", Sign = _ => [] }).ToString(),
        ["alg none, signed"] = good => (good with { Algorithm = "none" }).ToString(),
        ["alg nOnE"] = good => (good with { Algorithm = "nOnE", Sign = _ => [] }).ToString(),
        ["alg empty"] = good => (good with { Algorithm = "" }).ToString(),
        ["alg in another case"] = good => (good with { Algorithm = "hs256" }).ToString(),
        ["signature stripped"] = good => (good with { Sign = _ => [] }).ToString(),
        ["signature of zeros"] = good => (good with { Sign = _ => new byte[32] }).ToString(),
        ["signature cut"] = good => (good with { Sign = signed => good.Sign(signed)[..16] }).ToString(),
        ["another secret"] = good => good.SignedWith("HS256", "another secret, of the same length").ToString(),
        ["empty secret"] = good => good.SignedWith("HS256", "").ToString(),
        ["an algorithm that isn't listed"] = good => good.SignedWith("HS512", TestToken.Secret).ToString(),
        ["the secret as a public key"] = good => (good with { Algorithm = "RS256" }).ToString(),
        ["a key of its own in the header"] = good => OwnKey(good),
        ["claims swapped"] = good => Swapped(good),
        ["crit"] = good => (good with { Header = new JsonObject { ["crit"] = new JsonArray("exp"), ["exp"] = 1 } }).ToString(),
        ["expired"] = good => good.With("exp", s_now.ToUnixTimeSeconds()).ToString(),
        ["expired long ago"] = good => good.With("exp", 1).ToString(),
        ["expired before 1970"] = good => good.With("exp", -1e9).ToString(),
        ["no exp"] = good => good.Without("exp").ToString(),
        ["exp null"] = good => good.With("exp", null).ToString(),
        ["exp a text"] = good => good.With("exp", "tomorrow").ToString(),
        ["exp a list"] = good => good.With("exp", new JsonArray(TestToken.In(TimeSpan.FromHours(1)))).ToString(),
        ["not valid yet"] = good => good.With("nbf", TestToken.In(TimeSpan.FromMinutes(2))).ToString(),
        ["another audience"] = good => good.With("aud", "sse2").ToString(),
        ["audience in another case"] = good => good.With("aud", "SSE").ToString(),
        ["no audience"] = good => good.Without("aud").ToString(),
        ["a list without the audience"] = good => good.With("aud", new JsonArray("a", "b")).ToString(),
        ["another issuer"] = good => good.With("iss", TestToken.Issuer + "/").ToString(),
        ["no issuer"] = good => good.Without("iss").ToString(),
        ["the claim a number"] = good => good.With("sse.subscribe", 1).ToString(),
        ["the claim a list of lists"] = good => good.With("sse.subscribe", new JsonArray(new JsonArray("*"))).ToString(),
        ["the claim an object"] = good => good.With("sse.subscribe", new JsonObject { ["*"] = true }).ToString(),
        ["an id that is no text"] = good => good.With("jti", 1).ToString(),
        ["an id of half a surrogate pair"] = good => Raw(good, ",\"jti\":\"\\ud800\"}"),
        ["the claim half a surrogate pair"] = good => Raw(good.Without("sse.subscribe"), ",\"sse.subscribe\":\"\\udc00\"}"),
        ["a glob of half a surrogate pair"] = good => Raw(good.Without("sse.subscribe"), ",\"sse.subscribe\":[\"*\",\"\\ud800x\"]}"),
        ["a claim's name of half a surrogate pair"] = good => Raw(good, ",\"\\ud800\":1,\"jti\":\"\\ud800\"}"),
        ["an issuer of half a surrogate pair"] = good => Raw(good.Without("iss"), ",\"iss\":\"\\ud800\"}"),
    };

    public static TheoryData<string> Bad => [.. s_bad.Keys];

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task Open_BadToken_Is401(string kind)
    {
        var (status, challenge, detail) = await fixture.RefusedAsync(s_bad[kind](TestToken.For("*")), "/events?channel=a");

        Assert.True(status == 401, $"{status}: {detail}");
        Assert.StartsWith("Bearer error=\"invalid_token\"", challenge, StringComparison.Ordinal);
        Assert.StartsWith("The token is not accepted. ", detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/events?channel=C")]
    [InlineData("/events/C")]
    [InlineData("/events?channel=C&polling")]
    [InlineData("/events?channel=C", "Bearer")]
    [InlineData("/events?channel=C", "Basic Zm9vOmJhcg==")]
    public async Task Open_NoToken_Is401WithoutAnError(string target, string? authorization = null)
    {
        var (status, challenge, detail) = await fixture.RefusedAsync(null, target, authorization is null ? [] : [("Authorization", authorization)]);

        Assert.Equal((401, "Bearer"), (status, challenge));
        Assert.Contains("'access_token'", detail, StringComparison.Ordinal);
        Assert.Contains("'sse_token'", detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_FromEveryPlace_Streams()
    {
        var channel = FrontendFixture.Unique();
        var token = TestToken.For(channel);
        await using var header = await fixture.OpenAsync($"{token}", $"/events?channel={channel}");
        await using var query = await fixture.OpenAsync(null, $"/events/{channel}?access_token={token}");
        await using var cookie = await fixture.OpenAsync(null, $"/events?channel={channel}", ("Cookie", $"a=b; sse_token={token}; c=d"));
        await using var anotherScheme = await fixture.OpenAsync(null, $"/events/{channel}?access_token={token}", ("Authorization", "Basic Zm9vOmJhcg=="));
        await using var lowerCase = await fixture.OpenAsync(null, $"/events/{channel}", ("Authorization", $"bearer  {token}"));

        SseClient[] clients = [header, query, cookie, anotherScheme, lowerCase];
        foreach (var client in clients)
        {
            Assert.Equal(HttpStatusCode.OK, client.Status);
            await client.WaitForRawAsync("the first block", raw => raw.Contains("\n\n", StringComparison.Ordinal));
        }

        await fixture.PublishAsync(channel, "x");
        foreach (var client in clients)
        {
            Assert.Equal("x", (await client.NextAsync()).Text);
        }
    }

    /// <summary>What the client's code says counts before what its browser sends: header, query, cookie. Of a bad one none falls back to the next.</summary>
    [Fact]
    public async Task Open_SeveralTokens_TheFirstPlaceCounts()
    {
        var channel = FrontendFixture.Unique();
        var good = TestToken.For(channel).ToString();
        var bad = TestToken.For(channel).Without("exp").ToString();

        Assert.Equal(401, (await fixture.RefusedAsync(bad, $"/events/{channel}?access_token={good}", ("Cookie", $"sse_token={good}"))).Status);
        Assert.Equal(401, (await fixture.RefusedAsync(null, $"/events/{channel}?access_token={bad}", ("Cookie", $"sse_token={good}"))).Status);
        Assert.Equal(401, (await fixture.RefusedAsync(null, $"/events/{channel}?access_token=", ("Cookie", $"sse_token={good}"))).Status);
        await using var header = await fixture.OpenAsync(good, $"/events/{channel}?access_token={bad}", ("Cookie", $"sse_token={bad}"));
        await using var query = await fixture.OpenAsync(null, $"/events/{channel}?access_token={good}", ("Cookie", $"sse_token={bad}"));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (header.Status, query.Status));
    }

    public static TheoryData<string, string> Good => new()
    {
        { "nbf", $"{TestToken.In(TimeSpan.FromSeconds(15))}" },
        { "aud", """["x","sse"]""" },
        { "exp", "99999999999999" },
        { "exp", $"{TestToken.In(TimeSpan.FromHours(1))}.5" },
        { "sse.subscribe", "\"a-*\"" },
        { "sse.subscribe", """["nothing","a-*"]""" },
        { "sse.publish", "[]" },
        { "jti", "\"7\"" },
    };

    [Theory]
    [MemberData(nameof(Good))]
    public async Task Open_GoodToken_Streams(string claim, string json)
    {
        var token = TestToken.For("a-*").With(claim, JsonNode.Parse(json));

        await using var client = await fixture.OpenAsync($"{token}", "/events?channel=a-1&channel=a-2");

        Assert.True(client.Status == HttpStatusCode.OK, client.Raw);
    }

    [Theory]
    [InlineData(AuthFixture.Page, 200)]
    [InlineData("SAME", 200)]
    [InlineData("https://other.example", 401)]
    [InlineData("http://page.example", 401)]
    [InlineData("https://page.example.other.example", 401)]
    [InlineData("https://localhost", 401)]
    [InlineData("null", 401)]
    public async Task Open_CookieFromAPage_CountsForListedOriginsAlone(string origin, int status)
    {
        var channel = FrontendFixture.Unique();
        var token = TestToken.For(channel).ToString();
        origin = origin == "SAME" ? fixture.Fabric.Address.GetLeftPart(UriPartial.Authority) : origin;

        await using var cookie = await fixture.OpenAsync(null, $"/events/{channel}", ("Origin", origin), ("Cookie", $"sse_token={token}"));
        await using var header = await fixture.OpenAsync(token, $"/events/{channel}", ("Origin", origin));

        Assert.Equal(status, (int)cookie.Status);
        Assert.Equal(HttpStatusCode.OK, header.Status);
        if (status != 200)
        {
            var (_, _, detail) = await fixture.RefusedAsync(null, $"/events/{channel}", ("Origin", origin), ("Cookie", $"sse_token={token}"));
            Assert.Contains($"the page's origin, {origin},", detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Head_IsJudgedAsGetIs()
    {
        var address = new Uri(fixture.Fabric.Address, "/events/a");
        await using var good = await SseClient.OpenAsync(
            address, new SseRequest { Method = HttpMethod.Head, Headers = new Dictionary<string, string> { ["Authorization"] = $"Bearer {TestToken.For("a")}" } });
        await using var none = await SseClient.OpenAsync(address, new SseRequest { Method = HttpMethod.Head });

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (good.Status, none.Status));
    }

    [Fact]
    public async Task Log_Options_HidesTheSecret()
    {
        await fixture.RefusedAsync("geheim-token", "/events/a");

        Assert.Contains(fixture.Fabric.Process.Output, line => line.Contains("Fabric:Auth:Jwt:Secret=(hidden)", StringComparison.Ordinal));
        Assert.DoesNotContain(fixture.Fabric.Process.Output, line => line.Contains("geheim", StringComparison.Ordinal));
    }

    // JSON that the classes for it don't write.
    private static string Raw(TestToken good, string end) => Signed(good, """{"alg":"HS256"}""", good.Claims.ToJsonString()[..^1] + end);

    private static string Signed(TestToken good, string header, string claims)
    {
        var signed = $"{TestToken.Part(header)}.{TestToken.Part(claims)}";
        return $"{signed}.{System.Buffers.Text.Base64Url.EncodeToString(good.Sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    private static string OwnKey(TestToken good)
    {
        using var key = RSA.Create(2048);
        var parameters = key.ExportParameters(includePrivateParameters: false);
        var own = new JsonObject
        {
            ["kty"] = "RSA",
            ["n"] = System.Buffers.Text.Base64Url.EncodeToString(parameters.Modulus),
            ["e"] = System.Buffers.Text.Base64Url.EncodeToString(parameters.Exponent),
        };
        return (good.SignedWith("RS256", key) with { Header = new JsonObject { ["jwk"] = own, ["kid"] = "../../../../dev/null" } }).ToString();
    }

    private static string Swapped(TestToken good)
    {
        var parts = good.With("sse.subscribe", new JsonArray()).ToString().Split('.');
        return $"{parts[0]}.{TestToken.Part(good.Claims.ToJsonString())}.{parts[2]}";
    }
}
