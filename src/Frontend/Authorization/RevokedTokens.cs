namespace SseFabric.Frontend.Authorization;

/// <summary>Ids of tokens whose streams were ended before their time: they open none any more. Any thread.</summary>
/// <remarks>The latest <see cref="MaxTokens"/>, in this process's memory: what a token's own short life doesn't bound can't be forgotten any sooner.</remarks>
internal sealed class RevokedTokens
{
    public const int MaxTokens = 10_000;

    private readonly Lock _lock = new();
    private readonly HashSet<string> _ids = [];
    private readonly Queue<string> _inOrder = [];

    public void Add(string id)
    {
        lock (_lock)
        {
            if (!_ids.Add(id))
            {
                return;
            }

            _inOrder.Enqueue(id);
            if (_inOrder.Count > MaxTokens)
            {
                _ids.Remove(_inOrder.Dequeue());
            }
        }
    }

    public bool Contains(string? id)
    {
        if (id is null)
        {
            return false;
        }

        lock (_lock)
        {
            return _ids.Contains(id);
        }
    }
}
