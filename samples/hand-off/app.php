<?php
// The application's side of both hand-offs. Run: php -S 127.0.0.1:8000 app.php
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
$channels = ['global', ...(array) ($_GET['inbox'] ?? [])]; // Here you decide who may read what.
if ($path === '/events') { // For nginx.
    $options = isset($_GET['polling']) ? ['polling'] : [];
    if (isset($_GET['lastEventId'])) {
        $options[] = 'lastEventId=' . rawurlencode($_GET['lastEventId']);
    }
    header('X-Accel-Redirect: /redisse/?' . implode('&', [...$options, ...array_map('rawurlencode', $channels)]));
} elseif ($path === '/offload') { // For a route of the fabric with an Upstream.
    header('X-SSE-OFFLOAD: ' . implode(', ', $channels));
}
