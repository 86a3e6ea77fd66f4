using System.Net.Http.Headers;
using SseFabric.Client.Subscribing;
using SseFabric.Contracts;

namespace SseFabric.Client.Cli.Commands;

/// <summary><c>listen CHANNEL…</c>.</summary>
internal static class ListenCommand
{
    private static readonly string[] s_options = ["--url", "--key", "--last-event-id"];

    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args, CancellationToken interrupted)
    {
        var arguments = new Arguments(args, s_options);
        var channels = Channels(arguments);
        var address = Frontend.Address(arguments);
        var key = Frontend.Key(arguments);
        var lastEventId = LastEventId(arguments);
        if (arguments.Errors.Count > 0)
        {
            return CommandLine.BadUsage(arguments.Errors);
        }

        using var subscriber = new SseFabricSubscriber(
            new SubscriberOptions { Address = new Uri($"{address.AbsoluteUri.TrimEnd('/')}/events"), ConfigureRequest = request => Authorize(request, key) },
            new ErrorLogger());
        await using var output = LiveOutput.Open();
        try
        {
            await foreach (var item in subscriber.SubscribeAsync(channels, lastEventId, interrupted))
            {
                await output.WriteLineAsync(ListenLine.Of(item).AsMemory(), CancellationToken.None);
            }

            return ExitCode.Done;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Done;
        }
        catch (IOException)
        {
            // Whoever read the output has had enough.
            return ExitCode.Done;
        }
        catch (Exception refused) when (refused is SubscriptionRefusedException or InvalidDataException)
        {
            await Console.Error.WriteLineAsync(refused.Message);
            return ExitCode.Failed;
        }
    }

    private static List<ChannelName> Channels(Arguments arguments)
    {
        if (arguments.Operands.Count == 0)
        {
            arguments.Errors.Add("listen takes one CHANNEL or more; none is given.");
        }

        var channels = new List<ChannelName>();
        foreach (var operand in arguments.Operands)
        {
            if (ChannelName.TryParse(operand, out var channel, out var error))
            {
                channels.Add(channel);
            }
            else
            {
                arguments.Errors.Add(error);
            }
        }

        return channels;
    }

    private static string? LastEventId(Arguments arguments)
    {
        var id = arguments["--last-event-id"];
        if (id?.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0)
        {
            arguments.Errors.Add("--last-event-id: it has a CR, LF or NUL, which no id has.");
        }

        return id;
    }

    private static void Authorize(HttpRequestMessage request, string? key)
    {
        if (key is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }
    }
}
