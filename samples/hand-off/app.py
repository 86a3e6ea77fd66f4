# The application's side of both hand-offs. Run: python3 app.py [PORT]
import re
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, quote, urlsplit


class App(BaseHTTPRequestHandler):
    def do_GET(self):
        url = urlsplit(self.path)
        asked = dict(parse_qsl(url.query, keep_blank_values=True))
        # Here you decide who may read what; this one believes anybody's name.
        channels = ['global'] + ['inbox_' + name for name in re.findall(r'\A[\w-]+\Z', asked.get('user', ''), re.ASCII)]
        self.send_response(200 if url.path in ('/events', '/offload') else 404)
        if url.path == '/events':  # nginx reads this.
            options = [name if name == 'polling' else f'{name}={quote(asked[name])}' for name in ('polling', 'lastEventId') if name in asked]
            self.send_header('X-Accel-Redirect', '/redisse/?' + '&'.join(options + [quote(channel, safe='') for channel in channels]))
        if url.path == '/offload':  # A route of the fabric with an Upstream reads this.
            self.send_header('X-SSE-OFFLOAD', ', '.join(channels))
        self.send_header('Content-Length', '0')
        self.end_headers()


port = int(sys.argv[1]) if len(sys.argv) > 1 else 8000
print(f'The application listens on {port}.', flush=True)
ThreadingHTTPServer(('127.0.0.1', port), App).serve_forever()
