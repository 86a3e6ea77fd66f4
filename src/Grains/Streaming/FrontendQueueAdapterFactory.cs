using Orleans.Streams;
using SseFabric.Contracts.Clustering;

namespace SseFabric.Grains.Streaming;

/// <summary>Makes the parts of the frontend stream provider, one of each.</summary>
internal sealed class FrontendQueueAdapterFactory : IQueueAdapterFactory
{
    private readonly FrontendQueueMapper _mapper;
    private readonly FrontendQueueCaches _caches;
    private readonly FrontendQueueAdapter _adapter;

    public FrontendQueueAdapterFactory(string name, ILocalSiloDetails silo, FrontendQueue queue, FrontendQueueClient client, TimeProvider time)
    {
        var stream = StreamId.Create(IFrontendGrain.StreamNamespace, silo.SiloAddress.ToParsableString());
        _mapper = new FrontendQueueMapper(silo.SiloAddress);
        _caches = new FrontendQueueCaches(stream, time);
        _adapter = new FrontendQueueAdapter(name, silo.SiloAddress, queue, client, _caches);
    }

    public Task<IQueueAdapter> CreateAdapter() => Task.FromResult<IQueueAdapter>(_adapter);

    public IQueueAdapterCache GetQueueAdapterCache() => _caches;

    public IStreamQueueMapper GetStreamQueueMapper() => _mapper;

    // A delivery that fails for good is a hole that the frontend sees by its offsets; the subscription stays.
    public Task<IStreamFailureHandler> GetDeliveryFailureHandler(QueueId queueId) =>
        Task.FromResult<IStreamFailureHandler>(new NoOpStreamDeliveryFailureHandler());
}
