using Orleans.Streams;
using Orleans.Streams.Core;
using SseFabric.Contracts;
using SseFabric.Contracts.Clustering;

namespace SseFabric.Grains.Frontends;

/// <summary>Hands what comes on a frontend's stream to the frontend, and holds the stream back until it has taken it. Grain scheduler.</summary>
[KeepAlive, FrontendPlacement, ImplicitStreamSubscription(IFrontendGrain.StreamNamespace)]
internal sealed class FrontendGrain(ClusterFabric fabric) : Grain, IFrontendGrain, IStreamSubscriptionObserver, IAsyncBatchObserver<EventBatch>
{
    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => handleFactory.Create<EventBatch>().ResumeAsync(this);

    public Task OnNextAsync(IList<SequentialItem<EventBatch>> items)
    {
        var batches = new EventBatch[items.Count];
        for (var i = 0; i < batches.Length; i++)
        {
            batches[i] = items[i].Item;
        }

        return fabric.DeliverAsync(batches).AsTask();
    }

    public Task<int> DisconnectAsync(string? channel, string? tokenId) =>
        fabric.DisconnectHereAsync(channel is null ? Disconnection.OfToken(tokenId!) : Disconnection.OfChannel(ChannelName.Parse(channel))).AsTask();

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;
}
