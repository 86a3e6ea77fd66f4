using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using SseFabric.Channels.Configuration;
using SseFabric.Contracts;
using SseFabric.Frontend.Framing;
using SseFabric.Frontend.Subscribers;
using SseFabric.TestKit.Delivery;
using SseFabric.TestKit.Http;

namespace SseFabric.Cluster.Kit;

/// <summary>A subscriber of a ledger at the other end of a pipe, without a connection; it comes back with its last event id.</summary>
internal sealed class PipeSubscriber(DeliveryLedger ledger, string name, StreamOptions options, IStreamFormat format, params string[] channels) : ISseHandler
{
    private readonly LedgerSubscriber _record = ledger.Join(name, channels);
    private string _lastEventId = "";
    private Action _leave = () => { };
    private Task _reading = Task.CompletedTask;

    /// <summary>Joins its channels through a frontend's loop.</summary>
    public async Task JoinAsync(FanOut loop, DeliveryLoops loops)
    {
        // The reader is scheduled, as a connection is: the loop must not do its work.
        var pipe = new Pipe();
        var output = new PipeOutput(pipe.Writer, pipe.Writer.CancelPendingFlush, socket: null);
        var subscriber = new Subscriber(loops.Next(), output, options);
        var request = new SubscribeRequest([.. channels.Select(ChannelName.Parse)], _lastEventId, format, subscriber);
        _leave = () => loop.Abandon(request);
        _reading = ReadAsync(pipe.Reader);
        Assert.Equal(SubscribeOutcome.Joined, await loop.SubscribeAsync(request));
        _ = EndAsync(output, pipe.Writer);
    }

    /// <summary>Goes without a word; done when it has read all that was written to it.</summary>
    public Task LeaveAsync()
    {
        _leave();
        return _reading;
    }

    void ISseHandler.OnEvent(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data, ReadOnlySpan<byte> id)
    {
        OnBlock(id);
        if (type.SequenceEqual("missedevents"u8))
        {
            using var told = JsonDocument.Parse(data.ToArray());
            _record.Tell(told.RootElement.GetProperty("channel").GetString()!, told.RootElement.GetProperty("reason").GetString()!);
        }
        else
        {
            _record.Arrive(data);
        }
    }

    public void OnBlock(ReadOnlySpan<byte> id) => _lastEventId = Encoding.UTF8.GetString(id);

    void ISseHandler.OnComment(ReadOnlySpan<byte> text)
    {
    }

    private static async Task EndAsync(PipeOutput output, PipeWriter writer)
    {
        await output.Completion;
        await writer.CompleteAsync();
    }

    private async Task ReadAsync(PipeReader reader)
    {
        var parser = new SseByteParser(this);
        while (await reader.ReadAsync() is var read)
        {
            foreach (var segment in read.Buffer)
            {
                parser.Append(segment.Span);
            }

            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                await reader.CompleteAsync();
                return;
            }
        }
    }
}
