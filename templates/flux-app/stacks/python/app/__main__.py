"""Runs the service without gunicorn: `python -m app`."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading

from app import log
from app.config import ConfigError, read_config
from app.server import Server
from app.wsgi import application

logger = logging.getLogger("app")


def main() -> int:
    try:
        config = read_config(os.environ)
    except ConfigError as error:
        log.configure("error")
        logger.error("cannot start", extra={"error": str(error)})
        return 1
    log.configure(config.log_level)
    received: list[signal.Signals] = []
    told = threading.Event()

    def receive(number: int, _frame: object) -> None:
        received.append(signal.Signals(number))
        told.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, receive)
    try:
        server = Server(application, config)
    except OSError as error:
        logger.error("cannot start", extra={"error": str(error)})
        return 1
    server.start()
    told.wait()
    logger.info("signal", extra={"signal": received[0].name})
    return 0 if server.stop() else 1


if __name__ == "__main__":
    sys.exit(main())
