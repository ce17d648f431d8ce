"""What the environment decides."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

LOG_LEVELS = ("debug", "info", "warn", "error")


class ConfigError(ValueError):
    """Names everything that is wrong with the configuration."""


@dataclass(frozen=True)
class Config:
    host: str
    port: int
    log_level: str
    # How long the service still answers after it said that it is not ready any more.
    shutdown_delay_ms: int
    # How long requests that are under way may take after that.
    drain_timeout_ms: int


def read_config(env: Mapping[str, str]) -> Config:
    """Reads environment variables; raises one ConfigError that names everything that is wrong."""
    problems: list[str] = []

    def integer(name: str, fallback: int, maximum: int) -> int:
        text = env.get(name) or str(fallback)
        if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) > maximum:
            problems.append(f"{name} must be a whole number from 0 to {maximum}, got {json.dumps(text)}")
            return fallback
        return int(text)

    log_level = env.get("LOG_LEVEL") or "info"
    if log_level not in LOG_LEVELS:
        problems.append(f"LOG_LEVEL must be one of {', '.join(LOG_LEVELS)}, got {json.dumps(log_level)}")

    config = Config(
        host=env.get("HOST") or "0.0.0.0",  # noqa: S104 (a container answers to its network)
        port=integer("PORT", 8080, 65_535),
        log_level=log_level,
        shutdown_delay_ms=integer("SHUTDOWN_DELAY_MS", 5_000, 60_000),
        drain_timeout_ms=integer("DRAIN_TIMEOUT_MS", 20_000, 300_000),
    )
    if problems:
        raise ConfigError("Invalid configuration: " + "; ".join(problems))
    return config
