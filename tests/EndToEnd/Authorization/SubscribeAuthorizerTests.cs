using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SseFabric.Channels.Configuration;
using SseFabric.Contracts;
using SseFabric.Frontend.Authorization;
using SseFabric.Frontend.Hosting;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Authorization;

/// <summary>An application that embeds the fabric decides by itself who reads what.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class SubscribeAuthorizerTests
{
    private static readonly ChannelName s_mine = ChannelName.Parse("mine");

    [Fact]
    [Trait("Parity", "120")]
    public async Task Authorize_RewrittenList_IsWhatTheStreamGets()
    {
        await using var app = await App.StartAsync(async context =>
        {
            await Task.Yield();
            return SubscribeDecision.AllowChannels(context.Channels.Where(channel => channel.Value != "not-mine").Append(s_mine).Append(s_mine));
        });
        await using var client = await app.OpenAsync("/events?channel=a&channel=not-mine");
        await client.WaitForRawAsync("the first block", raw => raw.Contains("\n\n", StringComparison.Ordinal));

        foreach (var channel in new[] { "not-mine", "a", "mine" })
        {
            await app.PublishAsync(channel);
        }

        Assert.Equal(["a", "mine"], (await client.TakeAsync(2)).Select(taken => taken.Text));
    }

    [Theory]
    [InlineData("unauthorized", 401)]
    [InlineData("forbidden", 403)]
    [InlineData("not found", 404)]
    [InlineData("none", 404)]
    [InlineData("null", 404)]
    [InlineData("throw", 500)]
    [InlineData("nameless", 500)]
    [Trait("Parity", "120")]
    public async Task Authorize_Refusal_IsAnsweredAndNothingIsSubscribed(string how, int status)
    {
        await using var app = await App.StartAsync(async _ =>
        {
            await Task.Yield();
            return how switch
            {
                "unauthorized" => SubscribeDecision.Unauthorized("Who are you?"),
                "forbidden" => SubscribeDecision.Forbidden(),
                "not found" => SubscribeDecision.NotFound(),
                "none" => SubscribeDecision.AllowChannels([]),
                "null" => SubscribeDecision.AllowChannels(null),
                "nameless" => SubscribeDecision.AllowChannels([default]),
                _ => throw new InvalidOperationException("broken"),
            };
        });

        await using var client = await app.OpenAsync("/events?channel=a");
        await client.Ended.Within("the end of the answer");

        Assert.Equal(status, (int)client.Status);
        Assert.Equal(status == 401 ? "Bearer" : null, client.Header("WWW-Authenticate"));
        Assert.Equal(how == "unauthorized", client.Raw.Contains("Who are you?", StringComparison.Ordinal));
        Assert.Equal(0, await app.PublishAsync("a"));
    }

    [Fact]
    public async Task Authorize_Expiry_EndsTheStream()
    {
        await using var app = await App.StartAsync(_ => ValueTask.FromResult(SubscribeDecision.Allowed with { ExpiresAt = TimeProvider.System.GetUtcNow().AddSeconds(1) }));
        await using var client = await app.OpenAsync("/events?channel=a");

        await client.Ended.Within("the end of the stream");

        Assert.EndsWith("""{"reason":"expired"}""", (await client.NextAsync()).Text, StringComparison.Ordinal);
    }

    /// <summary>The token first, then each in its order; all see what is left, and the earliest end counts.</summary>
    [Fact]
    public async Task Authorize_Several_AreAskedInTurnAfterTheToken()
    {
        var asked = new List<string>();
        await using var app = await App.StartAsync(
            context =>
            {
                asked.Add($"first {string.Join(' ', context.Channels)}");
                return ValueTask.FromResult(SubscribeDecision.AllowChannels([s_mine]) with { ExpiresAt = DateTimeOffset.MaxValue });
            },
            context =>
            {
                asked.Add($"second {string.Join(' ', context.Channels)}");
                return ValueTask.FromResult(context.Http.Request.Query.ContainsKey("no") ? SubscribeDecision.Forbidden() : SubscribeDecision.Allowed);
            },
            new JwtOptions { Secret = TestToken.Secret, Algorithms = ["HS256"] });
        var token = TestToken.For("a").With("exp", TestToken.In(TimeSpan.FromSeconds(6)));

        await using var none = await app.OpenAsync("/events?channel=a");
        Assert.Equal(HttpStatusCode.Unauthorized, none.Status);
        Assert.Empty(asked);
        await using var refused = await app.OpenAsync($"/events?channel=a&no&access_token={token}");
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.Equal(["first a", "second mine"], asked);
        await using var client = await app.OpenAsync($"/events?channel=a&access_token={token}");
        Assert.Equal(HttpStatusCode.OK, client.Status);
        await client.Ended.Within("the end of the token");
    }

    private sealed class App(WebApplication app) : IAsyncDisposable
    {
        public static Task<App> StartAsync(Func<SubscribeContext, ValueTask<SubscribeDecision>> authorize) => StartAsync(authorize, null, null);

        /// <summary>With one registered before the fabric, and one after it.</summary>
        public static async Task<App> StartAsync(
            Func<SubscribeContext, ValueTask<SubscribeDecision>> before, Func<SubscribeContext, ValueTask<SubscribeDecision>>? after, JwtOptions? jwt)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Services.AddSingleton<ISubscribeAuthorizer>(new Authorizer(before));
            var options = new FabricOptions { Auth = { Jwt = jwt } };
            options.RespDoor.Listen = "";
            options.Drain.Window = TimeSpan.Zero;
            builder.Services.AddSseFabric(options);
            if (after is not null)
            {
                builder.Services.AddSingleton<ISubscribeAuthorizer>(new Authorizer(after));
            }

            var app = builder.Build();
            app.MapSseFabric();
            await app.StartAsync();
            return new App(app);
        }

        public Task<SseClient> OpenAsync(string target) => SseClient.OpenAsync(new Uri(new Uri(app.Urls.Single()), target));

        /// <summary>Publishes the channel's name to it.</summary>
        /// <returns>Its subscribers.</returns>
        public async Task<int> PublishAsync(string channel) =>
            (await app.Services.GetRequiredService<IChannelFabric>().PublishAsync(
                ChannelName.Parse(channel), [new NewEvent(System.Text.Encoding.UTF8.GetBytes(channel))], CancellationToken.None)).Subscribers;

        public async ValueTask DisposeAsync()
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }
    }

    private sealed class Authorizer(Func<SubscribeContext, ValueTask<SubscribeDecision>> authorize) : ISubscribeAuthorizer
    {
        public ValueTask<SubscribeDecision> AuthorizeAsync(SubscribeContext context, CancellationToken cancellationToken) => authorize(context);
    }
}
