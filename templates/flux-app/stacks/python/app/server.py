"""A server from the standard library, for development and tests. The image runs gunicorn: see gunicorn.conf.py."""

from __future__ import annotations

import logging
import threading
import time
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from app.config import Config
from app.service import Service

logger = logging.getLogger(__name__)


class QuietHandler(WSGIRequestHandler):
    """The service logs its requests itself."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        logger.debug(format, *args)


class CountingServer(ThreadingMixIn, WSGIServer):
    """One thread a request; knows how many are under way."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, *args: Any, **options: Any) -> None:
        self._under_way = 0
        self._changed = threading.Condition()
        super().__init__(*args, **options)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._count(1)
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._count(-1)

    def _count(self, change: int) -> None:
        with self._changed:
            self._under_way += change
            self._changed.notify_all()

    def drain(self, seconds: float) -> bool:
        """Waits until no request is under way; False when some still are after so many seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: self._under_way == 0, timeout=seconds)


class Server:
    def __init__(self, service: Service, config: Config) -> None:
        self._service = service
        self._config = config
        self._http = CountingServer((config.host, config.port), QuietHandler)
        self._http.set_app(service)

    def start(self) -> int:
        """Serves in the background, and gives the port."""
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        self._service.ready = True
        port = self._http.server_port
        info = self._service.info
        logger.info("listening", extra={"service": info.name, "version": info.version, "port": port})
        return port

    def stop(self) -> bool:
        """Not ready, then no new connections, then done. False when requests had to be cut off."""
        # Load balancers learn from the readiness probe; until they have, requests still arrive.
        self._service.ready = False
        logger.info("stopping", extra={"delayMs": self._config.shutdown_delay_ms})
        time.sleep(self._config.shutdown_delay_ms / 1000)
        self._http.shutdown()
        self._http.server_close()
        drained = self._http.drain(self._config.drain_timeout_ms / 1000)
        if not drained:
            logger.warning("requests were cut off", extra={"drainTimeoutMs": self._config.drain_timeout_ms})
        logger.info("stopped")
        return drained
