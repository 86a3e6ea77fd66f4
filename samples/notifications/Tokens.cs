using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace SseFabric.Notifications;

/// <summary>Signs the tokens that the fabric asks streams for. The secret lives as long as the process: after a restart everybody signs in again.</summary>
internal sealed class Tokens
{
    public const string Cookie = "sse_token";

    private static readonly JsonWebTokenHandler s_handler = new() { MapInboundClaims = false };
    private readonly TimeProvider _time;
    private readonly SymmetricSecurityKey _key;

    public Tokens(TimeProvider time)
    {
        _time = time;
        Secret = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));
        _key = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(Secret));
    }

    public static TimeSpan Lifetime { get; } = TimeSpan.FromHours(1);

    public string Secret { get; }

    public string For(string user) => s_handler.CreateToken(new SecurityTokenDescriptor
    {
        Expires = (_time.GetUtcNow() + Lifetime).UtcDateTime,
        Claims = new Dictionary<string, object> { ["sub"] = user, ["sse.subscribe"] = new[] { ChannelOf(user) } },
        SigningCredentials = new SigningCredentials(_key, SecurityAlgorithms.HmacSha256),
    });

    /// <summary>The user of a request's cookie; null if there is none that is good.</summary>
    public async Task<string?> UserAsync(HttpRequest request)
    {
        var result = await s_handler.ValidateTokenAsync(request.Cookies[Cookie], new TokenValidationParameters
        {
            IssuerSigningKey = _key,
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            ValidateAudience = false,
            ValidateIssuer = false,
        });
        return result.IsValid ? result.ClaimsIdentity.FindFirst("sub")?.Value : null;
    }

    public static string ChannelOf(string user) => $"user.{user}";
}
