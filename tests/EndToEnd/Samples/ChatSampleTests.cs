using SseFabric.EndToEnd.Browsers;

namespace SseFabric.EndToEnd.Samples;

/// <summary>samples/chat with real browsers.</summary>
[Trait("Suite", "EndToEnd")]
[Trait("Needs", "chromium")]
public sealed class ChatSampleTests
{
    private const string Markup = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>";

    [Fact]
    public async Task Message_IsSeenByAllInTheRoom_AndByThoseWhoComeLater()
    {
        await using var browser = await HeadlessChromium.LaunchAsync();
        await using var sample = await BrowserSample.StartAsync("Chat");
        await using var anna = await browser.NewContextAsync();
        await using var ben = await browser.NewContextAsync();
        var (annas, bens) = (await sample.OpenAsync(anna), await sample.OpenAsync(ben));
        await BrowserSample.SeeAsync(annas, "#state", state => state == "live");
        await BrowserSample.SeeAsync(bens, "#state", state => state == "live");

        await SayAsync(annas, "Anna", "hello");
        await BrowserSample.SeeAsync(bens, "#messages p", texts => texts == "hello");
        await SayAsync(bens, "Ben", "hello Anna");
        await BrowserSample.SeeAsync(annas, "#messages p", texts => texts == "hello|hello Anna");
        Assert.Equal("hello", await annas.TextContentAsync(".own p"));

        await using var later = await browser.NewContextAsync();
        await BrowserSample.SeeAsync(await sample.OpenAsync(later), "#messages p", texts => texts == "hello|hello Anna");
        Assert.Equal("", await (await sample.OpenAsync(later, "/?room=garden")).TextContentAsync("#messages"));
    }

    [Fact]
    public async Task Markup_InNameAndText_StaysText()
    {
        await using var browser = await HeadlessChromium.LaunchAsync();
        await using var sample = await BrowserSample.StartAsync("Chat");
        await using var context = await browser.NewContextAsync();
        var page = await sample.OpenAsync(context);

        await SayAsync(page, "<b>x</b>", Markup);
        await BrowserSample.SeeAsync(page, "#messages p", texts => texts == Markup);

        Assert.Equal("<b>x</b>", await page.TextContentAsync(".who"));
        Assert.Equal(0, await page.Locator("#messages img, #messages script, #messages b").CountAsync());
        Assert.Equal("#lobby", await page.TitleAsync());
    }

    /// <summary>What a page of another origin could send without being asked is refused, and so is what is too long.</summary>
    [Theory]
    [InlineData("text/plain", "{\"from\":\"a\",\"text\":\"b\"}", 415)]
    [InlineData("application/json", "{\"from\":\"a\",\"text\":\" \"}", 400)]
    [InlineData("application/json", "{\"from\":\"0123456789012345678901234567890\",\"text\":\"b\"}", 400)]
    [InlineData("application/json", "nonsense", 400)]
    [InlineData("application/json", "{\"from\":\"a\",\"text\":\"b\"}", 202)]
    public async Task Post_IsCheckedFirst(string type, string body, int expected)
    {
        await using var sample = await BrowserSample.StartAsync("Chat");
        using var client = new HttpClient();
        using var content = new StringContent(body, null, type);
        using var answer = await client.PostAsync(new Uri(sample.Address, "/rooms/lobby/messages"), content, TestContext.Current.CancellationToken);

        Assert.Equal(expected, (int)answer.StatusCode);
    }

    private static async Task SayAsync(Microsoft.Playwright.IPage page, string name, string text)
    {
        await page.FillAsync("#name", name);
        await page.FillAsync("#text", text);
        await page.ClickAsync("button");
    }
}
