"""How gunicorn runs the service in its image; the variables are those of app/config.py."""

import logging
import math
import mmap
import os
import signal
import sys
import threading
import time
from typing import Any

from app import log
from app.config import ConfigError, read_config

try:
    settings = read_config(os.environ)
except ConfigError as problem:
    log.configure("error")
    logging.getLogger("app").error("cannot start", extra={"error": str(problem)})
    sys.exit(1)


def seconds(milliseconds: int) -> int:
    return math.ceil(milliseconds / 1000)


logger = logging.getLogger("app")
wsgi_app = "app.wsgi:application"
bind = f"{settings.host}:{settings.port}"
# One process: Kubernetes adds pods. What waits for others waits in a thread.
workers = 1
worker_class = "gthread"
threads = 8
# Longer than what a proxy in front keeps a connection for, so that it is never the one that finds it closed.
keepalive = 75
logconfig_dict = log.settings(settings.log_level)
# The image's file system is read-only; this is memory.
worker_tmp_dir = "/dev/shm"  # noqa: S108
control_socket_disable = True
# The worker keeps the two times itself; this is when gunicorn stops waiting for it.
graceful_timeout = seconds(settings.shutdown_delay_ms + settings.drain_timeout_ms) + 2

# Shared with the worker: 1 from when it is told to stop until it has ended with nothing cut off.
unfinished = mmap.mmap(-1, 1)


def when_ready(server: Any) -> None:
    host, port = server.LISTENERS[0].sock.getsockname()[:2]
    logger.info("listening", extra={"host": host, "port": port})


def post_worker_init(worker: Any) -> None:
    """Puts the delay before what gunicorn does on SIGTERM: the worker goes on accepting until it is over."""
    service = worker.wsgi
    close = worker.handle_exit
    worker.cfg.set("graceful_timeout", seconds(settings.drain_timeout_ms))

    def delay() -> None:
        logger.info("stopping", extra={"delayMs": settings.shutdown_delay_ms})
        time.sleep(settings.shutdown_delay_ms / 1000)
        close(None, None)

    def stop(_number: int, _frame: object) -> None:
        if service.ready:
            unfinished[0] = 1
            service.ready = False
            threading.Thread(target=delay, daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    service.ready = True


def worker_exit(_server: Any, worker: Any) -> None:
    if worker.pid != os.getpid():
        return
    if worker.nr_conns > 0:
        logger.warning("requests were cut off", extra={"drainTimeoutMs": settings.drain_timeout_ms})
        # Python would wait for their threads.
        os._exit(1)
    unfinished[0] = 0


def on_exit(_server: Any) -> None:
    logger.info("stopped")
    if unfinished[0]:
        sys.exit(1)
