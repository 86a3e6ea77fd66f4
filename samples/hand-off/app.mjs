// The application's side of both hand-offs. Run: node app.mjs [PORT]
import http from 'node:http';

const port = Number(process.argv[2] ?? 8000);
http.createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost');
  // Here you decide who may read what; this one believes anybody's name.
  const channels = ['global', ...(searchParams.get('user')?.match(/^[\w-]+$/) ?? []).map(name => `inbox_${name}`)];
  if (pathname === '/events') { // nginx reads this.
    const options = ['polling', 'lastEventId'].filter(name => searchParams.has(name))
      .map(name => name === 'polling' ? name : `${name}=${encodeURIComponent(searchParams.get(name))}`);
    response.setHeader('X-Accel-Redirect', '/redisse/?' + [...options, ...channels.map(encodeURIComponent)].join('&'));
  } else if (pathname === '/offload') { // A route of the fabric with an Upstream reads this.
    response.setHeader('X-SSE-OFFLOAD', channels.join(', '));
  } else {
    response.statusCode = 404;
  }
  response.end();
}).listen(port, '127.0.0.1', () => console.log(`The application listens on ${port}.`));
