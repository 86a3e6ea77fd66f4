using System.Text.Json;
using SseFabric.Chat;
using SseFabric.Contracts;
using SseFabric.Frontend.Hosting;

const string Room = "/rooms/{room:regex(^[a-z0-9-]{{1,30}}$)}";

var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.Services.AddSseFabric();

var app = builder.Build();
app.Use((context, next) =>
{
    context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    context.Response.Headers.XContentTypeOptions = "nosniff";
    return next(context);
});
app.UseFileServer();

// Who opens a room listens to its channel; whoever posts there publishes to it. A body has to be JSON, which a page of another origin can't send.
app.MapSseFabric($"{Room}/events", context => new([ChannelOf((string)context.Request.RouteValues["room"]!)]));
app.MapPost($"{Room}/messages", async (string room, Message message, IChannelFabric fabric, TimeProvider time, CancellationToken cancellation) =>
{
    if (message.Fault() is { } fault)
    {
        return Results.Problem(fault, statusCode: StatusCodes.Status400BadRequest);
    }

    var said = new Message(message.From!.Trim(), message.Text!.Trim(), time.GetUtcNow());
    var answer = await fabric.PublishAsync(ChannelName.Parse(ChannelOf(room)), [new NewEvent(JsonSerializer.SerializeToUtf8Bytes(said, JsonSerializerOptions.Web))], cancellation);
    return answer.Outcome == PublishOutcome.Accepted ? Results.Accepted() : Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
});

app.Run();

static string ChannelOf(string room) => $"room.{room}";
