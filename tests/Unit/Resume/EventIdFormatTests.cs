using System.Text;
using SseFabric.Contracts;
using SseFabric.Frontend.Resume;

namespace SseFabric.Unit.Resume;

[Trait("Suite", "Unit")]
public sealed class EventIdFormatTests
{
    [Fact]
    public void Encode_OneChannel_IsItsCursor() =>
        Assert.Equal("1764000000000-3", Encode(Names(1), [new Cursor(1764000000000, 3)]));

    [Fact]
    public void Decode_OwnId_GivesThePositionsBack() =>
        Seeds.Each(300, random =>
        {
            var names = Names(random.Next(10) == 0 ? random.Next(1, 1001) : random.Next(1, 40));
            var positions = names.Select(_ => NextCursor(random)).ToArray();
            var id = Encode(names, positions);

            Assert.All(id, c => Assert.True(char.IsAsciiLetterOrDigit(c) || c is '-' or '_', $"'{c}' in {id}"));
            Assert.Equal(positions.Select(position => new ResumePoint(ResumeKind.At, position)), EventIdFormat.Decode(id, names));
        });

    [Fact]
    public void Decode_OtherList_KnownChannelsResumeAndNewOnesAreLive()
    {
        var names = Names(10);
        var positions = names.Select((_, i) => new Cursor(1000 + i, i)).ToArray();
        var id = Encode(names, positions);

        var points = EventIdFormat.Decode(id, [names[7], ChannelName.Parse("new"), names[2]]);

        Assert.Equal([new(ResumeKind.At, positions[7]), new(ResumeKind.Live), new(ResumeKind.At, positions[2])], points);
    }

    [Fact]
    public void Decode_CursorOfOneChannelForSeveral_IsUnnamed() =>
        Assert.Equal([new(ResumeKind.Unnamed, new Cursor(5, 7)), new(ResumeKind.Unnamed, new Cursor(5, 7))], EventIdFormat.Decode("5-7", Names(2)));

    [Fact]
    public void Encode_TwentyChannelsOfAYoungFabric_IsShort() =>
        Seeds.Each(300, random =>
        {
            var begin = 1764000000000;
            var week = (long)TimeSpan.FromDays(7).TotalMilliseconds;
            var positions = Enumerable.Range(0, 20).Select(_ => new Cursor(begin + random.NextInt64(week), random.Next(1_000_000))).ToArray();

            Assert.InRange(Encode(Names(20), positions).Length, 1, 319);
        });

    [Fact]
    public void Decode_DuplicateHash_IsUnknownForThatChannelAlone()
    {
        var names = Names(2);
        uint[] hashes = [EventIdFormat.Hash(names[0]), EventIdFormat.Hash(names[0]), EventIdFormat.Hash(names[1])];
        var id = Encoding.ASCII.GetString(EventIdFormat.Encode(hashes, [new Cursor(1, 1), new Cursor(2, 2), new Cursor(3, 3)]));

        Assert.Equal([new(ResumeKind.Unknown), new(ResumeKind.At, new Cursor(3, 3))], EventIdFormat.Decode(id, names));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("m")]
    [InlineData("mA")]
    [InlineData("mAA")]
    [InlineData("mAQ")]
    [InlineData("m____________________________________________________")]
    [InlineData("m=")]
    [InlineData("m====")]
    [InlineData("mAQ==AQ==")]
    [InlineData("m AQAA")]
    [InlineData("m\n")]
    [InlineData("mé")]
    [InlineData("-")]
    [InlineData("1-")]
    [InlineData("-1")]
    [InlineData("1--1")]
    [InlineData("+1-1")]
    [InlineData("1-+1")]
    [InlineData(" 1-1")]
    [InlineData("1-1 ")]
    [InlineData("1-1\0")]
    [InlineData("1\0-1")]
    [InlineData("١-١")]
    [InlineData("9223372036854775808-1")]
    [InlineData("1-9223372036854775808")]
    [InlineData("1-1, 2-2")]
    [InlineData("42")]
    [InlineData("0x1-1")]
    public void Decode_Foreign_IsUnknownForAll(string id)
    {
        Assert.All(EventIdFormat.Decode(id, Names(3)), point => Assert.Equal(ResumeKind.Unknown, point.Kind));
        Assert.Equal(ResumeKind.Unknown, EventIdFormat.Decode(id, Names(1))[0].Kind);
    }

    [Fact]
    public void Decode_TruncatedOrMutated_NeverThrowsAndNeverNamesAnImpossiblePosition() =>
        Seeds.Each(5000, random =>
        {
            var names = Names(random.Next(2, 6));
            var id = Encode(names, [.. names.Select(_ => NextCursor(random))]).ToCharArray();
            for (var left = random.Next(3); left > 0; left--)
            {
                id[random.Next(id.Length)] = random.Next(2) == 0 ? (char)random.Next(0x250) : (char)random.Next('+', 'z');
            }

            AssertSound(EventIdFormat.Decode(new string(id, 0, random.Next(1, id.Length + 1)), names));
        });

    [Fact]
    public void Decode_RandomBytes_NeverThrows() =>
        Seeds.Each(5000, random =>
        {
            var bytes = new byte[random.Next(60)];
            random.NextBytes(bytes);
            AssertSound(EventIdFormat.Decode($"m{System.Buffers.Text.Base64Url.EncodeToString(bytes)}", Names(3)));
        });

    [Fact]
    public void Decode_ClaimsMoreChannelsThanAllowed_IsUnknown()
    {
        var hashes = Enumerable.Range(0, 1001).Select(i => (uint)i).ToArray();
        var id = Encoding.ASCII.GetString(EventIdFormat.Encode(hashes, new Cursor[1001]));
        Assert.All(EventIdFormat.Decode(id, Names(2)), point => Assert.Equal(ResumeKind.Unknown, point.Kind));
    }

    private static void AssertSound(ResumePoint[] points) =>
        Assert.All(points, point => Assert.True(point.Cursor is { Epoch: >= 0, Offset: >= 0 }, point.ToString()));

    private static Cursor NextCursor(Random random) => random.Next(5) switch
    {
        0 => default,
        1 => new Cursor(long.MaxValue, long.MaxValue),
        2 => new Cursor(random.NextInt64(long.MaxValue), random.NextInt64(long.MaxValue)),
        _ => new Cursor(1764000000000 + random.Next(100), random.Next(1_000_000)),
    };

    private static ChannelName[] Names(int count) => [.. Enumerable.Range(0, count).Select(i => ChannelName.Parse($"channel {i}"))];

    private static string Encode(ChannelName[] names, Cursor[] positions) =>
        Encoding.ASCII.GetString(EventIdFormat.Encode(Array.ConvertAll(names, EventIdFormat.Hash), positions));
}
