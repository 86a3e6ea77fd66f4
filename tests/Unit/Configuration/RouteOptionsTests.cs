using System.Text;
using Microsoft.Extensions.Configuration;
using SseFabric.Channels.Configuration;

namespace SseFabric.Unit.Configuration;

[Trait("Suite", "Unit")]
public sealed class RouteOptionsTests
{
    [Theory]
    [InlineData("""{"Path":"^/a","Channel":"a"}""")]
    [InlineData("""{"Path":"^/a$","Channels":["a","b"]}""")]
    [InlineData("""{"Path":"^/(\\d+)(?<rest>/.*)?$","Channel":"$1$2"}""")]
    [InlineData("""{"Path":"^/(?:x|y)","Channel":"${qs[a b=c]}${cookie[sid]}${header[X-Channel]}${host}${path}$$1"}""")]
    [InlineData("""{"Path":"(?i)^/A","Channel":"a","Profile":"NATIVE","Mode":"sse","ContentType":"","Prefix":null,"Upstream":""}""")]
    [InlineData("""{"Path":"^/(1)(2)(3)(4)(5)(6)(7)(8)(9)","Channel":"$9"}""")]
    [InlineData("""{"Path":"^/a","Channel":"${qs[${path]}"}""")]
    [InlineData("""{"Path":"^/radio$","Channel":"radio","Mode":"Raw","ContentType":"audio/mpeg","Prefix":"base64:AAE=","Suffix":"\r\n","Preamble":"base64:"}""")]
    [InlineData("""{"Path":"^/cam$","Channel":"cam","Mode":"raw","ContentType":"multipart/x-mixed-replace; boundary=\"B\""}""")]
    [InlineData("""{"Path":"^/app/","Upstream":"http://127.0.0.1:8000"}""")]
    [InlineData("""{"Path":"^/app/","Upstream":"https://example.org/base/","Profile":"native"}""")]
    [InlineData("""{"Path":"^/a","Channel":"frame1","Profile":"redisse"}""")]
    [InlineData("""{"Path":"^/(.*)$","Channel":"$1","Profile":"redisse"}""")]
    [InlineData("""{"Path":"^/(.*)$","Channel":"$1","Mode":"raw"}""")]
    [InlineData("""{"Path":"^/(.*)$","Channel":"frame$1","Profile":"redisse"}""")]
    [InlineData("""{"Path":"^/app/","Upstream":"http://127.0.0.1:8000","Profile":"redisse"}""")]
    [InlineData("""{"Path":"^/(a)","Channel":"$1","When":[{"Value":"$1","Matches":"a"},{"Value":"${method}","Matches":"^GET$"},{"Value":"${remote}","Matches":"^10\\.","Not":true}]}""")]
    [InlineData("""{"Path":"^/a","Status":403,"When":[{"Value":"${header[User-Agent]}","Matches":"(?i)bot"}]}""")]
    [InlineData("""{"Path":"^/a","Redirect":"https://example.org/?x=1#y"}""")]
    public void Read_GoodRoute_IsTaken(string route) => Assert.Empty(Errors(route));

