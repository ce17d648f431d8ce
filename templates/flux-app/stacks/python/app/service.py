"""The WSGI application, whichever server runs it."""

from __future__ import annotations

import json
import logging
import re
import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from http import HTTPStatus
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from app.routes import Info, Problem, routes

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

logger = logging.getLogger(__name__)

SAFE_REQUEST_ID = re.compile(r"[\w.:-]{1,100}", re.ASCII)
PROBES = ("/healthz", "/readyz")


def utc_now() -> datetime:
    return datetime.now(UTC)


def request_id_of(environ: WSGIEnvironment) -> str:
    given = str(environ.get("HTTP_X_REQUEST_ID", ""))
    return given if SAFE_REQUEST_ID.fullmatch(given) else str(uuid.uuid4())


class Service:
    def __init__(self, info: Info, now: Callable[[], datetime] = utc_now) -> None:
        self.info = info
        self.routes = routes(info, now)
        # The server says when: once it listens, and not any more once it is about to stop.
        self.ready = False

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        started = monotonic()
        path = str(environ.get("PATH_INFO", ""))
        request_id = request_id_of(environ)
        fields = {"requestId": request_id, "method": environ["REQUEST_METHOD"], "path": path}
        try:
            status, body = self._answer(environ, path)
            text = json.dumps(body).encode()
        except Exception:
            logger.exception("request failed", extra=fields)
            status, text = 500, json.dumps({"error": "Internal error", "requestId": request_id}).encode()
        headers = [
            ("Content-Type", "application/json; charset=utf-8"),
            ("Content-Length", str(len(text))),
            ("X-Content-Type-Options", "nosniff"),
            ("X-Request-Id", request_id),
        ]
        if status == 405:
            headers.append(("Allow", "GET, HEAD"))
        start_response(f"{status} {HTTPStatus(status).phrase}", headers)
        logger.log(
            logging.DEBUG if path in PROBES else logging.INFO,
            "request",
            extra={**fields, "status": status, "durationMs": round((monotonic() - started) * 1000)},
        )
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [text]

    def _answer(self, environ: WSGIEnvironment, path: str) -> tuple[int, object]:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return 405, {"error": "Only GET and HEAD are answered here"}
        if path == "/healthz":
            return 200, {"status": "ok"}
        if path == "/readyz":
            return (200, {"status": "ready"}) if self.ready else (503, {"status": "stopping"})
        route = self.routes.get(path)
        if not route:
            return 404, {"error": "Not found"}
        try:
            query = dict(parse_qsl(str(environ.get("QUERY_STRING", "")), keep_blank_values=True, errors="strict"))
        except ValueError:
            return 400, {"error": "The address is not valid"}
        try:
            return 200, route(query)
        except Problem as problem:
            return problem.status, {"error": problem.message}
