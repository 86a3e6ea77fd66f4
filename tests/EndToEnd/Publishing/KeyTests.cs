using System.Text;
using SseFabric.TestKit.Http;

namespace SseFabric.EndToEnd.Publishing;

/// <summary>PARITY.md 133 and 134: with keys, whoever gives one may publish, wherever it stands, and nobody else.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class KeyTests(KeyFixture fixture) : IClassFixture<KeyFixture>
{
    private const string Form = "application/x-www-form-urlencoded";
    private const string Json = "application/json";

    [Theory]
    [InlineData("/publish", "channel=C&message=m&key=geheim-1", Form)]
    [InlineData("/publish", "channel=C&message=m&key=geheim+2+%C3%A9", Form)]
    [InlineData("/publish?key=geheim-1", "channel=C&message=m", Form)]
    [InlineData("/publish", """{"key":"geheim-1","channel":"C","message":"m"}""", Json)]
    [InlineData("/publish", """[{"key":"geheim-1","channel":"C","message":"m"},{"key":"geheim 2 é","channel":"C","message":"n"}]""", Json)]
    [InlineData("/publish", """{"key":"geheim-1","channel":"C","message":"m"}""", "application/x-ndjson")]
    [InlineData("/channels/C/events?key=geheim-1", "m", null)]
    public async Task RightKey_InQueryOrBody_Publishes(string target, string body, string? contentType)
    {
        var channel = FrontendFixture.Unique();
        await using var subscriber = await fixture.JoinAsync(channel);

        var answer = await fixture.Keyless.PostAsync(target.Replace("/C/", $"/{channel}/", StringComparison.Ordinal), Named(body, channel), contentType);

        Assert.True(answer.Status == 200, answer.Body);
        Assert.Equal("m", (await subscriber.NextAsync()).Text);
    }

    [Theory]
    [Trait("Parity", "134")]
    [InlineData("Bearer geheim-1")]
    [InlineData("bearer  geheim-1 ")]
    [InlineData("Bearer geheim 2 é")]
    public async Task RightKey_InTheHeader_PublishesToBoth(string authorization)
    {
        var channel = FrontendFixture.Unique();
        await using var subscriber = await fixture.JoinAsync(channel);
        foreach (var (target, body) in new[] { ($"/channels/{channel}/events", "m"), ("/publish", $"channel={channel}&message=m") })
        {
            await using var connection = await PostRawAsync(target, body, $"Authorization: {authorization}", $"Content-Type: {Form}");
            Assert.Equal(200, connection.Status);
            Assert.Equal("m", (await subscriber.NextAsync()).Text);
        }
    }

    [Theory]
    [InlineData("/publish", "channel=C&message=m", Form, null)]
    [InlineData("/publish", "channel=C&message=m&key=", Form, null)]
    [InlineData("/publish", "channel=C&message=m&key=geheim-2", Form, null)]
    [InlineData("/publish", "channel=C&message=m&key=geheim", Form, null)]
    [InlineData("/publish", "channel=C&message=m&key=Geheim-1", Form, null)]
    [InlineData("/publish", "channel=C&message=m&key=geheim-1", Form, "Bearer wrong")]
    [InlineData("/publish?key=wrong", "channel=C&message=m&key=geheim-1", Form, null)]
    [InlineData("/publish", """{"channel":"C","message":"m"}""", Json, null)]
    [InlineData("/publish", """[{"key":"geheim-1","channel":"C","message":"m"},{"channel":"C","message":"n"}]""", Json, null)]
    [InlineData("/publish", """[{"key":"geheim-1","channel":"C","message":"m"},{"key":"x","channel":"C","message":"n"}]""", Json, null)]
    [InlineData("/channels/C/events", "m", null, null)]
    [InlineData("/channels/C/events", "key=geheim-1", Form, null)]
    [InlineData("/channels/C/events", "m", null, "Basic geheim-1")]
    [InlineData("/channels/C/events", "m", null, "Bearer")]
    [InlineData("/channels/C/events", "m", null, "Bearer geheim-1x")]
    public async Task MissingOrWrongKey_Is401AndPublishesNothing(string target, string body, string? contentType, string? authorization)
    {
        var channel = FrontendFixture.Unique();
        await using var subscriber = await fixture.JoinAsync(channel);

        var refused = await fixture.Keyless.PostAsync(
            target.Replace("/C/", $"/{channel}/", StringComparison.Ordinal), Named(body, channel), contentType, authorization is null ? [] : [("Authorization", authorization)]);
        await fixture.PublishAsync(channel, "after");

        Assert.Equal((401, "Bearer"), (refused.Status, refused.Header("WWW-Authenticate")));
        Assert.DoesNotContain("geheim", refused.Body, StringComparison.Ordinal);
        Assert.Equal("after", (await subscriber.NextAsync()).Text);
    }

    /// <summary>A body that never comes isn't waited for.</summary>
    [Theory]
    [InlineData("/channels/c/events", null)]
    [InlineData("/channels/c/events?key=wrong", null)]
    [InlineData("/publish?key=wrong", null)]
    [InlineData("/publish", "Authorization: Bearer wrong")]
    public async Task WrongKey_BeforeTheBody_IsRefusedBeforeItComes(string target, string? header)
    {
        await using var connection = await RawHttpConnection.ConnectAsync(fixture.Fabric.Address);

        await connection.SendAsync($"POST {target} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {Form}\r\nContent-Length: 1000\r\n{(header is null ? "" : header + "\r\n")}\r\n");
        await connection.ReadHeadAsync();

        Assert.Equal(401, connection.Status);
    }

    /// <summary>With keys it is the key that counts, from wherever the request comes.</summary>
    [Theory]
    [InlineData("X-Forwarded-For", "192.0.2.1")]
    [InlineData("Origin", "https://other.example")]
    public async Task RightKey_FromElsewhere_Publishes(string header, string value) =>
        Assert.Equal(200, (await fixture.Keyless.PostAsync($"/channels/c/events?key={KeyFixture.Key}", "x", null, (header, value))).Status);

    [Fact]
    public async Task Cors_ListedOrigin_MayPostAndReadTheAnswer()
    {
        var preflight = await fixture.Keyless.SendAsync(
            HttpMethod.Options, "/publish", null, null, ("Origin", KeyFixture.Page), ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "authorization,idempotency-key"));
        var answer = await fixture.Keyless.PostAsync("/channels/c/events", "x", null, ("Origin", KeyFixture.Page), ("Authorization", $"Bearer {KeyFixture.Key}"));
        var refused = await fixture.Keyless.PostAsync("/channels/c/events", "x", null, ("Origin", KeyFixture.Page));

        Assert.Equal(204, preflight.Status);
        Assert.Equal(KeyFixture.Page, preflight.Header("Access-Control-Allow-Origin"));
        Assert.Contains("POST", preflight.Header("Access-Control-Allow-Methods"), StringComparison.Ordinal);
        Assert.Contains("authorization", preflight.Header("Access-Control-Allow-Headers"), StringComparison.OrdinalIgnoreCase);
        Assert.Equal((200, KeyFixture.Page), (answer.Status, answer.Header("Access-Control-Allow-Origin")));
        Assert.Equal((401, KeyFixture.Page), (refused.Status, refused.Header("Access-Control-Allow-Origin")));
    }

    [Fact]
    public async Task Cors_OtherOrigin_IsToldNothing()
    {
        var preflight = await fixture.Keyless.SendAsync(HttpMethod.Options, "/publish", null, null, ("Origin", "https://other.example"), ("Access-Control-Request-Method", "POST"));

        Assert.Null(preflight.Header("Access-Control-Allow-Origin"));
    }

    private static string Named(string body, string channel) =>
        body.Replace("\"C\"", $"\"{channel}\"", StringComparison.Ordinal).Replace("=C&", $"={channel}&", StringComparison.Ordinal);

    private async Task<RawHttpConnection> PostRawAsync(string target, string body, params string[] headers)
    {
        var connection = await RawHttpConnection.ConnectAsync(fixture.Fabric.Address);
        await connection.SendAsync($"POST {target} HTTP/1.1\r\nHost: localhost\r\n{string.Concat(headers.Select(header => header + "\r\n"))}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");
        await connection.ReadHeadAsync();
        return connection;
    }
}
