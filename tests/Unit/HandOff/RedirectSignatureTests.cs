using System.Security.Cryptography;
using System.Text;
using SseFabric.Frontend.HandOff;

namespace SseFabric.Unit.HandOff;

[Trait("Suite", "Unit")]
public sealed class RedirectSignatureTests
{
    private const string Key = "schlüssel of the tests";
    private const string Path = "/redisse/";
    private static readonly DateTimeOffset s_now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
    private static readonly string s_expiry = $"{s_now.ToUnixTimeSeconds() + 60}";

    [Fact]
    public void Fault_KnownVector_Holds()
    {
        // Made with: printf '/redisse/\n1800000060\nglobal&a%%20b' | openssl dgst -sha256 -hmac 0123456789abcdef -binary | basenc --base64url | tr -d =
        Assert.True(RedirectQuery.TryRead("global&a%20b&exp=1800000060&sig=5EzB_Wmn3I6YFqcRhU-ttD3Kt1JWRu-20PHYBux-pv0", out var query, out _));

        Assert.Null(new RedirectSignature("0123456789abcdef").Fault(Path, query, s_now));
    }

    [Theory]
    [InlineData("global&channel_1", "global&channel_1")]
    [InlineData("a%20b", "a%20b")]
    [InlineData("a%20b", "a+b")]
    [InlineData("a%20b", "channel=a%20b")]
    [InlineData("a%3Db%26c", "a%3Db%26c")]
    [InlineData("a%3Db%26c", "a%3db%26c")]
    [InlineData("a%3Db", "a=b")]
    [InlineData("a-b.c_d~e", "%61%2Db.c%5Fd%7Ee")]
    [InlineData("%C3%A9", "%C3%A9")]
    [InlineData("%C3%A9", "é")]
    [InlineData("a&b", "polling&a&lastEventId=42&b")]
    [InlineData("a%2Fb%21", "a/b!")]
    [InlineData("a/b!'()*", "a/b!'()*")]
    [InlineData("a%3Db&c+d", "a%3Db&c+d")]
    public void Fault_SameChannelsHoweverEncoded_Holds(string vouched, string sent) => Assert.Null(Fault(vouched, sent));

    [Theory]
    [InlineData("a&b", "b&a")]
    [InlineData("a&b", "a&b&c")]
    [InlineData("a&b", "a")]
    [InlineData("a&b", "a%26b")]
    [InlineData("a%26b", "a&b")]
    [InlineData("a&b", "a&b&b")]
    [InlineData("a", "A")]
    [InlineData("a%2Bb", "a+b")]
    [InlineData("a%2520b", "a%20b")]
    [InlineData("a", "a&channel=b")]
    public void Fault_OtherChannels_IsTold(string vouched, string sent) =>
        Assert.Equal("its sig is not that of its path, exp and channels", Fault(vouched, sent));

    [Theory]
    [InlineData("/redisse")]
    [InlineData("/other/")]
    [InlineData("/REDISSE/")]
    public void Fault_OtherPath_IsTold(string path) => Assert.NotNull(Fault("a", "a", path: path));

    [Theory]
    [InlineData("1800000001", null)]
    [InlineData("1800000000", "it has expired")]
    [InlineData("0", "it has expired")]
    [InlineData("-1", "its exp is no time in Unix seconds")]
    [InlineData(" 1800000060", "its exp is no time in Unix seconds")]
    [InlineData("99999999999999999999", "its exp is no time in Unix seconds")]
    [InlineData("", "its exp is no time in Unix seconds")]
    public void Fault_Expiry_EndsIt(string expiry, string? fault) => Assert.Equal(fault, Fault("a", "a", expiry));

    [Fact]
    public void Fault_LaterExpiryThanSigned_IsTold()
    {
        var signature = Sign(Path, s_expiry, "a");

        Assert.NotNull(Read($"a&exp={s_expiry}0&sig={signature}"));
        Assert.NotNull(Read($"a&exp=0{s_expiry}&sig={signature}"));
    }

    [Theory]
    [InlineData("a", "0 and 0")]
    [InlineData("a&sig={sig}", "1 and 0")]
    [InlineData("a&exp={exp}", "0 and 1")]
    [InlineData("a&exp={exp}&sig={sig}&sig={sig}", "2 and 1")]
    [InlineData("a&exp={exp}&exp={exp}&sig={sig}", "1 and 2")]
    [InlineData("a&exp={exp}&sig={sig}&s%69g=x", "2 and 1")]
    public void Fault_NotOneOfEach_IsTold(string query, string counts) =>
        Assert.EndsWith(counts, Read(query.Replace("{sig}", Sign(Path, s_expiry, "a"), StringComparison.Ordinal).Replace("{exp}", s_expiry, StringComparison.Ordinal)), StringComparison.Ordinal);

    [Fact]
    public void Fault_EveryAlteredCharacter_IsTold()
    {
        var signature = Sign(Path, s_expiry, "a");
        Assert.Null(Read($"a&exp={s_expiry}&sig={signature}"));
        for (var i = 0; i < signature.Length; i++)
        {
            foreach (var other in "ABQgw_-9".Where(other => other != signature[i]))
            {
                Assert.NotNull(Read($"a&exp={s_expiry}&sig={signature[..i]}{other}{signature[(i + 1)..]}"));
            }
        }

        Assert.NotNull(Read($"a&exp={s_expiry}&sig={signature}="));
        Assert.NotNull(Read($"a&exp={s_expiry}&sig={signature[..^1]}"));
        Assert.NotNull(Read($"a&exp={s_expiry}&sig="));
    }

    private static string? Fault(string vouched, string sent, string? expiry = null, string path = Path) =>
        Read($"{sent}&exp={expiry ?? s_expiry}&sig={Sign(Path, expiry ?? s_expiry, vouched)}", path);

    private static string? Read(string query, string path = Path)
    {
        Assert.True(RedirectQuery.TryRead(query, out var read, out _));
        return new RedirectSignature(Key).Fault(path, read, s_now);
    }

    private static string Sign(string path, string expiry, string channels) =>
        Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Key), Encoding.UTF8.GetBytes($"{path}\n{expiry}\n{channels}"))).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
