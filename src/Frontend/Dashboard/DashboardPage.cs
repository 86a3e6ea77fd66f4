using SseFabric.Frontend.Management;

namespace SseFabric.Frontend.Dashboard;

/// <summary>The page at <c>/dashboard</c> and what it loads, out of this assembly. It says nothing of the fabric: that it has to ask for.</summary>
internal static class DashboardPage
{
    private const string Index = "index.html";
    private const string ResourcePrefix = "Dashboard/";

    // Everything is the page's own, none of it inline, and no text becomes markup.
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        + "require-trusted-types-for 'script'; trusted-types 'none'";

    private static readonly string[] s_methods = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Maps the page, and each of its files below it.</summary>
    public static void Map(IEndpointRouteBuilder management, ManagementAccess access)
    {
        foreach (var name in typeof(DashboardPage).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(ResourcePrefix, StringComparison.Ordinal)))
        {
            var file = name[ResourcePrefix.Length..];
            var (bytes, type) = (Read(name), ContentType(file));
            RequestDelegate answer = file == Index ? context => WritePageAsync(context, bytes, type) : context => WriteAsync(context, bytes, type);

            // With a key, it is the page that asks for it: a browser gives none when it loads one.
            management.MapMethods(file == Index ? DashboardEndpoints.Path : $"{DashboardEndpoints.Path}/{file}", s_methods, access.HasKey ? answer : access.GuardPage(answer));
        }
    }

    // What the page names stands below its path, from which browsers leave off what is behind the last slash.
    private static Task WritePageAsync(HttpContext context, byte[] bytes, string type)
    {
        if (!context.Request.Path.Value!.EndsWith('/'))
        {
            return WriteAsync(context, bytes, type);
        }

        context.Response.StatusCode = StatusCodes.Status308PermanentRedirect;
        context.Response.Headers.Location = "../dashboard";
        return Task.CompletedTask;
    }

    private static Task WriteAsync(HttpContext context, byte[] bytes, string type)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        context.Response.ContentType = type;
        context.Response.ContentLength = bytes.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
    }

    private static byte[] Read(string resource)
    {
        using var stream = typeof(DashboardPage).Assembly.GetManifestResourceStream(resource)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static string ContentType(string file) => System.IO.Path.GetExtension(file) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => throw new ArgumentOutOfRangeException(nameof(file), file, null),
    };
}
