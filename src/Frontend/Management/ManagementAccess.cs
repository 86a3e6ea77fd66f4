using SseFabric.Channels.Configuration;
using SseFabric.Frontend.Authorization;
using SseFabric.Frontend.Endpoints;

namespace SseFabric.Frontend.Management;

/// <summary>Who may use the management paths: whoever gives the key, or without one, whoever is on this machine. Immutable; any thread.</summary>
internal sealed class ManagementAccess(ManagementOptions options)
{
    private readonly SecretKeys _keys = new(string.IsNullOrEmpty(options.Key) ? [] : [options.Key]);

    /// <summary>Whether it is the key that counts.</summary>
    public bool HasKey => _keys.Any;

    /// <summary>An endpoint that answers only those who may use it.</summary>
    public RequestDelegate Guard(RequestDelegate endpoint) => Guard(endpoint, static context => LocalPeer.Fault(context, [], originsKey: null));

    /// <summary>The same for what a page of this server's own asks for.</summary>
    public RequestDelegate GuardPage(RequestDelegate endpoint) => Guard(endpoint, LocalPeer.PageFault);

    private RequestDelegate Guard(RequestDelegate endpoint, Func<HttpContext, string?> localFault) => async context =>
    {
        if (!await IsRefusedAsync(context, localFault))
        {
            await endpoint(context);
        }
    };

    private async ValueTask<bool> IsRefusedAsync(HttpContext context, Func<HttpContext, string?> localFault)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (_keys.Any)
        {
            if (_keys.Contains(BearerToken.OfHeader(context.Request)))
            {
                return false;
            }

            context.Response.Headers.WWWAuthenticate = BearerToken.Scheme;
            await Problems.WriteAsync(context, StatusCodes.Status401Unauthorized, "bad-key", "This needs the key of Fabric:Management:Key, as 'Authorization: Bearer KEY'; it is missing or wrong.");
            return true;
        }

        if (localFault(context) is not { } fault)
        {
            return false;
        }

        await Problems.WriteAsync(context, StatusCodes.Status403Forbidden, "management-forbidden", $"Without Fabric:Management:Key only requests on this machine are taken, and {fault}.");
        return true;
    }
}
