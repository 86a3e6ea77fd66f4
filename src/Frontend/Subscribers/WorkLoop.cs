using System.Collections.Concurrent;

namespace SseFabric.Frontend.Subscribers;

/// <summary>A queue of items, executed in order by one thread at a time.</summary>
/// <typeparam name="TLoop">The loop itself, which its items are given.</typeparam>
internal abstract class WorkLoop<TLoop> : IThreadPoolWorkItem
    where TLoop : WorkLoop<TLoop>
{
    private readonly ConcurrentQueue<ILoopItem<TLoop>> _items = new();
    private int _isAwake;

    /// <summary>Queues an item. Any thread.</summary>
    public void Post(ILoopItem<TLoop> item)
    {
        _items.Enqueue(item);
        if (Interlocked.Exchange(ref _isAwake, 1) == 0)
        {
            Wake();
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        do
        {
            ExecuteItems();
        }
        while (!TryRest());
    }

    /// <summary>Has the loop's thread execute what is queued. Any thread; called once for each time that the loop rests.</summary>
    protected virtual void Wake() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    /// <summary>Executes what is queued now; what comes meanwhile has its turn when others have had theirs.</summary>
    protected void ExecuteItems()
    {
        for (var count = _items.Count; count > 0 && _items.TryDequeue(out var item); count--)
        {
            try
            {
                item.Execute((TLoop)this);
            }
#pragma warning disable CA1031 // The loop serves everybody: one item's fault must not be the end of the others.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Fail(item, exception);
            }
        }

        try
        {
            AfterItems();
        }
#pragma warning disable CA1031 // As above.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Failed(this, exception);
        }
    }

    /// <summary>Lets go of the loop until <see cref="Wake"/>.</summary>
    /// <returns>False: an item came meanwhile, and the loop goes on.</returns>
    protected bool TryRest()
    {
        // A full fence: the look at the queue must not be taken before posters can see that the loop is leaving, or an item is forgotten.
        Interlocked.Exchange(ref _isAwake, 0);

        // An item posted after the last look, whose poster still saw the loop awake.
        return _items.IsEmpty || Interlocked.Exchange(ref _isAwake, 1) == 1;
    }

    /// <summary>The loop is awake without having been woken by a poster.</summary>
    protected void StayAwake() => Volatile.Write(ref _isAwake, 1);

    /// <summary>What was queued has been executed.</summary>
    protected virtual void AfterItems()
    {
    }

    /// <summary>Something has thrown; the loop goes on.</summary>
    protected abstract void Failed(object item, Exception exception);

    private void Fail(ILoopItem<TLoop> item, Exception exception)
    {
        Failed(item, exception);
        try
        {
            item.Fail((TLoop)this, exception);
        }
#pragma warning disable CA1031 // As above.
        catch (Exception again)
#pragma warning restore CA1031
        {
            Failed(item, again);
        }
    }
}
