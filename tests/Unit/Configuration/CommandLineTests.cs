using SseFabric.Channels.Configuration;
using SseFabric.Channels.Hosting;

namespace SseFabric.Unit.Configuration;

[Trait("Suite", "Unit")]
public sealed class CommandLineTests
{
    [Fact]
    public void Parse_BothForms_SetTheSameKeys()
    {
        string[] equals = ["--port=9000", "--redis=h:1", "--profile=native", "--Fabric:Stream:Path=/s", "--Logging:LogLevel:Default=Debug", "--environment=Development"];
        string[] spaces = ["--PORT", "9000", "--redis", "h:1", "--Profile", "native", "--Fabric:Stream:Path", "/s", "--Logging:LogLevel:Default", "Debug", "--environment", "Development"];

        var expected = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            ["urls"] = "http://127.0.0.1:9000",
            ["Fabric:Redis"] = "h:1",
            ["Fabric:Profile"] = "native",
            ["Fabric:Stream:Path"] = "/s",
            ["Logging:LogLevel:Default"] = "Debug",
            ["environment"] = "Development",
        };
        Assert.Equal(expected, Settings(Good(equals)));
        Assert.Equal(expected, Settings(Good(spaces)));
    }

    [Fact]
    public void Parse_EmptyValue_IsAValue() => Assert.Equal("", Settings(Good("--Fabric:RespDoor:Listen="))["Fabric:RespDoor:Listen"]);

    [Fact]
    public void Parse_EqualsInTheValue_StaysInIt() => Assert.Equal("h:1,password=a=b", Settings(Good("--redis=h:1,password=a=b"))["Fabric:Redis"]);

    [Fact]
    public void Parse_Config_IsAFileAndNoKey()
    {
        var commandLine = Good("--config", "a.json");

        Assert.Equal("a.json", commandLine.ConfigFile);
        Assert.Empty(commandLine.Configuration);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("-?")]
    [InlineData("--HELP")]
    public void Parse_Help_IsAFlag(string arg) => Assert.True(Good(arg).Help);

    [Fact]
    public void Parse_Version_IsAFlag() => Assert.True(Good("--version", "--port", "1").Version);

    [Theory]
    [InlineData("stray", "command line: \"stray\"", "options that begin with --")]
    [InlineData("--", "command line: \"--\"", "options that begin with --")]
    [InlineData("-x", "command line: \"-x\"", "options that begin with --")]
    [InlineData("/port=1", "command line: \"/port=1\"", "options that begin with --")]
    [InlineData("--prot=1", "--prot: unknown key, with the value \"1\"", "--port, --urls")]
    [InlineData("--prot", "--prot: unknown key", "--Fabric:KEY")]
    [InlineData("--fabricRedis=1", "--fabricRedis: unknown key", "--Fabric:KEY")]
    [InlineData("--Fabric=1", "--Fabric: unknown key", "--Fabric:KEY")]
    [InlineData("--Fabric:=1", "--Fabric:: unknown key", "--Fabric:KEY")]
    [InlineData("--port", "--port: its value is missing", "--port=VALUE")]
    [InlineData("--port=", "--port: (empty)", "0 (any free one) to 65535")]
    [InlineData("--port=65536", "--port: \"65536\"", "0 (any free one) to 65535")]
    [InlineData("--port=-1", "--port: \"-1\"", "0 (any free one) to 65535")]
    [InlineData("--port=http", "--port: \"http\"", "0 (any free one) to 65535")]
    [InlineData("--help=me", "--help: it has a value", "--help alone")]
    public void Parse_Wrong_TellsOptionValueAndWhatIsAccepted(string arg, string start, string accepted)
    {
        var error = Assert.Single(CommandLine.Parse([arg], FabricProgram.Frontend).Errors).ToString();

        Assert.StartsWith(start, error, StringComparison.Ordinal);
        Assert.Contains(accepted, error[error.IndexOf("; accepted: ", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_ValueMissingBeforeTheNextOption_StillTakesThatOption()
    {
        var commandLine = CommandLine.Parse(["--redis", "--port", "1"], FabricProgram.Frontend);

        Assert.StartsWith("--redis: its value is missing", Assert.Single(commandLine.Errors).ToString(), StringComparison.Ordinal);
        Assert.Equal("http://127.0.0.1:1", Settings(commandLine)["urls"]);
    }

    [Theory]
    [InlineData("--port=1", "--urls=http://127.0.0.1:2", "--urls: \"http://127.0.0.1:2\" contradicts --port, given before")]
    [InlineData("--redis=h:1", "--Fabric:Redis=h:2", "--Fabric:Redis: \"h:2\" contradicts --redis, given before")]
    [InlineData("--redis=h:1", "--redis=h:2", "--redis: \"h:2\" contradicts --redis, given before")]
    [InlineData("--config=a", "--config=b", "--config: \"b\" contradicts --config, given before")]
    public void Parse_Contradiction_IsRefused(string first, string second, string start) =>
        Assert.StartsWith(start, Assert.Single(CommandLine.Parse([first, second], FabricProgram.Frontend).Errors).ToString(), StringComparison.Ordinal);

    [Fact]
    public void Parse_SameTwice_IsNoContradiction() => Good("--port=1", "--port", "1");

    [Fact]
    public void Parse_SeveralWrong_TellsAll() => Assert.Equal(3, CommandLine.Parse(["a", "--b=c", "--port=x"], FabricProgram.Frontend).Errors.Count);

    [Fact]
    public void Parse_Secret_IsNotTold() =>
        Assert.DoesNotContain("geheim", string.Join('\n', CommandLine.Parse(["--redis=h,password=a", "--redis=h,password=geheim", "--password=geheim"], FabricProgram.Frontend).Errors), StringComparison.Ordinal);

    [Theory]
    [InlineData("--port=1")]
    [InlineData("--urls=http://127.0.0.1:1")]
    public void Parse_SiloWithAFrontendsOption_IsRefused(string arg) => Assert.Single(CommandLine.Parse([arg], FabricProgram.Silo).Errors);

    private static CommandLine Good(params string[] args)
    {
        var commandLine = CommandLine.Parse(args, FabricProgram.Frontend);
        Assert.Empty(commandLine.Errors);
        return commandLine;
    }

    private static Dictionary<string, string?> Settings(CommandLine commandLine) => new(commandLine.Configuration, StringComparer.OrdinalIgnoreCase);
}
