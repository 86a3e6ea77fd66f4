using System.Security.Cryptography;
using System.Text;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;

namespace SseFabric.EndToEnd.Authorization;

/// <summary>The keys: what is refused at start, and every algorithm that is accepted.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class JwtOptionsTests : IDisposable
{
    private const string Jwt = "--Fabric:Auth:Jwt:";
    private static readonly RSA s_rsa = RSA.Create(2048);
    private static readonly ECDsa s_p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private static readonly ECDsa s_p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
    private static readonly ECDsa s_p521 = ECDsa.Create(ECCurve.NamedCurves.nistP521);

    private readonly string _folder = Directory.CreateTempSubdirectory("ssefabric-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("Algorithms:0=HS256", "Secret: (empty) is not accepted; accepted: a secret, or a public key in Fabric:Auth:Jwt:PublicKeyFile")]
    [InlineData("Algorithms:0=RS256 PublicKeyFile=FILE Secret=SECRET", "Secret: (hidden) is not accepted; accepted: empty with Fabric:Auth:Jwt:PublicKeyFile")]
    [InlineData("Secret=SECRET", "Algorithms: (empty) is not accepted; accepted: one or more of HS256, HS384, HS512, RS256,")]
    [InlineData("Secret=SECRET Algorithms:0=none", "Algorithms:0: \"none\" is not accepted; accepted: HS256, HS384,")]
    [InlineData("Secret=SECRET Algorithms:0=HS256 Algorithms:1=None", "Algorithms:1: \"None\" is not accepted")]
    [InlineData("Secret=SECRET Algorithms:0=HS1", "Algorithms:0: \"HS1\" is not accepted")]
    [InlineData("Secret=SECRET Algorithms:0=RS256", "Algorithms:0: \"RS256\" is not accepted; accepted: HS256, HS384, HS512 with Fabric:Auth:Jwt:Secret, which is no public key")]
    [InlineData("Secret=SECRET Algorithms:0=HS256 Algorithms:1=ES256", "Algorithms:1: \"ES256\" is not accepted")]
    [InlineData("PublicKeyFile=FILE Algorithms:0=HS256", "Algorithms:0: \"HS256\" is not accepted; accepted: RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512 with Fabric:Auth:Jwt:PublicKeyFile, which is no secret")]
    [InlineData("PublicKeyFile=FILE Algorithms:0=RS256 Algorithms:1=HS256", "Algorithms:1: \"HS256\" is not accepted")]
    [InlineData("PublicKeyFile=FILE Algorithms:0=ES256", "Algorithms:0: \"ES256\" is not accepted; accepted: algorithms for the key in Fabric:Auth:Jwt:PublicKeyFile, which is RSA of 2048 bits; this one takes EC of 256 bits")]
    [InlineData("PublicKeyFile=EC Algorithms:0=ES384", "Algorithms:0: \"ES384\" is not accepted; accepted: algorithms for the key in Fabric:Auth:Jwt:PublicKeyFile, which is EC of 256 bits; this one takes EC of 384 bits")]
    [InlineData("PublicKeyFile=SMALL Algorithms:0=RS256", "Algorithms:0: \"RS256\" is not accepted; accepted: algorithms for the key in Fabric:Auth:Jwt:PublicKeyFile, which is RSA of 1024 bits; this one takes RSA of 2048 bits or more")]
    [InlineData("Secret=geheim-geheim-geheim-geheim-123 Algorithms:0=HS256", "Secret: (hidden) is not accepted; accepted: 32 bytes of UTF-8 or more for HS256; this one has 31")]
    [InlineData("Secret=SECRET Algorithms:0=HS512", "Secret: (hidden) is not accepted; accepted: 64 bytes of UTF-8 or more for HS512; this one has 32")]
    [InlineData("PublicKeyFile=/nowhere/key.pem Algorithms:0=RS256", "PublicKeyFile: \"/nowhere/key.pem\" is not accepted; accepted: a PEM file with one RSA or EC public key, or its certificate (there is no such file)")]
    [InlineData("PublicKeyFile=/ Algorithms:0=RS256", "PublicKeyFile: \"/\" is not accepted")]
    [InlineData("PublicKeyFile=/dev/zero Algorithms:0=RS256", "PublicKeyFile: \"/dev/zero\" is not accepted; accepted: a PEM file with one RSA or EC public key, or its certificate (it has more than 65536 bytes)")]
    [InlineData("PublicKeyFile=TEXT Algorithms:0=RS256", "(there is no PEM in it)")]
    [InlineData("PublicKeyFile=PRIVATE Algorithms:0=RS256", "(it is a PRIVATE KEY)")]
    [InlineData("PublicKeyFile=TWO Algorithms:0=RS256", "(there are 2 keys in it)")]
    [InlineData("PublicKeyFile=BROKEN Algorithms:0=RS256", "(its key is neither RSA nor EC, or broken)")]
    [InlineData("Secret=SECRET Algorithms:0=HS256 Cookie=a;b", "Cookie: \"a;b\" is not accepted")]
    [InlineData("Secret=SECRET Algorithms:0=HS256 Colour=red", "Colour: unknown key")]
    [InlineData("Secret=SECRET Algorithms=HS256", "Algorithms: \"HS256\" is not accepted; accepted: a list without gaps")]
    public async Task Start_BadKey_IsRefusedWithItsKey(string options, string told)
    {
        await using var program = SseFabricProcess.Run([.. options.Split(' ').Select(option => Jwt + Filled(option))]);

        Assert.Equal(2, await program.WaitForExitAsync(TimeSpan.FromSeconds(30)));
        Assert.Contains(program.Output, line => line.StartsWith("Fabric:Auth:Jwt:", StringComparison.Ordinal) && line.Contains(Filled(told), StringComparison.Ordinal));
        Assert.DoesNotContain("geheim", string.Join('\n', program.Output), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_NullInAFile_IsNoToken()
    {
        var config = Path.Combine(_folder, "config.json");
        await File.WriteAllTextAsync(config, """{"Fabric":{"Auth":{"Jwt":null}}}""", TestContext.Current.CancellationToken);
        await using var fabric = await SseFabricProcess.StartAsync("--config", config);

        await using var client = await SseClient.JoinAsync(fabric.Events("a"));
    }

    [Theory]
    [InlineData("HS256 HS384 HS512", null)]
    [InlineData("rs256 RS384 RS512 PS256 PS384 PS512", "FILE")]
    [InlineData("RS256", "CERTIFICATE")]
    [InlineData("ES256", "EC")]
    [InlineData("ES384", "EC384")]
    [InlineData("ES512", "EC521")]
    public async Task Open_EveryAlgorithm_IsAcceptedAndItsAttacksAreNot(string algorithms, string? file)
    {
        var names = algorithms.Split(' ');
        var secret = string.Concat(Enumerable.Repeat(TestToken.Secret, 2));
        AsymmetricAlgorithm signer = file switch { "EC" => s_p256, "EC384" => s_p384, "EC521" => s_p521, _ => s_rsa };
        var path = Filled(file ?? "");
        await using var fabric = await SseFabricProcess.StartAsync(
            [file is null ? $"{Jwt}Secret={secret}" : $"{Jwt}PublicKeyFile={path}", .. names.Select((name, i) => $"{Jwt}Algorithms:{i}={name}")]);
        using var http = new HttpPublisher(fabric.Address);

        var good = TestToken.For("a").Without("aud").Without("iss");
        foreach (var name in names.Select(name => name.ToUpperInvariant()))
        {
            var token = file is null ? good.SignedWith(name, secret) : good.SignedWith(name, signer);
            Assert.True(await StatusAsync(http, token) == 200, name);
            Assert.Equal(401, await StatusAsync(http, token with { Sign = signed => token.Sign([.. signed, 0]) }));
        }

        // Algorithm confusion: what everybody has, taken for a secret.
        var pem = file is null ? "" : await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        foreach (var known in new[] { "", "secret", secret[..32], pem, pem + "\n", pem.ReplaceLineEndings("\r\n") })
        {
            Assert.Equal(401, await StatusAsync(http, good.SignedWith("HS256", known)));
        }

        Assert.Equal(401, await StatusAsync(http, good with { Algorithm = "none", Sign = _ => [] }));
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Equal(401, await StatusAsync(http, good.SignedWith("ES256", stranger)));
        Assert.Equal(401, await StatusAsync(http, good with { Algorithm = "ES256", Sign = _ => new byte[64] }));
    }

    [Fact]
    public async Task Open_CookieOfAnotherNameOrNone_IsAsConfigured()
    {
        string[] common = [$"{Jwt}Secret={TestToken.Secret}", $"{Jwt}Algorithms:0=HS256", "--Fabric:Stream:Cors:Origins:0=*"];
        await using var named = await SseFabricProcess.StartAsync([.. common, $"{Jwt}Cookie=mine"]);
        await using var none = await SseFabricProcess.StartAsync([.. common, $"{Jwt}Cookie="]);
        using var ofNamed = new HttpPublisher(named.Address);
        using var ofNone = new HttpPublisher(none.Address);
        var token = TestToken.For("a");

        Assert.Equal(200, await StatusAsync(ofNamed, null, ("Cookie", $"mine={token}")));
        Assert.Equal(401, await StatusAsync(ofNamed, null, ("Cookie", $"sse_token={token}")));
        Assert.Equal(401, await StatusAsync(ofNone, null, ("Cookie", $"sse_token={token}; mine={token}")));

        // Every page may read the streams, and none of them with a visitor's cookie.
        Assert.Equal(401, await StatusAsync(ofNamed, null, ("Cookie", $"mine={token}"), ("Origin", "https://other.example")));
        Assert.Equal(200, await StatusAsync(ofNamed, token, ("Origin", "https://other.example")));
    }

    private static async Task<int> StatusAsync(HttpPublisher http, TestToken? token, params (string Name, string Value)[] headers) =>
        (await http.SendAsync(HttpMethod.Head, "/events/a", null, null, token is null ? headers : [.. headers, ("Authorization", $"Bearer {token}")])).Status;

    private string Filled(string option)
    {
        var value = option[(option.IndexOf('=', StringComparison.Ordinal) + 1)..];
        var filled = value switch
        {
            "SECRET" => TestToken.Secret,
            "FILE" => Write("rsa.pem", s_rsa.ExportSubjectPublicKeyInfoPem()),
            "EC" => Write("ec.pem", s_p256.ExportSubjectPublicKeyInfoPem()),
            "EC384" => Write("ec384.pem", s_p384.ExportSubjectPublicKeyInfoPem()),
            "EC521" => Write("ec521.pem", s_p521.ExportSubjectPublicKeyInfoPem()),
            "SMALL" => Write("small.pem", Small()),
            "TEXT" => Write("text.pem", "no PEM"),
            "PRIVATE" => Write("private.pem", s_rsa.ExportPkcs8PrivateKeyPem()),
            "TWO" => Write("two.pem", s_rsa.ExportSubjectPublicKeyInfoPem() + "\n" + s_p256.ExportSubjectPublicKeyInfoPem()),
            "BROKEN" => Write("broken.pem", PemEncoding.WriteString("PUBLIC KEY", [1, 2, 3])),
            "CERTIFICATE" => Write("certificate.pem", Certificate()),
            _ => value,
        };
        return option[..^value.Length] + filled;
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text, Encoding.ASCII);
        return path;
    }

    private static string Small()
    {
        using var small = RSA.Create(1024);
        return small.ExportSubjectPublicKeyInfoPem();
    }

    private static string Certificate()
    {
        var now = TimeProvider.System.GetUtcNow();
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=issuer", s_rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(now, now.AddDays(1));
        return certificate.ExportCertificatePem();
    }
}
