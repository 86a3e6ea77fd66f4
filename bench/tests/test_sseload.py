"""Checks sseload's parsing and accounting against a server that misbehaves on purpose: bench/run.sh --quick runs it first."""
import concurrent.futures
import json
import re
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


class History:
    """Says the ids of three events, and answers who comes back with the last of them by what it is made to answer."""

    def __init__(self, missed):
        self.missed, self.asked = missed, []
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
        last = re.search(rb"^Last-Event-ID: (.*?)\r$", request, re.M)
        self.asked.append(last and last[1].decode())
        # The id of an event that is cut before its blank line is not the subscriber's.
        first = b"id: before\n\n" + b"".join(event(n, before=f"id:e{n}\n") for n in (1, 2, 3)) + b"id: e4\n"
        client.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n" + (self.missed() if last else first))
        client.recv(1)
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

    def test_resumes_with_the_last_ids_and_times_who_has_caught_up(self):
        asked, first, report = self.resume(lambda: events(range(1, 21)), missed=20)
        self.assertEqual([None] * SUBSCRIBERS + ["e3"] * SUBSCRIBERS, asked)
        self.assertEqual(3 * SUBSCRIBERS, first["events"])
        self.assertEqual({"ready": SUBSCRIBERS, "events": 20 * SUBSCRIBERS, "lost": 0, "gaps": 0, "dup": 0, "ooo": 0, "unstamped": 0, "closed": 0},
                         {k: report[k] for k in ("ready", "events", "lost", "gaps", "dup", "ooo", "unstamped", "closed")})
        self.assertEqual(SUBSCRIBERS, report["caught_up_us"]["n"])
        self.assertGreaterEqual(report["since_connect_s"] * 1e6 + 100, report["caught_up_us"]["max"])
        self.assertGreater(report["caught_up_us"]["min"], 0)

    def test_accounts_for_what_a_resume_leaves_out_repeats_or_tells(self):
        told = b'event: missedevents\ndata: {"reason":"evicted"}\n\n'
        _, _, report = self.resume(lambda: told + events([2, 3, 3, *range(4, 20)]), missed=20)
        self.assertEqual({"lost": 2 * SUBSCRIBERS, "gaps": SUBSCRIBERS, "dup": SUBSCRIBERS, "unstamped": SUBSCRIBERS},
                         {k: report[k] for k in ("lost", "gaps", "dup", "unstamped")})
        self.assertEqual(0, report["caught_up_us"]["n"])

    def resume(self, answer, missed):
        history = History(answer)
        with history.listener, subprocess.Popen([SSELOAD, "sub", "--control", "-n", str(SUBSCRIBERS), f"127.0.0.1:{history.port}", "/"],
                                                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as load:
            def say(line):
                load.stdin.write(line + "\n")
                load.stdin.flush()
                return json.loads(load.stdout.readline())

            load.stdout.readline()
            first = say(f"expect {3 * SUBSCRIBERS} 5000")
            say("cut")
            say("begin")
            say(f"resume {missed}")
            report = say(f"expect {missed * SUBSCRIBERS} 1000")
            load.stdin.close()
        return history.asked, first, report

    def test_refuses_other_machines(self):
        r = subprocess.run([SSELOAD, "sub", "-n", "1", "192.0.2.1:80", "/"], capture_output=True, text=True)
        self.assertEqual(2, r.returncode)


if __name__ == "__main__":
    unittest.main()
