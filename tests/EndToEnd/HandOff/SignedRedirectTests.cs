using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;

namespace SseFabric.EndToEnd.HandOff;

/// <summary>Redirects with a signing key: the signature decides, not the peer.</summary>
[Trait("Suite", "EndToEnd"), Trait("Parity", "61")]
public sealed class SignedRedirectTests(SignedRedirectFixture fixture) : IClassFixture<SignedRedirectFixture>
{
    private static readonly string s_later = $"{TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + 600}";

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.2")]
    public async Task Get_Signed_StreamsFromAnywhere(string peer)
    {
        var (a, b) = (FrontendFixture.Unique("é"), FrontendFixture.Unique("&="));
        var channels = $"{Uri.EscapeDataString(a)}&{Uri.EscapeDataString(b)}";
        await using var connection = await ConnectAsync(peer);

        await connection.GetAsync($"{SignedRedirectFixture.Path}/?polling&lastEventId=1-1&exp={s_later}&sig={Sign("/", s_later, channels)}&{channels}");
        await connection.ReadBodyUntilAsync("the first block", body => body.Contains("id: ", StringComparison.Ordinal));
        await fixture.PublishAsync(b, "x");

        Assert.Equal(200, connection.Status);
        await connection.ReadBodyUntilAsync("the event", body => body.Contains("data: x\n\n", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Get_SignedForThePathWithoutSlash_IsTakenThere()
    {
        await using var subscriber = await SseClient.OpenAsync(At($"?slashless&exp={s_later}&sig={Sign("", s_later, "slashless")}"));

        Assert.Equal(HttpStatusCode.OK, subscriber.Status);
    }

    [Fact]
    public async Task Get_SignedAsThePageDoesInPython_IsTaken()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "x-accel-redirect.md"), TestContext.Current.CancellationToken);
        var snippet = page.Split("```python\n")[1].Split("```")[0].Replace("/redisse", SignedRedirectFixture.Path, StringComparison.Ordinal);
        var program = $"""
            import hmac, time
            from base64 import urlsafe_b64encode
            from urllib.parse import quote
            key, names = '{SignedRedirectFixture.Key}', ['a b', 'é&/']
            {snippet.ReplaceLineEndings("\n")}
            print(redirect)
            """;
        await using var python = ServerProcess.Start(Need.Tool("python3"), ["-c", program]);
        Assert.Equal(0, await python.WaitForExitAsync());

        await using var subscriber = await SseClient.JoinAsync(new Uri(fixture.Fabric.Address, Assert.Single(python.Output)));
        await fixture.PublishAsync("é&/", "x");

        Assert.Equal("x", (await subscriber.NextAsync()).Text);
    }

    public static TheoryData<string, string> Refused => new()
    {
        { "unsigned", "/?a" },
        { "an empty signature", $"/?a&exp={s_later}&sig=" },
        { "altered", $"/?a&exp={s_later}&sig={Altered(Sign("/", s_later, "a"))}" },
        { "another key", $"/?a&exp={s_later}&sig={Sign("/", s_later, "a", "another key of the tests")}" },
        { "another channel", $"/?b&exp={s_later}&sig={Sign("/", s_later, "a")}" },
        { "one more channel", $"/?a&b&exp={s_later}&sig={Sign("/", s_later, "a")}" },
        { "one more channel by name", $"/?a&exp={s_later}&sig={Sign("/", s_later, "a")}&channel=b" },
        { "another order", $"/?b&a&exp={s_later}&sig={Sign("/", s_later, "a&b")}" },
        { "two as one", $"/?a%26b&exp={s_later}&sig={Sign("/", s_later, "a&b")}" },
        { "no exp", $"/?a&sig={Sign("/", s_later, "a")}" },
        { "a later exp", $"/?a&exp={s_later}0&sig={Sign("/", s_later, "a")}" },
        { "two signatures", $"/?a&exp={s_later}&sig={Sign("/", s_later, "a")}&sig={Sign("/", s_later, "a")}" },
        { "two expiries", $"/?a&exp={s_later}&exp={s_later}&sig={Sign("/", s_later, "a")}" },
        { "expired", $"/?a&exp=1700000000&sig={Sign("/", "1700000000", "a")}" },
        { "no time", $"/?a&exp=soon&sig={Sign("/", "soon", "a")}" },
        { "signed for another path", $"?a&exp={s_later}&sig={Sign("/", s_later, "a")}" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Get_NotSignedForThis_Is403AndSubscribesNothing(string fault, string target)
    {
        await using var answer = await SseClient.OpenAsync(At(target));

        Assert.True(answer.Status == HttpStatusCode.Forbidden, $"{fault}: {answer.Status}");
        await fixture.AssertNobodyListensAsync("a");
        await fixture.AssertNobodyListensAsync("b");
    }

    [Fact]
    public async Task Get_SignedButTooMany_Is400()
    {
        await using var answer = await SseClient.OpenAsync(At($"/?a&b&c&d&exp={s_later}&sig={Sign("/", s_later, "a&b&c&d")}"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
    }

    [Fact]
    public async Task Get_DefaultPath_IsNotThere()
    {
        await using var answer = await SseClient.OpenAsync(new Uri(fixture.Fabric.Address, $"/redisse/?a"));

        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
    }

    [Fact]
    public async Task Start_EmptyInternalPath_TakesNoRedirect()
    {
        await using var fabric = await SseFabricProcess.StartAsync("--Fabric:HandOff:InternalPath=");
        await using var answer = await SseClient.OpenAsync(new Uri(fabric.Address, "/redisse/?a"));

        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
    }

    [Fact]
    public async Task Start_WithAKey_ShowsItNowhere()
    {
        await using var fabric = await SseFabricProcess.StartAsync($"--Fabric:HandOff:SigningKey={SignedRedirectFixture.Key}");
        await using var refused = SseFabricProcess.Run("--Fabric:HandOff:SigningKey=short secret");

        await fabric.Process.WaitForLineAsync("the configuration", line => line.Contains("Fabric:HandOff:SigningKey=(hidden)", StringComparison.Ordinal));
        Assert.DoesNotContain(SignedRedirectFixture.Key, fabric.Process.Tail(), StringComparison.Ordinal);
        Assert.Equal(2, await refused.WaitForExitAsync());
        Assert.Contains("Fabric:HandOff:SigningKey: (hidden) is not accepted; accepted: a key of 16 to 1024 characters", refused.Tail(), StringComparison.Ordinal);
    }

    private Uri At(string rest) => new(fixture.Fabric.Address, SignedRedirectFixture.Path + rest);

    private async Task<RawHttpConnection> ConnectAsync(string peer)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(peer), 0));
        return await RawHttpConnection.ConnectAsync(socket, fixture.Fabric.Address);
    }

    private static string Sign(string slash, string expiry, string channels, string key = SignedRedirectFixture.Key)
    {
        var hash = HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes($"{SignedRedirectFixture.Path}{slash}\n{expiry}\n{channels}"));
        return Convert.ToBase64String(hash).TrimEnd('=').Replace('+', '-').Replace('/', '_');
    }

    private static string Altered(string signature) => $"{(signature[0] == 'A' ? 'B' : 'A')}{signature[1..]}";
}
