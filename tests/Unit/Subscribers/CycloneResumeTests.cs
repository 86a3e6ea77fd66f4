using System.Text;
using SseFabric.Channels.Configuration;
using SseFabric.Frontend.Framing;
using SseFabric.Unit.Framing;

namespace SseFabric.Unit.Subscribers;

/// <summary>Subscribers of several channels with ids that name a position in one of them, cut wherever it pleases.</summary>
[Trait("Suite", "Unit")]
[Trait("Parity", "126")]
public sealed class CycloneResumeTests
{
    private static readonly string[] s_channels = ["a", "b", "c"];

    [Fact]
    public async Task Resume_OneProcess_EveryEventOnceInOrder()
    {
        for (var seed = 1; seed <= 15; seed++)
        {
            await RunAsync(seed, isAlone: true, longestPause: TimeSpan.FromMilliseconds(3), hasOneList: true);
        }
    }

    /// <summary>What comes of one channel before an event that others got earlier may come again.</summary>
    [Fact]
    public async Task Resume_OneProcessAndManyLists_EveryEventAtLeastOnce()
    {
        for (var seed = 1; seed <= 15; seed++)
        {
            await RunAsync(seed, isAlone: true, longestPause: TimeSpan.FromMilliseconds(3));
        }
    }

    [Fact]
    public async Task Resume_PerhapsAnotherFrontend_EveryEventAtLeastOnce()
    {
        for (var seed = 1; seed <= 15; seed++)
        {
            await RunAsync(seed, isAlone: false, longestPause: TimeSpan.FromSeconds(2));
        }
    }

    private static async Task RunAsync(int seed, bool isAlone, TimeSpan longestPause, bool hasOneList = false)
    {
        var random = new Random(seed);
        await using var under = new FanOutUnderTest(rule: new ChannelRule { History = new HistoryOptions { Count = 100_000, MaxBytes = 1 << 30 } });
        var format = new CycloneFormat(under.Options, isAlone, under.Time);
        var published = s_channels.ToDictionary(channel => channel, _ => 0);
        var readers = new List<Reader>();
        for (var step = 0; step < 150; step++)
        {
            switch (random.Next(8))
            {
                case 0 when readers.Count < 4:
                    readers.Add(await Reader.JoinAsync(under, format, [.. s_channels.Where(_ => hasOneList || random.Next(3) > 0).DefaultIfEmpty("a")], published));
                    break;
                case 1 when readers.Count > 0:
                    await readers[random.Next(readers.Count)].CutAsync(random);
                    break;
                case 2 when readers.Count > 0:
                    await readers[random.Next(readers.Count)].ReturnAsync(under, format, published);
                    break;
                default:
                    var channel = s_channels[random.Next(s_channels.Length)];
                    under.Time.Advance(longestPause * random.NextDouble());
                    await under.PublishAsync(channel, $"{channel}{++published[channel]}");
                    foreach (var reader in readers.Where(reader => reader.Has(channel)))
                    {
                        await reader.SeeAsync($"{channel}{published[channel]}");
                    }

                    break;
            }
        }

        foreach (var reader in readers)
        {
            await reader.ReturnAsync(under, format, published);
            reader.Verify(seed, published, exactlyOnce: hasOneList);
        }
    }

    private sealed class Reader(string[] channels, Dictionary<string, int> before)
    {
        private readonly List<(string Id, string Data)> _received = [];
        private PipeClient? _client;
        private int _taken;

        public static async Task<Reader> JoinAsync(FanOutUnderTest under, CycloneFormat format, string[] channels, Dictionary<string, int> published) =>
            new(channels, new(published)) { _client = await under.JoinAsync(channels, format: format) };

        public bool Has(string channel) => _client is not null && channels.Contains(channel);

        public Task SeeAsync(string data) => _client!.SeeTextAsync(data, text => text.Contains($"data: {data}\n\n", StringComparison.Ordinal));

        /// <summary>The connection breaks somewhere after the first event: what came later has not been received.</summary>
        public async Task CutAsync(Random random)
        {
            if (_client is null || !Take())
            {
                return;
            }

            var last = random.Next(Math.Max(1, _taken), _received.Count + 1);
            _received.RemoveRange(last, _received.Count - last);
            _taken = last;
            _client.Leave();
            await _client.ClosedAsync();
            _client = null;
        }

        public async Task ReturnAsync(FanOutUnderTest under, CycloneFormat format, Dictionary<string, int> published)
        {
            if (_client is null)
            {
                _client = await under.JoinAsync(channels, _received[^1].Id, format: format);
                foreach (var channel in channels.Where(channel => published[channel] > Newest(channel)))
                {
                    await SeeAsync($"{channel}{published[channel]}");
                }
            }
        }

        public void Verify(int seed, Dictionary<string, int> published, bool exactlyOnce)
        {
            Take();
            foreach (var channel in channels)
            {
                var expected = Enumerable.Range(before[channel] + 1, published[channel] - before[channel]).ToArray();
                var numbers = NumbersOf(channel).ToArray();
                var seen = exactlyOnce ? numbers : [.. numbers.Where(number => number > before[channel]).Distinct().Order()];
                Assert.True(expected.SequenceEqual(seen), $"Seed {seed}, channel {channel}: awaited {before[channel] + 1} to {published[channel]}, seen in all {string.Join(' ', _received.Select(one => one.Data))}.");
            }
        }

        private int Newest(string channel) => NumbersOf(channel).DefaultIfEmpty(before[channel]).Max();

        private IEnumerable<int> NumbersOf(string channel) =>
            _received.Where(one => one.Data[..1] == channel).Select(one => int.Parse(one.Data[1..], System.Globalization.CultureInfo.InvariantCulture));

        private bool Take()
        {
            if (_client is not null)
            {
                _received.RemoveRange(_taken, _received.Count - _taken);
                _received.AddRange(Parsed.Events(Encoding.Latin1.GetBytes(_client.Text)).Select(item => (item.EventId!, item.Data)));
            }

            return _received.Count > 0;
        }
    }
}
