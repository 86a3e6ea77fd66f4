using System.Security.Claims;
using System.Text;
using Microsoft.AspNetCore.Authentication.Cookies;
using SseFabric.Contracts;
using SseFabric.Frontend.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddAuthentication().AddCookie(cookies => cookies.Events.OnRedirectToLogin = context =>
{
    context.Response.StatusCode = StatusCodes.Status401Unauthorized;
    return Task.CompletedTask;
});
builder.Services.AddAuthorization();
builder.Services.AddSseFabric();

var app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();

// The application's own endpoints.
app.MapGet("/", () => Results.Content(Pages.Inbox, "text/html; charset=utf-8"));
app.MapPost("/login", (string name) => Results.SignIn(
    new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, name)], CookieAuthenticationDefaults.AuthenticationScheme))));
app.MapPost("/messages/{name}", async (string name, HttpRequest request, IChannelFabric fabric, CancellationToken cancellation) =>
{
    if (!ChannelName.TryParse($"inbox-{name}", out var inbox, out var error))
    {
        return Results.BadRequest(error);
    }

    using var body = new StreamReader(request.Body);
    var message = new NewEvent(Encoding.UTF8.GetBytes($"{request.HttpContext.User.Identity!.Name}: {await body.ReadToEndAsync(cancellation)}"));
    var answer = await fabric.PublishAsync(inbox, [message], cancellation);
    return answer.Outcome == PublishOutcome.Accepted ? Results.Accepted() : Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
}).RequireAuthorization();

// Streams whose channels the client names, for everybody who has signed in; and one whose channels the application names.
app.MapSseFabric("/events").RequireAuthorization();
app.MapSseFabric("/inbox", context => new([$"inbox-{context.User.Identity!.Name}", "announcements"])).RequireAuthorization();

app.Run();
