"""Checks sseload's parsing and accounting against a server that misbehaves on purpose: bench/run.sh --quick runs it first."""
import concurrent.futures
import json
import pathlib
import random
import socket
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from ssebench.paths import SSELOAD

SUBSCRIBERS = 3


def event(n, t=None, newline="\n", before=""):
    return f"{before}data: t={t or time.monotonic_ns()};n={n};xxxx{newline}{newline}".encode()


def events(numbers, **kw):
    return b"".join(event(n, **kw) for n in numbers)


def fields():
    return b":hello\n\nretry: 10\n\n" + b"".join(
        event(n, before=f"id: {n}\nevent: tick\n") + b": heartbeat\n\n" + b"event: other\ndata: no stamp\n\n" for n in range(1, 51))


def lines():
    return b"".join(f"data:t={time.monotonic_ns()};n={n};first\ndata: t=1;n=999;second\ndata: {'y' * 5000}\n\n".encode() for n in range(1, 51))


# name: (bytes of the body, what sseload has to report for each subscriber)
STREAMS = {
    "plain": (lambda: events(range(1, 101)), {"events": 100, "gaps": 0, "dup": 0, "ooo": 0}),
    "crlf": (lambda: events(range(1, 101), newline="\r\n"), {"events": 100, "gaps": 0, "dup": 0, "ooo": 0}),
    "fields": (fields, {"events": 50, "gaps": 0, "dup": 0, "ooo": 0, "comments": 51, "unstamped": 50}),
    "several lines": (lines, {"events": 50, "gaps": 0, "dup": 0, "ooo": 0, "unstamped": 0}),
    "gap": (lambda: events(n for n in range(1, 101) if n not in (10, 11, 12, 50)), {"events": 96, "gaps": 4, "dup": 0, "ooo": 0}),
    "repeated": (lambda: events([1, 2, 3, 3, 4, 4, 5, 1]), {"events": 5, "gaps": 0, "dup": 3, "ooo": 0}),
    "out of order": (lambda: events([1, 2, 5, 3, 4, 6]), {"events": 6, "gaps": 0, "dup": 0, "ooo": 2}),
    "without its blank line": (lambda: events([1, 2, 3])[:-1], {"events": 2, "gaps": 0, "dup": 0, "ooo": 0}),
    "late": (lambda: event(1, time.monotonic_ns() - 250_000_000), {"events": 1}),
}


def chunked(body, rnd):
    out = b""
    while body:
        part, body = body[:(k := rnd.randint(1, 300))], body[k:]
        out += b"%x%s\r\n%s\r\n" % (len(part), rnd.choice([b"", b";ext=1"]), part)
    return out


class Server:
    """Answers every request with the body, in pieces cut anywhere, also inside the header."""

    def __init__(self, make_body, is_chunked):
        self.make_body, self.is_chunked, self.rnd = make_body, is_chunked, random.Random(1)
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.answer, args=(client,), daemon=True).start()

    def answer(self, client):
        request = b""
        while b"\r\n\r\n" not in request:
            request += client.recv(4096)
        body = self.make_body()
        coding = b"Transfer-Encoding: Chunked\r\n" if self.is_chunked else b""
        data = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n" + coding + b"\r\n" + (chunked(body, self.rnd) if self.is_chunked else body)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while data:
            k = self.rnd.choice([1, 2, 3, 7, 50, 1000])
            client.sendall(data[:k])
            data = data[k:]
            if self.rnd.random() < 0.2:
                time.sleep(0.001)
        time.sleep(3)
        client.close()


class SseloadTests(unittest.TestCase):
    def test_accounts(self):
        cases = [(name, is_chunked) for name in STREAMS for is_chunked in (False, True)]
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            for case, report in zip(cases, pool.map(self.report, cases)):
                with self.subTest(case):
                    _, expected = STREAMS[case[0]]
                    self.assertEqual(SUBSCRIBERS, report["ready"])
                    self.assertEqual({k: v * SUBSCRIBERS for k, v in expected.items()}, {k: report[k] for k in expected})
                    if case[0] == "late":
                        self.assertGreaterEqual(report["lat_us"]["p50"], 250_000)
                        self.assertLess(report["lat_us"]["p50"], 1_000_000)

    def report(self, case):
        name, is_chunked = case
        server = Server(STREAMS[name][0], is_chunked)
        with server.listener:
            r = subprocess.run([SSELOAD, "sub", "-n", str(SUBSCRIBERS), "-d", "2", "--json", f"127.0.0.1:{server.port}", "/{i%2}"],
                               capture_output=True, text=True, check=True)
        return json.loads(r.stdout)

    def test_refuses_other_machines(self):
        r = subprocess.run([SSELOAD, "sub", "-n", "1", "192.0.2.1:80", "/"], capture_output=True, text=True)
        self.assertEqual(2, r.returncode)


if __name__ == "__main__":
    unittest.main()
