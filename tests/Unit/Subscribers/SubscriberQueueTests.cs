using SseFabric.Channels.Configuration;
using SseFabric.Frontend.Framing;
using SseFabric.Frontend.Subscribers;

namespace SseFabric.Unit.Subscribers;

[Trait("Suite", "Unit")]
public sealed class SubscriberQueueTests
{
    [Theory]
    [InlineData(SlowSubscriberPolicy.Close)]
    [InlineData(SlowSubscriberPolicy.DropOldest)]
    [InlineData(SlowSubscriberPolicy.Latest)]
    public void Enqueue_FrameLargerThanTheBound_IsTakenByAnEmptyQueue(SlowSubscriberPolicy policy)
    {
        var queue = new SubscriberQueue(policy, 10);

        Assert.Equal(0, queue.Enqueue(Frame(0, 100, 1)));
        Assert.True(queue.TryDequeue(out var frame));
        Assert.Equal(100, frame.Length);
        Assert.Null(queue.Dropped);
        Assert.False(queue.TryDequeue(out _));
    }

    [Fact]
    public void Enqueue_ExactlyTheBound_Fits()
    {
        var queue = new SubscriberQueue(SlowSubscriberPolicy.Close, 10);
        Assert.Equal(0, queue.Enqueue(Frame(0, 4, 1)));
        Assert.Equal(0, queue.Enqueue(Frame(0, 6, 2)));
        Assert.Equal(-1, queue.Enqueue(Frame(0, 1, 3)));
        Assert.Equal((2, 10L), (queue.Count, queue.Bytes));
    }

    [Theory]
    [InlineData(SlowSubscriberPolicy.Close)]
    [InlineData(SlowSubscriberPolicy.DropOldest)]
    [InlineData(SlowSubscriberPolicy.Latest)]
    public void Enqueue_AnySequence_IsWhatANaiveModelSays(SlowSubscriberPolicy policy) =>
        Seeds.Each(1000, random =>
        {
            var maxBytes = random.Next(1, 60);
            var queue = new SubscriberQueue(policy, maxBytes);
            var model = new List<QueuedFrame>();
            var dropped = new SortedSet<int>();
            byte[]? through = null;
            for (var i = 0; i < 100; i++)
            {
                switch (random.Next(10))
                {
                    case < 3:
                        Assert.Equal(model.Count > 0, queue.TryDequeue(out var taken));
                        if (model.Count > 0)
                        {
                            Assert.Equal(model[0], taken);
                            model.RemoveAt(0);
                        }

                        break;
                    case 3:
                        Assert.Equal(dropped, queue.Dropped ?? []);
                        Assert.Same(through, queue.DroppedThrough);
                        queue.ForgetDropped();
                        dropped.Clear();
                        through = null;
                        break;
                    default:
                        var frame = Frame(random.Next(4), random.Next(1, 30), i);
                        var expected = Add(policy, maxBytes, model, frame, dropped, ref through);
                        Assert.Equal(expected, queue.Enqueue(frame));
                        break;
                }

                Assert.Equal((model.Count, model.Sum(frame => (long)frame.Length)), (queue.Count, queue.Bytes));
            }
        });

    private static int Add(SlowSubscriberPolicy policy, int maxBytes, List<QueuedFrame> model, QueuedFrame frame, SortedSet<int> dropped, ref byte[]? through)
    {
        if (model.Count == 0 || model.Sum(queued => queued.Length) + frame.Length <= maxBytes)
        {
            model.Add(frame);
            return 0;
        }

        if (policy == SlowSubscriberPolicy.Close)
        {
            return -1;
        }

        var before = model.Count;
        if (policy == SlowSubscriberPolicy.Latest)
        {
            model.Add(frame);
            model.RemoveAll(queued => model.FindLast(last => last.Channel == queued.Channel) != queued);
            return before + 1 - model.Count;
        }

        while (model.Count > 0 && model.Sum(queued => queued.Length) + frame.Length > maxBytes)
        {
            dropped.Add(model[0].Channel);
            through = model[0].IdLine;
            model.RemoveAt(0);
        }

        model.Add(frame);
        return before + 1 - model.Count;
    }

    private static QueuedFrame Frame(int channel, int length, int number) =>
        new(FrameBlock.Of(new Frame([(byte)number], new byte[length - 1], [(byte)number], channel)), 0);
}
