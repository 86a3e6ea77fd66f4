using SseFabric.TestKit.Processes;

namespace SseFabric.EndToEnd.HandOff;

/// <summary>The sample's nginx before an application and one frontend; the other is not there.</summary>
public class NginxFixture : FrontendFixture, IAsyncLifetime
{
    private readonly FixtureNeeds _needs = new();
    private RedirectingApplication? _application;
    private NginxServer? _nginx;

    protected virtual string? SigningKey => null;

    protected override string[] Arguments => SigningKey is { } key ? [$"--Fabric:HandOff:SigningKey={key}"] : [];

    public Uri At(string target) => new(_needs.Of(_nginx).Address, target);

    public new async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await _needs.StartAsync(async () =>
        {
            Need.Tool("nginx");
            _application = await RedirectingApplication.StartAsync(SigningKey);
            _nginx = await NginxSample.StartAsync(_application.Port, Fabric.Address.Port, FreePort.Next());
        });
    }

    public new async ValueTask DisposeAsync()
    {
        if (_nginx is not null)
        {
            await _nginx.DisposeAsync();
        }

        if (_application is not null)
        {
            await _application.DisposeAsync();
        }

        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
