using System.Text.Json;
using SseFabric.Contracts;
using SseFabric.Frontend.Hosting;
using SseFabric.Notifications;

var tokens = new Tokens(TimeProvider.System);
var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.Services.AddSseFabric(options => options.Auth.Jwt = new() { Secret = tokens.Secret, Algorithms = ["HS256"], Cookie = Tokens.Cookie });

var app = builder.Build();
app.Use((context, next) =>
{
    context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    context.Response.Headers.XContentTypeOptions = "nosniff";
    return next(context);
});
app.UseFileServer();

// The application says who one is. The cookie holds a token that names the one channel it may read; the page's scripts can't see it.
app.MapPost("/sign-in", (SignIn who, HttpResponse response) =>
{
    if (!who.IsKnown)
    {
        return Results.Problem($"\"name\" is one of {string.Join(", ", SignIn.Users)}.", statusCode: StatusCodes.Status400BadRequest);
    }

    response.Cookies.Append(Tokens.Cookie, tokens.For(who.Name!), new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, MaxAge = Tokens.Lifetime });
    return Results.NoContent();
});
app.MapPost("/sign-out", (HttpResponse response) =>
{
    response.Cookies.Delete(Tokens.Cookie);
    return Results.NoContent();
});
app.MapGet("/me", async (HttpRequest request) => await tokens.UserAsync(request) is { } user ? Results.Ok(new { user }) : Results.Unauthorized());

app.MapPost("/users/{user}/notices", async (string user, Notice notice, HttpRequest request, IChannelFabric fabric, TimeProvider time, CancellationToken cancellation) =>
{
    if (await tokens.UserAsync(request) is not { } from)
    {
        return Results.Unauthorized();
    }

    if (!SignIn.Users.Contains(user))
    {
        return Results.NotFound();
    }

    if (notice.Fault() is { } fault)
    {
        return Results.Problem(fault, statusCode: StatusCodes.Status400BadRequest);
    }

    var data = JsonSerializer.SerializeToUtf8Bytes(new Notice(notice.Text!.Trim(), from, time.GetUtcNow()), JsonSerializerOptions.Web);
    var answer = await fabric.PublishAsync(ChannelName.Parse(Tokens.ChannelOf(user)), [new NewEvent(data)], cancellation);
    return answer.Outcome == PublishOutcome.Accepted ? Results.Accepted() : Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
});

// The fabric looks at the token: it lets each user read what the token names.
app.MapSseFabric("/events");

app.Run();
