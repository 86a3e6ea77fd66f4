using SseFabric.TestKit.Http;

namespace SseFabric.EndToEnd.Authorization;

/// <summary>The program with a secret for tokens, an audience, an issuer, and a page of another origin that may read streams.</summary>
public sealed class AuthFixture : FrontendFixture
{
    public const string Page = "https://page.example";

    private HttpPublisher? _http;

    public HttpPublisher Http => _http ??= new HttpPublisher(Fabric.Address);

    protected override string[] Arguments =>
    [
        $"--Fabric:Auth:Jwt:Secret={TestToken.Secret}", "--Fabric:Auth:Jwt:Algorithms:0=HS256", $"--Fabric:Auth:Jwt:Audience={TestToken.Audience}",
        $"--Fabric:Auth:Jwt:Issuer={TestToken.Issuer}", $"--Fabric:Stream:Cors:Origins:0={Page}",
        "--Fabric:Routes:0:Path=^/room/(.*)$", "--Fabric:Routes:0:Channel=room.$1", "--Fabric:Routes:1:Path=^/radio$", "--Fabric:Routes:1:Channel=radio",
        "--Fabric:Routes:1:Mode=raw", "--Fabric:Routes:1:ContentType=audio/mpeg",
    ];

    /// <summary>A request for a stream or a poll, with a token in the header, and these further headers.</summary>
    public Task<SseClient> OpenAsync(string? token, string target, params (string Name, string Value)[] headers)
    {
        var all = headers.ToDictionary(header => header.Name, header => header.Value);
        if (token is not null)
        {
            all.Add("Authorization", $"Bearer {token}");
        }

        return SseClient.OpenAsync(new Uri(Fabric.Address, target), new SseRequest { Headers = all });
    }

    /// <summary>The status of a refusal, its <c>WWW-Authenticate</c> and its sentence.</summary>
    public async Task<(int Status, string? Challenge, string Detail)> RefusedAsync(string? token, string target, params (string Name, string Value)[] headers)
    {
        if (token is not null)
        {
            headers = [.. headers, ("Authorization", $"Bearer {token}")];
        }

        var answer = await Http.SendAsync(HttpMethod.Get, target, null, null, [.. headers, ("Accept", "text/event-stream")]);
        return (answer.Status, answer.Header("WWW-Authenticate"), answer.Detail);
    }
}
