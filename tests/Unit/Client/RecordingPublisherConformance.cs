using SseFabric.Client;
using SseFabric.Client.Recording;
using SseFabric.TestKit.Client;

namespace SseFabric.Unit.Client;

/// <summary>What is recorded is what would have arrived.</summary>
public sealed class RecordingPublisherConformance : ChannelPublisherConformance
{
    protected override ValueTask<PublisherUnderTest> CreateAsync()
    {
        var underTest = new Recording();
        underTest.Recorder.StartRecording();
        underTest.Recorder.MaxEventBytes = underTest.MaxEventBytes;
        return ValueTask.FromResult<PublisherUnderTest>(underTest);
    }

    private sealed class Recording : PublisherUnderTest
    {
        public RecordingPublisher Recorder { get; } = new();

        public override IChannelPublisher Publisher => Recorder;

        public override Task<IArrivals> FollowAsync(string channel) => Task.FromResult<IArrivals>(new Recorded(Recorder, channel));

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class Recorded(RecordingPublisher recorder, string channel) : IArrivals
    {
        private int _taken;

        public Task<IReadOnlyList<Arrival>> TakeAsync(int count)
        {
            var all = recorder.Published.Where(recorded => recorded.Channel.Value == channel).Select(recorded => new Arrival(recorded.Type, recorded.Text)).ToArray();
            Assert.True(all.Length >= _taken + count, $"{all.Length} are recorded; {_taken + count} were expected.");
            IReadOnlyList<Arrival> next = all[_taken..(_taken + count)];
            _taken += count;
            return Task.FromResult(next);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
