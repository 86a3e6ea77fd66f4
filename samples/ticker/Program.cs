using SseFabric.Frontend.Hosting;
using SseFabric.Ticker;

var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.Services.AddSseFabric();
builder.Services.AddHostedService<Market>();

var app = builder.Build();
app.Use((context, next) =>
{
    context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    context.Response.Headers.XContentTypeOptions = "nosniff";
    return next(context);
});
app.UseFileServer();
app.MapGet("/symbols", () => Market.Symbols);

// One stream for all prices. Each has a channel of its own: what is kept for a slow client is the latest event of each channel.
app.MapSseFabric("/prices", _ => new(Market.Symbols.Select(Market.ChannelOf)));

app.Run();
