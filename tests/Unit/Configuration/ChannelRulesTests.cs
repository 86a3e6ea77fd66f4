using SseFabric.Channels.Configuration;
using SseFabric.Contracts;

namespace SseFabric.Unit.Configuration;

[Trait("Suite", "Unit")]
public sealed class ChannelRulesTests
{
    [Theory]
    [InlineData("news", "news", true)]
    [InlineData("news", "News", false)]
    [InlineData("news", "newsx", false)]
    [InlineData("news*", "news", true)]
    [InlineData("news*", "news.sport", true)]
    [InlineData("*", "anything", true)]
    [InlineData("*.sport", "news.sport", true)]
    [InlineData("*.sport", ".sport", true)]
    [InlineData("*.sport", "sport", false)]
    [InlineData("a*b*c", "a--b--bc", true)]
    [InlineData("a*b*c", "a--c--b", false)]
    [InlineData("a**c", "abc", true)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "ac", false)]
    [InlineData("a?c", "a?c", true)]
    [InlineData("??", "é😀", false)]
    [InlineData("room?", "room1", true)]
    [InlineData("room?", "room", false)]
    [InlineData("a\\*", "a\\b", true)]
    [InlineData("a\\b", "a\\b", true)]
    [InlineData("*\\b", "a\\b", true)]
    [InlineData("a\\b", "ab", false)]
    [InlineData("<a>\"b\"", "<a>\"b\"", true)]
    [InlineData("a.b", "axb", false)]
    [InlineData("[ab]", "a", false)]
    public void For_Glob_FitsTheWholeName(string glob, string name, bool fits)
    {
        var rule = new ChannelRule { Match = glob };
        Assert.Equal(fits, ReferenceEquals(rule, new ChannelRules([rule]).For(ChannelName.Parse(name))));
    }

    [Fact]
    public void For_AnyGlob_IsWhatARegularExpressionSays() =>
        Seeds.Each(5000, random =>
        {
            var glob = new string([.. Enumerable.Range(0, random.Next(1, 8)).Select(_ => "ab*?\\"[random.Next(5)])]);
            var name = new string([.. Enumerable.Range(0, random.Next(1, 10)).Select(_ => "ab\\"[random.Next(3)])]);
            var pattern = string.Concat(glob.Select(c => c switch { '*' => ".*", '?' => ".", _ => System.Text.RegularExpressions.Regex.Escape($"{c}") }));

            var rule = new ChannelRule { Match = glob };

            Assert.True(
                System.Text.RegularExpressions.Regex.IsMatch(name, $"^{pattern}$") == ReferenceEquals(rule, new ChannelRules([rule]).For(ChannelName.Parse(name))),
                $"{glob} against {name}");
        });

    [Fact]
    public void For_SeveralFit_TheFirstCountsAndTheDefaultsOtherwise()
    {
        ChannelRule[] rules = [new() { Match = "a*", MaxEventBytes = 1 }, new() { Match = "*b", MaxEventBytes = 2 }];
        var found = new ChannelRules(rules);

        Assert.Same(rules[0], found.For(ChannelName.Parse("ab")));
        Assert.Same(rules[1], found.For(ChannelName.Parse("b")));
        Assert.Equal(new ChannelRule().MaxEventBytes, found.For(ChannelName.Parse("c")).MaxEventBytes);
    }

    [Fact]
    public void AlwaysOn_IsTheChannelsOfTheRulesThatSaySo() =>
        Assert.Equal([ChannelName.Parse("b")], new ChannelRules([new() { Match = "a*" }, new() { Match = "b", AlwaysOn = true }]).AlwaysOn);
}
