using SseFabric.Frontend.Engine;

namespace SseFabric.Unit.Engines;

/// <summary>Keys of descriptors: never another's.</summary>
[Trait("Suite", "Unit")]
public sealed class PolledTableTests
{
    [Fact]
    public void Find_KeyOfOneThatIsGone_IsNothingThoughItsPlaceIsTaken()
    {
        var table = new PolledTable();
        var (first, second) = (new Polled(), new Polled());
        var old = table.Add(first);
        table.Remove(old);
        var next = table.Add(second);

        Assert.NotEqual(old, next);
        Assert.Null(table.Find(old));
        Assert.Same(second, table.Find(next));
        Assert.Null(table.Find(Poll.WakeKey));
    }

    [Fact]
    public void Replace_Key_StaysTheSame()
    {
        var table = new PolledTable();
        var successor = new Polled();
        var key = table.Add(new Polled());
        Assert.True(table.Replace(key, successor));

        Assert.Same(successor, table.Find(key));
        Assert.Equal(1, table.Count);
    }

    [Fact]
    public void Replace_KeyOfOneThatIsGone_LeavesItsPlaceToTheNext()
    {
        var table = new PolledTable();
        var old = table.Add(new Polled());
        table.Remove(old);
        var second = new Polled();
        var next = table.Add(second);

        Assert.False(table.Replace(old, new Polled()));

        Assert.Same(second, table.Find(next));
    }

    [Fact]
    public void AddAndRemove_AnySequence_IsWhatADictionarySays() =>
        Seeds.Each(200, random =>
        {
            var table = new PolledTable();
            var model = new Dictionary<ulong, IPolled>();
            var gone = new HashSet<ulong>();
            for (var i = 0; i < 500; i++)
            {
                if (model.Count > 0 && random.Next(2) == 0)
                {
                    var key = model.Keys.ElementAt(random.Next(model.Count));
                    table.Remove(key);
                    model.Remove(key);
                    gone.Add(key);
                }
                else
                {
                    var polled = new Polled();
                    model.Add(table.Add(polled), polled);
                }

                Assert.Equal(model.Count, table.Count);
            }

            Assert.All(model, one => Assert.Same(one.Value, table.Find(one.Key)));
            Assert.All(gone, key => Assert.Null(table.Find(key)));
            Assert.Equal(model.Count, table.All().Count());
        });

    private sealed class Polled : IPolled
    {
        public void Ready(PollEvents events)
        {
        }

        public void Drop()
        {
        }
    }
}
