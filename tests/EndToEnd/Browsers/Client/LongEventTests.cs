using System.Text;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Browsers.Client;

/// <summary>What it costs to read a long event.</summary>
[Trait("Suite", "EndToEnd"), Trait("Needs", "chromium")]
public sealed class LongEventTests
{
    private const int Pieces = 128;
    private const int PieceLength = 4096;

    // Counts what is given to the functions by which text can be looked through for the end of a line, and what has come of the response.
    private const string Count =
        """
        window.examined = window.decoded = 0;
        let isInside = false;
        const count = (prototype, name, text) => {
          const counted = prototype[name];
          prototype[name] = function (...given) {
            // Splitting by an expression executes it again and again.
            if (isInside) return counted.apply(this, given);
            examined += text(this, given).length;
            isInside = true;
            try {
              return counted.apply(this, given);
            } finally {
              isInside = false;
            }
          };
        };
        for (const name of ["split", "indexOf", "search", "match", "matchAll", "replace", "charAt", "charCodeAt"]) count(String.prototype, name, text => text);
        for (const name of ["exec", "test"]) count(RegExp.prototype, name, (_, [text]) => text);
        const { decode } = TextDecoder.prototype;
        TextDecoder.prototype.decode = function (...given) {
          decoded += given[0]?.byteLength ?? 0;
          return decode.apply(this, given);
        };
        """;

    [Fact]
    public async Task LongLine_InManyPieces_IsExaminedOnceAndNotWithEachPieceAgain()
    {
        await using var run = await ClientRun.StartAsync();
        await run.Browser.AddInitScriptAsync(Count);
        using var server = new ScriptedStream();
        var beginning = server.BeginAsync();
        var tab = new ClientTab(await run.Browser.NewPageAsync());
        await tab.GoAsync(run.Pages);
        await tab.SubscribeAsync(server.Address, ["a"], new { share = Array.Empty<string>() });
        await beginning;
        var begin = "channel: 1-0 a\n\nchannel: 1-1 a\ndata: "u8.ToArray();
        await server.WriteAsync(begin);
        var piece = Encoding.ASCII.GetBytes(new string('x', PieceLength));
        for (var i = 0; i < Pieces; i++)
        {
            await server.WriteAsync(piece);
            await Eventually.SeeAsync(
                "the piece in the page", () => tab.Page.EvaluateAsync<int>("decoded"), decoded => decoded == begin.Length + (PieceLength * (i + 1)));
        }

        await server.WriteAsync("\n\n"u8.ToArray());
        await Eventually.SeeAsync("the event", () => tab.Page.EvaluateAsync<int[]>("seen.map(line => line.length)"), lengths => lengths is [(Pieces * PieceLength) + 2]);

        // Once for where the line ends, once for what it says.
        Assert.InRange(await tab.Page.EvaluateAsync<long>("examined"), Pieces * PieceLength, 3 * Pieces * PieceLength);
    }
}
