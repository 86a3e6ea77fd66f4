namespace SseFabric.Channels.History.Recording;

// What was recorded before, and whether the numbering goes on from there.
internal sealed partial class RecordedIntake
{
    /// <summary>The mark of before the channel was subscribed: nothing that was heard is counted in it.</summary>
    private string? _markBefore;

    /// <summary>The mark in the store.</summary>
    private string? _storedMark;

    private async Task<bool> OpenStoreAsync()
    {
        try
        {
            _markBefore = await store.MarkAsync(core.Name);
            var stored = await store.ReadAsync(core.Name, null);
            if (stored.Page is { } page)
            {
                core.Restore(page);
                _storedMark = stored.Mark;
            }
            else
            {
                await KeepMarkAsync(_markBefore);
            }

            _isAway = false;
            return true;
        }
        catch (HistoryStoreException exception) when (exception.IsRefusal)
        {
            await DegradeAsync(exception);
            return true;
        }
        catch (HistoryStoreException exception)
        {
            Away(exception);
            return false;
        }
    }

    private async Task PassAsync(BoundaryEntry boundary)
    {
        if (boundary.IsSubscribed)
        {
            await SubscribedAsync();
        }

        if (boundary.LastKnownEpoch > core.Head.Epoch)
        {
            // A former owner's clock was ahead, or it gave out positions that were never recorded.
            core.BeginEpoch(boundary.LastKnownEpoch);
            await KeepMarkAsync(_storedMark);
        }

        boundary.Pass();
    }

    private async Task SubscribedAsync()
    {
        if (!_isDegraded)
        {
            await CatchUpAsync();
        }

        if (core.HasBegun && !await IsUnbrokenAsync())
        {
            core.BeginEpoch(0);
            await KeepMarkAsync(_markBefore);
        }

        // From here on messages are heard, and counted in any later mark: after a loss of the connection this one can't be kept again.
        _markBefore = null;
        core.Heard();
    }

    private async Task<bool> IsUnbrokenAsync()
    {
        try
        {
            return !_isDegraded && _storedMark is { } mark && await store.MarkAsync(core.Name) == mark;
        }
        catch (HistoryStoreException exception)
        {
            Away(exception);
            return false;
        }
    }

    private async Task KeepMarkAsync(string? mark)
    {
        if (_isDegraded)
        {
            // Of this epoch the store won't know all positions.
            mark = null;
        }

        try
        {
            await store.BeginEpochAsync(core.Name, core.Head.Epoch, mark ?? "");
            _storedMark = mark;
        }
        catch (HistoryStoreException exception) when (exception.IsRefusal)
        {
            await DegradeAsync(exception);
        }
        catch (HistoryStoreException exception)
        {
            // The epoch begins in the store with its first event.
            Away(exception);
            _storedMark = null;
        }
    }
}