    [Theory]
    [InlineData("""{"Channel":"a"}""", "Path", "a regular expression that is tried on the path")]
    [InlineData("""{"Path":"","Channel":"a"}""", "Path", "a regular expression that is tried on the path")]
    [InlineData("""{"Path":"^/(a","Channel":"a"}""", "Path", "a regular expression (InsufficientClosingParentheses at character 5)")]
    [InlineData("""{"Path":"^/[a","Channel":"a"}""", "Path", "a regular expression (UnterminatedBracket")]
    [InlineData("""{"Path":"^/a**","Channel":"a"}""", "Path", "a regular expression (NestedQuantifiersNotParenthesized")]
    [InlineData("""{"Path":"^/(a)\\1","Channel":"a"}""", "Path", "in linear time: without look-around, back-references")]
    [InlineData("""{"Path":"^/(?=a)","Channel":"a"}""", "Path", "in linear time: without look-around, back-references")]
    [InlineData("""{"Path":"^/(?<!a)b","Channel":"a"}""", "Path", "in linear time: without look-around, back-references")]
    [InlineData("""{"Path":"^/(?>a+)b","Channel":"a"}""", "Path", "atomic groups")]
    [InlineData("""{"Path":"^/(a)?(?(1)b|c)","Channel":"a"}""", "Path", "conditions")]
    [InlineData("""{"Path":"^/(a{1,1000}){1,1000}$","Channel":"a"}""", "Path", "without counted repetitions that multiply to thousands")]
    [InlineData("""{"Path":"^/(a)(b)","Channel":"c_$3"}""", "Channel", "the groups that the Path has, $1 to $2 (here $3)")]
    [InlineData("""{"Path":"^/a","Channels":["a","b$1"]}""", "Channels:1", "a channel name without $1, as the Path has no group")]
    [InlineData("""{"Path":"^/(?:a)","Channel":"$1"}""", "Channel", "as the Path has no group")]
    [InlineData("""{"Path":"^/a","Channel":"x${env[HOME]}"}""", "Channel", "${qs[NAME]}, ${cookie[NAME]}, ${header[NAME]}, ${host}, ${path}, and $$ for a dollar sign (here from character 2)")]
    [InlineData("""{"Path":"^/(a)","Channel":"$0"}""", "Channel", "$1 to $9")]
    [InlineData("""{"Path":"^/(?<id>a)","Channel":"${id}"}""", "Channel", "$1 to $9")]
    [InlineData("""{"Path":"^/a","Channel":"cost$"}""", "Channel", "$$ for a dollar sign")]
    [InlineData("""{"Path":"^/a","Channel":"${qs[]}"}""", "Channel", "${qs[NAME]}")]
    [InlineData("""{"Path":"^/a","Channel":"${qs[a}"}""", "Channel", "${qs[NAME]}")]
    [InlineData("""{"Path":"^/a","Channel":"${QS[a]}"}""", "Channel", "${qs[NAME]}")]
    [InlineData("""{"Path":"^/a","Channel":"${header[a b]}"}""", "Channel", "${header[NAME]}")]
    [InlineData("""{"Path":"^/a","Channel":"a\nb"}""", "Channel", "A channel name must not hold control characters; this one holds U+000A")]
    [InlineData("""{"Path":"^/(a)","Channel":"\u0000$1"}""", "Channel", "this one holds U+0000")]
    [InlineData("""{"Path":"^/a","Channels":["a",""]}""", "Channels:1", "A channel name must not be empty")]
    [InlineData("""{"Path":"^/a"}""", "Channel", "one of Channel, Channels, Upstream, Status and Redirect")]
    [InlineData("""{"Path":"^/a","Channels":[]}""", "Channel", "one of Channel, Channels, Upstream, Status and Redirect")]
    [InlineData("""{"Path":"^/a","Channel":"a","Channels":["b"]}""", "Channel", "(here Channels too)")]
    [InlineData("""{"Path":"^/a","Channel":"a","Upstream":"http://h"}""", "Upstream", "(here channels too)")]
    [InlineData("""{"Path":"^/a","Channels":["a"],"Upstream":"http://h"}""", "Upstream", "(here channels too)")]
    [InlineData("""{"Path":"^/a","Upstream":"127.0.0.1:8000"}""", "Upstream", "an absolute URL such as http://127.0.0.1:8000")]
    [InlineData("""{"Path":"^/a","Upstream":"/app"}""", "Upstream", "an absolute URL")]
    [InlineData("""{"Path":"^/a","Upstream":"ftp://h"}""", "Upstream", "of http or https")]
    [InlineData("""{"Path":"^/a","Upstream":"http://"}""", "Upstream", "an absolute URL")]
    [InlineData("""{"Path":"^/a","Upstream":"http://h/?a"}""", "Upstream", "without user, query and fragment")]
    [InlineData("""{"Path":"^/a","Upstream":"http://h/#a"}""", "Upstream", "without user, query and fragment")]
    [InlineData("""{"Path":"^/a","Upstream":"http://user:geheim@h"}""", "Upstream", "without user, query and fragment")]
    [InlineData("""{"Path":"^/a","Upstream":"http://h","Mode":"Raw"}""", "Mode", "Raw with Channel or Channels")]
    [InlineData("""{"Path":"^/a","Upstream":"http://h","Server":"b"}""", "Server", "an application's channels")]
    [InlineData("""{"Path":"^/a","Channel":"a","Profile":"nginx"}""", "Profile", "native")]
    [InlineData("""{"Path":"^/a","Channel":"a","Server":"c"}""", "Server", "a name in Fabric:Servers: b")]
    [InlineData("""{"Path":"^/a","Channel":"a*","Server":"b"}""", "Channel", "a channel name without * and ?")]
    [InlineData("""{"Path":"^/a","Channel":"a","Mode":"both"}""", "Mode", "Sse, Raw")]
    [InlineData("""{"Path":"^/a","Channel":"a","ContentType":"audio/mpeg"}""", "ContentType", "empty, or with Mode raw")]
    [InlineData("""{"Path":"^/a","Channel":"a","Prefix":"x"}""", "Prefix", "empty, or with Mode raw")]
    [InlineData("""{"Path":"^/a","Channel":"a","Suffix":"x"}""", "Suffix", "empty, or with Mode raw")]
    [InlineData("""{"Path":"^/a","Channel":"a","Mode":"sse","Preamble":"x"}""", "Preamble", "empty, or with Mode raw")]
    [InlineData("""{"Path":"^/a","Channel":"a","Mode":"raw","ContentType":"audio"}""", "ContentType", "a content type such as audio/mpeg")]
    [InlineData("""{"Path":"^/a","Channel":"a","Mode":"raw","ContentType":"a/b\r\nX: y"}""", "ContentType", "a content type such as audio/mpeg")]
    [InlineData("""{"Path":"^/a","Channel":"a","Mode":"raw","Prefix":"base64:%"}""", "Prefix", "a text, or base64: and the bytes in base64")]
    [InlineData("""{"Path":"^/a","Channel":"a","Mode":"raw","Suffix":"base64:AA"}""", "Suffix", "a text, or base64: and the bytes in base64")]
    [InlineData("""{"Path":"^/a","Channel":"a","Mode":"raw","Preamble":"base64:==="}""", "Preamble", "a text, or base64: and the bytes in base64")]
    [InlineData("""{"Path":"^/a","Channel":"json1","Mode":"raw"}""", "Channel", "a channel whose Format is Text or Raw (\"json*\" says Json)")]
    [InlineData("""{"Path":"^/(.*)$","Channel":"json$1","Mode":"raw"}""", "Channel", "(\"json*\" says Json)")]
    [InlineData("""{"Path":"^/a","Channel":"a","Profile":"redisse"}""", "Channel", "with Profile redisse, a channel whose Format is Frame, or whose History:Store is redisse (no rule fits, and the profile native says Text)")]
    [InlineData("""{"Path":"^/a","Channels":["frame1","json1"],"Profile":"Redisse"}""", "Channels:1", "(\"json*\" says Json)")]
    [InlineData("""{"Path":"^/(.*)$","Channel":"x$1","Profile":"redisse"}""", "Channel", "a channel whose Format is Frame")]
    [InlineData("""{"Path":"^/a","Channel":"a","When":[{"Value":"${host}","Matches":"^$"},{"Value":"${host}x","Matches":"a"}]}""", "When:1:Value", "one of $1 to $9, ${qs[NAME]}")]
    [InlineData("""{"Path":"^/a","Channel":"a","When":[{"Value":"","Matches":"a"}]}""", "When:0:Value", "${method}, ${remote}")]
    [InlineData("""{"Path":"^/(a)(b)","Channel":"a","When":[{"Value":"$2","Matches":"a"},{"Value":"$3","Matches":"a"}]}""", "When:1:Value", "the groups that the Path has, $1 to $2 (here $3)")]
    [InlineData("""{"Path":"^/(?:a)","Status":403,"When":[{"Value":"$1","Matches":"^$","Not":true}]}""", "When:0:Value", "without $1, as the Path has no group")]
    [InlineData("""{"Path":"^/(a","Channel":"a","When":[{"Value":"$2","Matches":"a"}]}""", "Path", "InsufficientClosingParentheses")]
    [InlineData("""{"Path":"^/a","Channel":"a","When":[{"Value":"${host}"}]}""", "When:0:Matches", "a regular expression; ^$ for what is empty")]
    [InlineData("""{"Path":"^/a","Channel":"a","When":[{"Value":"${host}","Matches":"(a)\\1"}]}""", "When:0:Matches", "in linear time")]
    [InlineData("""{"Path":"^/a","Channel":"${remote}"}""", "Channel", "a channel name with the places")]
    [InlineData("""{"Path":"^/a","Status":200}""", "Status", "400 to 599")]
    [InlineData("""{"Path":"^/a","Status":403,"Channel":"a"}""", "Status", "(here channels too)")]
    [InlineData("""{"Path":"^/a","Status":403,"Redirect":"/b"}""", "Redirect", "(here Status too)")]
    [InlineData("""{"Path":"^/a","Status":403,"Profile":"native"}""", "Profile", "with Channel, Channels or Upstream")]
    [InlineData("""{"Path":"^/a","Redirect":"//other.example/"}""", "Redirect", "a path such as /elsewhere")]
    [InlineData("""{"Path":"^/a","Redirect":"javascript:alert(1)"}""", "Redirect", "a path such as /elsewhere")]
    [InlineData("""{"Path":"^/a","Redirect":"/a\r\nSet-Cookie: x=1"}""", "Redirect", "a path such as /elsewhere")]
    public void Read_BadRoute_TellsKeyValueAndWhatIsAccepted(string route, string key, string accepted)
    {
        var error = Assert.Single(Errors(route));
        Assert.Equal($"Fabric:Routes:1:{key}", error.Key);
        Assert.Contains(accepted, error.Accepted, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ThousandChannels_IsTheMost()
    {
        Assert.Empty(Errors(Route(1000)));
        Assert.Equal("Fabric:Routes:1:Channels", Assert.Single(Errors(Route(1001))).Key);

        static string Route(int count) => $$"""{"Path":"^/a","Channels":[{{string.Join(',', Enumerable.Repeat("\"c\"", count))}}]}""";
    }

    [Fact]
    public void Read_LongestText_IsANamesLength()
    {
        Assert.Empty(Errors($$"""{"Path":"^/(a)","Channel":"{{new string('x', 255)}}"}"""));
        Assert.Contains("at most 255 bytes", Assert.Single(Errors($$"""{"Path":"^/(a)","Channel":"{{new string('x', 200)}}$1{{new string('y', 56)}}"}""")).Accepted, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(""","Server":"b" """)]
    public void Read_RawChannelWithoutARule_IsWhatTheProfileMakesOfIt(string server)
    {
        var route = $$"""{"Path":"^/a","Channel":"other","Mode":"raw"{{server}}}""";
        var redisse = """ "Profile":"redisse","Redis":"127.0.0.1:6379",""";

        Assert.Empty(Errors(route));
        var error = Assert.Single(Errors(route, redisse), error => error.Key == "Fabric:Routes:1:Channel");
        Assert.EndsWith("(no rule fits, and the profile redisse says Frame)", error.Accepted, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ManyErrors_TellsAllOfThemEachWithItsKey()
    {
        var errors = Errors(
            """{"Path":"(","Channel":"${x}","Server":"z","Profile":"y","Prefix":"p","Colour":"red"},{"Path":"a","Upstream":"b","Mode":"raw","Suffix":"base64:?","ContentType":"t"}""");

        Assert.Equal(
            [
                "Fabric:Routes:1:Channel", "Fabric:Routes:1:Colour", "Fabric:Routes:1:Path", "Fabric:Routes:1:Prefix", "Fabric:Routes:1:Profile", "Fabric:Routes:1:Server",
                "Fabric:Routes:2:ContentType", "Fabric:Routes:2:Mode", "Fabric:Routes:2:Suffix", "Fabric:Routes:2:Upstream",
            ],
            errors.Select(error => error.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Read_UnknownKey_NamesItsNeighbours() => Assert.Contains(
        Errors("""{"Path":"^/a","Channel":"a","Path2":0}"""),
        error => error.Key == "Fabric:Routes:1:Path2" && error.Accepted.Contains("Path, Channel, Channels, Upstream, Status, Redirect, When", StringComparison.Ordinal));

    private static OptionError[] Errors(string routes, string members = "")
    {
        var json = """{"Fabric":{""" + members + """ "Servers":{"b":"127.0.0.1:6390"},"Channels":[{"Match":"json*","Format":"json"},{"Match":"frame*","Format":"frame"}],"Routes":[{"Path":"^/first","Channel":"first"},""" + routes + "]}}";
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(json));
        var errors = new List<OptionError>();
        FabricOptionsReader.Read(new ConfigurationBuilder().AddJsonStream(stream).Build(), FabricProgram.Frontend, errors);
        return [.. errors];
    }
}
