from __future__ import annotations

import http.client
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from app.config import Config
from app.log import JsonFormatter
from app.routes import Info, Route
from app.server import Server
from app.service import Service

CONFIG = Config(host="127.0.0.1", port=0, log_level="debug", shutdown_delay_ms=0, drain_timeout_ms=10_000)
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
ROOT = Path(__file__).parent.parent


@dataclass
class Reply:
    status: int
    headers: http.client.HTTPMessage
    body: str

    def json(self) -> Any:
        return json.loads(self.body)


def send(port: int, path: str, method: str = "GET", headers: dict[str, str] | None = None) -> Reply:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, headers=headers or {})
        response = connection.getresponse()
        return Reply(response.status, response.headers, response.read().decode())
    finally:
        connection.close()


class Lines(logging.Handler):
    """Keeps what is logged, as it would be written."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonFormatter())
        self.entries: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.entries.append(json.loads(self.format(record)))


@dataclass
class Running:
    server: Server
    service: Service
    port: int
    lines: list[dict[str, Any]]


@contextmanager
def running(routes: dict[str, Route] | None = None, **changes: Any) -> Iterator[Running]:
    """A service on a free port, with routes of the test beside its own."""
    lines = Lines()
    logger = logging.getLogger("app")
    logger.addHandler(lines)
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    service = Service(Info("under-test", "1.2.3"), now=lambda: NOW)
    service.routes.update(routes or {})
    server = Server(service, replace(CONFIG, **changes))
    try:
        yield Running(server, service, server.start(), lines.entries)
    finally:
        if service.ready:
            server.stop()
        logger.removeHandler(lines)


class Process:
    """The service as a process of its own; its lines come as they are logged."""

    def __init__(self, *command: str, **env: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env={
                "PATH": os.environ.get("PATH", ""),
                "HOST": "127.0.0.1",
                "PORT": "0",
                "SHUTDOWN_DELAY_MS": "0",
                "PYTHONDONTWRITEBYTECODE": "1",
                **env,
            },
            stdout=subprocess.PIPE,
            text=True,
        )
        self.lines: list[dict[str, Any]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def read(self, message: str) -> dict[str, Any]:
        """Reads until a line says so."""
        assert self._process.stdout
        for text in self._process.stdout:
            self.lines.append(json.loads(text))
            if self.lines[-1]["message"] == message:
                return self.lines[-1]
        raise AssertionError(f"it ended without saying {message!r}: {self.lines}")

    def terminate(self) -> None:
        self._process.terminate()

    def wait(self) -> int:
        """Reads the rest, and gives the exit code."""
        out, _ = self._process.communicate(timeout=60)
        self.lines += [json.loads(line) for line in out.splitlines()]
        return self._process.returncode

    def said(self) -> list[str]:
        return [line["message"] for line in self.lines]
