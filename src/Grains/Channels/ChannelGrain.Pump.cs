namespace SseFabric.Grains.Channels;

internal sealed partial class ChannelGrain
{
    private const long MaxBatchBytes = 1 << 20;

    // What this very silo's frontend gets needs no stream to reach it, and can't be lost on the way: no beat has to follow it.
    private Action<Feed> WakeOf(SiloAddress frontend) => frontend.Equals(silo.SiloAddress) ? feed => local.Wake(_core, feed.Lane) : Wake;

    // From any thread. The lane wakes no second time until a take has found it empty, so there is one pump a feed.
    private void Wake(Feed feed) =>
        feed.Pumping = Task.Factory.StartNew(() => PumpAsync(feed), CancellationToken.None, TaskCreationOptions.DenyChildAttach, _scheduler).Unwrap();

    private async Task PumpAsync(Feed feed)
    {
        while (!feed.IsDetached && _core.Take(feed.Lane, MaxBatchBytes) is { } batch)
        {
            if (batch.Events.Count > 0)
            {
                _clock.OnEvent();
                Arm();
            }

            await sender.SendAsync(feed, batch);
        }
    }
}
