<?php
// The application's side of both hand-offs. Run: php -S 127.0.0.1:8000 app.php
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
// Here you decide who may read what; this one believes anybody's name.
$channels = ['global', ...array_map(fn ($name) => "inbox_$name", preg_grep('/\A[\w-]+\z/', (array) ($_GET['user'] ?? [])))];
if ($path === '/events') { // nginx reads this.
    $options = isset($_GET['polling']) ? ['polling'] : [];
    if (isset($_GET['lastEventId'])) {
        $options[] = 'lastEventId=' . rawurlencode($_GET['lastEventId']);
    }
    header('X-Accel-Redirect: /redisse/?' . implode('&', [...$options, ...array_map('rawurlencode', $channels)]));
} elseif ($path === '/offload') { // A route of the fabric with an Upstream reads this.
    header('X-SSE-OFFLOAD: ' . implode(', ', $channels));
} else {
    http_response_code(404);
}
