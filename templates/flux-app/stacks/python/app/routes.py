"""What this service is for. Health is not here: it belongs to the service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Info:
    name: str
    version: str


class Problem(Exception):  # noqa: N818 (an answer, not a failure)
    """An error that the client may read."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


# Gets the query, gives what becomes the JSON body. A Problem is told to the client, any other error only to the log.
Route = Callable[[Mapping[str, str]], object]


def routes(info: Info, now: Callable[[], datetime]) -> dict[str, Route]:
    """Every route that answers GET."""
    return {
        "/": lambda _query: asdict(info),
        "/api/time": lambda query: time_in_zone(query.get("zone", "UTC"), now()),
    }


def time_in_zone(zone: str, at: datetime) -> dict[str, str]:
    """The example to replace with what this service is for."""
    try:
        local = at.astimezone(ZoneInfo(zone))
    # Not only ZoneInfoNotFoundError: a path, a folder or a file that is no zone each fail in their own way.
    except (KeyError, ValueError, OSError):
        raise Problem(400, "zone must be the name of a time zone, for example Europe/Berlin") from None
    return {
        "zone": zone,
        "iso": at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "local": f"{local:%A}, {local.day} {local:%B %Y at %H:%M:%S %Z}",
    }
