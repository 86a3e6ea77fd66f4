# The application's side of both hand-offs. Run: python3 app.py [PORT]
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, quote, urlsplit


class App(BaseHTTPRequestHandler):
    def do_GET(self):
        url = urlsplit(self.path)
        asked = parse_qs(url.query, keep_blank_values=True)
        channels = [quote(name, safe='') for name in ['global', *asked.get('inbox', [])]]  # Here you decide who may read what.
        options = ['polling'] * ('polling' in asked) + ['lastEventId=' + quote(id, safe='') for id in asked.get('lastEventId', [])]
        self.send_response(200)
        if url.path == '/events':  # For nginx.
            self.send_header('X-Accel-Redirect', '/redisse/?' + '&'.join(options + channels))
        elif url.path == '/offload':  # For a route of the fabric with an Upstream.
            self.send_header('X-SSE-OFFLOAD', ', '.join(['global', *asked.get('inbox', [])]))
        self.send_header('Content-Length', '0')
        self.end_headers()


port = int(sys.argv[1]) if len(sys.argv) > 1 else 8000
print(f'The application listens on {port}.', flush=True)
ThreadingHTTPServer(('127.0.0.1', port), App).serve_forever()
