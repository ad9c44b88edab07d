"""Asks for /healthz over and over, each time on a new connection as an orchestrator does; prints the seconds it took.

    python watcher.py PORT

A refusal counts as a minute.
"""

from __future__ import annotations

import http.client
import sys
import time

BETWEEN = 0.05


def answer(port: int, path: str) -> int:
    """Ask on a new connection and return the status."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
        return response.status
    finally:
        connection.close()


if __name__ == "__main__":
    while True:
        began = time.monotonic()
        status = answer(int(sys.argv[1]), "/healthz")
        print(time.monotonic() - began if status == 200 else 60.0, flush=True)  # noqa: T201
        time.sleep(BETWEEN)
