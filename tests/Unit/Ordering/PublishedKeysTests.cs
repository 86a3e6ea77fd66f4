using SseFabric.Channels.Ordering;
using SseFabric.Contracts;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Unit.Ordering;

public sealed class PublishedKeysTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void Key_IsForgottenAfterTheWindow()
    {
        var keys = new PublishedKeys(_time);
        keys.Add("first", new Cursor(1, 1));
        _time.Advance(PublishResult.IdempotencyWindow - TimeSpan.FromSeconds(1));
        keys.Add("second", new Cursor(1, 2));

        Assert.True(keys.TryFind("first", out var last));
        Assert.Equal(new Cursor(1, 1), last);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(keys.TryFind("first", out _));
        Assert.True(keys.TryFind("second", out _));
        _time.Advance(PublishResult.IdempotencyWindow);
        Assert.True(keys.IsEmpty);
    }

    [Fact]
    public void Restored_KeysAreAsOldAsTheyWere()
    {
        var keys = new PublishedKeys(_time);
        keys.Add("first", new Cursor(1, 1));
        _time.Advance(PublishResult.IdempotencyWindow - TimeSpan.FromSeconds(2));
        keys.Add("second", new Cursor(1, 2));
        _time.Advance(TimeSpan.FromSeconds(1));

        var restored = new PublishedKeys(_time);
        restored.Restore(keys.ToArray());

        Assert.True(restored.TryFind("first", out var last));
        Assert.Equal(new Cursor(1, 1), last);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(restored.TryFind("first", out _));
        Assert.True(restored.TryFind("second", out _));
    }

    [Fact]
    public void AtTheBound_ThereIsNoRoom_UntilTheOldestIsForgotten()
    {
        var keys = new PublishedKeys(_time);
        for (var i = 0; i < PublishedKeys.MaxKeys; i++)
        {
            Assert.True(keys.HasRoom);
            keys.Add($"{i}", default);
        }

        Assert.False(keys.HasRoom);
        _time.Advance(PublishResult.IdempotencyWindow);
        Assert.True(keys.IsEmpty && keys.HasRoom);
    }
}
