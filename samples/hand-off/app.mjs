// The application's side of both hand-offs. Run: node app.mjs [PORT]
import http from 'node:http';

const port = Number(process.argv[2] ?? 8000);
http.createServer((request, response) => {
  const url = new URL(request.url, 'http://localhost');
  const channels = ['global', ...url.searchParams.getAll('inbox')]; // Here you decide who may read what.
  if (url.pathname === '/events') { // For nginx.
    const options = ['polling', 'lastEventId'].filter(name => url.searchParams.has(name)).map(name =>
      name === 'polling' ? name : `${name}=${encodeURIComponent(url.searchParams.get(name))}`);
    response.setHeader('X-Accel-Redirect', '/redisse/?' + [...options, ...channels.map(encodeURIComponent)].join('&'));
  } else if (url.pathname === '/offload') { // For a route of the fabric with an Upstream.
    response.setHeader('X-SSE-OFFLOAD', channels.join(', '));
  }
  response.end();
}).listen(port, '127.0.0.1', () => console.log(`The application listens on ${port}.`));
