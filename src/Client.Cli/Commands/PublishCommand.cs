using System.Globalization;
using System.Text;
using Microsoft.Extensions.Options;
using SseFabric.Client.Http;
using SseFabric.Client.Redis;
using SseFabric.Contracts;

namespace SseFabric.Client.Cli.Commands;

/// <summary><c>publish CHANNEL DATA</c>.</summary>
internal static class PublishCommand
{
    private const int MaxCount = 1_000_000;

    private static readonly string[] s_options = ["--type", "--url", "--key", "--redis", "--redis-history", "--redisse", "--format", "--count"];

    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args, CancellationToken interrupted)
    {
        var arguments = new Arguments(args, s_options);
        var channel = Channel(arguments);
        var type = Type(arguments);
        var count = Count(arguments);
        using var publisher = Publisher(arguments);
        if (arguments.Errors.Count > 0 || publisher is null)
        {
            return CommandLine.BadUsage(arguments.Errors);
        }

        try
        {
            var offered = new NewEvent(type, await DataAsync(arguments.Operands[1], interrupted));
            return await PublishAsync((IChannelPublisher)publisher, channel, offered, count, interrupted);
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Interrupted; the event may or may not have been published.");
            return ExitCode.Interrupted;
        }
        catch (HttpRequestException foreign)
        {
            await Console.Error.WriteLineAsync(foreign.Message);
            return ExitCode.Failed;
        }
    }

    private static async Task<int> PublishAsync(IChannelPublisher publisher, ChannelName channel, NewEvent offered, int count, CancellationToken interrupted)
    {
        for (var i = 0; i < count; i++)
        {
            var answer = await publisher.PublishAsync(channel, [offered], null, interrupted);
            if (!answer.IsAccepted)
            {
                await Console.Error.WriteLineAsync($"{answer.Outcome}: {answer.Detail}");
                return ExitCode.Failed;
            }

            await Console.Out.WriteLineAsync(answer.Id ?? "-");
        }

        return ExitCode.Done;
    }

    private static ChannelName Channel(Arguments arguments)
    {
        if (arguments.Operands.Count != 2)
        {
            arguments.Errors.Add($"publish takes CHANNEL and DATA; {arguments.Operands.Count} operands are given. Quote data that has spaces.");
            return default;
        }

        if (!ChannelName.TryParse(arguments.Operands[0], out var channel, out var error))
        {
            arguments.Errors.Add(error);
        }

        return channel;
    }

    private static string Type(Arguments arguments)
    {
        var type = arguments["--type"] ?? NewEvent.DefaultType;
        if (!NewEvent.IsValidType(type))
        {
            arguments.Errors.Add($"--type: '{type}' is no type; it takes 1 to {NewEvent.MaxTypeLength} characters without CR, LF or NUL.");
        }

        return type;
    }

    private static int Count(Arguments arguments)
    {
        if (arguments["--count"] is not { } text)
        {
            return 1;
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count is < 1 or > MaxCount)
        {
            arguments.Errors.Add($"--count: '{text}' is no count; it takes 1 to {MaxCount}.");
        }

        return count;
    }

    private static IDisposable? Publisher(Arguments arguments)
    {
        if (arguments["--redis-history"] is { } server)
        {
            Refuse(arguments, "--redis-history", "--url", "--key", "--redis", "--redisse", "--format");
            return Checked(arguments, "--redis-history", () => new RedisHistoryPublisher(new RedisPublisherOptions { Configuration = server }));
        }

        if (arguments["--redisse"] is { } redisse)
        {
            Refuse(arguments, "--redisse", "--url", "--key", "--redis", "--format");
            return Checked(arguments, "--redisse", () => new RedisseChannelPublisher(new RedisPublisherOptions { Configuration = redisse }));
        }

        if (arguments["--redis"] is not { } configuration)
        {
            if (arguments["--format"] is not null)
            {
                arguments.Errors.Add("--format: it goes with --redis only.");
            }

            var options = new HttpPublisherOptions { Address = Frontend.Address(arguments), Key = Frontend.Key(arguments) };
            return arguments.Errors.Count > 0 ? null : new HttpChannelPublisher(options);
        }

        Refuse(arguments, "--redis", "--url", "--key", "--redis-history");
        var redis = new RedisPublisherOptions { Configuration = configuration, Format = Format(arguments) };
        return Checked(arguments, "--redis", () => new RedisChannelPublisher(redis));
    }

    private static void Refuse(Arguments arguments, string option, params string[] others)
    {
        foreach (var other in others.Where(other => arguments[other] is not null))
        {
            arguments.Errors.Add($"{other}: it doesn't go with {option}.");
        }
    }

    private static IDisposable? Checked(Arguments arguments, string option, Func<IDisposable> make)
    {
        try
        {
            return arguments.Errors.Count > 0 ? null : make();
        }
        catch (OptionsValidationException invalid)
        {
            invalid.Failures.ToList().ForEach(fault => arguments.Errors.Add($"{option}: {fault}"));
            return null;
        }
    }

    private static RedisPayloadFormat Format(Arguments arguments)
    {
        switch (arguments["--format"])
        {
            case null or "text":
                return RedisPayloadFormat.Text;
            case "json":
                return RedisPayloadFormat.Json;
            case var other:
                arguments.Errors.Add($"--format: '{other}' is no format; it takes text or json.");
                return RedisPayloadFormat.Text;
        }
    }

    private static async Task<byte[]> DataAsync(string operand, CancellationToken interrupted)
    {
        if (operand != "-")
        {
            return Encoding.UTF8.GetBytes(operand);
        }

        using var data = new MemoryStream();
        await using var input = Console.OpenStandardInput();
        await input.CopyToAsync(data, interrupted).WaitAsync(interrupted);
        return data.ToArray();
    }
}
