using SseFabric.Channels.Configuration;

namespace SseFabric.Unit.Configuration;

[Trait("Suite", "Unit")]
public sealed class ChannelGlobTests
{
    // All there is of up to five letters of this alphabet: globs of four characters that differ, differ here.
    private static readonly string[] s_names = [.. Enumerable.Range(1, 5).SelectMany(Names)];

    [Theory]
    [InlineData("a*", "*b", true)]
    [InlineData("a*", "b*", false)]
    [InlineData("room_*", "room_?", true)]
    [InlineData("room", "rooms", false)]
    [InlineData("*", "x", true)]
    [InlineData("?", "xy", false)]
    [InlineData("a*b", "b*a", false)]
    public void Overlap_TwoGlobs_TellsWhetherANameFitsBoth(string left, string right, bool overlap)
    {
        Assert.Equal(overlap, ChannelGlob.Overlap(left, right));
        Assert.Equal(overlap, ChannelGlob.Overlap(right, left));
    }

    [Theory]
    [InlineData("*", "a*", true)]
    [InlineData("a*", "*", false)]
    [InlineData("a*", "a?", true)]
    [InlineData("a?", "a*", false)]
    [InlineData("a*c", "abc", true)]
    [InlineData("a*c", "ab*c", true)]
    [InlineData("a*c", "a*", false)]
    [InlineData("abc", "abc", true)]
    public void Covers_TwoGlobs_TellsWhetherOneFitsAllOfTheOther(string outer, string inner, bool covers) => Assert.Equal(covers, ChannelGlob.Covers(outer, inner));

    [Fact]
    public void OverlapAndCovers_AnyGlobs_AreWhatTheNamesSay() =>
        Seeds.Each(3000, random =>
        {
            var (left, right) = (Glob(random), Glob(random));
            var fitting = s_names.Where(name => ChannelGlob.Fits(right, name)).ToArray();

            Assert.True(fitting.Any(name => ChannelGlob.Fits(left, name)) == ChannelGlob.Overlap(left, right), $"{left} and {right}");

            // "No" is allowed where the marks stand in another order; "yes" has to be true.
            var covers = ChannelGlob.Covers(left, right);
            Assert.True(!covers || fitting.All(name => ChannelGlob.Fits(left, name)), $"{left} covers {right}");
            Assert.True(covers || right.Contains('*', StringComparison.Ordinal) || fitting.Any(name => !ChannelGlob.Fits(left, name)), $"{left} does not cover {right}");
        });

    private static string Glob(Random random) => new([.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => "ab*?"[random.Next(4)])]);

    private static IEnumerable<string> Names(int length) =>
        length == 0 ? [""] : Names(length - 1).SelectMany(rest => "abc", (rest, c) => rest + c);
}
