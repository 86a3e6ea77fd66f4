using Orleans.Providers.Streams.Common;
using Orleans.Streams;
using SseFabric.Contracts;

namespace SseFabric.Grains.Streaming;

/// <summary>One delivery to a frontend: batches of one or more channels. Never leaves the silo.</summary>
[GenerateSerializer, Immutable, Alias("SseFabric.FrontendBatchContainer")]
internal sealed class FrontendBatchContainer(StreamId streamId, List<EventBatch> batches, long sequence) : IBatchContainer
{
    [Id(0)]
    private readonly List<EventBatch> _batches = batches;

    [Id(1)]
    private readonly EventSequenceTokenV2 _token = new(sequence);

    [Id(2)]
    public StreamId StreamId { get; } = streamId;

    public StreamSequenceToken SequenceToken => _token;

    public IEnumerable<Tuple<T, StreamSequenceToken>> GetEvents<T>()
    {
        foreach (var batch in _batches)
        {
            if (batch is T item)
            {
                yield return Tuple.Create(item, (StreamSequenceToken)_token);
            }
        }
    }

    public bool ImportRequestContext() => false;
}
