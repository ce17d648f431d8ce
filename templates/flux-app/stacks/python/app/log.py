"""One JSON object a line, on standard output."""

from __future__ import annotations

import json
import logging
import logging.config
import traceback
from datetime import UTC, datetime
from typing import Any

LEVELS = {"WARNING": "warn", "CRITICAL": "error"}
STANDARD = {*vars(logging.makeLogRecord({})), "message", "asctime", "taskName"}


class JsonFormatter(logging.Formatter):
    """Writes what was passed as `extra` beside the message."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {name: value for name, value in vars(record).items() if name not in STANDARD}
        if record.exc_info and record.exc_info[1]:
            error = record.exc_info[1]
            line["error"] = {
                "name": type(error).__name__,
                "message": str(error),
                "stack": "".join(traceback.format_exception(error)),
            }
        at = datetime.fromtimestamp(record.created, UTC)
        line["time"] = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        line["level"] = LEVELS.get(record.levelname, record.levelname.lower())
        line["message"] = record.getMessage()
        return json.dumps(line, default=str)


def settings(level: str) -> dict[str, Any]:
    """For logging.config, and for gunicorn, whose lines get the same form."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": JsonFormatter}},
        "handlers": {"json": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "json"}},
        "root": {"level": level.upper(), "handlers": ["json"]},
        "loggers": {"gunicorn.error": {"level": level.upper(), "handlers": [], "propagate": True}},
    }


def configure(level: str) -> None:
    logging.config.dictConfig(settings(level))
